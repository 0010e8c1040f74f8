"""Hosts of a playbook behind jump hosts: a port each while it lasts, and who is not reached."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.jobs.ansible import UNREACHABLE, AnsiblePlaybooks
from noc_console.adapters.jobs.leading import led
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.programs import connected
from noc_console.services.jobs.model import ItemState
from noc_console.services.jobs.ports import Host, Play
from noc_console.services.ways.model import Hop, Stop
from tests.adapters.jobs.test_ansible import Heard, needs_ansible
from tests.adapters.ssh.peers import Sshd, sshd


@pytest.fixture(scope="module")
def jump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("jump")) as running:
        yield running


@pytest.fixture(scope="module")
def end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("end"), "SetEnv PATH=/usr/bin:/bin") as running:
        yield running


def host(name: str, end: Sshd, *jumps: Sshd) -> Host:
    door = replace(end.door, stops=tuple(each.stop for each in jumps))
    return Host(name, door, 7, "", login=end.login)


async def test_each_behind_a_jump_host_has_a_port_here_and_the_rest_is_as_it_was(
    jump: Sshd, end: Sshd
) -> None:
    straight, behind = host("straight", end), host("behind", end, jump)
    closed = replace(behind, name="closed")
    shut = replace(behind.door.stops[0], keys=())
    closed = replace(closed, door=replace(behind.door, stops=(shut,)))
    async with AsyncExitStack() as stack:
        found, lost = await led((straight, behind, closed), Jumps(), stack)
        assert found[0] == straight
        assert (found[1].name, found[1].door.stops) == ("behind", ())
        assert found[1].door.port != end.port
        async with connected(found[1].door, end.login, Jumps()) as connection:
            assert (await connection.run("echo in", check=True)).stdout == "in\n"
        assert [(each.host, each.state) for each in lost] == [("closed", ItemState.UNREACHABLE)]
        assert "which nobody trusted" in lost[0].counts


async def test_a_jump_host_that_is_down_is_knocked_at_once_for_all_behind_it(end: Sshd) -> None:
    knocks = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal knocks
        knocks += 1
        writer.close()

    behind = host("r", end)
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        down = Stop(Hop("127.0.0.1", port), behind.door.keys, (end.login,))
        door = replace(behind.door, stops=(down,))
        async with AsyncExitStack() as stack:
            await led([replace(behind, door=door)], Jumps(), stack)
            alone, knocks = knocks, 0
            many = [replace(behind, name=f"r{number}", door=door) for number in range(5)]
            found, lost = await led(many, Jumps(), stack)
    assert not found and [each.host for each in lost] == ["r0", "r1", "r2", "r3", "r4"]
    assert len({each.counts for each in lost}) == 1 and knocks == alone > 0


@needs_ansible
async def test_a_playbook_reaches_who_is_behind_a_jump_host(
    jump: Sshd, end: Sshd, tmp_path: Path
) -> None:
    text = "- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: echo over $((40 + 2)) ssh\n"
    heard, before = Heard(), jump.accepted
    played = await AnsiblePlaybooks().run(Play(text, (host("far", end, jump),)), heard)
    assert played.code == 0, heard.text
    assert "over 42 ssh" in str(played.hosts[0].steps) and jump.accepted == before + 1
    nobody = replace(host("far", end, jump), name="lost")
    shut = replace(nobody.door, stops=(replace(jump.stop, keys=()),))
    played = await AnsiblePlaybooks().run(Play(text, (replace(nobody, door=shut),)), heard)
    assert played.code == UNREACHABLE and played.hosts[0].state is ItemState.UNREACHABLE
