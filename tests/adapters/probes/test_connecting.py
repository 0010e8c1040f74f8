"""Errors of connections in words an operator can use."""

from __future__ import annotations

import asyncio
import errno
import ssl

import pytest

from noc_console.adapters.probes.connecting import connected, explained, failed
from noc_console.services.probes.model import ProbeState


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TimeoutError(), ("no answer in time", "timeout")),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), ("connection refused", "refused")),
        (OSError(errno.EHOSTUNREACH, "x"), ("no route to host", "unreachable")),
        (ConnectionResetError(errno.ECONNRESET, "x"), ("connection reset by peer", "closed")),
        (OSError("Multiple exceptions"), ("multiple exceptions", "unreachable")),
        (OSError(), ("it failed", "unreachable")),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x"), ("TLS: it failed", "tls")),
    ],
)
def test_errors_are_told_in_words_and_by_class(error, told):
    assert explained(error) == told


def test_a_failed_round_has_lost_everything():
    told = failed(TimeoutError(), sent=3, what="connected, but ")
    assert (told.state, told.lost) == (ProbeState.SILENT, 3)
    assert told.error == "connected, but no answer in time"


async def test_a_connection_is_gone_after_its_block():
    ended = asyncio.Event()

    async def serve(reader, writer):
        try:
            await reader.read()
        except ConnectionResetError:
            pass
        ended.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, connected("127.0.0.1", server.sockets[0].getsockname()[1]):
        assert not ended.is_set()
    async with asyncio.timeout(2):
        await ended.wait()
