"""The graph one studies."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.views.kit.curves import Curve, Reading, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.plot_ink import runs
from noc_console.views.kit.plots import Graph
from noc_console.views.kit.theme import Look, look

SPAN = Span(1_000_000.0, 1_003_600.0)
NONE = Qt.KeyboardModifier.NoModifier


def sine(name: str = "in", *, below: bool = False, tint: str = "series.a", key: str = "") -> Curve:
    times = np.linspace(SPAN.start, SPAN.end, 61)
    return Curve(name, times, 50 + 40 * np.sin(times / 500), tint, below, p95=88.0, key=key)


@pytest.fixture
def graph(desk: Desk) -> Graph:
    made = Graph(desk.times)
    made.resize(800, 300)
    made.show()
    made.show_curves([sine()], SPAN, write="{:.0f} u".format)
    QApplication.processEvents()
    return made


def pixels(graph: Graph, token: str) -> int:
    """How many pixels have the colour of a token."""
    image = (
        graph.plot.grab().toImage().convertToFormat(graph.plot.grab().toImage().Format.Format_RGB32)
    )
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    wanted = np.array(look().color(token).getRgb()[:3])
    return int((np.abs(bits[:, :, 2::-1].astype(int) - wanted).max(2) < 30).sum())


def test_a_curve_is_drawn_in_its_colour(graph: Graph) -> None:
    assert pixels(graph, "series.a") > 300
    graph.show_curves([sine(tint="series.c")], SPAN, write=str)
    assert pixels(graph, "series.c") > 300 > pixels(graph, "series.a")


def test_what_goes_out_is_drawn_below_zero(graph: Graph) -> None:
    graph.show_curves([sine(), sine("out", below=True)], SPAN, write=str)
    graph.plot.grab()
    room = graph.plot.room()
    zero = float(graph.plot.y_of(0.0))
    assert room.top() + 50 < zero < room.bottom() - 50


def test_a_gap_is_not_drawn_over(graph: Graph) -> None:
    curve = sine()
    curve.values[20:40] = np.nan
    graph.show_curves([curve], SPAN, write=str)
    image = graph.plot.grab().toImage()
    x = round(float(graph.plot.x_of(SPAN.start + 1800.0))) + 4
    wanted = look().color("series.a")
    column = [image.pixelColor(x, y) for y in range(12, image.height() - 30)]
    dashes = sum(abs(c.red() - wanted.red()) + abs(c.blue() - wanted.blue()) < 30 for c in column)
    assert dashes <= 2, "only the dashed percentile may cross a gap"
    assert runs(np.array([np.nan, 1, 2, np.nan, 3])) == [(1, 3), (4, 5)]


def test_the_band_behind_a_mean_is_drawn_and_fits_but_not_across_a_gap(graph: Graph) -> None:
    times = np.linspace(SPAN.start, SPAN.end, 61)
    mean, least, greatest = np.full(61, 50.0), np.full(61, 5.0), np.full(61, 400.0)
    mean[20:40] = least[20:40] = greatest[20:40] = np.nan
    graph.show_curves([Curve("in", times, mean)], SPAN, write=str)
    QApplication.processEvents()
    before = graph.plot.grab().toImage()
    graph.show_curves([Curve("in", times, mean, band=(least, greatest))], SPAN, write=str)
    QApplication.processEvents()
    after = graph.plot.grab().toImage()
    assert graph.plot.fit()[1] >= 400
    inside = graph.plot.room()
    y = round(float(graph.plot.y_of(200.0))) + 2
    known, gap = round(inside.left() + inside.width() * 0.1), round(inside.center().x())
    assert after.pixelColor(known, y) != after.pixelColor(gap, y)
    assert before.pixelColor(gap, y) == after.pixelColor(gap, y)
    header = graph.csv().splitlines()[0]
    assert header == "time,in,in least,in greatest"


def test_the_crosshair_tells_moment_and_value(graph: Graph) -> None:
    heard: list[Reading | None] = []
    graph.read.connect(heard.append)
    at = QPoint(round(float(graph.plot.x_of(SPAN.start + 1800))), 100)
    QTest.mouseMove(graph.plot, at)
    QApplication.processEvents()
    reading = heard[-1]
    assert reading is not None and reading.at == pytest.approx(SPAN.start + 1800, abs=6)
    assert graph.moment.text() == "1970-01-12 14:16:40"[:10] + graph.moment.text()[10:]
    assert graph._legend[0][2].text() == f"{reading.values[0]:.0f} u"
    graph.plot.leaveEvent(None)  # type: ignore[arg-type]
    assert graph.moment.text() == "" and graph._legend[0][2].text() == "95 %: 88 u"


def test_dragging_asks_for_a_closer_look(graph: Graph) -> None:
    spans: list[Span] = []
    graph.zoomed.connect(spans.append)
    x = [round(float(graph.plot.x_of(SPAN.start + s))) for s in (600.0, 1800.0)]
    QTest.mousePress(graph.plot, Qt.MouseButton.LeftButton, NONE, QPoint(x[1], 90))
    QTest.mouseMove(graph.plot, QPoint(x[0], 95))
    QTest.mouseRelease(graph.plot, Qt.MouseButton.LeftButton, NONE, QPoint(x[0], 95))
    (span,) = spans
    assert (span.start, span.end) == pytest.approx((SPAN.start + 600, SPAN.start + 1800), abs=10)


def test_a_slip_of_the_hand_is_no_zoom_and_a_double_click_comes_back(graph: Graph) -> None:
    spans: list[Span] = []
    backs: list[int] = []
    graph.zoomed.connect(spans.append)
    graph.zoomed_out.connect(lambda: backs.append(1))
    QTest.mouseClick(graph.plot, Qt.MouseButton.LeftButton, NONE, QPoint(300, 90))
    QTest.mouseDClick(graph.plot, Qt.MouseButton.LeftButton, NONE, QPoint(300, 90))
    assert spans == [] and backs == [1]


def test_curves_of_one_key_share_an_entry(graph: Graph) -> None:
    curves = [sine("a in", key="a"), sine("a out", below=True, key="a"), sine("b in", key="b")]
    graph.show_curves(curves, SPAN, write="{:.0f}".format)
    names = [name.text() for _, name, _ in graph._legend if not name.isHidden()]
    assert names == ["a", "b"]
    graph._tell(graph.reading_at(SPAN.start + 60))
    assert " / " in graph._legend[0][2].text()


def test_a_hostile_name_is_shown_as_text(graph: Graph) -> None:
    graph.show_curves([sine("<img src=x>")], SPAN, write=str)
    name = graph._legend[0][1]
    assert name.whole() == "<img src=x>" and name.textFormat() == Qt.TextFormat.PlainText


def test_an_empty_graph_says_why(graph: Graph) -> None:
    graph.show_curves([], SPAN, write=str, note="Nothing was measured.")
    assert graph.plot.note == "Nothing was measured."
    graph.show_curves([sine()], SPAN, write=str, note="Nothing was measured.")
    assert graph.plot.note == ""
    assert not graph.plot.grab().isNull()


def test_both_copies_reach_the_clipboard(graph: Graph) -> None:
    graph.copy_csv()
    assert QGuiApplication.clipboard().text().startswith("time,in")
    graph.copy_picture()
    assert not QGuiApplication.clipboard().pixmap().isNull()


def test_the_theme_changes_live(graph: Graph, dressed: Look) -> None:
    before = graph.plot.grab().toImage().pixelColor(1, 1)
    dressed.use("light")
    assert graph.plot.grab().toImage().pixelColor(1, 1).lightness() > before.lightness() + 100


def test_graphs_come_and_go_without_a_crash(desk: Desk) -> None:
    for _ in range(20):
        graph = Graph(desk.times)
        graph.show_curves([sine()], SPAN, write=str)
        graph.show()
        graph.close()
        graph.deleteLater()
        QApplication.sendPostedEvents(None, 52)
        del graph
    assert gc.collect() >= 0
