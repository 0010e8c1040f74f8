"""Flights on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.flights import store
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightChanged,
    Gates,
    Image,
    Kind,
    Phase,
    Stand,
    Target,
    TargetId,
    Way,
)
from tests.conftest import FakeClock


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


def target(device_id: int, wave: int, stand: Stand = Stand.PLANNED) -> Target:
    name = f"core-{device_id}"
    place = (TargetId(0), UNBORN, device_id, name, "192.0.2.1", "ios")
    return Target(*place, wave, stand, Way.GUARDED, adds=1, diff="+x", former="1 a.bin")


async def added(db: Database, actor: Actor, flight: Flight, *targets: Target) -> int:
    async with db.begin(actor) as tx:
        number = await store.add(tx, flight, [(each, b"sealed") for each in targets])
        tx.record(FlightChanged(flight_id=number, title=flight.title, what="planned"))
    return int(number)


async def test_a_flight_is_kept_with_all_it_says(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    now = clock.now()
    flight = Flight(
        UNBORN, "x", Kind.FIRMWARE, "t", "mira", now, {"a": "b"}, "CHG-1", canaries=2,
        gates=Gates(1.0, 2.0, traffic_drop=0.0), starts_at=now, ends_at=now, stage_only=True,
        image=Image("a.bin", 7, "5", "2", "9.9"),
    )  # fmt: skip
    number = await added(db, operator, flight, target(1, 0), target(2, -1, Stand.REFUSED),
                         target(3, 1))  # fmt: skip
    async with db.read(operator) as tx:
        kept = await store.get(tx, number)
        assert kept is not None
        counts = {"planned": 2, "refused": 1}
        assert kept == replace(flight, id=kept.id, devices=3, counts=counts)
        found = await store.targets_of(tx, number)
        assert [t.device_id for t in found] == [1, 3, 2]
        assert found[0].diff == "" and found[0].former == "1 a.bin"
        full = await store.target(tx, found[0].id)
        assert full is not None and full.diff == "+x"
        assert await store.sealed_of(tx, found[0].id) == b"sealed"
        assert [f.id for f in await store.recent(tx, limit=5)] == [number]


async def test_steps_come_back_in_their_order_with_names(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    number = await added(
        db, operator, Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", clock.now()), target(1, 0)
    )
    async with db.begin(operator) as tx:
        (only,) = await store.targets_of(tx, number)
        for text, about in (("one", None), ("two", only.id), ("three", None)):
            await store.add_step(
                tx, number, at=clock.now(), what="does", text=text, target_id=about
            )
        tx.record(FlightChanged(flight_id=number, title="x", what="x"))
        steps = await store.steps_of(tx, number, limit=2)
    assert [(step.text, step.name) for step in steps] == [("two", "core-1"), ("three", "")]


async def test_what_was_not_changed_is_let_go_of(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    flight = Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", clock.now())
    number = await added(db, operator, flight, target(1, 0, Stand.KEPT), target(2, 1))
    async with db.begin(operator) as tx:
        await store.skip_planned(tx, number)
        tx.record(FlightChanged(flight_id=number, title="x", what="x"))
        assert [t.stand for t in await store.targets_of(tx, number)] == [
            Stand.KEPT, Stand.SKIPPED,
        ]  # fmt: skip


async def test_a_device_in_the_air_is_found_by_other_flights_only(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    flight = Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", clock.now())
    flying = await added(db, operator, replace(flight, phase=Phase.FLYING), target(1, 0))
    other = await added(db, operator, flight, target(1, 0))
    apart = await added(db, operator, flight, target(2, 0))
    async with db.read(operator) as tx:
        assert await store.busy_with(tx, other) == ("x", "core-1")
        assert await store.busy_with(tx, apart) is None
        assert await store.busy_with(tx, flying) is None
        assert [f.id for f in await store.in_phases(tx, (Phase.FLYING,))] == [flying]


async def test_what_touched_a_device_is_found_by_its_steps(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    now = clock.now()
    number = await added(
        db, operator, Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", now),
        replace(target(1, 0), changed_at=now), replace(target(2, 0), changed_at=None),
    )  # fmt: skip
    second = timedelta(seconds=1)
    async with db.begin(operator) as tx:
        first, _ = await store.targets_of(tx, number)
        for what, later in (("changing", 1), ("does", 5), ("held", 9), ("kept", 30)):
            await store.add_step(
                tx, number, at=now + later * second, what=what, text="", target_id=int(first.id)
            )
        tx.record(FlightChanged(flight_id=number, title="x", what="done"))

    async def found(start: int, end: int, device: int = 1) -> list[int]:
        async with db.read(operator) as tx:
            span = {"start": now + start * second, "end": now + end * second}
            touched = await store.touches(tx, device, **span, limit=5)
        return [int(each.flight.id) for each in touched]

    assert await found(0, 3) == await found(6, 60) == [number]
    assert await found(2, 8) == await found(10, 60) == await found(0, 60, device=2) == []


async def test_a_yes_moves_who_asks_in_one_flight_only(db: Database, operator: Actor) -> None:
    flight = Flight(UNBORN, "x", Kind.CHANGE, "t", "mira", datetime(2026, 3, 1, tzinfo=UTC))
    numbers = [
        await added(
            db, operator, flight,
            target(1, 0, Stand.ASKS), target(2, 0, Stand.KEPT), target(3, 1),
        )
        for _ in range(2)
    ]  # fmt: skip
    async with db.begin(operator) as tx:
        assert await store.accept(tx, numbers[0]) == (1,)
        assert await store.accept(tx, numbers[0]) == ()
        tx.record(FlightChanged(flight_id=numbers[0], title="x", what="accepted"))
    async with db.read(operator) as tx:
        stands = [[t.stand for t in await store.targets_of(tx, number)] for number in numbers]
    assert stands == [
        [Stand.HELD, Stand.KEPT, Stand.PLANNED],
        [Stand.ASKS, Stand.KEPT, Stand.PLANNED],
    ]
