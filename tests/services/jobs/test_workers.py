"""Jobs done, cancelled, and found half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.kernel.errors import AuthRejected, Conflict, Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.jobs.model import UNBORN, ItemState, Job, JobKind, Run, RunState
from noc_console.services.jobs.workers import JobRunner
from noc_console.services.maintenance.model import Target, TargetKind
from tests.conftest import FakeClock
from tests.services.jobs.conftest import Desk, both_stores


@asynccontextmanager
async def at_work(runner: JobRunner) -> AsyncIterator[None]:
    """A collector that lives as long as the block, and is killed at its end."""
    task = asyncio.get_running_loop().create_task(runner.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never happened")


async def over(desk: Desk, run: Run) -> Run:
    for _ in range(1_000):
        now = await desk.jobs.run(desk.actor, run_id=run.id)
        if now.state.is_over:
            return now
        await asyncio.sleep(0.01)
    raise AssertionError("the run never ended")


async def states(desk: Desk, run: Run) -> dict[str, ItemState]:
    found = await desk.jobs.items(desk.actor, run_id=run.id)
    return {item.name: item.state for item in found}


async def ask(desk: Desk, *lines: str, change: bool = False, parallel: int = 4) -> Run:
    targets = tuple(Target(TargetKind.DEVICE, number) for number in desk.devices.values())
    job = Job(
        UNBORN,
        "Look",
        JobKind.COMMANDS,
        targets,
        body="\n".join(lines),
        may_change=change,
        parallel=parallel,
    )
    kept = await desk.jobs.keep(desk.actor, job=job)
    return await desk.jobs.start(desk.actor, job_id=kept.id)


async def test_every_device_is_asked_its_lines_and_answers_are_kept_without_secrets(
    desk: Desk,
) -> None:
    desk.shells.away.add("192.0.2.2")
    run = await ask(desk, "show ip interface brief", "@junos", "{version}")
    async with at_work(desk.runner()):
        done = await over(desk, run)
    assert (done.state, done.devices, done.good, done.bad) == (RunState.DONE, 4, 2, 2)
    assert await states(desk, run) == {
        "core-1": ItemState.OK,
        "core-2": ItemState.UNREACHABLE,
        "mx-3": ItemState.OK,
        "odd-4": ItemState.FAILED,
    }
    results = {each.item.name: each for each in await desk.jobs.results(desk.actor, run_id=run.id)}
    answers = results["mx-3"].answers
    assert [each.line for each in answers] == ["show ip interface brief", "show version"]
    assert "secret1" not in answers[0].text
    assert "192.0.2.2 does not answer" in results["core-2"].item.note
    (table,) = await desk.jobs.tables(desk.actor, run_id=run.id)
    assert table.columns == ("device", "interface", "status")
    assert len(table.rows) == 4
    assert results["core-1"].item.rows == 2


@both_stores
async def test_again_asks_only_where_there_is_no_result(desk: Desk) -> None:
    desk.shells.away.add("192.0.2.2")
    first = await ask(desk, "show clock")
    async with at_work(desk.runner()):
        await over(desk, first)
        desk.shells.away.clear()
        desk.shells.asked.clear()
        second = await desk.jobs.again(desk.actor, run_id=first.id)
        await over(desk, second)
    assert [host for host, _ in desk.shells.asked] == ["192.0.2.2"]
    found = await desk.jobs.compare(desk.actor, run_id=second.id, before_id=first.id)
    assert {each.device for each in found if each.note} >= {"core-1", "mx-3"}


async def test_what_differs_between_two_runs_is_told_line_by_line(desk: Desk) -> None:
    first = await ask(desk, "show clock")
    async with at_work(desk.runner()):
        await over(desk, first)
        desk.shells.text = "something else of {host}\npassword secret1\n"
        second = await desk.jobs.start(desk.actor, job_id=first.job_id)
        await over(desk, second)
    found = await desk.jobs.compare(desk.actor, run_id=second.id, before_id=first.id)
    mine = next(each for each in found if each.device == "core-1")
    assert mine.removed == ("show clock of 192.0.2.1",)
    assert mine.added == ("something else of 192.0.2.1",)


@both_stores
async def test_a_cancelled_run_stops_at_once(desk: Desk) -> None:
    desk.shells.gate.clear()
    run = await ask(desk, "show clock", parallel=1)
    async with at_work(desk.runner()):
        await until(lambda: desk.shells.asked)
        await desk.jobs.cancel(desk.actor, run_id=run.id)
        done = await over(desk, run)
    assert done.state is RunState.CANCELLED
    assert set((await states(desk, run)).values()) == {ItemState.CANCELLED}
    assert len(desk.shells.asked) == 1


@both_stores
async def test_after_a_kill_a_job_that_looks_goes_on_and_says_where_it_was_interrupted(
    desk: Desk,
) -> None:
    desk.shells.gate.clear()
    run = await ask(desk, "show clock", parallel=1)
    async with at_work(desk.runner()):
        await until(lambda: desk.shells.asked)
    assert (await desk.jobs.run(desk.actor, run_id=run.id)).state is RunState.RUNNING
    desk.shells.gate.set()
    async with at_work(desk.runner()):
        done = await over(desk, run)
    assert done.state is RunState.DONE
    found = await states(desk, run)
    assert found["core-1"] is ItemState.INTERRUPTED
    assert found["core-2"] is ItemState.OK
    assert [host for host, _ in desk.shells.asked].count("192.0.2.1") == 1


@both_stores
async def test_after_a_kill_a_job_that_changes_is_not_gone_on_with(desk: Desk) -> None:
    desk.shells.gate.clear()
    run = await ask(desk, "clear counters", change=True, parallel=1)
    async with at_work(desk.runner()):
        await until(lambda: desk.shells.asked)
    desk.shells.gate.set()
    async with at_work(desk.runner()):
        done = await over(desk, run)
    assert done.state is RunState.INTERRUPTED
    found = await states(desk, run)
    assert found["core-1"] is ItemState.INTERRUPTED
    assert found["core-2"] is ItemState.NOT_BEGUN
    assert len(desk.shells.asked) == 1
    note = (await desk.jobs.items(desk.actor, run_id=run.id))[0].note
    assert "how far it came is not known" in note


async def test_what_changes_is_not_sent_where_a_platform_came_in_since_it_was_planned(
    desk: Desk,
) -> None:
    run = await ask(desk, "show clock")
    job = await desk.jobs.job(desk.actor, job_id=run.job_id)
    async with at_work(desk.runner()):
        await over(desk, run)
    desk.shells.asked.clear()
    bad = replace(job, body="reload")
    async with desk.book._db.begin(desk.actor) as tx:
        from noc_console.services.jobs import store
        from noc_console.services.jobs.model import JobRunChanged

        number = await store.add_run(tx, bad, asked_at=job.created_at, planned_at=None)  # type: ignore[arg-type]
        tx.record(JobRunChanged(run_id=number, job_id=job.id, title="x", what="asked"))
    again = await desk.jobs.run(desk.actor, run_id=number)
    async with at_work(desk.runner()):
        await over(desk, again)
    assert (await states(desk, again))["core-1"] is ItemState.REFUSED
    assert desk.shells.asked == []


async def test_a_host_key_nobody_trusted_and_a_login_that_is_refused_are_told(desk: Desk) -> None:
    await desk.hostkeys.override(
        desk.actor,
        key=HostKey("192.0.2.1", 22, "ssh-ed25519 BBBB", "SHA256:y"),
        reason="the device was replaced",
    )
    await desk.hostkeys.forget(desk.actor, host="192.0.2.2")
    run = await ask(desk, "show clock")
    async with at_work(desk.runner()):
        await over(desk, run)
    found = {item.name: item.note for item in await desk.jobs.items(desk.actor, run_id=run.id)}
    assert "changed from" in found["core-1"]
    assert "which nobody trusted" in found["core-2"]
    desk.credentials.logins = ()
    run = await ask(desk, "show clock")
    async with at_work(desk.runner()):
        await over(desk, run)
    found = {item.name: item.note for item in await desk.jobs.items(desk.actor, run_id=run.id)}
    assert found["core-2"] == "no login in the vault is for it"


async def test_the_next_login_is_tried_when_one_is_refused(desk: Desk) -> None:
    secret = Secret("x")
    desk.credentials.logins = (
        SshLogin(1, "old", "old", secret),
        SshLogin(2, "new", "new", secret),
    )
    tried: list[str] = []
    ask_really = desk.shells.ask

    async def choosy(door, login, *rest, **more):  # type: ignore[no-untyped-def]
        tried.append(login.user)
        if login.user == "old":
            raise AuthRejected(f"{door.host} refused the login old", peer=door.host)
        return await ask_really(door, login, *rest, **more)

    desk.shells.ask = choosy  # type: ignore[method-assign]
    run = await desk.jobs.ask(
        desk.actor, lines=("show clock",), device_ids=(desk.devices["core-1"],)
    )
    async with at_work(desk.runner()):
        assert (await over(desk, run)).good == 1
    assert tried == ["old", "new"]


@both_stores
async def test_a_schedule_begins_once_whoever_looks_and_not_what_is_long_past(
    desk: Desk, clock: FakeClock
) -> None:
    targets = (Target(TargetKind.DEVICE, desk.devices["core-1"]),)
    job = Job(
        UNBORN,
        "Each day",
        JobKind.COMMANDS,
        targets,
        body="show clock",
        starts_at=clock.now() + timedelta(minutes=10),
        repeat="FREQ=DAILY",
    )
    kept = await desk.jobs.keep(desk.actor, job=job)
    assert await desk.book.begin_due(desk.actor) == 0
    clock.tick(minutes=11)
    assert await desk.book.begin_due(desk.actor) == 1
    assert await desk.book.begin_due(desk.actor) == 0
    clock.tick(days=1, hours=5)
    assert await desk.book.begin_due(desk.actor) == 0, "five hours late is left out"
    await desk.jobs.pause(desk.actor, job_id=kept.id)
    clock.tick(hours=19)
    assert await desk.book.begin_due(desk.actor) == 0
    (run,) = await desk.jobs.runs(desk.actor, job_id=kept.id)
    assert run.planned_at is not None


async def test_a_playbook_runs_at_the_devices_and_each_tells_its_own(desk: Desk) -> None:
    targets = tuple(Target(TargetKind.DEVICE, desk.devices[n]) for n in ("core-1", "core-2"))
    job = Job(UNBORN, "Play", JobKind.PLAYBOOK, targets, body="- hosts: all", may_change=True)
    kept = await desk.jobs.keep(desk.actor, job=job)
    run = await desk.jobs.start(desk.actor, job_id=kept.id)
    async with at_work(desk.runner()):
        await until(lambda: desk.playbooks.plays)
        desk.playbooks.gate.set()
        done = await over(desk, run)
    assert (done.state, done.good, done.bad) == (RunState.DONE, 1, 1)
    play = desk.playbooks.plays[0]
    assert [key.key for host in play.hosts for key in host.door.keys] == ["ssh-ed25519 AAAA"] * 2
    assert play.hosts[0].groups == ("ios", "other", "Northgate")
    said = "".join(text for _, text in await desk.jobs.output(desk.actor, run_id=run.id))
    assert "PLAY [all]" in said
    assert "hunter2" not in said
    result = (await desk.jobs.results(desk.actor, run_id=run.id))[0]
    assert result.answers[0].line == "task one"


@both_stores
async def test_a_template_of_awx_is_launched_once_and_followed_after_a_kill(desk: Desk) -> None:
    desk.awx.is_over = False
    job = Job(
        UNBORN,
        "Template",
        JobKind.AWX,
        (Target(TargetKind.DEVICE, desk.devices["core-1"]),),
        server="https://awx.example",
        token="awx",
        template_id=7,
        variables='{"a": 1}',
        may_change=True,
    )
    kept = await desk.jobs.keep(desk.actor, job=job)
    run = await desk.jobs.start(desk.actor, job_id=kept.id)
    async with at_work(desk.runner()):
        await until(lambda: desk.awx.launched)
        await asyncio.sleep(0.1)
    assert desk.awx.cancelled == [], "a program that ends leaves AWX at its work"
    desk.awx.is_over = True
    async with at_work(desk.runner()):
        done = await over(desk, run)
    assert done.state is RunState.DONE
    assert done.outside == "41"
    assert desk.awx.launched == [(7, '{"a": 1}', "core-1")]
    assert (await states(desk, run)) == {"core-1": ItemState.CHANGED}


async def test_cancelling_a_template_of_awx_tells_awx(desk: Desk) -> None:
    desk.awx.is_over = False
    job = Job(
        UNBORN,
        "Template",
        JobKind.AWX,
        (),
        server="https://awx.example",
        token="awx",
        template_id=7,
        may_change=True,
    )
    kept = await desk.jobs.keep(desk.actor, job=job)
    run = await desk.jobs.start(desk.actor, job_id=kept.id)
    async with at_work(desk.runner()):
        await until(lambda: desk.awx.launched)
        await desk.jobs.cancel(desk.actor, run_id=run.id)
        assert (await over(desk, run)).state is RunState.CANCELLED
    assert desk.awx.cancelled == [41]


async def test_another_collector_that_took_over_is_not_written_over(desk: Desk) -> None:
    desk.shells.gate.clear()
    run = await ask(desk, "show clock", parallel=1)
    first, second = desk.runner(), desk.runner()
    async with at_work(first):
        await until(lambda: desk.shells.asked)
        # The duty went over: the second finds it left behind, while the first still waits.
        desk.shells.gate.set()
        assert await desk.book.recover(desk.actor, me=second.me) in {0, 1}
        async with at_work(second):
            await over(desk, run)
    found = await states(desk, run)
    assert ItemState.RUNNING not in found.values()
    asked = [host for host, _ in desk.shells.asked]
    assert len(asked) == len(set(asked)), "no device was asked twice"


async def test_a_duty_that_comes_back_finds_what_it_left_running(desk: Desk) -> None:
    """Nobody else took over in the meantime: nobody else would tell of it."""
    desk.shells.gate.clear()
    run = await ask(desk, "show clock", parallel=1)
    mine = True
    runner = JobRunner(desk.means, actor=desk.actor, every_s=0.01, is_mine=lambda: mine)
    async with at_work(runner):
        await until(lambda: desk.shells.asked)
        mine = False
        await until(lambda: not runner._running)
        desk.shells.gate.set()
        mine = True
        done = await over(desk, run)
    assert done.state is RunState.DONE
    assert (await states(desk, run))["core-1"] is ItemState.INTERRUPTED


async def test_a_schedule_whose_selection_is_empty_says_so(desk: Desk, clock: FakeClock) -> None:
    job = Job(
        UNBORN, "Nowhere", JobKind.COMMANDS, (Target(TargetKind.GROUP, words="no-such-thing"),),
        body="show clock", starts_at=clock.now() + timedelta(minutes=5),
    )  # fmt: skip
    kept = await desk.jobs.keep(desk.actor, job=job)
    with pytest.raises(Conflict, match="no device fits"):
        await desk.jobs.start(desk.actor, job_id=kept.id)
    with pytest.raises(Invalid, match="no device fits"):
        await desk.jobs.ask(desk.actor, lines=("show clock",), words="no-such-thing")
    clock.tick(minutes=6)
    async with at_work(desk.runner()):
        while not (runs := await desk.jobs.runs(desk.actor)):
            await asyncio.sleep(0.01)
        done = await over(desk, runs[0])
    assert (done.state, done.note) == (RunState.FAILED, "no device fits its selection")


@both_stores
async def test_old_runs_are_forgotten(desk: Desk, clock: FakeClock) -> None:
    run = await ask(desk, "show clock")
    await desk.jobs.cancel(desk.actor, run_id=run.id)
    clock.tick(days=91)
    assert await desk.book.tidy(desk.actor) == 1
    assert await desk.jobs.runs(desk.actor) == ()
    assert await desk.book.tidy(desk.actor) == 0


async def test_a_run_that_is_not_over_is_not_repeated(desk: Desk) -> None:
    run = await ask(desk, "show clock")
    try:
        await desk.jobs.again(desk.actor, run_id=run.id)
    except Conflict as error:
        assert "not over" in str(error)
    else:
        raise AssertionError("it was")
