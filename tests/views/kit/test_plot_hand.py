"""Mouse and keys on a graph."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.plot_hand import PAN, SHORTEST_S, ZOOM
from noc_console.views.kit.plots import Graph

SPAN = Span(1_000_000.0, 1_003_600.0)
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def graph(desk: Desk) -> Graph:
    made = Graph(desk.times)
    made.resize(800, 300)
    made.show()
    times = np.linspace(SPAN.start, SPAN.end, 61)
    made.show_curves([Curve("in", times, np.arange(61.0))], SPAN, write=str)
    QApplication.processEvents()
    return made


def turn(graph: Graph, notches: float, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(graph.plot.mapToGlobal(at)),
        QPoint(),
        QPoint(0, round(notches * 120)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(graph.plot, event)


def point(graph: Graph, at: float) -> QPoint:
    return QPoint(round(float(graph.plot.x_of(at))), 100)


def test_the_wheel_zooms_around_the_pointer_at_once_and_asks_when_it_rests(graph: Graph) -> None:
    asked: list[Span] = []
    graph.zoomed.connect(asked.append)
    at = SPAN.start + 900
    turn(graph, 1, point(graph, at))
    turn(graph, 1, point(graph, at))
    span = graph.span
    assert span.seconds == pytest.approx(3600 / ZOOM**2)
    assert (at - span.start) / span.seconds == pytest.approx(0.25, abs=0.01)
    assert asked == [] and graph.plot.is_moving
    QTest.qWait(300)
    assert asked == [span]


def test_a_slow_wheel_turn_back_comes_back(graph: Graph) -> None:
    at = point(graph, SPAN.start + 1800)
    for notches in (1, 1, -1, -1):
        turn(graph, notches, at)
    assert graph.span.start == pytest.approx(SPAN.start, abs=30)
    assert graph.span.seconds == pytest.approx(3600)


def test_shift_and_wheel_and_the_arrow_keys_pan(graph: Graph) -> None:
    turn(graph, -1, point(graph, SPAN.start + 900), SHIFT)
    assert graph.span.start == pytest.approx(SPAN.start + PAN * 3600)
    QTest.keyClick(graph.plot, Qt.Key.Key_Left)
    assert graph.span == SPAN


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [(Qt.MouseButton.MiddleButton, NONE), (Qt.MouseButton.LeftButton, SHIFT)],
)
def test_the_middle_button_and_shift_pull_the_paper(
    graph: Graph, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    moving: list[Span] = []
    graph.looked.connect(moving.append)
    QTest.mousePress(graph.plot, button, modifiers, point(graph, SPAN.start + 1800))
    QTest.mouseMove(graph.plot, point(graph, SPAN.start + 2400))
    QTest.mouseRelease(graph.plot, button, modifiers, point(graph, SPAN.start + 1800))
    assert graph.span.start == pytest.approx(SPAN.start - 600, abs=10)
    assert graph.span.seconds == pytest.approx(3600) and moving


def test_backspace_is_the_way_back(graph: Graph) -> None:
    backs: list[int] = []
    graph.zoomed_out.connect(lambda: backs.append(1))
    QTest.keyClick(graph.plot, Qt.Key.Key_Backspace)
    assert backs == [1]


def test_no_zoom_is_closer_than_the_shortest_nor_longer_than_the_longest(graph: Graph) -> None:
    graph.plot.zoom(1e-9, SPAN.start + 5)
    assert graph.span.seconds == pytest.approx(SHORTEST_S)
    graph.plot.zoom(1e30, SPAN.start + 5)
    assert graph.span.start > 0, "nothing before 1970"
