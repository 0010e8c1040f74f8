from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.flights.model import FlightStepped, Phase, Stand
from tests.services.flights.conftest import Console


async def test_every_move_is_in_the_store_told_and_logged(
    console: Console, operator: Actor, bus: EventBus
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    heard: list[Event] = []
    bus.listen(heard.extend)
    (target,) = await console.logbook.targets(operator, flight.id)
    await console.logbook.move(operator, target, Stand.CHANGING, "by hand", attempt=1)
    await console.logbook.step(operator, target, "does", "types")
    (moved,) = await console.logbook.targets(operator, flight.id)
    assert (moved.stand, moved.attempt) == (Stand.CHANGING, 1)
    assert [type(event) for event in heard] == [FlightStepped, FlightStepped]
    shown = await console.flights.show(operator, flight_id=flight.id)
    assert [(step.what, step.text) for step in shown.steps[-2:]] == [
        ("changing", "by hand"), ("does", "types"),
    ]  # fmt: skip


async def test_at_its_end_what_waits_is_left_alone_and_the_time_is_kept(
    console: Console, operator: Actor
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    await console.logbook.enter(operator, flight, Phase.FLYING)
    assert [f.id for f in await console.logbook.in_the_air(operator)] == [flight.id]
    await console.logbook.enter(operator, flight, Phase.DONE, "enough")
    kept = await console.logbook.flight(operator, flight.id)
    assert (kept.phase, kept.why, kept.counts) == (Phase.DONE, "enough", {"skipped": 1})
    assert kept.ended_at is not None
    assert await console.logbook.in_the_air(operator) == ()


async def test_a_flight_that_is_not_there_is_told(console: Console, operator: Actor) -> None:
    with pytest.raises(NotFound):
        await console.logbook.flight(operator, 99)


async def test_what_came_of_the_lines_is_kept_with_the_device(
    console: Console, operator: Actor
) -> None:
    flight = await console.flights.plan(
        operator, title="x", device_ids=(console.ids["ams-edge-2"],), template="hostname x"
    )
    (target,) = await console.logbook.targets(operator, flight.id)
    kept = await console.logbook.kept(operator, target)
    assert kept.came == ()
    came = replace(kept, came=("hostname x", "lldp run"))
    await console.logbook.arrive(
        operator, target, Stand.ASKS, kept=came, did="+hostname x", why="“y” is missing"
    )
    assert await console.logbook.kept(operator, target) == came
    (arrived,) = await console.logbook.targets(operator, flight.id)
    assert (arrived.stand, arrived.why) == (Stand.ASKS, "“y” is missing")
