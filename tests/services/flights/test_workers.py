"""The tower sends pilots, and calls them back when the duty is another's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.services.flights.model import Flight, Phase
from noc_console.services.flights.workers import FlightTower
from tests.services.flights.conftest import Console, Text


async def begun(console: Console, actor: Actor, colleague: Actor, **more: float) -> Flight:
    flight = await console.flights.plan(
        actor, title="x", device_ids=(console.ids["ams-edge-3"],), template="hostname other",
        **{"canary_soak_s": 0.1, "soak_s": 0.1, **more},
    )  # fmt: skip
    await console.flights.approve(colleague, flight_id=flight.id)
    return await console.flights.start(colleague, flight_id=flight.id)


async def run_until(tower: FlightTower, there: Callable[[], bool]) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        running = group.create_task(tower.run())
        while not there():
            await asyncio.sleep(0.02)
        running.cancel()


async def phase_of(console: Console, actor: Actor, flight: Flight) -> Phase:
    return (await console.logbook.flight(actor, flight.id)).phase


async def test_what_is_started_is_flown(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await begun(console, operator, colleague)
    tower = FlightTower(console.logbook, console.pilot(colleague), actor=colleague, every_s=0.05)
    done = asyncio.Event()

    async def watch() -> None:
        while await phase_of(console, operator, flight) is not Phase.DONE:
            await asyncio.sleep(0.05)
        done.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        await run_until(tower, done.is_set)
    assert "hostname other" in config("ams-edge-3")


async def test_whose_duty_it_is_not_flies_nothing_and_lets_go_of_what_it_flies(
    console: Console, operator: Actor, colleague: Actor, config: Text
) -> None:
    flight = await begun(console, operator, colleague, canary_soak_s=60.0)
    mine = False
    tower = FlightTower(
        console.logbook, console.pilot(colleague), actor=colleague, every_s=0.02,
        is_mine=lambda: mine,
    )  # fmt: skip
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        running = group.create_task(tower.run())
        await asyncio.sleep(0.2)
        assert "hostname other" not in config("ams-edge-3")
        mine = True
        while "hostname other" not in config("ams-edge-3"):
            await asyncio.sleep(0.02)
        mine = False
        while tower._flying and not all(task.done() for task in tower._flying.values()):
            await asyncio.sleep(0.02)
        running.cancel()
    assert await phase_of(console, operator, flight) is Phase.FLYING


class Clumsy:
    """A pilot whose store goes away twice: a real one cannot be made to, at that moment."""

    def __init__(self) -> None:
        self.tries = 0

    async def fly(self, flight_id: int) -> None:
        self.tries += 1
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fall())

    async def _fall(self) -> None:
        raise Unreachable("the store does not answer", peer="store")


async def test_a_flight_that_was_interrupted_is_taken_up_again(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    await begun(console, operator, colleague)
    pilot = Clumsy()
    tower = FlightTower(console.logbook, pilot, actor=colleague, every_s=0.02)  # type: ignore[arg-type]
    await run_until(tower, lambda: pilot.tries >= 3)
