"""What runs by itself: due devices are read side by side, kept, and told about when they fail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.alarms.service import AlarmService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService, Due
from noc_console.services.configs.model import BackupPolicy, ConfigVersionKept, Fetched, Why
from noc_console.services.configs.workers import BackupRunner
from noc_console.services.credentials.service import CredentialService
from noc_console.services.intake.model import ConfigChange
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import told

NAMES = {"ams-core-1": "iosxr", "ams-core-2": "junos"}


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    """As in `conftest`, with the same port for every device, as devices have."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=port)) as made:
        yield made


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def runner(
    backups: BackupService, alarms: AlarmService, bus: EventBus, operator: Actor
) -> BackupRunner:
    return BackupRunner(backups, alarms, bus=bus, actor=operator)


@asynccontextmanager
async def running(runner: BackupRunner) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(runner.run())
        try:
            yield
        finally:
            task.cancel()


async def until(done: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not done():
            await asyncio.sleep(0.02)


async def test_devices_of_the_lab_are_read_and_a_change_that_is_heard_is_read_at_once(
    runner: BackupRunner,
    backups: BackupService,
    archive: ArchiveService,
    intake: IntakeService,
    credentials: CredentialService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    bus: EventBus,
    clock: FakeClock,
) -> None:
    numbers = [
        await meet(name, address=lab.device(name).address, platform=platform)
        for name, platform in NAMES.items()
    ]
    await credentials.add_ssh(operator, user="noc", password="lab")
    await backups.set_policy(operator, trust_new=True, settle_s=0)
    seen: list[int] = []
    bus.listen(lambda es: seen.extend(e.device_id for e in es if isinstance(e, ConfigVersionKept)))
    async with running(runner):
        await until(lambda: len(seen) == 2)
        assert sorted(seen) == sorted(numbers)
        clock.tick(hours=1)
        heard = ConfigChange(numbers[0], clock.now(), "mira", "vty0", "line")
        await intake.note_changes(operator, changes=(heard,))
        await until(lambda: runner.read == 3)
    (version,) = await archive.history(operator, device_id=numbers[0])
    assert version.seen_at == clock.now() and version.why is Why.SCHEDULE
    assert runner.health() == {"config_backups": 3, "config_failures": 0, "config_waiting": 0}


async def test_a_runner_that_was_killed_goes_on_with_what_it_had_not_kept(
    runner: BackupRunner,
    backups: BackupService,
    alarms: AlarmService,
    archive: ArchiveService,
    credentials: CredentialService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    bus: EventBus,
    clock: FakeClock,
) -> None:
    done, waiting = [
        await meet(name, address=lab.device(name).address, platform=platform)
        for name, platform in NAMES.items()
    ]
    await credentials.add_ssh(operator, user="noc", password="lab")
    await backups.set_policy(operator, trust_new=True)
    await backups.want(operator, device_ids=(done, waiting))
    clock.tick(seconds=1)
    await backups.keep(operator, fetched=[told(done, clock)])
    # The first runner ends here without a word; what is still wanted stands in the store.
    async with running(BackupRunner(backups, alarms, bus=bus, actor=operator)) as _:
        await until(lambda: True)
        async with asyncio.timeout(30):
            while await archive.latest(operator, device_id=waiting) is None:
                await asyncio.sleep(0.05)
    (first,) = await archive.history(operator, device_id=done)
    assert first.seen_at == first.at


async def test_three_failures_in_a_row_are_an_alarm_until_it_is_read_again(
    runner: BackupRunner,
    backups: BackupService,
    alarms: AlarmService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await meet("r1", address="192.0.2.1")
    for round_ in range(3):
        (due,) = await backups.due(operator, mine=lambda _: True)
        assert due.failures == round_
        runner._failures[number] = due.failures
        bad = told(number, clock, "", error="does not answer", reason="timeout")
        runner._fetched.append(bad)
        await runner.flush()
        clock.tick(hours=12)
    (alarm,) = await alarms.active(operator)
    assert alarm.condition == "config-backup-failing" and "does not answer" in alarm.text
    (due,) = await backups.due(operator, mine=lambda _: True)
    runner._failures[number] = due.failures
    runner._fetched.append(told(number, clock))
    await runner.flush()
    assert not [one for one in await alarms.active(operator) if one.is_active]


async def test_what_is_read_while_others_are_kept_is_not_lost(
    backups: BackupService,
    archive: ArchiveService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    alarms: AlarmService,
    bus: EventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No second look within this test would find again what was lost.
    runner = BackupRunner(backups, alarms, bus=bus, actor=operator, look_every_s=600)
    numbers = [await meet(f"r{n}", address=f"192.0.2.{n}") for n in range(1, 9)]
    at_once = iter(range(100))

    async def fetch(actor: Actor, due: Due, policy: BackupPolicy) -> Fetched:
        # Each a little later than the one before, so that some end while others are written.
        await asyncio.sleep(0.4 * next(at_once))
        return told(int(due.device.id), clock)

    monkeypatch.setattr(backups, "fetch", fetch)
    async with running(runner):
        await until(lambda: runner.read == len(numbers))
    assert set(await archive.newest(operator)) == set(numbers)


async def test_a_missing_login_is_no_alarm_however_often(
    runner: BackupRunner, alarms: AlarmService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    runner._failures[number] = 9
    runner._fetched.append(told(number, clock, "", error="no login", reason="no-login"))
    await runner.flush()
    assert await alarms.active(operator) == ()
    assert runner.failed == 1
