"""What was kept is shown, compared, searched and exported, and tells no secret to who may not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import LOOK_BACK, BackupService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import TEXT, told

VIEWER = Actor("vera", "acme", frozenset({"configs.see", "inventory.read"}))


async def test_secrets_are_masked_unless_somebody_may_see_them_and_that_is_recorded(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    (kept,) = await backups.keep(operator, fetched=[told(number, clock)])
    shown = await archive.show(VIEWER, version_id=kept.id)
    assert shown.device == "r1" and shown.masked == 2
    assert "canary" not in "\n".join(shown.lines) and shown.lines[0] == "hostname r1"
    with pytest.raises(NotAllowed):
        await archive.show(VIEWER, version_id=kept.id, with_secrets=True)
    with pytest.raises(NotAllowed):
        await archive.text_of(VIEWER, version_id=kept.id)
    whole = await archive.show(operator, version_id=kept.id, with_secrets=True)
    assert whole.masked == 0 and "S3CR3T-canary" in whole.lines[1]
    assert await archive.text_of(operator, version_id=kept.id) == TEXT
    with pytest.raises(NotFound):
        await archive.version(VIEWER, version_id=99)


async def test_a_password_that_changed_is_a_changed_line_that_tells_neither(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    (one,) = await backups.keep(operator, fetched=[told(number, clock)])
    clock.tick(hours=1)
    other = TEXT.replace("secret 9 $9$S3CR3T-canary", "secret 9 $9$another")
    (two,) = await backups.keep(operator, fetched=[told(number, clock, other)])
    found = await archive.compare(VIEWER, left_id=one.id, right_id=two.id)
    assert (found.diff.added, found.diff.removed) == (1, 1)
    assert "-enable secret 9 ••••••\n+enable secret 9 ••••••" in found.unified()
    assert found.left_name == "r1 2026-03-01 00:00"
    whole = await archive.compare(operator, left_id=one.id, right_id=two.id, with_secrets=True)
    assert "+enable secret 9 $9$another" in whole.unified()
    against = await archive.compare_with(VIEWER, version_id=one.id, text="x\n", name="template")
    assert against.left_name == "template" and against.diff.removed == 1


async def test_a_search_finds_lines_of_the_newest_or_of_all_versions(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    first, second = [await meet(f"r{n}", address=f"192.0.2.{n}") for n in (1, 2)]
    await backups.keep(operator, fetched=[told(first, clock), told(second, clock)])
    clock.tick(hours=1)
    changed = TEXT.replace("router bgp 65000", "router bgp 65001")
    await backups.keep(operator, fetched=[told(first, clock, changed)])
    now = await archive.search(VIEWER, text="router bgp 65000")
    assert [(m.device, m.line, m.text) for m in now.matches] == [("r2", 5, "router bgp 65000")]
    assert (now.searched, now.total, now.is_complete) == (2, 2, True)
    ever = await archive.search(VIEWER, text="router 65000", all_versions=True)
    assert [(m.device, m.is_newest) for m in ever.matches] == [("r2", True), ("r1", False)]
    one = await archive.search(VIEWER, text="router", device_ids=(first,), limit=1)
    assert [m.text for m in one.matches] == ["router bgp 65001"]
    assert (await archive.search(VIEWER, text="S3CR3T-canary")).matches == ()
    (line,) = (await archive.search(VIEWER, text="neighbor password 2.2", limit=1)).matches
    assert line.text.endswith("password ••••••")
    with pytest.raises(Invalid):
        await archive.search(VIEWER, text="x", limit=0)


async def test_the_list_tells_how_each_device_stands(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    await meet("ups", address="192.0.2.9", platform="apc")
    await meet("stranger", address="192.0.2.8", credential_id=None)
    await backups.keep(operator, fetched=[told(number, clock)])
    found = {one.name: one for one in await archive.overview(VIEWER)}
    assert set(found) == {"r1", "ups"}
    assert found["r1"].versions == 1 and found["r1"].version is not None
    assert "apc" in found["ups"].can and not found["r1"].can
    latest = await archive.latest(VIEWER, device_id=number)
    assert latest == found["r1"].version
    assert await archive.newest(VIEWER) == {number: latest}


async def test_an_export_is_a_git_repository_that_grows_and_tells_no_secret(
    backups: BackupService,
    archive: ArchiveService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    first, second = [await meet("same", address=f"192.0.2.{n}") for n in (1, 2)]
    with pytest.raises(NotFound):
        await archive.export(operator, folder=str(tmp_path / "git"))
    await backups.keep(operator, fetched=[told(first, clock), told(second, clock)])
    one = await archive.export(operator, folder=str(tmp_path / "git"))
    clock.tick(hours=1)
    await backups.keep(operator, fetched=[told(first, clock, TEXT + "x\n")])
    two = await archive.export(operator, folder=str(tmp_path / "git"))
    assert (one.commits, two.commits) == (2, 3)

    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path / "git"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert git("rev-parse", "main~1").strip() == one.head
    assert len(git("ls-tree", "--name-only", "main").split()) == 2
    assert "canary" not in git("log", "-p", "main") and "••••••" in git("log", "-p", "main")
    with pytest.raises(NotAllowed):
        await archive.export(
            Actor("x", "acme", frozenset({"configs.export"})), folder="/x", with_secrets=True
        )
    ids = git("rev-list", "--reverse", "main").split()
    await backups.set_policy(operator, keep_versions=2)
    for hour in range(2, 6):
        clock.tick(hours=1)
        await backups.keep(operator, fetched=[told(first, clock, TEXT + f"{hour}\n")])
    assert await backups.prune(operator) > 0
    three = await archive.export(operator, folder=str(tmp_path / "git"))
    assert git("rev-list", "--reverse", "main").split()[:3] == ids, "history is what it was"
    assert (three.commits, three.added) == (5, 2), "what was pruned before it was exported is gone"
    whole = await archive.export(operator, folder=str(tmp_path / "whole"), with_secrets=True)
    log = subprocess.run(
        ["git", "-C", whole.path, "log", "-p", "main"], capture_output=True, text=True, check=True
    )
    assert "S3CR3T-canary" in log.stdout
    with pytest.raises(Refused, match="whole path"):
        await archive.export(operator, folder="relative/folder")


async def test_programs_that_judge_get_whole_texts_and_others_do_not(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    kept = await backups.keep(operator, fetched=[told(number, clock)])
    texts = await archive.texts(operator, versions=kept)
    assert texts[kept[0].digest][0] == "hostname r1"
    with pytest.raises(NotAllowed):
        await archive.texts(VIEWER, versions=kept)


async def test_what_a_version_changed_was_done_since_the_one_before_was_seen_last(
    backups: BackupService, archive: ArchiveService, meet: Meet, operator: Actor, clock: FakeClock
) -> None:
    number = await meet("r1", address="192.0.2.1")
    other = await meet("r2", address="192.0.2.2")
    (one,) = await backups.keep(operator, fetched=[told(number, clock)])
    clock.tick(hours=1)
    seen_at = clock.now()
    assert await backups.keep(operator, fetched=[told(number, clock)]) == ()
    clock.tick(hours=1)
    await backups.keep(operator, fetched=[told(other, clock)])
    (two,) = await backups.keep(operator, fetched=[told(number, clock, TEXT + "end\n")])
    assert await archive.since(VIEWER, version_id=two.id) == (two, seen_at)
    first, start = await archive.since(VIEWER, version_id=one.id)
    assert first.id == one.id and start == one.at - LOOK_BACK
