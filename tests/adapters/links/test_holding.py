"""Sessions that outlive their window: a real holder, real shells, a real telnetd."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.links.frames import Message
from noc_console.adapters.links.holding import TerminalHolder, _resumed, _rows
from noc_console.adapters.links.opening import LinkOpener
from noc_console.adapters.links.shell import ShellLink
from noc_console.adapters.links.telnet import TelnetLink
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from tests.adapters.links.holders import (
    holder_at,
    holder_place,
    is_running,
    pid_of,
)
from tests.adapters.links.keeper import KEEPER
from tests.adapters.links.test_telnet import telnetd

SIZE = Size(100, 30)
SHELL = Target("Local shell", LinkKind.SHELL, command=("/bin/sh",))
PLAIN = replace(SHELL, command=())
Link = ShellLink | TelnetLink


@pytest.fixture
def place() -> Iterator[Path]:
    with holder_place() as path:
        yield path


@asynccontextmanager
async def window(path: Path, *, hold_s: float = 30.0) -> AsyncIterator[TerminalHolder]:
    """What a window has of it."""
    holder = holder_at(path, hold_s=hold_s)
    try:
        yield holder
    finally:
        await holder.close()


async def opened(holder: TerminalHolder, target: Target) -> Link:
    link = await LinkOpener(holder).open(target, SIZE, KEEPER)
    assert isinstance(link, ShellLink | TelnetLink)
    async with asyncio.timeout(20):
        while not holder._clerk.is_connected:
            await asyncio.sleep(0.02)
    return link


async def come(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.02)


async def until(link: Link, wanted: bytes) -> bytes:
    got = b""
    async with asyncio.timeout(20):
        while wanted not in got:
            part = await link.read(65_536)
            assert part, got
            got += part
    return got


async def test_a_shell_goes_on_with_what_it_knew_and_what_came_meanwhile(place: Path) -> None:
    async with window(place) as first:
        link = await opened(first, SHELL)
        assert isinstance(link, ShellLink)
        pid = link.pid
        link.write(b"kept=here; stty -echo\r")
        link.write(b"echo re''ady\r")
        await until(link, b"ready")
        go, done = place.with_name("go"), place.with_name("done")
        waiting = f"while [ ! -e {go} ]; do sleep 0.05; done; seq 1 20000; touch {done}"
        link.write(f"{waiting}; echo do''ne\r".encode())
        first.leave()
        await link.close()
        assert link.ended is not None and link.ended.goes_on
    assert is_running(pid)
    go.touch()
    await come(done.exists)
    async with window(place) as second:
        (left,) = await second.left()
        assert (left.address, left.title) == ("shell", "Local shell")
        found = await second.take(left.key, PLAIN, SIZE)
        assert found is not None
        back, resumed = found
        assert isinstance(back, ShellLink) and back.pid == pid
        words = (await until(back, b"done")).split()
        numbers = words[words.index(b"done") - 20_000 : words.index(b"done")]
        assert numbers == [str(n).encode() for n in range(1, 20_001)]
        assert resumed.unanswered > 100_000 and resumed.dropped == 0 and resumed.seconds > 0
        back.write(b"echo $kept$kept\r")
        await until(back, b"herehere")
        await back.close()
        await come(lambda: not is_running(pid))
    await come(lambda: pid_of(place) == 0)


async def test_telnet_goes_on_as_it_was_agreed(place: Path, tmp_path: Path) -> None:
    async with telnetd(tmp_path) as port:
        target = Target("box", LinkKind.TELNET, "127.0.0.1", port)
        async with window(place) as first:
            link = await opened(first, target)
            link.write(b"kept=here; echo re''ady\r")
            await until(link, b"ready")
            assert isinstance(link, TelnetLink)
            agreed = link.agreed
            assert agreed["them"]["1"] == "YES" and agreed["us"]["31"] == "YES"
            go, done = place.with_name("go"), place.with_name("done")
            waiting = f"while [ ! -e {go} ]; do sleep 0.05; done"
            link.write(f"{waiting}; echo mean''while; touch {done}\r".encode())
            first.leave()
            await link.close()
        go.touch()
        await come(done.exists)
        async with window(place) as second:
            (left,) = await second.left()
            found = await second.take(left.key, target, SIZE)
            assert found is not None
            back = found[0]
            assert isinstance(back, TelnetLink)
            assert back.agreed == agreed
            await until(back, b"meanwhile")
            back.resize(132, 43)
            back.write(b"stty size; echo $kept$kept\r")
            got = await until(back, b"herehere")
            assert b"43 132" in got and b"\xff" not in got
            await back.close()


async def test_closing_by_hand_ends_at_once_and_leaves_nothing(place: Path, tmp_path: Path) -> None:
    async with telnetd(tmp_path) as port, window(place) as holder:
        shell = await opened(holder, SHELL)
        line = await opened(holder, Target("box", LinkKind.TELNET, "127.0.0.1", port))
        assert isinstance(shell, ShellLink)
        line.write(b"echo $$ is''me\r")
        got = await until(line, b"isme")
        remote = int(got.split(b" isme")[0].split()[-1])
        pid = shell.pid
        await shell.close()
        await line.close()
        await come(lambda: not is_running(pid))
        await come(lambda: not is_running(remote))
        await come(lambda: not holder._clerk._kept)


async def test_a_second_window_takes_nothing_from_the_first(place: Path) -> None:
    async with window(place) as first, window(place) as second:
        link = await opened(first, SHELL)
        assert await second.left() == ()
        assert await second.take(link.hold.key if link.hold else "", PLAIN, SIZE) is None
        link.write(b"echo st''ill\r")
        await until(link, b"still")
        await link.close()


async def test_what_ended_meanwhile_is_read_to_its_end(place: Path) -> None:
    async with window(place) as first:
        link = await opened(first, SHELL)
        link.write(b"sleep 0.3; echo good''bye; exit\r")
        first.leave()
        await link.close()
        assert isinstance(link, ShellLink)
        pid = link.pid
    await come(lambda: not is_running(pid))
    async with window(place) as second:
        (left,) = await second.left()
        found = await second.take(left.key, PLAIN, SIZE)
        assert found is not None
        back = found[0]
        assert isinstance(back, ShellLink)
        got = b""
        async with asyncio.timeout(10):
            while part := await back.read(65_536):
                got += part
        assert b"goodbye" in got
        assert back.ended is not None and back.ended.why == "the shell ended"
        await back.close()


async def test_one_that_is_not_wanted_back_is_hung_up_on(place: Path) -> None:
    async with window(place) as first:
        link = await opened(first, SHELL)
        assert isinstance(link, ShellLink)
        first.leave()
        await link.close()
    async with window(place) as second:
        (left,) = await second.left()
        second.end(left.key)
        pid = link.pid
        await come(lambda: not is_running(pid))
        assert await second.take(left.key, PLAIN, SIZE) is None


async def test_one_that_nobody_can_read_is_hung_up_on_rather_than_left_waiting(
    place: Path,
) -> None:
    async with window(place) as first:
        link = await opened(first, SHELL)
        assert isinstance(link, ShellLink)
        first.leave()
        await link.close()
    async with window(place) as second:
        (left,) = await second.left()
        with pytest.raises(Refused, match="another kind"):
            await second.take(left.key, replace(PLAIN, kind=LinkKind.SSH), SIZE)
        pid = link.pid
        await come(lambda: not is_running(pid))


async def test_a_holder_that_died_is_replaced_and_sessions_notice_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noc_console.adapters.links.clerk.TRY_AGAIN_S", 0.1)
    async with window(place) as holder:
        link = await opened(holder, SHELL)
        await asyncio.sleep(0.2)
        before = pid_of(place)
        os.kill(before, signal.SIGKILL)
        link.write(b"echo un''harmed\r")
        await until(link, b"unharmed")
        async with asyncio.timeout(20):
            while pid_of(place) in (0, before) or not holder._clerk.is_connected:
                await asyncio.sleep(0.05)
        holder.leave()
        await link.close()
    async with window(place) as second:
        (left,) = await second.left()
        second.end(left.key)
        assert isinstance(link, ShellLink)
        await come(lambda: not is_running(link.pid))


async def test_where_no_holder_can_be_had_sessions_end_with_their_window(tmp_path: Path) -> None:
    holder = TerminalHolder(tmp_path / "none", ["/nowhere"], hold_s=30)
    link = await LinkOpener(holder).open(SHELL, SIZE, KEEPER)
    assert isinstance(link, ShellLink)
    link.write(b"echo wo''rks\r")
    await until(link, b"works")
    assert await holder.left() == ()
    holder.leave()
    await link.close()
    assert link.ended is not None and not link.ended.goes_on
    assert not is_running(link.pid)
    await holder.close()


async def test_what_was_kept_is_believed_only_as_far_as_it_goes() -> None:
    assert _rows(None) == ()
    rows = [7, {"key": "k"}, {"key": "x" * 500, "address": "shell"}, {"key": "k", "address": "a"}]
    assert [each.key for each in _rows(Message({"sessions": rows}))] == ["k"]
    assert _rows(Message({"sessions": "all"})) == ()
    for kind in (LinkKind.SHELL, LinkKind.TELNET, LinkKind.SSH):
        read, write = os.pipe()
        os.close(write)
        with pytest.raises(Refused):
            await _resumed(Message({"shown": -1}, b"", read), Target("x", kind), SIZE)
        with pytest.raises(OSError, match="Bad file"):
            os.fstat(read)
