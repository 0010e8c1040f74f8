"""The last minutes of an interface."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from noc_console.services.telemetry.model import InterfaceNow
from noc_console.views.device.traffic import BIN_S, BINS, KEPT, Traffic

END = 1_000_000.0


def word(at: float, into: float | None, out: float | None) -> dict[int, InterfaceNow]:
    return {7: InterfaceNow(7, datetime.fromtimestamp(at, UTC), into, out, None, None, 1)}


def test_a_rate_speaks_for_the_time_since_the_sample_before() -> None:
    traffic = Traffic()
    for back in (120, 60, 0):
        traffic.add(word(END - back, 100.0 + back, 5.0))
    curve = traffic.curve(7, END)
    assert curve[-1] == 100.0 and curve[-60 // BIN_S - 1] == 160.0
    assert np.isnan(curve[0])


def test_the_busier_direction_is_shown() -> None:
    traffic = Traffic()
    traffic.add(word(END, 10.0, 90.0))
    assert traffic.curve(7, END)[-1] == 90.0


def test_what_is_not_known_is_a_gap() -> None:
    traffic = Traffic()
    traffic.add(word(END - 100, 10.0, 10.0))
    traffic.add(word(END, None, None))
    curve = traffic.curve(7, END)
    assert np.isnan(curve[-5:]).all() and curve[-25] == 10.0
    assert np.isnan(Traffic().curve(7, END)).all() and len(curve) == BINS


def test_the_same_word_twice_is_one_sample() -> None:
    traffic = Traffic()
    for _ in range(3):
        traffic.add(word(END, 1.0, 1.0))
    assert len(traffic._samples[7]) == 1


def test_history_goes_before_what_came_live() -> None:
    traffic = Traffic()
    traffic.add(word(END, 800.0, 0.0))
    times = np.array([END - 120, END - 60, END]) * 1000
    traffic.seed(7, times.astype(np.int64), np.array([np.nan, 50.0, 99.0]), np.zeros(3))
    curve = traffic.curve(7, END)
    assert curve[-1] == 99.0 * 8 and curve[-60 // BIN_S - 2] == 50.0 * 8


def test_memory_is_bounded() -> None:
    traffic = Traffic()
    for at in range(2 * KEPT):
        traffic.add(word(END + at, 1.0, 1.0))
    assert len(traffic._samples[7]) == KEPT
