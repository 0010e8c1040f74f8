"""What judges by itself: after each new version, and after what nobody told of."""

from __future__ import annotations

import asyncio

from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.compliance.model import RuleKind
from noc_console.services.compliance.service import ComplianceService
from noc_console.services.compliance.workers import ComplianceKeeper
from noc_console.services.configs.backup import BackupService
from tests.conftest import FakeClock
from tests.services.compliance.test_service import ready
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import TEXT, told


async def test_a_new_version_is_judged_soon_after_it_was_kept(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    number = await ready(backups, meet, operator, clock)
    await compliance.save_rule(operator, name="r", kind=RuleKind.HAS, text="x")
    keeper = ComplianceKeeper(compliance, bus=bus, actor=operator)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keeper.run())
        async with asyncio.timeout(30):
            while await compliance.stale(operator):
                await asyncio.sleep(0.02)
            await backups.keep(operator, fetched=[told(number, clock, TEXT + "x\n")])
            while await compliance.stale(operator):
                await asyncio.sleep(0.02)
        task.cancel()
    (finding,) = await compliance.findings(operator)
    assert finding.verdict == "pass"


async def test_only_whose_duty_it_is_judges(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    await ready(backups, meet, operator, clock)
    keeper = ComplianceKeeper(compliance, bus=bus, actor=operator, is_mine=lambda: False)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keeper.run())
        await asyncio.sleep(0.1)
        task.cancel()
    assert len(await compliance.stale(operator)) == 1
    assert await keeper.catch_up() == 1
    assert await keeper.catch_up() == 0
