"""What the desk asks of others."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.alarms.ports import NothingPlanned
from tests.conftest import FakeClock


async def test_where_nobody_plans_work_nothing_is_quiet(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.read(operator) as tx:
        assert await NothingPlanned().quiet(tx, [AlarmObject(7)], at=clock.now()) == {}
