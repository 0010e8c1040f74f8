"""Lists in tiles: alarms, first places, collectors."""

from __future__ import annotations

from datetime import timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.boards.model import TileKind
from noc_console.views.boards.lists import (
    AlarmsContent,
    CollectorsContent,
    TopContent,
    first_places,
)
from noc_console.views.kit.desk import Route
from tests.views.top.conftest import sheet_of


def texts(content: AlarmsContent | TopContent | CollectorsContent) -> list[str]:
    return [line.text for line in content.lines.lines]


async def test_the_worst_alarms_stand_first_from_a_severity_on(content, measured) -> None:
    await measured.world.report("core-1", Severity.MINOR)
    await measured.world.report("core-2", Severity.CRITICAL)
    alarms = await content(TileKind.ALARMS).load()
    assert isinstance(alarms, AlarmsContent)
    assert texts(alarms) == ["core-2", "core-1"]
    assert alarms.lines.lines[0].severity is Severity.CRITICAL
    assert alarms.lines.lines[0].route is not None
    only = await content(TileKind.ALARMS, least="critical").load()
    assert texts(only) == ["core-2"]


async def test_nothing_wrong_is_said(content) -> None:
    alarms = await content(TileKind.ALARMS).load()
    assert alarms.lines.empty == "Nothing is wrong."


async def test_the_first_places_come_with_their_curves_and_lead_to_graphs(
    content, measured
) -> None:
    top = await content(TileKind.TOP, of="interfaces", by="in").load()
    assert isinstance(top, TopContent)
    assert texts(top) == ["core-1 ge-0/0/1"]
    line = top.lines.lines[0]
    assert line.number.endswith("Mb/s")
    assert line.curve is not None
    assert line.route == Route("graphs", text=f"interface:{measured.port}")
    assert top.title() == "Interfaces by in"
    assert top.route() == Route("top", text="interfaces sort:in")


async def test_options_that_make_no_sense_fall_back(content) -> None:
    top = await content(TileKind.TOP, of="dragons", by="colour").load()
    assert (top.of.value, top.by) == ("interfaces", "util")


async def test_a_list_of_noughts_is_no_list(content, measured) -> None:
    top = await content(TileKind.TOP, of="interfaces", by="p95", only="nosuchword").load()
    assert texts(top) == []
    sheet = sheet_of([0.0, 0.0])
    sheet.numbers["errors"][:] = [0.0, 2.0]
    assert [row.id for row in first_places(sheet, "errors", 5, "")] == [20]
    assert [row.id for row in first_places(sheet, "in", 5, "core-1")] == [20]


async def test_a_collector_that_fell_silent_wants_a_look(content, measured) -> None:
    world = measured.world
    at = world.clock.now()
    await world.samples.pulse("noc-1", at, {"devices": 12, "due_late_s": 0.2})
    await world.samples.pulse("noc-2", at - timedelta(minutes=10), {"devices": 3})
    found = await content(TileKind.COLLECTORS).load()
    assert isinstance(found, CollectorsContent)
    told = {line.text: line for line in found.lines.lines}
    assert told["noc-1"].number == "in time"
    assert not told["noc-1"].wants_a_look
    assert told["noc-1"].detail == "12 devices"
    assert told["noc-2"].number == "silent 10 min"
    assert told["noc-2"].wants_a_look
