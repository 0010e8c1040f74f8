from datetime import UTC, datetime, timedelta

import numpy as np

from noc_console.services.flows.model import FlowSeries
from noc_console.views.flows.areas import LAYERS, REST, AreasGraph, layers_of, swatch, total_words
from noc_console.views.kit.curves import Span
from tests.views.conftest import shown

START = datetime(2026, 3, 1, tzinfo=UTC)


def series(lines=8, steps=5):
    return FlowSeries(
        step_s=60,
        times=tuple(START + timedelta(minutes=n) for n in range(steps)),
        labels=tuple(f"talker {n}" for n in range(lines)),
        rates=tuple(tuple(float(n + 1) for _ in range(steps)) for n in range(lines)),
        rest=tuple(10.0 for _ in range(steps)),
    )


def test_those_without_a_colour_are_drawn_with_the_others():
    layers = layers_of(series())
    assert len(layers) == LAYERS + 1
    assert layers[-1].tint == REST
    assert layers[-1].rates.tolist() == [10.0 + 7 + 8] * 5
    assert len(layers_of(series(lines=0))) == 1


async def test_the_graph_tells_what_is_under_the_crosshair(desk):
    graph = AreasGraph(desk.times)
    shown(graph, 600, 240)
    span = Span(START.timestamp(), START.timestamp() + 300)
    graph.show_series(series(), span, "in all")
    assert graph.told.whole() == "in all"
    graph.plot.hovered.emit(START.timestamp() + 130)
    assert graph.told.whole().startswith("2026-03-01 00:02:30   46.0 b/s") or (
        "46" in graph.told.whole() and "talker 0 1 b/s" in graph.told.whole()
    )
    graph.plot.hovered.emit(None)
    assert graph.told.whole() == "in all"
    assert graph.plot.fit()[1] >= 46
    picture = graph.grab().toImage()
    colors = {picture.pixelColor(x, 180).name() for x in range(100, 500, 50)}
    assert colors != {graph.palette().window().color().name()}, "something is drawn"


async def test_an_empty_stretch_says_so(desk):
    graph = AreasGraph(desk.times)
    shown(graph, 600, 240)
    graph.show_series(FlowSeries(60, (), (), (), ()), Span(0, 60), "")
    assert graph.plot.note == "No traffic"
    assert graph.plot.fit() == (0.0, 1.0)
    assert graph.plot.place_at(5.0) is None
    assert np.isfinite(graph.plot.x_of(30.0))


async def test_every_place_has_a_colour(desk):
    assert not swatch(0).isNull()
    assert not swatch(99).isNull()


def test_rates_are_told_in_words():
    assert total_words([1e9, 3e9]) == "average 2.00 Gb/s, at most 3.00 Gb/s"
    assert total_words([]) == ""
