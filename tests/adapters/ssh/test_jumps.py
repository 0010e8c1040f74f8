"""Jump hosts of programs: one connection for all who go through, and none when nobody does."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.ssh.jumps import Jumps, ProgramKeeper
from noc_console.adapters.ssh.programs import connected
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.terminal.connecting import LegacyOnly
from noc_console.services.ways.model import Door, Hop, Stop
from tests.adapters.ssh.peers import Sshd, children, key_login, keygen, sshd


async def gone(server: Sshd) -> None:
    async with asyncio.timeout(10):
        while children(server.process.pid):
            await asyncio.sleep(0.05)


async def test_all_who_go_through_at_a_time_share_one_connection(server: Sshd, inner: Sshd) -> None:
    jumps = Jumps()
    door = replace(inner.door, stops=(server.stop,))
    inside = asyncio.Barrier(6)

    async def go() -> int:
        async with connected(door, inner.login, jumps) as connection:
            said = (await connection.run("echo $SSH_CONNECTION", check=True)).stdout
            await inside.wait()
            assert len(children(server.process.pid)) == 1
            await inside.wait()
            return len(str(said))

    async with asyncio.timeout(30):
        assert all(await asyncio.gather(*(go() for _ in range(6))))
    await gone(server)


async def test_straight_there_nothing_is_opened(server: Sshd) -> None:
    async with Jumps().through(()) as before:
        assert before is None
    assert not children(server.process.pid)


async def test_who_is_turned_away_at_a_jump_host_is_told_which_and_once(
    server: Sshd, inner: Sshd, tmp_path: Path
) -> None:
    jumps = Jumps()
    stranger = replace(inner.stop, logins=(key_login(keygen(tmp_path / "stranger")),))
    stops = (server.stop, stranger)

    async def go() -> Unreachable:
        with pytest.raises(Unreachable) as told:
            async with jumps.through(stops):
                raise AssertionError
        return told.value

    told = await asyncio.gather(*(go() for _ in range(5)))
    assert {each.reason for each in told} == {"way"}
    assert f":{inner.port}" in str(told[0]) and "jump host" in str(told[0])
    log = inner.home / f"log-{inner.port}"
    async with asyncio.timeout(20):
        while "authenticating user" not in log.read_text():  # it writes when it has a moment
            await asyncio.sleep(0.05)
    assert log.read_text().count("authenticating user") == 1
    empty = (replace(server.stop, logins=()),)
    with pytest.raises(Refused, match="no login for the jump host"):
        async with jumps.through(empty):
            raise AssertionError


async def test_a_connection_that_died_is_made_anew(server: Sshd, inner: Sshd) -> None:
    jumps = Jumps()
    async with jumps.through((server.stop,)) as first:
        assert first is not None
        for child in children(server.process.pid):
            os.kill(child, signal.SIGKILL)
        async with asyncio.timeout(10):
            while not first.last.connection.is_closed():
                await asyncio.sleep(0.02)
        door = replace(inner.door, stops=(server.stop,))
        async with connected(door, inner.login, jumps) as connection:
            assert not connection.is_closed()
    await gone(server)


async def test_who_gives_up_waiting_leaves_the_way_to_the_others(server: Sshd, inner: Sshd) -> None:
    jumps = Jumps()
    door = replace(inner.door, stops=(server.stop,))

    async def go() -> bool:
        async with connected(door, inner.login, jumps) as connection:
            return not connection.is_closed()

    async with asyncio.TaskGroup() as group:
        first = group.create_task(go())
        second = group.create_task(go())
        await asyncio.sleep(0.01)
        first.cancel()
    assert await second
    await gone(server)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_a_jump_host_takes_a_word_of_its_own_for_old_algorithms(
    inner: Sshd, tmp_path: Path
) -> None:
    with sshd(tmp_path, "KexAlgorithms diffie-hellman-group14-sha1") as old:
        allowed: set[int] = set()

        async def may(_host: str, port: int) -> bool:
            return port in allowed

        door = replace(inner.door, stops=(old.stop,))
        with pytest.raises(LegacyOnly, match=f":{old.port}"):
            async with connected(door, inner.login, Jumps(may)):
                raise AssertionError
        allowed.add(old.port)
        async with connected(door, inner.login, Jumps(may)) as connection:
            assert not connection.is_closed()


async def test_the_keeper_of_programs_knows_its_stops_and_asks_nobody(server: Sshd) -> None:
    async def never(_host: str, _port: int) -> bool:
        return False

    keeper = ProgramKeeper((server.stop,), never)
    assert await keeper.pinned(server.stop.hop) == server.stop.keys
    assert await keeper.logins(Hop("elsewhere")) == ()
    assert await keeper.answers("x", "", ()) is None
    assert not await keeper.admit(replace(server.pinned(), host="elsewhere"))
    assert not await ProgramKeeper((Stop(server.stop.hop),), never).admit(server.pinned())
    assert Door("a").stops == ()
