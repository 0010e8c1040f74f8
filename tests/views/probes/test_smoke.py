"""The smoke graph: what it is made of, how it is thinned, and what it says under the crosshair."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.theme import look
from noc_console.views.probes.smoke import (
    COLUMNS,
    NOTHING,
    Moment,
    SmokeGraph,
    gathered,
    moment_text,
    ms_text,
    smoke_of,
    tint_of,
)

SPAN = Span(1_000_000.0, 1_003_600.0)


class Series:
    """A stored series as the service hands it out."""

    def __init__(self, count: int = 60, lost: float = 0.0, step: float = 60.0) -> None:
        self.times_ms = (np.arange(count) * step * 1000 + SPAN.start * 1000).astype(np.int64)
        shape = {"sent": 20.0, "lost": lost, "min_us": 900.0, "p10_us": 950.0, "p25_us": 980.0}
        shape |= {"median_us": 1000.0, "p75_us": 1100.0, "p90_us": 1500.0, "max_us": 4000.0}
        self.values = {name: np.full(count, shape[name]) for name in COLUMNS}

    def silent(self, first: int, last: int) -> Series:
        for name in COLUMNS[2:]:
            self.values[name][first:last] = np.nan
        self.values["lost"][first:last] = 20.0
        return self


@pytest.fixture
def graph(desk: Desk) -> SmokeGraph:
    made = SmokeGraph(desk.times)
    made.resize(800, 300)
    made.show()
    made.show_smoke(smoke_of(Series()), SPAN)
    QApplication.processEvents()
    return made


def pixels(graph: SmokeGraph, token: str, tolerance: int = 30) -> int:
    image = graph.plot.grab().toImage()
    image = image.convertToFormat(image.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    wanted = np.array(look().color(token).getRgb()[:3])
    return int((np.abs(bits[:, :, 2::-1].astype(int) - wanted).max(2) < tolerance).sum())


def test_a_series_becomes_milliseconds_and_per_cent() -> None:
    smoke = smoke_of(Series(lost=5.0).silent(3, 4))
    assert smoke.levels["median_us"][0] == 1.0
    assert (smoke.loss[0], smoke.loss[3], smoke.step_s) == (25.0, 100.0, 60.0)
    assert np.isnan(smoke.levels["median_us"][3])


def test_what_is_many_is_gathered_without_losing_loss_or_the_widest_smoke() -> None:
    series = Series(count=10_000, step=0.36)
    series.values["lost"][5000] = 20.0
    series.values["max_us"][7000] = 90_000.0
    near = gathered(smoke_of(series), SPAN, 400)
    assert len(near) <= 400
    assert near.levels["max_us"].max() == 90.0
    assert float((near.loss * near.sent).sum()) == pytest.approx(2000.0)
    assert bool((np.diff(near.times) > 0).all())


def test_what_is_few_stays_as_it_is_and_nothing_is_nothing() -> None:
    smoke = smoke_of(Series())
    assert len(gathered(smoke, SPAN, 400)) == 60
    assert len(gathered(smoke, Span(0, 1), 400)) <= 1
    assert len(gathered(NOTHING, SPAN, 400)) == 0


@pytest.mark.parametrize(
    ("lost", "token"), [(0.0, "series.a"), (1.0, "series.b"), (3.0, "series.d"), (9.0, "series.f")]
)
def test_the_median_has_the_colour_of_the_loss(graph: SmokeGraph, lost: float, token: str) -> None:
    graph.show_smoke(smoke_of(Series(lost=lost)), SPAN)
    assert pixels(graph, token) > 300


def test_no_colour_of_the_graph_is_an_alarms() -> None:
    drawn = {look().color(tint_of(loss)).name() for loss in (0, 1, 10, 50, 100)}
    alarms = {
        color.name() for name, color in look().theme.tokens.items() if name.startswith("severity")
    }
    assert not drawn & alarms


def test_silence_is_a_gap_with_its_loss_below(graph: SmokeGraph) -> None:
    full = pixels(graph, "series.a")
    graph.show_smoke(smoke_of(Series().silent(0, 30)), SPAN)
    assert 0 < pixels(graph, "series.a") < full * 0.7
    graph.show_smoke(smoke_of(Series().silent(0, 60)), SPAN)
    assert pixels(graph, "series.a") == 0
    assert graph.reading.text() == "1e+02 % lost" or "100" in graph.reading.text()


def test_a_lone_outlier_does_not_press_the_rest_flat(graph: SmokeGraph) -> None:
    series = Series(count=200, step=18)
    series.values["max_us"][100] = 9_000_000.0
    graph.show_smoke(smoke_of(series), SPAN)
    graph.plot.grab()
    assert graph.plot.fit()[1] < 10


def test_the_crosshair_tells_the_moment_and_a_drag_zooms(graph: SmokeGraph) -> None:
    told = graph.at(SPAN.start + 620)
    assert (told.median, told.least, told.greatest, told.loss) == (1.0, 0.9, 4.0, 0.0)
    assert graph.at(SPAN.start + 10_000).loss is None
    zoomed: list[Span] = []
    graph.zoomed.connect(zoomed.append)
    middle = graph.plot.height() // 2
    QTest.mouseMove(graph.plot, QPoint(400, middle))
    assert graph.reading.text().startswith("1 ms")
    assert graph.moment.text()
    QTest.mousePress(graph.plot, Qt.MouseButton.LeftButton, pos=QPoint(300, middle))
    QTest.mouseMove(graph.plot, QPoint(500, middle))
    QTest.mouseRelease(graph.plot, Qt.MouseButton.LeftButton, pos=QPoint(500, middle))
    (span,) = zoomed
    assert SPAN.start < span.start < span.end < SPAN.end
    graph.plot.left.emit()
    graph._hover(None)
    assert graph.reading.text() == "median 1 ms, nothing lost"


def test_nothing_measured_is_said(graph: SmokeGraph) -> None:
    graph.show_smoke(NOTHING, SPAN, note="Nothing was measured in this time.")
    assert graph.plot.note
    assert graph.at(SPAN.start).loss is None


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0.0, "0 ms"), (0.34, "340 µs"), (1.239, "1.24 ms"), (12.44, "12.4 ms"), (340.4, "340 ms"),
     (1234.0, "1.23 s")],
)  # fmt: skip
def test_times_are_said_as_people_say_them(ms: float, text: str) -> None:
    assert ms_text(ms) == text


def test_a_moment_is_told_in_a_line() -> None:
    assert moment_text(Moment(0, 1.0, 0.9, 4.0, 5.0)) == "1 ms  (900 µs – 4 ms)  ·  5 % lost"
    assert moment_text(Moment(0, 1.0, 1.0, 1.0, 0.0)) == "1 ms  ·  nothing lost"
    assert moment_text(Moment(0, None, None, None, 100.0)) == "100 % lost"
