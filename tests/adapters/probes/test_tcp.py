"""Connections to a real listener, to a closed port and to nobody."""

from __future__ import annotations

import asyncio
import socket

from noc_console.adapters.probes import tcp
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import TcpSettings
from tests.adapters.probes.peers import free_tcp_port


async def test_every_connection_is_counted_and_closed():
    left = []

    async def serve(reader, writer):
        try:
            left.append(await reader.read())
        except ConnectionResetError:
            left.append(b"")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        told = await tcp.connect("127.0.0.1", TcpSettings(port=port, count=3))
        while len(left) < 3:
            await asyncio.sleep(0.01)
    assert (told.state, told.sent, told.lost) == (ProbeState.WELL, 3, 0)
    assert told.phases_us == {"connect": told.rtts_us[-1]}
    assert left == [b"", b"", b""]


async def test_a_closed_port_is_refused():
    told = await tcp.connect("127.0.0.1", TcpSettings(port=free_tcp_port(), count=2))
    assert (told.state, told.lost, told.reason) == (ProbeState.SILENT, 2, "refused")
    assert told.error == "connection refused"


async def test_a_full_listener_ends_in_time():
    """A queue of connections that is full makes the kernel drop the handshake, as a firewall."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        port = sock.getsockname()[1]
        waiting = []
        try:
            for _ in range(3):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
                waiting.append(one)
            settings = TcpSettings(port=port, count=1, timeout_s=0.3)
            told = await tcp.connect("127.0.0.1", settings)
        finally:
            for one in waiting:
                one.close()
    assert (told.state, told.reason) == (ProbeState.SILENT, "timeout")
