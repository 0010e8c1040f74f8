"""Who had a device elevated, from the journal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.services.terminal.deeds import ElevatedDeeds
from noc_console.services.terminal.elevation import ElevationService
from tests.conftest import FakeClock


@pytest.fixture
def service(db: Database, clock: FakeClock) -> ElevationService:
    return ElevationService(db, clock=clock)


async def who(
    db: Database, actor: Actor, clock: FakeClock, *, minutes: float, device_id: int = 7
) -> list[str]:
    """Who could change it in the last minutes."""
    start = clock.now() - timedelta(minutes=minutes)
    found = await ElevatedDeeds(db).deeds(actor, device_id=device_id, start=start, end=clock.now())
    assert not any(deed.is_certain for deed in found)
    return [f"{deed.who}: {deed.how}" for deed in found]


async def test_who_had_it_elevated_could_change_it_and_nobody_else(
    db: Database, service: ElevationService, operator: Actor, clock: FakeClock
) -> None:
    clock.tick(minutes=1)
    await service.elevate(operator, device_id=7, name="core-1", reason="CHG-7", is_recorded=True)
    await service.elevate(operator, device_id=8, name="core-2", reason="x", is_recorded=True)
    clock.tick(minutes=5)
    told = ["mira: elevated terminal of mira (CHG-7)"]
    assert await who(db, operator, clock, minutes=10) == told
    assert await who(db, operator, clock, minutes=1) == told, "it began before, and still is"
    assert await who(db, operator, clock, minutes=10, device_id=9) == []
    clock.tick(minutes=30)
    assert await who(db, operator, clock, minutes=10) == [], "its time was up"
    assert await who(db, operator, clock, minutes=60) == told


async def test_what_was_given_back_early_is_over(
    db: Database, service: ElevationService, operator: Actor, clock: FakeClock
) -> None:
    clock.tick(minutes=1)
    made = await service.elevate(
        operator, device_id=7, name="core-1", reason="x", minutes=60, is_recorded=True
    )
    clock.tick(minutes=2)
    await service.end(operator, made)
    clock.tick(minutes=10)
    assert await who(db, operator, clock, minutes=5) == []
    assert len(await who(db, operator, clock, minutes=30)) == 1


async def test_it_is_for_who_keeps_configurations(db: Database, clock: FakeClock) -> None:
    with pytest.raises(NotAllowed):
        await who(db, Actor("guest", "acme"), clock, minutes=1)
