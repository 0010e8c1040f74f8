"""Each kind of job by itself; going on after a kill is proved in `test_workers`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import NeedsTouch, SshLogin, Subject
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.jobs.doing import MOST_OUTPUT, do
from noc_console.services.jobs.model import (
    UNBORN,
    ItemState,
    Job,
    JobKind,
    Parsed,
    RunState,
    Sample,
    Table,
)
from noc_console.services.jobs.ports import AwxServer
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.ways.model import Hop
from tests.services.jobs.conftest import Desk


async def begun(desk: Desk, job: Job) -> tuple[RunState, str]:
    kept = await desk.jobs.keep(desk.actor, job=job)
    run = await desk.jobs.start(desk.actor, job_id=kept.id)
    taken = await desk.book.take(desk.actor, run, me="me")
    assert taken is not None
    return await do(desk.means, desk.actor, run, replace(taken, may_change=job.may_change), me="me")


def awx_job(desk: Desk) -> Job:
    return Job(
        UNBORN,
        "Template",
        JobKind.AWX,
        (Target(TargetKind.DEVICE, desk.devices["core-1"]),),
        server="https://awx.example",
        token="awx",
        template_id=7,
        may_change=True,
    )


async def test_an_awx_that_is_away_fails_the_run_and_nothing_else(desk: Desk) -> None:
    async def away(server: AwxServer, **_: object) -> int:
        raise Unreachable("awx.example does not answer", peer="awx.example")

    desk.awx.launch = away  # type: ignore[method-assign, assignment]
    with pytest.raises(Unreachable):
        await begun(desk, awx_job(desk))


async def test_what_a_program_prints_is_bounded(desk: Desk) -> None:
    async def flood(server: AwxServer, *, job_id: int, after_line: int) -> tuple[str, int]:
        return "x" * (MOST_OUTPUT + 10), after_line + 1

    desk.awx.output = flood  # type: ignore[method-assign]
    state, _ = await begun(desk, awx_job(desk))
    assert state is RunState.DONE
    (run,) = await desk.jobs.runs(desk.actor)
    said = await desk.jobs.output(desk.actor, run_id=run.id)
    assert said[-1][1].endswith("is not kept)\n")


async def test_only_the_lines_of_a_platform_are_asked_there(desk: Desk) -> None:
    targets = tuple(Target(TargetKind.DEVICE, number) for number in desk.devices.values())
    body = "@junos\nshow bgp summary"
    job = Job(UNBORN, "Look", JobKind.COMMANDS, targets, body=body)
    assert await begun(desk, job) == (RunState.DONE, "")
    assert desk.shells.asked == [("192.0.2.3", ("show bgp summary",))]


async def test_lines_and_playbooks_go_by_the_way_of_each_device(desk: Desk) -> None:
    await desk.means.ways.add(desk.actor, name="in", names="core-1", hops="jump1>mira@jump2:2222")
    jump = HostKey("jump2", 2222, "ssh-ed25519 CCCC", "SHA256:z")
    await desk.hostkeys.trust(desk.actor, key=jump)
    targets = tuple(Target(TargetKind.DEVICE, desk.devices[n]) for n in ("core-1", "core-2"))
    look = Job(UNBORN, "Look", JobKind.COMMANDS, targets, body="show clock")
    await begun(desk, look)
    play = Job(UNBORN, "Play", JobKind.PLAYBOOK, targets, body="- hosts: all", may_change=True)
    desk.playbooks.gate.set()
    await begun(desk, play)
    asked = {door.host: door for door in desk.shells.doors}
    played = {host.door.host: host.door for host in desk.playbooks.plays[0].hosts}
    for found in (asked, played):
        first, second = found["192.0.2.1"].stops
        assert (first.hop, first.keys) == (Hop("jump1"), ())
        assert (second.hop, second.keys) == (Hop("jump2", 2222, "mira"), (jump,))
        assert found["192.0.2.2"].stops == ()


async def test_a_playbook_leaves_out_the_device_that_wants_a_touch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = desk.credentials.logins_for

    async def some(actor: Actor, *, subject: Subject, purpose: str) -> tuple[SshLogin, ...]:
        if subject.name != "core-2":
            raise NeedsTouch(subject.name, ["mira's key"])
        return await found(actor, subject=subject, purpose=purpose)

    monkeypatch.setattr(desk.credentials, "logins_for", some)
    desk.playbooks.gate.set()
    targets = tuple(Target(TargetKind.DEVICE, desk.devices[n]) for n in ("core-1", "core-2"))
    play = Job(UNBORN, "Play", JobKind.PLAYBOOK, targets, body="- hosts: all", may_change=True)
    state, _ = await begun(desk, play)
    assert state is RunState.DONE
    assert [host.name for host in desk.playbooks.plays[0].hosts] == ["core-2"]
    (run,) = await desk.jobs.runs(desk.actor)
    items = {each.name: each for each in await desk.jobs.items(desk.actor, run_id=run.id)}
    assert items["core-1"].state is ItemState.FAILED
    assert "somebody must touch" in items["core-1"].note
    alone = Job(UNBORN, "One", JobKind.PLAYBOOK, targets[:1], body="- hosts: all", may_change=True)
    state, why = await begun(desk, alone)
    assert (state, len(desk.playbooks.plays)) == (RunState.FAILED, 1)
    assert why.startswith("not begun: it can log in to none")


SCRIPT = """#!/bin/sh
test "$NOC_DEVICE" = core-2 && exit 9
echo "model of $NOC_DEVICE is x1"
cat "$NOC_LOGIN"
"""


async def test_a_script_runs_for_each_device_and_what_it_was_handed_is_not_kept(
    desk: Desk,
) -> None:
    desk.credentials.logins = (SshLogin(1, "noc", "noc", Secret("hunter-two")),)
    targets = tuple(Target(TargetKind.DEVICE, number) for number in desk.devices.values())
    job = Job(UNBORN, "Own", JobKind.SCRIPT, targets, body=SCRIPT, may_change=True)
    assert await begun(desk, job) == (RunState.DONE, "")
    (run,) = await desk.jobs.runs(desk.actor)
    found = {each.item.name: each for each in await desk.jobs.results(desk.actor, run_id=run.id)}
    assert found["core-1"].item.state is ItemState.OK
    (answer,) = found["core-1"].answers
    assert answer.text.startswith("model of core-1 is x1\n")
    assert '"user": "noc"' in answer.text and "hunter-two" not in answer.text
    assert found["core-2"].item.state is ItemState.FAILED
    assert found["core-2"].item.note == "it ended with 9"


async def test_a_script_s_answer_is_a_table_by_its_own_template(desk: Desk) -> None:
    asked: list[Sample] = []

    async def parse(sample: Sample) -> Parsed:
        asked.append(sample)
        return Parsed(Table(("MODEL",), (("x1",),)))

    desk.means.parser.parse = parse  # type: ignore[method-assign]
    targets = (Target(TargetKind.DEVICE, desk.devices["core-1"]),)
    job = Job(
        UNBORN,
        "Own",
        JobKind.SCRIPT,
        targets,
        body="echo model x1",
        template="Value MODEL (\\S+)\n\nStart\n  ^model ${MODEL} -> Record\n",
        may_change=True,
    )
    await begun(desk, job)
    (run,) = await desk.jobs.runs(desk.actor)
    (merged,) = await desk.jobs.tables(desk.actor, run_id=run.id)
    assert merged.rows == (("core-1", "x1"),)
    assert asked[0].text == "model x1\n" and asked[0].template.strip() == job.template.strip()


async def test_a_script_takes_the_right_to_change_devices(desk: Desk) -> None:
    targets = (Target(TargetKind.DEVICE, desk.devices["core-1"]),)
    job = Job(UNBORN, "Own", JobKind.SCRIPT, targets, body="true")
    with pytest.raises(Conflict, match="say that it is meant"):
        await desk.jobs.keep(desk.actor, job=job)
    for body in ("", " \n", "x" * 200_001, "a\0b"):
        with pytest.raises(Invalid):
            await desk.jobs.keep(desk.actor, job=replace(job, body=body, may_change=True))
