"""Any counter over time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from noc_console.views.device.chart import LIVE_S, METRICS, MOST, Chart, Subject, curves
from noc_console.views.graphs.specs import parse
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk


@dataclass
class Told:
    times_ms: np.ndarray
    values: dict[str, np.ndarray]
    bands: dict[str, Bounds] = field(default_factory=dict)


@dataclass
class Bounds:
    least: np.ndarray
    greatest: np.ndarray


TRAFFIC = METRICS["interface"][0]


def told(into: float = 1e6, out: float = 5e5) -> Told:
    return Told(
        np.arange(10) * 1000, {"in_octets": np.full(10, into), "out_octets": np.full(10, out)}
    )


def port(number: int) -> Subject:
    return Subject("interface", number, f"xe{number}")


def test_one_interface_is_drawn_both_ways_in_bits_with_its_percentiles() -> None:
    into, out = curves(TRAFFIC, [port(1)], {1: told()})
    assert (into.name, into.below, into.values[0], into.p95) == ("xe1 in", False, 8e6, 8e6)
    assert (out.name, out.below, out.values[0], out.p95) == ("xe1 out", True, 4e6, 4e6)
    assert into.tint != out.tint and into.times[1] == 1.0


def test_several_interfaces_have_a_colour_each_and_no_percentile() -> None:
    drawn = curves(TRAFFIC, [port(1), port(2)], {1: told(), 2: told()})
    assert [curve.key for curve in drawn] == ["xe1", "xe1", "xe2", "xe2"]
    assert drawn[0].tint == drawn[1].tint != drawn[2].tint
    assert all(curve.p95 is None for curve in drawn)


def test_a_rolled_up_series_keeps_its_peaks_in_sight() -> None:
    rolled = told()
    rolled.bands["in_octets"] = Bounds(np.full(10, 1e5), np.full(10, 9e6))
    into, out = curves(TRAFFIC, [port(1)], {1: rolled})
    assert into.band is not None and out.band is None
    assert (into.band[0][0], into.band[1][0]) == (8e5, 72e6)
    assert all(curve.band is None for curve in curves(TRAFFIC, [port(1), port(2)], {1: rolled}))


def test_what_was_not_answered_is_left_out() -> None:
    assert curves(TRAFFIC, [port(1), port(9)], {1: told()})[-1].name == "xe1 out"


def test_every_metric_names_columns_of_its_kind() -> None:
    from noc_console.db.samples import KINDS

    known = {kind.name: kind.columns for kind in KINDS}
    for kind, metrics in METRICS.items():
        for metric in metrics:
            assert metric.kind == kind and metric.up in known[kind]
            assert not metric.down or metric.down in known[kind]
            assert isinstance(metric.write(1.0), str)


@pytest.fixture
def chart(desk: Desk) -> Chart:
    return Chart(desk.times)


def test_it_asks_once_for_a_new_subject_and_not_for_the_same(chart: Chart) -> None:
    asked: list[int] = []
    chart.wanted.connect(lambda: asked.append(1))
    chart.draw([port(1)])
    chart.draw([port(1)])
    chart.draw([])
    assert len(asked) == 1 and chart.subjects == (port(1),)
    chart.draw([port(n) for n in range(20)])
    assert len(chart.subjects) == MOST


def test_the_metric_follows_the_kind_and_the_choice(chart: Chart) -> None:
    chart.draw([port(1)])
    assert chart.drawn.key == "traffic"
    chart.metric_box.setCurrentIndex(2)
    assert chart.drawn.key == "errors"
    chart.draw([port(2)])
    assert chart.drawn.key == "errors", "another interface keeps what one was looking at"
    chart.draw([Subject("device", 1, "d")], "memory")
    assert chart.drawn.key == "memory"


def test_ranges_end_now_and_zooms_stay(chart: Chart, desk: Desk) -> None:
    end = desk.clock.now().timestamp()
    assert chart.is_live and chart.span() == Span(end - LIVE_S, end)
    chart.choose_range("7d")
    assert chart.span().seconds == 604_800 and not chart.is_live
    chart.zoom(Span(5.0, 50.0))
    assert chart.span() == Span(5.0, 50.0)
    chart.zoom_out()
    assert chart.span().seconds == 604_800
    chart.chips["live"].click()
    assert chart.is_live


def test_the_answer_is_drawn_in_the_subjects_own_words(chart: Chart) -> None:
    chart.draw([Subject("sensor", 3, "Inlet", lambda value: f"{value:.0f} °C")])
    chart.show_series(
        {3: Told(np.arange(5) * 1000, {"value": np.full(5, 41_000.0)})}, Span(0.0, 5.0)
    )
    (curve,) = chart.graph.curves
    assert curve.values[0] == 41.0 and chart.graph.plot.write(41.0) == "41 °C"
    chart.show_series({}, Span(0.0, 5.0))
    assert "Nothing was measured" in chart.graph.plot.note


def test_what_is_drawn_has_words_for_the_page_of_graphs(desk: Desk) -> None:
    chart = Chart(desk.times)
    words: list[str] = []
    chart.studied.connect(words.append)
    chart.draw([port(1), port(2)], "errors")
    assert [spec.text for spec in parse(chart.text()).curves] == [
        *("interface:1/in-errors", "interface:1/out-errors"),
        *("interface:2/in-errors", "interface:2/out-errors"),
    ]
    assert parse(chart.text()).span == "5m"
    chart.zoom(Span(1000.0, 2000.0))
    assert parse(chart.text()).fixed == Span(1000.0, 2000.0)
    chart.draw([Subject("sensor", 5, "light")])
    chart.choose_range("24h")
    assert parse(chart.text()).text() == "sensor:5 span:24h"


@pytest.mark.parametrize("kind", list(METRICS))
def test_every_metric_has_its_words(desk: Desk, kind: str) -> None:
    chart = Chart(desk.times)
    for metric in METRICS[kind]:
        chart.draw([Subject(kind, 7, "x")], metric.key)
        assert parse(chart.text()).curves and not parse(chart.text()).problems, metric.key


def test_each_zoom_is_gone_back_to(desk: Desk) -> None:
    chart = Chart(desk.times)
    near, nearer = Span(0.0, 100.0), Span(10.0, 20.0)
    chart.zoom(near)
    chart.zoom(nearer)
    chart.zoom_out()
    assert chart.close_up == near
    chart.zoom_out()
    assert chart.close_up is None
