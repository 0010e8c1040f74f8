"""What is read is kept once, with who changed it; what fails is told and tried again."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.lab.run import Lab
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.model import BackupPolicy, Fetched, Why
from noc_console.services.credentials.service import CredentialService
from noc_console.services.intake.model import ConfigChange
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet

TEXT = """hostname r1
enable secret 9 $9$S3CR3T-canary
interface Gi0/0
 ip address 192.0.2.1 255.255.255.0
router bgp 65000
 neighbor 192.0.2.2 password S3CR3T-canary
end
"""


def told(number: int, clock: FakeClock, text: str = TEXT, **more: object) -> Fetched:
    made = Fetched(number, clock.now(), text, "ios", "indented", "show running-config")
    return replace(made, **more)  # type: ignore[arg-type]


async def test_a_device_of_the_lab_is_read_kept_and_the_second_time_recognised(
    backups: BackupService,
    archive: ArchiveService,
    credentials: CredentialService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    await credentials.add_ssh(operator, user="noc", password="lab")
    policy = BackupPolicy()
    (due,) = await backups.due(operator, mine=lambda _: True)
    refused = await backups.fetch(operator, due, policy)
    assert refused.reason == "untrusted" and not refused.text
    await backups.keep(operator, fetched=[refused])
    assert await backups.due(operator, mine=lambda _: True) == ()
    assert await backups.pin_keys(operator, device_ids=(number,)) == 1
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.why is Why.DEMAND
    read = await backups.fetch(operator, due, policy)
    assert "hostname ams-core-1" in read.text
    (version,) = await backups.keep(operator, fetched=[read])
    assert version.lines == read.text.count("\n") and version.added > 20
    clock.tick(hours=30)
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.why is Why.SCHEDULE
    again = await backups.fetch(operator, due, policy)
    assert await backups.keep(operator, fetched=[again]) == ()
    (only,) = await archive.history(operator, device_id=number)
    assert only.id == version.id and only.seen_at == clock.now() and only.at < only.seen_at


async def test_nothing_readable_of_a_configuration_lies_in_the_store(
    backups: BackupService, meet: Meet, operator: Actor, clock: FakeClock, store_url: str
) -> None:
    number = await meet("r1", address="192.0.2.1")
    await backups.keep(operator, fetched=[told(number, clock)])
    path = Path(store_url.removeprefix("sqlite:///"))
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in path.parent.iterdir():
        if file.is_file():
            content = file.read_bytes()
            assert b"S3CR3T-canary" not in content and b"neighbor 192.0.2.2" not in content


async def test_what_moves_by_itself_makes_no_version_and_what_was_before_is_kept_once(
    backups: BackupService,
    archive: ArchiveService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    store_url: str,
) -> None:
    number, other = [await meet(f"r{n}", address=f"192.0.2.{n}") for n in (1, 2)]
    import re

    volatile = (re.compile("^! Last"),)
    for hour, text in enumerate((TEXT, "! Last change at 3\n" + TEXT, TEXT + " x\n", TEXT)):
        clock.tick(hours=1)
        kept = await backups.keep(operator, fetched=[told(number, clock, text, volatile=volatile)])
        assert len(kept) == (hour != 1)
    await backups.keep(operator, fetched=[told(other, clock)])
    history = await archive.history(operator, device_id=number)
    assert [(one.added, one.removed) for one in history][:2] == [(0, 1), (1, 0)]
    assert history[0].digest == history[2].digest != history[1].digest
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as store:
        assert store.execute("SELECT count(*) FROM config_texts").fetchone() == (2,)


async def test_who_changed_it_is_what_the_device_said_since_the_version_before(
    backups: BackupService, intake: IntakeService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    await backups.keep(operator, fetched=[told(number, clock)])
    clock.tick(hours=2)
    heard = ConfigChange(number, clock.now(), "mira", "vty0 (192.0.2.5)", "%SYS-5-CONFIG_I")
    await intake.note_changes(operator, changes=(heard,))
    clock.tick(minutes=1)
    (version,) = await backups.keep(operator, fetched=[told(number, clock, TEXT + "x\n")])
    assert (version.who, version.how) == ("mira", "vty0 (192.0.2.5)")


async def test_a_change_that_was_heard_is_read_after_people_had_time_to_finish(
    backups: BackupService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    await backups.keep(operator, fetched=[told(number, clock)])
    await backups.note_changes(operator, device_ids=(number,))
    assert await backups.due(operator, mine=lambda _: True) == ()
    clock.tick(seconds=20)
    await backups.note_changes(operator, device_ids=(number,))  # typing on does not put it off
    clock.tick(seconds=11)
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.why is Why.CHANGE
    assert await backups.due(operator, mine=lambda _: False) == ()


async def test_a_device_that_fails_is_asked_again_later_and_later(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    for _ in range(2):
        bad = told(number, clock, "", error="192.0.2.1 does not answer", reason="timeout")
        await backups.keep(operator, fetched=[bad])
    (one,) = await archive.overview(operator)
    assert (one.standing.failures, one.standing.reason) == (2, "timeout")
    clock.tick(minutes=19)
    assert await backups.due(operator, mine=lambda _: True) == ()
    clock.tick(minutes=2)
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.failures == 2
    await backups.keep(operator, fetched=[told(number, clock)])
    (one,) = await archive.overview(operator)
    assert one.standing.failures == 0 and not one.standing.error and one.version is not None


async def test_a_wish_that_came_while_it_was_read_is_not_lost(
    backups: BackupService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    read = told(number, clock)
    clock.tick(seconds=1)
    await backups.want(operator, device_ids=(number,))
    await backups.keep(operator, fetched=[read])
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.why is Why.DEMAND


async def test_old_versions_are_let_go_of_with_texts_that_nobody_has(
    backups: BackupService,
    archive: ArchiveService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    store_url: str,
) -> None:
    number = await meet("r1", address="192.0.2.1")
    for n in range(5):
        clock.tick(hours=1)
        await backups.keep(operator, fetched=[told(number, clock, TEXT + f"line {n}\n")])
    await backups.set_policy(operator, keep_versions=2)
    assert await backups.prune(operator) == 3
    assert await backups.prune(operator) == 0
    assert len(await archive.history(operator, device_id=number)) == 2
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as store:
        assert store.execute("SELECT count(*) FROM config_texts").fetchone() == (2,)


async def test_schedules_and_wishes_have_their_bounds_and_rights(
    backups: BackupService, operator: Actor
) -> None:
    with pytest.raises(Invalid) as refused:
        await backups.set_policy(operator, interval_h=0.01)
    assert refused.value.field == "interval_h"
    await backups.set_policy(operator, interval_h=2, is_on=False)
    assert (await backups.policy(operator)) == BackupPolicy(False, 2.0)
    with pytest.raises(NotFound):
        await backups.want(operator, device_ids=(99,))
    with pytest.raises(NotAllowed):
        await backups.want(Actor("x", "acme", frozenset({"configs.see"})), device_ids=(1,))


async def test_with_the_schedule_off_only_wishes_count(
    backups: BackupService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    await backups.set_policy(operator, is_on=False)
    clock.time += timedelta(days=9)
    assert await backups.due(operator, mine=lambda _: True) == ()
    await backups.want(operator, device_ids=(number,))
    assert len(await backups.due(operator, mine=lambda _: True)) == 1


async def test_a_login_for_one_site_reads_the_devices_of_that_site(
    backups: BackupService,
    inventory: InventoryService,
    credentials: CredentialService,
    lab: Lab,
    operator: Actor,
    clock: FakeClock,
) -> None:
    seen = Inspected(
        address=lab.device("ams-core-1").address,
        port=161,
        at=clock.now(),
        name="ams-core-1",
        credential_id=1,
        platform="iosxr",
        location="Amsterdam",
    )
    await inventory.record(operator, inspected=seen)
    (site,) = await inventory.sites(operator)
    await credentials.add_ssh(operator, user="noc", password="lab", sites=(site.name,))
    (due,) = await backups.due(operator, mine=lambda _: True)
    assert due.site == site.name
    read = await backups.fetch(operator, due, BackupPolicy(trust_new=True))
    assert "hostname ams-core-1" in read.text
