"""Planning jobs, looking ahead, and reading what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.jobs.model import UNBORN, Job, JobKind, RunState
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.terminal.judging import Verdict
from tests.conftest import FakeClock
from tests.services.jobs.conftest import Desk

EVERYWHERE = (Target(TargetKind.SITE, 1),)
READER = frozenset({"jobs.see", "jobs.run", "inventory.read"})


def job(desk: Desk, *lines: str, names: tuple[str, ...] = ("core-1", "core-2")) -> Job:
    targets = tuple(Target(TargetKind.DEVICE, desk.devices[name]) for name in names)
    return Job(UNBORN, "Look around", JobKind.COMMANDS, targets, body="\n".join(lines))


async def test_a_preview_tells_each_devices_lines_and_what_cannot_be_asked(desk: Desk) -> None:
    names = tuple(desk.devices)
    made = job(desk, "{version}", "@junos", "show bgp summary", names=names)
    seen = {one.name: one for one in (await desk.jobs.preview(desk.actor, job=made)).devices}
    assert seen["core-1"].lines == ("show version",)
    assert seen["mx-3"].lines == ("show version", "show bgp summary")
    assert "unknown platform" in seen["odd-4"].problem
    assert seen["core-1"].verdict is Verdict.READS


async def test_a_job_that_would_change_devices_takes_a_right_and_a_word(desk: Desk) -> None:
    made = job(desk, "configure terminal", "hostname x")
    foreseen = await desk.jobs.preview(desk.actor, job=made)
    assert foreseen.needs_leave
    assert len(foreseen.changing) == 2
    with pytest.raises(Conflict, match="change flight"):
        await desk.jobs.keep(desk.actor, job=made)
    reader = Actor("lee", "acme", READER)
    with pytest.raises(NotAllowed, match="lee may not change devices by jobs"):
        await desk.jobs.keep(reader, job=replace(made, may_change=True))
    kept = await desk.jobs.keep(desk.actor, job=replace(made, may_change=True))
    assert kept.may_change
    with pytest.raises(NotAllowed):
        await desk.jobs.start(reader, job_id=kept.id)


async def test_a_job_that_only_looks_never_has_leave_to_change(desk: Desk) -> None:
    kept = await desk.jobs.keep(desk.actor, job=replace(job(desk, "show ver"), may_change=True))
    assert not kept.may_change


async def test_a_playbook_always_takes_the_right(desk: Desk) -> None:
    play = replace(job(desk, ""), kind=JobKind.PLAYBOOK, body="- hosts: all", is_check=True)
    with pytest.raises(Conflict, match="a playbook or script may change"):
        await desk.jobs.keep(desk.actor, job=play)
    assert (await desk.jobs.keep(desk.actor, job=replace(play, may_change=True))).may_change


async def test_a_kept_job_is_listed_changed_paused_and_removed(
    desk: Desk, clock: FakeClock
) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    made = replace(job(desk, "show version"), starts_at=tomorrow, repeat="FREQ=DAILY")
    kept = await desk.jobs.keep(desk.actor, job=made)
    assert kept.by == "mira"
    assert kept.targets[0].name == "core-1"
    assert desk.jobs.coming(kept) == tomorrow
    assert desk.jobs.repeats(kept) == "every day"
    changed = await desk.jobs.keep(desk.actor, job=replace(kept, title="Look twice"))
    assert [each.title for each in await desk.jobs.all(desk.actor)] == ["Look twice"]
    await desk.jobs.pause(desk.actor, job_id=changed.id)
    assert (await desk.jobs.job(desk.actor, job_id=changed.id)).is_paused
    await desk.jobs.remove(desk.actor, job_id=changed.id)
    assert await desk.jobs.all(desk.actor) == ()
    with pytest.raises(NotFound):
        await desk.jobs.job(desk.actor, job_id=changed.id)


async def test_a_wrong_template_is_refused_before_it_is_kept(desk: Desk) -> None:
    with pytest.raises(Invalid, match="no values"):
        await desk.jobs.keep(desk.actor, job=replace(job(desk, "show x"), template="nonsense"))


async def test_a_run_that_waits_can_be_cancelled_and_one_that_is_over_cannot(desk: Desk) -> None:
    run = await desk.jobs.ask(
        desk.actor, lines=("show clock",), device_ids=(desk.devices["core-1"],)
    )
    assert run.state is RunState.WAITING
    await desk.jobs.cancel(desk.actor, run_id=run.id)
    assert (await desk.jobs.run(desk.actor, run_id=run.id)).state is RunState.CANCELLED
    with pytest.raises(Conflict, match="is over"):
        await desk.jobs.cancel(desk.actor, run_id=run.id)


async def test_templates_of_an_awx_are_listed_with_a_token_of_the_vault(desk: Desk) -> None:
    (found,) = await desk.jobs.templates(desk.actor, server="https://awx.example/", token="awx")
    assert found.name == "from https://awx.example"
    with pytest.raises(Invalid, match="without a login"):
        await desk.jobs.templates(desk.actor, server="https://a:b@awx.example", token="awx")
