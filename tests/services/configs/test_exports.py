"""The repository is written by itself when it is time, and says so when that fails."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.exports import SETTLES, ConfigExporter, ExportService
from noc_console.services.configs.model import ExportPolicy
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import TEXT, told


@pytest.fixture
def exports(db: Database, clock: FakeClock, archive: ArchiveService) -> ExportService:
    return ExportService(db, clock=clock, archive=archive)


async def test_versions_are_written_every_so_often_and_after_changes(
    exports: ExportService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    number = await meet("r1", address="192.0.2.1")
    folder = str(tmp_path / "git")
    keeper = ConfigExporter(exports, operator, is_mine=lambda: True)
    await keeper.look()
    await exports.set_policy(operator, folder=folder, every_h=6, after_changes=True)
    assert not await exports.is_due(operator), "there is nothing to write yet"
    await backups.keep(operator, fetched=[told(number, clock)])
    await keeper.look()
    assert (await exports.last(operator)).commits == 1
    assert not await exports.is_due(operator)
    clock.tick(seconds=SETTLES.total_seconds())
    assert not await exports.is_due(operator), "nothing is new"
    await backups.keep(operator, fetched=[told(number, clock, TEXT + "x\n")])
    await keeper.look()
    assert (await exports.last(operator)).commits == 2
    clock.tick(hours=6)
    assert await exports.is_due(operator)
    log = subprocess.run(
        ["git", "-C", folder, "log", "-p", "main"], capture_output=True, text=True, check=True
    )
    assert "canary" not in log.stdout and log.stdout.count("\ncommit ") == 1
    await exports.set_policy(operator)
    assert not await exports.is_due(operator)


async def test_what_went_wrong_is_kept_and_tried_again_at_its_time(
    exports: ExportService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "photo.jpg").write_bytes(b"x")
    number = await meet("r1", address="192.0.2.1")
    await backups.keep(operator, fetched=[told(number, clock)])
    await exports.set_policy(operator, folder=str(tmp_path / "full"), every_h=1)
    await ConfigExporter(exports, operator, is_mine=lambda: True).look()
    done = await exports.last(operator)
    assert "something else" in done.error and done.version_id == 0
    assert not await exports.is_due(operator)
    clock.tick(hours=1)
    assert await exports.is_due(operator)


async def test_secrets_go_along_only_for_whoever_may_see_them(
    exports: ExportService, operator: Actor
) -> None:
    exporter = Actor("eve", "acme", frozenset({"configs.export", "configs.see"}))
    with pytest.raises(NotAllowed):
        await exports.set_policy(exporter, folder="/var/x", with_secrets=True)
    await exports.set_policy(operator, folder="/var/x", with_secrets=True)
    wanted = await exports.set_policy(exporter, folder="/var/mine")
    assert wanted == ExportPolicy("/var/mine") == await exports.policy(exporter)
    with pytest.raises(NotAllowed):
        await exports.is_due(exporter)


async def test_a_half_path_or_a_strange_time_is_refused_and_a_backup_policy_leaves_it(
    exports: ExportService, backups: BackupService, operator: Actor
) -> None:
    with pytest.raises(Invalid):
        await exports.set_policy(operator, folder="git")
    with pytest.raises(Invalid):
        await exports.set_policy(operator, folder="/git", every_h=0)
    await exports.set_policy(operator, folder="/git")
    await backups.set_policy(operator, interval_h=3)
    assert (await exports.policy(operator)).folder == "/git"
    assert (await backups.policy(operator)).interval_h == 3
