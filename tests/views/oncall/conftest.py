"""A page of on call on a real store, with people from a directory of the test's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.waiting import WaitingAlarmService
from noc_console.services.oncall.model import PolicyId, Rota, RotaId, Step, Target, TargetKind
from noc_console.services.oncall.service import OnCallService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.oncall.page import OnCallPage
from tests.conftest import FakeClock
from tests.services.oncall.conftest import ADA, People, person_step, policy, rota, weekly
from tests.views.conftest import shown

TUESDAY = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def oncall(store: Database, clock: FakeClock) -> OnCallService:
    clock.time = TUESDAY
    return OnCallService(store, clock=clock, directory=People())


@pytest.fixture
async def kept(oncall: OnCallService, operator: Actor) -> Rota:
    """A rota and a policy that names it."""
    layer = replace(weekly(), first_day=date(2026, 2, 16))
    made = await oncall.keep_rota(operator, rota=replace(rota(layer), id=RotaId(0)))
    first = Step((Target(TargetKind.ROTA, int(made.id)),))
    steps = replace(policy(first, person_step(ADA, 15)), id=PolicyId(0))
    await oncall.keep_policy(operator, policy=steps)
    return made


@pytest.fixture
async def page(desk: Desk, oncall: OnCallService, store: Database, kept: Rota) -> OnCallPage:
    made = OnCallPage(desk, oncall, WaitingAlarmService(store))
    shown(made, 1200, 700)
    await settled()
    return made
