"""Several consoles deciding about the same devices in the same moment, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.image_shelf import ImageShelf
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import Conflict
from noc_console.kernel.events import EventBus
from noc_console.services.flights import store
from noc_console.services.flights.logbook import Logbook
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightChanged,
    Kind,
    Phase,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.services.flights.previewing import Previewer
from noc_console.services.flights.reaching import Reach
from noc_console.services.flights.service import FlightService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService

ROUNDS = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


class Desk:
    """A console of somebody's: its own connections to the one store."""

    def __init__(self, db: Database, folder: Path) -> None:
        clock = SystemClock()
        secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
        inventory = InventoryService(db, clock=clock)
        self.db = db
        self.logbook = Logbook(db, secrets, clock=clock)
        self.flights = FlightService(
            db,
            clock=clock,
            secrets=secrets,
            inventory=inventory,
            previewer=Previewer(_nowhere(), inventory),
            shelf=ImageShelf(folder / "images"),
        )


def _nowhere() -> Reach:
    """Decisions ask no device: whoever reached for one would fail at once."""
    return object.__new__(Reach)


@pytest.fixture
async def desks(db: Database, store_url: str, tmp_path: Path) -> AsyncIterator[tuple[Desk, Desk]]:
    other = Database(open_engine(store_url), clock=SystemClock(), bus=EventBus())
    try:
        yield Desk(db, tmp_path), Desk(other, tmp_path)
    finally:
        other.close()


async def approved(db: Database, actor: Actor, title: str, devices: Sequence[int]) -> int:
    now = SystemClock().now()
    flight = Flight(UNBORN, title, Kind.CHANGE, "t", "mira", now, phase=Phase.APPROVED)
    rows = [
        Target(
            TargetId(0), UNBORN, n, f"core-{n}", "192.0.2.1", "ios", 0, Stand.PLANNED, Way.GUARDED
        )
        for n in devices
    ]
    async with db.begin(actor) as tx:
        number = await store.add(tx, flight, [(row, b"sealed") for row in rows])
        tx.record(FlightChanged(flight_id=number, title=title, what="approved"))
    return int(number)


async def at_once(*wanted: Awaitable[Flight | bool]) -> list[Flight | bool | BaseException]:
    return await asyncio.gather(*wanted, return_exceptions=True)


async def test_of_two_flights_at_one_device_the_second_is_refused_and_told_of_the_first(
    desks: tuple[Desk, Desk], operator: Actor
) -> None:
    here, there = desks
    for device in range(ROUNDS):
        pair = [
            await approved(here.db, operator, title, (device, device + 100, other))
            for title, other in (("one", device + 200), ("two", device + 300))
        ]
        came = await at_once(
            here.flights.start(operator, flight_id=pair[0]),
            there.flights.start(operator, flight_id=pair[1]),
        )
        (flown,) = [each for each in came if isinstance(each, Flight)]
        (refused,) = [each for each in came if isinstance(each, Conflict)]
        assert f"“{flown.title}” is in the air at core-{device}" in str(refused)
        phases = {(await here.logbook.flight(operator, number)).phase for number in pair}
        assert phases == {Phase.FLYING, Phase.APPROVED}


async def test_a_chain_of_overlapping_flights_leaves_each_device_to_one(
    desks: tuple[Desk, Desk], operator: Actor
) -> None:
    here, there = desks
    numbers = [await approved(here.db, operator, f"f{n}", (n, n + 1)) for n in range(8)]
    came = await at_once(
        *(
            desk.flights.start(operator, flight_id=n)
            for n, desk in zip(numbers, (here, there) * 4, strict=True)
        )
    )
    assert all(isinstance(each, Flight | Conflict) for each in came), came
    aloft = [each.id for each in came if isinstance(each, Flight)]
    assert aloft
    taken = [
        target.device_id
        for number in aloft
        for target in await there.logbook.targets(operator, number)
    ]
    assert len(taken) == len(set(taken)), "one device in two flights"


async def test_one_flight_started_from_two_consoles_begins_once(
    desks: tuple[Desk, Desk], operator: Actor
) -> None:
    here, there = desks
    for device in range(ROUNDS):
        number = await approved(here.db, operator, "once", (device,))
        came = await at_once(
            here.flights.start(operator, flight_id=number),
            there.flights.start(operator, flight_id=number),
        )
        (refused,) = [each for each in came if isinstance(each, Conflict)]
        assert "“once” is flying, not approved" in str(refused)
        shown = await there.flights.listed(operator)
        assert next(flight for flight in shown if flight.id == number).phase is Phase.FLYING
        async with here.db.read(operator) as tx:
            steps = await store.steps_of(tx, number, limit=10)
        assert [step.what for step in steps] == ["flying"], "it began twice"


async def test_what_is_called_off_as_it_is_started_is_one_of_both(
    desks: tuple[Desk, Desk], operator: Actor
) -> None:
    here, there = desks
    for device in range(ROUNDS):
        number = await approved(here.db, operator, "x", (device,))
        came = await at_once(
            here.flights.start(operator, flight_id=number),
            there.flights.cancel(operator, flight_id=number),
        )
        (done,) = [each for each in came if isinstance(each, Flight)]
        assert isinstance(next(each for each in came if each is not done), Conflict)
        assert (await here.logbook.flight(operator, number)).phase is done.phase


async def test_what_is_stopped_as_it_lands_is_over_or_taken_back_never_both(
    desks: tuple[Desk, Desk], operator: Actor
) -> None:
    """A flight that was told to stop does not land as if nobody had said so."""
    here, there = desks
    for device in range(ROUNDS):
        number = await approved(here.db, operator, "x", (device,))
        flight = await here.flights.start(operator, flight_id=number)
        landed, stopped = await at_once(
            here.logbook.enter(operator, flight, Phase.DONE),
            there.flights.stop(operator, flight_id=number),
        )
        kept = await here.logbook.flight(operator, number)
        if landed:
            assert isinstance(stopped, Conflict) and kept.phase is Phase.DONE
        else:
            assert isinstance(stopped, Flight) and kept.phase is Phase.FLYING and kept.stop
    late = replace(kept, stop="")
    assert await here.logbook.enter(operator, late, Phase.UNDOING, "why") is True
