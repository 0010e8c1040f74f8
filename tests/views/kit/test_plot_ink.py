"""How curves, limits and marks look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.drawing import Limit, Manner, Mark, Mode
from noc_console.views.kit.plot_ink import mark_box, runs
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import look

SPAN = Span(1_000_000.0, 1_003_600.0)


@pytest.fixture
def graph(desk: Desk) -> Graph:
    made = Graph(desk.times)
    made.resize(800, 300)
    made.show()
    return made


def line(values: np.ndarray, tint: str = "series.a", **looks: object) -> Curve:
    times = np.linspace(SPAN.start, SPAN.end, len(values))
    return Curve(tint, times, values, tint, **looks)  # type: ignore[arg-type]


def picture(graph: Graph) -> np.ndarray:
    QApplication.processEvents()
    image = graph.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return bits[:, :, 2::-1].astype(int)


def like(shown: np.ndarray, rgb: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.abs(shown - np.array(rgb[:3])).max(2) < 30)


def test_stretches_without_a_gap() -> None:
    assert runs(np.array([np.nan, 1, 2, np.nan, 3])) == [(1, 3), (4, 5)]
    assert runs(np.ones(4)) == [(0, 4)] and runs(np.empty(0)) == []
    assert runs(np.full(3, np.nan)) == []


def test_a_dense_curve_fills_its_area_and_shows_its_spike(graph: Graph) -> None:
    values = np.full(50_000, 50.0)
    values[25_000] = 100.0
    graph.show_curves([line(values)], SPAN, write=str)
    shown = like(picture(graph), look().color("series.a").getRgb())
    x = round(float(graph.plot.x_of((SPAN.start + SPAN.end) / 2)))
    top, middle = (round(float(graph.plot.y_of(v))) for v in (95.0, 51.0))
    assert shown[top:middle, x - 2 : x + 3].any(axis=1).all(), "one column up to the spike"
    assert not shown[top, : x - 10].any()


def test_layers_of_a_stack_lie_on_each_other(graph: Graph) -> None:
    curves = [line(np.full(61, 40.0)), line(np.full(61, 20.0), "series.b")]
    graph.show_curves(curves, SPAN, write=str, manner=Manner(mode=Mode.STACKED))
    shown = picture(graph)
    edge = look().color("series.b").getRgb()
    at = round(float(graph.plot.y_of(60.0)))
    assert like(shown, edge)[at - 2 : at + 3, 200].any()
    assert graph.plot.fit()[1] == pytest.approx(64.8)


def test_a_limit_in_view_is_a_line_in_its_severity(graph: Graph) -> None:
    limit = Limit(80.0, "95 % of speed", Severity.MAJOR)
    graph.show_curves([line(np.full(61, 70.0))], SPAN, write=str, limits=[limit])
    shown = picture(graph)
    y = round(float(graph.plot.y_of(80.0)))
    wanted = severity_color(Severity.MAJOR).getRgb()
    assert like(shown, wanted)[y - 2 : y + 3, 100:700].any(axis=0).mean() > 0.2


def test_marks_stand_above_the_curves_and_are_found_under_the_pointer(graph: Graph) -> None:
    marks = [
        Mark(SPAN.start + 600, "down", SPAN.start + 1200, Severity.CRITICAL, alarm_id=7),
        Mark(SPAN.start + 2400, "restarted"),
        Mark(SPAN.start - 600, "since before", math.inf, Severity.MAJOR, alarm_id=8),
    ]
    graph.show_curves([line(np.full(61, 70.0))], SPAN, write=str, marks=marks)
    shown = picture(graph)
    plot, axes = graph.plot, graph.plot.axes()
    assert like(shown, severity_color(Severity.CRITICAL).getRgb())[:24].sum() > 40
    for mark in marks:
        assert plot.mark_at(mark_box(axes, mark).center()) is mark
    assert plot.mark_at(QPointF(axes.left + 400, axes.top + 50)) is None
    assert plot.mark_text(marks[0]).endswith("down") and "–" in plot.mark_text(marks[0])
    assert "now" in plot.mark_text(marks[2])


def test_a_ghost_is_fainter_than_its_curve(graph: Graph) -> None:
    curve = line(np.full(61, 70.0))
    graph.show_curves([curve], SPAN, write=str)
    field = np.array(look().color("surface.field").getRgb()[:3])
    strong = np.abs(picture(graph)[:, 200] - field).max()
    ghost = line(np.full(61, 70.0), ghost=True)
    graph.show_curves([ghost], SPAN, write=str)
    faint = np.abs(picture(graph)[:, 200] - field).max()
    assert 30 < faint < strong * 0.8
