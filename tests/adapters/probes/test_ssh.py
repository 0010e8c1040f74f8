"""Banners of a real sshd, and of peers that are none."""

from __future__ import annotations

import asyncio

import pytest

from noc_console.adapters.probes import ssh
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import SshSettings
from tests.adapters.probes.peers import free_tcp_port, sshd


async def test_sshd_greets_with_its_version(tmp_path):
    with sshd(tmp_path) as port:
        told = await ssh.banner("127.0.0.1", SshSettings(port=port, expected="SSH-2.0"))
        assert told.state is ProbeState.WELL
        assert dict(told.facts)["Banner"].startswith("SSH-2.0-OpenSSH")
        assert told.phases_us.keys() == {"connect", "first_byte"}
        told = await ssh.banner("127.0.0.1", SshSettings(port=port, expected="dropbear"))
        assert (told.state, told.reason) == (ProbeState.WRONG, "unexpected")
        assert "OpenSSH" in told.error


async def test_nobody_there_is_refused():
    told = await ssh.banner("127.0.0.1", SshSettings(port=free_tcp_port()))
    assert (told.state, told.reason, told.rtts_us) == (ProbeState.SILENT, "refused", ())


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (b"Welcome!\r\nSSH-2.0-rude\r\n", ProbeState.WELL),
        (b"SSH-2.0-no-line-end", ProbeState.WELL),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ProbeState.WRONG),
        (b"x" * 100_000, ProbeState.WRONG),
        (b"line\n" * 1000, ProbeState.WRONG),
        (b"", ProbeState.WRONG),
        (b"SSH-2.0-\x1b[2J\xff\r\n", ProbeState.WELL),
    ],
)
async def test_what_else_a_peer_may_say_is_no_crash(said, state):
    async def talk(_reader, writer):
        writer.write(said)
        try:
            await writer.drain()
        except OSError:
            return
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await ssh.banner("127.0.0.1", SshSettings(port=port))
    assert told.state is state
    assert all(text.isprintable() for _, text in told.facts)


async def test_a_peer_that_says_nothing_ends_in_time():
    gate = asyncio.Event()

    async def wait(_reader, writer):
        await gate.wait()
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await ssh.banner("127.0.0.1", SshSettings(port=port, timeout_s=0.5))
        gate.set()
    assert (told.state, told.reason) == (ProbeState.SILENT, "timeout")
    assert told.error.startswith("connected, but")
