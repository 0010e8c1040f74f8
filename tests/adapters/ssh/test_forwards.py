"""Ports through OpenSSH: local, remote, SOCKS; and what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noc_console.adapters.ssh import forwards as module
from noc_console.adapters.ssh.chain import Chain, reach
from noc_console.adapters.ssh.forwards import SshForwards, shut
from noc_console.kernel.errors import Invalid, NotFound, Refused
from noc_console.services.terminal.forwarding import ForwardKind, ForwardWish
from tests.adapters.ssh.peers import Script, sshd


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A server that says back what it hears."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read(100)).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def said(port: int, first: bytes = b"") -> bytes:
    """What comes back through a port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        if first:  # SOCKS5: no authentication, then CONNECT
            writer.write(b"\x05\x01\x00")
            assert await reader.readexactly(2) == b"\x05\x00"
            writer.write(first)
            assert (await reader.readexactly(10))[:2] == b"\x05\x00"
        writer.write(b"hello")
        async with asyncio.timeout(10):
            return await reader.read(100)
    finally:
        writer.close()


@pytest.mark.parametrize("kind", [ForwardKind.LOCAL, ForwardKind.REMOTE])
async def test_a_port_leads_to_another_and_no_longer_when_stopped(
    chain: Chain, kind: ForwardKind
) -> None:
    forwards = SshForwards(chain.last)
    async with echo() as port:
        opened = await forwards.start(ForwardWish(kind, 0, host="127.0.0.1", port=port))
        assert opened.wish.listen_port > 0
        assert await said(opened.wish.listen_port) == b"HELLO"
        (listed,) = forwards.listed()
        assert listed.wish == opened.wish and listed.connections == (kind is ForwardKind.LOCAL)
        await forwards.stop(opened.id)
        assert forwards.listed() == ()
        with pytest.raises(OSError):
            await said(opened.wish.listen_port)
        with pytest.raises(NotFound):
            await forwards.stop(opened.id)


async def test_a_proxy_leads_anywhere(chain: Chain) -> None:
    forwards = SshForwards(chain.last)
    async with echo() as port:
        opened = await forwards.start(ForwardWish(ForwardKind.DYNAMIC, 0))
        wanted = b"\x05\x01\x00\x01\x7f\x00\x00\x01" + port.to_bytes(2, "big")
        assert await said(opened.wish.listen_port, wanted) == b"HELLO"
    await forwards.close()
    assert forwards.listed() == ()


async def test_a_port_that_is_taken_is_named(chain: Chain) -> None:
    forwards = SshForwards(chain.last)
    async with echo() as port:
        wish = ForwardWish(ForwardKind.LOCAL, port, host="127.0.0.1", port=1)
        with pytest.raises(Invalid, match=str(port)):
            await forwards.start(wish)


async def test_a_device_that_forbids_it_says_so(tmp_path: Path) -> None:
    with sshd(tmp_path, "AllowTcpForwarding no") as server:
        keeper = Script([server.pinned()], [server.login])
        chain = await reach((server.hop,), keeper, uses_agent=False)
        forwards = SshForwards(chain.last)
        with pytest.raises(Refused, match="does not let ports lead here"):
            await forwards.start(ForwardWish(ForwardKind.REMOTE, 0, host="127.0.0.1", port=1))
        await chain.close()


async def test_who_stays_in_a_port_that_is_shut_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Listener:
        """As from Python 3.12 on: a mock, since tests run on earlier ones, too."""

        is_closed = False

        def close(self) -> None:
            self.is_closed = True

        async def wait_closed(self) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(module, "CLOSE_S", 0.01)
    listener = Listener()
    await shut(listener)  # type: ignore[arg-type]
    assert listener.is_closed
