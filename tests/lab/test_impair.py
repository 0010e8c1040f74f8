"""The bad networks of the tests are as bad as they say, and no worse."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.lab.impair import Impairment, TcpProxy, impaired, impaired_tcp


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data, addr) -> None:
        self.transport.sendto(data, addr)


class Client(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def datagram_received(self, data, addr) -> None:
        self.heard.append(data)


async def exchange(count: int, impairment: Impairment, back: Impairment | None = None):
    """Send numbered datagrams to an echo behind the proxy; what came back, and the proxy."""
    loop = asyncio.get_running_loop()
    echo, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    port = echo.get_extra_info("sockname")[1]
    async with impaired(port, impairment, back=back) as proxy:
        way, client = await loop.create_datagram_endpoint(
            Client, remote_addr=("127.0.0.1", proxy.port)
        )
        for number in range(count):
            way.sendto(b"%04d" % number)
            await asyncio.sleep(0)
        await asyncio.sleep(0.2)
        way.close()
    echo.close()
    return client.heard, proxy


async def test_a_share_of_datagrams_is_lost_in_the_direction_named() -> None:
    heard, proxy = await exchange(400, Impairment(), back=Impairment(loss=0.25))
    assert proxy.lost == 400 - len(heard)
    assert 60 < proxy.lost < 140
    again, _ = await exchange(400, Impairment(), back=Impairment(loss=0.25))
    assert abs(len(again) - len(heard)) < 60


async def test_datagrams_are_doubled_reordered_and_cut_short() -> None:
    impairment = Impairment(duplicate=0.5, delay_s=(0.0, 0.05))
    heard, proxy = await exchange(100, Impairment(), back=impairment)
    assert len(heard) == 100 + proxy.doubled > 120
    assert heard != sorted(heard)
    assert set(heard) == {b"%04d" % number for number in range(100)}
    heard, proxy = await exchange(100, Impairment(), back=Impairment(truncate=0.5))
    assert sum(len(each) < 4 for each in heard) == proxy.shortened > 20


async def test_a_frozen_way_holds_datagrams_and_then_lets_them_pass() -> None:
    loop = asyncio.get_running_loop()
    echo, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    async with impaired(
        echo.get_extra_info("sockname")[1], Impairment(frozen=True), back=Impairment()
    ) as proxy:
        way, client = await loop.create_datagram_endpoint(
            Client, remote_addr=("127.0.0.1", proxy.port)
        )
        way.sendto(b"held")
        await asyncio.sleep(0.1)
        assert client.heard == []
        proxy.impairment.frozen = False
        while not client.heard:
            await asyncio.sleep(0.01)
        way.close()
    echo.close()
    assert client.heard == [b"held"]


@pytest.fixture
def echo_server() -> Iterator[int]:
    """A plain TCP echo in a thread; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve_one(sock: socket.socket) -> None:
        with sock:
            try:
                while data := sock.recv(65_536):
                    sock.sendall(data)
            except OSError:
                pass

    def serve() -> None:
        while True:
            try:
                sock, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve_one, args=(sock,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def connect(proxy: TcpProxy) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    try:
        sock.sendall(b"hello")
        assert sock.recv(5) == b"hello"
    except BaseException:
        sock.close()
        raise
    return sock


def test_a_connection_passes_whole_and_ends_when_one_side_does(echo_server: int) -> None:
    with impaired_tcp(echo_server) as proxy, connect(proxy) as sock:
        sock.sendall(b"x" * 300_000)
        sock.shutdown(socket.SHUT_WR)
        heard = b""
        while data := sock.recv(65_536):
            heard += data
        assert heard == b"x" * 300_000
        assert proxy.passed == {"out": 300_005, "back": 300_005}


@pytest.mark.parametrize("way", [{"out": False}, {"back": False}, {}])
def test_a_frozen_connection_is_silent_and_loses_nothing(echo_server: int, way: dict) -> None:
    with impaired_tcp(echo_server) as proxy, connect(proxy) as sock:
        proxy.freeze(**way)
        sock.sendall(b"later")
        sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            sock.recv(5)
        proxy.thaw()
        sock.settimeout(5)
        assert sock.recv(5) == b"later"


def test_a_cut_resets_what_is_open_and_what_comes_until_it_is_mended(echo_server: int) -> None:
    with impaired_tcp(echo_server) as proxy, connect(proxy) as sock:
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            sock.recv(5)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            connect(proxy)
        proxy.mend()
        connect(proxy).close()
        assert proxy.connections == 3
