"""A real shell in a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from noc_console.adapters.links.inbox import HIGH
from noc_console.adapters.links.shell import ShellLink, environment, open_shell
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.connecting import LinkKind, Target, Wired
from noc_console.services.terminal.model import Size
from tests.adapters.links.keeper import KEEPER

TARGET = Target("shell", LinkKind.SHELL, command=("/bin/sh",))


@pytest.fixture
async def link() -> AsyncIterator[ShellLink]:
    opened = await open_shell(TARGET, Size(100, 30), KEEPER)
    yield opened
    await opened.close()


async def until(link: ShellLink, wanted: bytes) -> bytes:
    got = b""
    async with asyncio.timeout(20):
        while wanted not in got:
            part = await link.read(65_536)
            assert part, got
            got += part
    return got


async def test_it_has_a_terminal_of_its_own_and_job_control(link: ShellLink) -> None:
    assert isinstance(link, Wired)
    link.write(b"stty size; echo $TERM; tty\r")
    got = await until(link, b"/dev/pts/")
    assert b"30 100" in got and b"xterm-256color" in got and b"no job control" not in got
    link.resize(132, 43)
    link.write(b"stty size\r")
    await until(link, b"43 132")
    link.write(b"sh -c 'echo in fr\"\"ont; exec sleep 60'\r")
    await until(link, b"in front")  # else Ctrl+C may hit the shell before it starts anything
    link.write(b"\x03")
    link.write(b"echo 'back''again'\r")
    await until(link, b"backagain")
    assert link.describe == "shell sh"


async def test_an_end_is_heard_and_everything_before_it(link: ShellLink) -> None:
    link.write(b"echo 'good''bye'; exit\r")
    got = b""
    async with asyncio.timeout(20):
        while part := await link.read(65_536):
            got += part
    assert b"goodbye" in got
    assert link.ended is not None and not link.ended.is_lost
    link.write(b"x")
    link.resize(1, 1)


async def test_a_flood_that_nobody_reads_waits_and_ctrl_c_stops_it(link: ShellLink) -> None:
    link.write(b"yes\r")
    async with asyncio.timeout(20):
        while link.waiting < HIGH:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    assert link.waiting < HIGH + 65_537
    link.write(b"\x03")
    link.write(b"echo 'stop''ped'\r")
    await until(link, b"stopped")


async def test_a_large_paste_arrives_whole(link: ShellLink) -> None:
    link.write(b"stty -echo -icanon; exec cat\r")
    await asyncio.sleep(0.3)
    link.write(b"0123456789" * 50_000 + b"END")
    got = await until(link, b"END")
    assert got.count(b"0123456789") == 50_000


async def test_closing_ends_what_the_shell_started(link: ShellLink) -> None:
    link.write(b"trap '' HUP; echo pid=$$=; sleep 300\r")
    pid = int((await until(link, b"=\r\n")).split(b"pid=")[-1].split(b"=")[0])
    await link.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_shell_ends_although_nobody_waits_for_it(link: ShellLink) -> None:
    async with asyncio.TaskGroup() as group:
        closing = group.create_task(link.close())
        await asyncio.sleep(0)
        closing.cancel()
    async with asyncio.timeout(10):
        while not link._process.wait(0):
            await asyncio.sleep(0.01)


async def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(Refused, match="/bin/nosuchshell"):
        await open_shell(Target("x", command=("/bin/nosuchshell",)), Size(80, 24), KEEPER)


def test_variables_of_ours_stay_here() -> None:
    given = environment({"PATH": "/bin", "NOC_STORE": "postgresql://u:secret@db/noc"})
    assert given == {"PATH": "/bin", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
