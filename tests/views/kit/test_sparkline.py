"""Sparklines: peaks stay, gaps stay gaps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

from noc_console.views.kit.sparkline import Sparkline, segments, thinned
from noc_console.views.kit.theme import look
from tests.views.conftest import shown

NAN = float("nan")


def test_a_gap_is_a_gap() -> None:
    values = np.array([1, 2, NAN, NAN, 3, NAN, 4, 5.0])
    pieces = segments(values, QRectF(0, 0, 70, 10), 0, 5)
    assert [piece.size() for piece in pieces] == [2, 1, 2]
    assert pieces[1].at(0).x() == 40
    assert pieces[2].at(1).y() == 0


def test_nothing_measured_draws_nothing() -> None:
    assert segments(np.array([]), QRectF(0, 0, 10, 10), 0, 1) == []
    assert segments(np.array([NAN, NAN]), QRectF(0, 0, 10, 10), 0, 1) == []


def test_values_outside_the_scale_stay_inside_the_picture() -> None:
    (piece,) = segments(np.array([-9.0, 99.0]), QRectF(0, 0, 10, 10), 0, 1)
    assert [piece.at(0).y(), piece.at(1).y()] == [10, 0]


def test_thinning_keeps_every_peak_and_every_long_gap() -> None:
    values = np.zeros(10_000)
    values[1234] = 7
    values[5000:7000] = NAN
    thin = thinned(values, 100)
    assert len(thin) == 100
    assert np.nanmax(thin) == 7
    assert np.isnan(thin[50:70]).all()


def test_the_widget_draws_its_values_in_its_colour() -> None:
    line = Sparkline()
    shown(line, 80, 24)
    empty = line.grab().toImage()
    line.show_values(np.array([0, 5, NAN, 3.0]), high=10)
    image = line.grab().toImage()
    assert image != empty
    assert look().color("series.a").isValid()
