"""People, rotas and a desk to be on call for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.services.alarms.model import Alarm, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.oncall.escalating import EscalationService
from noc_console.services.oncall.model import (
    Channel,
    Group,
    Layer,
    Person,
    Policy,
    PolicyId,
    Rota,
    RotaId,
    Step,
    Target,
    TargetKind,
)
from noc_console.services.oncall.service import OnCallService
from tests.conftest import FakeClock

ADA, BEN, CEM, DEE = 1, 2, 3, 4
PEOPLE = tuple(
    Person(number, name)
    for number, name in ((ADA, "Ada Byron"), (BEN, "Ben Okri"), (CEM, "Cem Ay"), (DEE, "Dee Roy"))
)
GROUPS = (Group(1, "Managers", (CEM, DEE)), Group(2, "Nobody", ()))
CHANNELS = (Channel(1, "#noc", "slack"),)


def weekly(*people: int, name: str = "Turns", **more: object) -> Layer:
    """Monday 09:00 to Monday 09:00, from the 2nd of March 2026 on."""
    return Layer(name, people or (ADA, BEN), date(2026, 3, 2), **more)  # type: ignore[arg-type]


def rota(*layers: Layer, zone: str = "Europe/Amsterdam", **more: object) -> Rota:
    return Rota(RotaId(1), "First line", zone, layers or (weekly(),), **more)  # type: ignore[arg-type]


def policy(*steps: Step, **more: object) -> Policy:
    first = Step((Target(TargetKind.ROTA, 1),))
    return Policy(PolicyId(1), "Core", steps=steps or (first,), **more)  # type: ignore[arg-type]


def person_step(person: int, after_min: float = 0.0) -> Step:
    return Step((Target(TargetKind.PERSON, person),), after_min)


class People:
    """Stands for the notifications' contacts, which another feature keeps."""

    async def people(self, actor: Actor) -> tuple[Person, ...]:
        return PEOPLE

    async def groups(self, actor: Actor) -> tuple[Group, ...]:
        return GROUPS

    async def channels(self, actor: Actor) -> tuple[Channel, ...]:
        return CHANNELS


@dataclass
class Phone:
    """Stands for the notifications' queue: keeps each key once, and fails when told to."""

    rung: dict[str, tuple[int, tuple[int, ...], tuple[int, ...], str]] = field(default_factory=dict)
    calls: int = 0
    fails: NocError | None = None
    reaches: bool = True

    async def page(
        self,
        actor: Actor,
        *,
        key: str,
        alarm_id: int,
        contact_ids: tuple[int, ...],
        channel_ids: tuple[int, ...],
        kinds: tuple[str, ...],
        note: str,
    ) -> int:
        self.calls += 1
        if self.fails is not None:
            raise self.fails
        if key in self.rung or not self.reaches:
            return 0
        self.rung[key] = (alarm_id, contact_ids, channel_ids, note)
        return 1

    @property
    def people(self) -> list[tuple[int, ...]]:
        return [each[1] for each in self.rung.values()]


@dataclass
class Desk:
    """Alarms, and what escalates them."""

    alarms: AlarmService
    oncall: OnCallService
    escalation: EscalationService
    phone: Phone
    clock: FakeClock
    collector: Actor

    async def report(
        self, name: str = "core-1", severity: Severity = Severity.CRITICAL, device: int = 1
    ) -> Alarm:
        about = AlarmObject(device, device_name=name, site_name="Northgate")
        await self.alarms.report(
            self.collector,
            about=about,
            condition=Condition.UNREACHABLE,
            severity=severity,
            text="does not answer",
        )
        (found,) = await self.alarms.active(self.collector, device_id=device)
        return found

    async def look(self, **later: float) -> int:
        """Let time pass, and look; how many steps were taken."""
        self.clock.tick(**later)
        return (await self.escalation.escalate(self.collector)).taken


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def oncall(db: Database, clock: FakeClock) -> OnCallService:
    return OnCallService(db, clock=clock, directory=People())


@pytest.fixture
def desk(
    db: Database, clock: FakeClock, oncall: OnCallService, phone: Phone, collector: Actor
) -> Desk:
    return Desk(
        alarms=AlarmService(db, clock=clock),
        oncall=oncall,
        escalation=new_escalation(db, clock, oncall, phone),
        phone=phone,
        clock=clock,
        collector=collector,
    )


def new_escalation(
    db: Database, clock: FakeClock, oncall: OnCallService, phone: Phone
) -> EscalationService:
    """As a collector makes one that takes the duty over."""
    return EscalationService(
        db,
        oncall,
        WaitingAlarmService(db),
        InventoryService(db, clock=clock),
        phone,
        clock=clock,
    )
