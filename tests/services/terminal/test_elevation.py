"""Leave to change a device: with a reason, recorded, for some minutes."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, Refused
from noc_console.kernel.events import Event, EventBus
from noc_console.services.terminal.elevation import (
    ElevationEnded,
    ElevationService,
    SessionElevated,
)
from tests.conftest import FakeClock


@pytest.fixture
def steady() -> list[float]:
    return [1_000.0]


@pytest.fixture
def service(db: Database, clock: FakeClock, steady: list[float]) -> ElevationService:
    return ElevationService(db, clock=clock, steady=lambda: steady[0])


async def test_it_ends_by_the_steady_clock_and_is_in_the_journal(
    service: ElevationService, operator: Actor, bus: EventBus, steady: list[float]
) -> None:
    told: list[Event] = []
    bus.listen(told.extend)
    made = await service.elevate(
        operator, device_id=7, name="core-1", reason="CHG-7", is_recorded=True
    )
    assert made.left_s(steady[0]) == 900
    steady[0] += 901
    assert made.left_s(steady[0]) == 0
    await service.end(operator, made)
    assert told == [
        SessionElevated(device_id=7, name="core-1", reason="CHG-7", minutes=15),
        ElevationEnded(device_id=7, name="core-1", early=False),
    ]


async def test_without_a_reason_a_recording_or_the_right_there_is_none(
    service: ElevationService, operator: Actor
) -> None:
    with pytest.raises(Invalid, match="say why"):
        await service.elevate(operator, name="core-1", reason=" ", is_recorded=True)
    with pytest.raises(Refused, match="recorded"):
        await service.elevate(operator, name="core-1", reason="x", is_recorded=False)
    with pytest.raises(Invalid, match="120"):
        await service.elevate(operator, name="c", reason="x", minutes=500, is_recorded=True)
    with pytest.raises(NotAllowed):
        await service.elevate(Actor("guest", "acme"), name="c", reason="x", is_recorded=True)
