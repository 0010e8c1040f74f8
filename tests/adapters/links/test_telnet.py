"""Telnet against Debian's telnetd, and against servers that misbehave."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.links.inbox import HIGH
from noc_console.adapters.links.telnet import PIECE, TelnetLink, open_telnet
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.terminal.connecting import LinkKind, Target, Wired
from noc_console.services.terminal.model import Size
from tests.adapters.links.keeper import KEEPER
from tests.adapters.ssh.peers import Script

SIZE = Size(100, 30)


@asynccontextmanager
async def telnetd(home: Path, runs: str = "exec /bin/sh -i") -> AsyncIterator[int]:
    """Debian's telnetd, one process for each connection as inetd starts it; it runs a shell."""
    program = shutil.which("telnetd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("telnetd is not installed")
    login = home / "login"
    login.write_text(f"#!/bin/sh\n{runs}\n")
    login.chmod(0o755)
    started: list[subprocess.Popen[bytes]] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    loop = asyncio.get_running_loop()

    async def serve() -> None:
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(True)
            with connection:
                started.append(
                    subprocess.Popen(
                        [program, "-h", "-E", str(login)], stdin=connection, stdout=connection
                    )
                )

    serving = loop.create_task(serve())
    try:
        yield listener.getsockname()[1]
    finally:
        serving.cancel()
        listener.close()
        for each in started:
            each.terminate()
            each.wait(10)


def to(port: int) -> Target:
    return Target("box", LinkKind.TELNET, "127.0.0.1", port)


async def until(link: TelnetLink, wanted: bytes) -> bytes:
    got = b""
    async with asyncio.timeout(20):
        while wanted not in got:
            part = await link.read(65_536)
            assert part, got
            got += part
    return got


async def test_a_session_with_debian_s_telnetd(tmp_path: Path) -> None:
    async with telnetd(tmp_path) as port:
        link = await open_telnet(to(port), SIZE, KEEPER)
        assert isinstance(link, Wired) and link.badges == ("not encrypted",)
        link.write(b"stty size; echo $TERM\r")
        got = await until(link, b"xterm-256color")
        assert b"30 100" in got and b"\xff" not in got and b"\x00" not in got
        link.resize(132, 43)
        link.write(b"stty size\r")
        await until(link, b"43 132")
        link.write(b"printf '\\303\\274 \\377|'; echo 'do''ne'\r")
        assert b"\xc3\xbc \xff|" in await until(link, b"done")
        link.write(b"exit\r")
        async with asyncio.timeout(20):
            while await link.read(65_536):
                pass
        assert link.ended is not None and not link.ended.is_lost
        await link.close()


ASKS = r"""
printf 'box login: '; read user
stty -echo; printf 'Password: '; read word; stty echo; echo
[ "$user/$word" = mira/lab ] && echo 'you are in' || echo 'Login incorrect'
exec /bin/sh -i
"""


async def test_a_named_user_is_logged_in_by_the_vault_and_the_password_is_not_seen(
    tmp_path: Path,
) -> None:
    logins = [
        SshLogin(1, "other", "root", Secret("root-word")),
        SshLogin(2, "lab", "mira", Secret("lab")),
    ]
    async with telnetd(tmp_path, ASKS) as port:
        named = replace(to(port), user="mira")
        link = await open_telnet(named, SIZE, Script(given=logins))
        got = await until(link, b"you are in")
        assert b"mira" in got and b"lab" not in got
        await link.close()


async def test_nobody_is_logged_in_where_the_address_names_no_user(tmp_path: Path) -> None:
    async with telnetd(tmp_path, ASKS) as port:
        link = await open_telnet(
            to(port), SIZE, Script(given=[SshLogin(2, "lab", "mira", Secret("lab"))])
        )
        await until(link, b"login: ")
        link.write(b"mira\r")
        await until(link, b"Password: ")
        link.write(b"no\r")
        await until(link, b"Login incorrect")
        await link.close()


async def test_ctrl_c_stops_a_flood_of_telnetd(tmp_path: Path) -> None:
    async with telnetd(tmp_path) as port:
        link = await open_telnet(to(port), SIZE, KEEPER)
        link.write(b"yes\r")
        await until(link, b"y\r\ny\r\n")
        link.write(b"\x03")
        link.write(b"echo 'stop''ped'\r")
        await until(link, b"stopped")
        await link.close()


async def test_a_flood_that_nobody_reads_waits_at_the_device() -> None:
    sent = 0

    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        try:
            while sent < 64 << 20:
                writer.write(b"x" * 65_536)
                sent += 65_536
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    link = await open_telnet(to(server.sockets[0].getsockname()[1]), SIZE, KEEPER)
    before = -1
    async with asyncio.timeout(20):
        while sent != before:
            before = sent
            await asyncio.sleep(0.2)
    assert link.waiting < HIGH + (1 << 20) and sent < 64 << 20
    assert len(await link.read(100)) == 100
    await link.close()
    assert link.ended is not None
    server.close()


async def test_a_device_that_sends_nothing_but_commands_leaves_room_for_others() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xf1" * (1 << 19) + b"done")
        try:
            await reader.read()
        except ConnectionError:
            pass  # we were hung up on
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.get_running_loop().create_task(others())
    link = await open_telnet(to(server.sockets[0].getsockname()[1]), SIZE, KEEPER)
    turns = 0
    async with asyncio.timeout(30):
        assert await link.read(100) == b"done"
    assert turns >= (1 << 20) // PIECE
    counting.cancel()
    await link.close()
    await asyncio.sleep(0.05)
    server.close()


async def test_a_connection_that_breaks_is_lost_and_one_that_ends_is_not() -> None:
    async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    server = await asyncio.start_server(break_off, "127.0.0.1", 0)
    link = await open_telnet(to(server.sockets[0].getsockname()[1]), SIZE, KEEPER)
    async with asyncio.timeout(10):
        assert await link.read(10) == b""
    assert link.ended is not None and link.ended.is_lost
    link.write(b"nobody hears this")
    server.close()


async def test_nobody_there_is_told() -> None:
    with pytest.raises(Unreachable, match="refuses telnet"):
        await open_telnet(to(1), SIZE, KEEPER)
