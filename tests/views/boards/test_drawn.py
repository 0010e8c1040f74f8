"""Tiles that draw show what was measured, and say when there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from noc_console.services.boards.model import TileKind
from noc_console.services.probes.settings import ProbeKind
from noc_console.views.boards.drawn import (
    GraphContent,
    HeatContent,
    MapContent,
    SmokeContent,
    short_names,
    week_of,
)
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Route
from tests.views.probes.conftest import WELL

NOTHING = np.empty(0)


async def test_a_graph_shows_its_curves_under_the_name_of_its_object(content, measured) -> None:
    graph = await content(TileKind.GRAPH, curves=f"interface:{measured.port}").load()
    assert isinstance(graph, GraphContent)
    assert [curve.spec for curve in graph.graph.curves] == [
        f"interface:{measured.port}/in",
        f"interface:{measured.port}/out",
    ]
    assert graph.title() == "ge-0/0/1 @ core-1"


async def test_curves_of_another_unit_wait_for_a_graph_of_their_own(content, measured) -> None:
    words = f"interface:{measured.port}/in device:{measured.device}/cpu"
    graph = await content(TileKind.GRAPH, curves=words).load()
    assert [curve.unit for curve in graph.graph.curves] == ["b/s"]


async def test_drawing_around_something_leads_to_a_closer_look(content, measured, desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    graph = await content(
        TileKind.GRAPH, curves=f"device:{measured.device}/cpu", stacked="yes", compare="week"
    ).load()
    graph.graph.zoomed.emit(Span(1_772_323_200.0, 1_772_326_800.0))
    (route,) = went
    assert route.page == "graphs"
    assert "from:2026-03-01T00:00:00Z to:2026-03-01T01:00:00Z" in route.text
    assert "mode:stacked" in route.text
    assert "compare:week" in route.text


async def test_a_graph_without_curves_says_what_to_do(content) -> None:
    graph = await content(TileKind.GRAPH).load()
    assert graph.graph.plot.note == "Choose curves for this tile."
    gone = await content(TileKind.GRAPH, curves="device:98765/cpu").load()
    assert "98765" in gone.graph.plot.note


def test_names_become_short_where_that_tells_curves_apart() -> None:
    def named(*names: str) -> list[str]:
        curves = [Curve(name, NOTHING, NOTHING) for name in names]
        return [curve.name for curve in short_names(curves)]

    assert named("ge-1 @ core-1 in", "ge-1 @ core-2 in") == ["core-1", "core-2"]
    assert named("ge-1 @ core-1 in", "ge-2 @ core-1 in") == ["ge-1 @ core-1 in", "ge-2 @ core-1 in"]
    assert named("ge-1 @ core-1 in", "ge-1 @ core-2 out") == [
        "ge-1 @ core-1 in",
        "ge-1 @ core-2 out",
    ]
    assert named("core-1 CPU", "core-2 CPU") == ["core-1 CPU", "core-2 CPU"]
    assert named("ge-1 @ core-1 in") == ["ge-1 @ core-1 in"]


async def test_a_probe_shows_its_smoke(content, measured) -> None:
    probe = await measured.probed.service.add(
        measured.world.collector, kind=ProbeKind.ICMP, target="192.0.2.1", name="far"
    )
    await measured.probed.measure(int(probe.id), WELL, WELL, WELL)
    smoke = await content(TileKind.SMOKE, probe=str(probe.id)).load()
    assert isinstance(smoke, SmokeContent)
    assert "far" in smoke.title()
    assert smoke.route() == Route("probes", id=int(probe.id))
    none = await content(TileKind.SMOKE).load()
    assert none.title() == "Probe"
    gone = await content(TileKind.SMOKE, probe="4711").load()
    assert gone.title() == "Probe"


async def test_a_week_is_made_of_the_hours_in_their_zone(content, measured) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC).timestamp()  # a Monday
    times = start + np.arange(0, 7 * 86_400, 600.0)
    values = np.repeat(np.arange(168.0), 6)
    values[:6] = np.nan
    cells = week_of(Curve("x", times, values), UTC)
    assert np.isnan(cells[0, 0])
    assert cells[0, 1] == 1
    assert cells[6, 23] == 167
    assert np.isnan(week_of(Curve("x", NOTHING, NOTHING), UTC)).all()
    heat = await content(TileKind.HEAT, curve=f"interface:{measured.port}/in").load()
    assert isinstance(heat, HeatContent)
    assert heat.span().seconds == 28 * 86_400
    assert heat.heat is not None
    assert np.isfinite(heat.heat.cells).any()
    before = heat.grab().toImage()
    bare = await content(TileKind.HEAT).load()
    assert bare.grab().toImage() != before
    assert bare.note == "Choose a curve for this tile."


async def test_a_map_shows_the_network_and_takes_no_hand(content, measured) -> None:
    shown_map = await content(TileKind.MAP).load()
    assert isinstance(shown_map, MapContent)
    assert len(shown_map.canvas.scene.nodes) == 5
    assert shown_map.note.isHidden()
    shown_map.show_loaded(None)
    assert shown_map.canvas.isHidden()
    assert not shown_map.note.isHidden()
