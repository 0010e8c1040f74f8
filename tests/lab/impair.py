"""Proxies that treat traffic as bad networks do.

UDP: datagrams are lost, doubled, delayed (and so reordered), cut short, forged, or held back:

    async with impaired(agent.port, Impairment(loss=0.2, delay_s=(0.0, 0.1))) as proxy:
        target = replace(agent.target(), port=proxy.port)
        proxy.impairment.loss = 1.0

TCP: what is left of bad networks once the kernel repaired them: delay, silence, a cut:

    with impaired_tcp(postgres_port) as proxy:
        proxy.freeze()      # neither side hears the other, nobody is told
        proxy.thaw()        # and what was said meanwhile arrives
        proxy.cut()         # connections are reset, new ones too, until
        proxy.mend()

What happens may differ by direction, and be changed at any time. Everything random comes
from `seed`.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes `close` a reset."""

Address = tuple[str, int]


@dataclass
class Impairment:
    """What happens to datagrams; change it at will. The last three concern answers only."""

    loss: float = 0.0
    duplicate: float = 0.0
    delay_s: tuple[float, float] = (0.0, 0.0)
    truncate: float = 0.0
    """Share of datagrams that arrive without their end."""
    frozen: bool = False
    """Nothing passes; what came meanwhile passes at once when this ends."""
    wrong_source: float = 0.0
    """Share of answers that come from another port than was asked."""
    corrupt: Callable[[bytes], bytes] | None = None
    """What is done to every answer."""
    forge: Callable[[bytes], bytes | None] | None = None
    """An answer to send before the genuine one."""
    seed: int = 20261121


class Proxy(asyncio.DatagramProtocol):
    """Listens for clients; each gets its own way to the agent."""

    def __init__(self, upstream: Address, impairment: Impairment, back: Impairment | None) -> None:
        self.impairment = impairment
        self.back = back or impairment
        self.passed = self.lost = self.doubled = self.shortened = self.misdirected = 0
        self._upstream = upstream
        self._rng = random.Random(impairment.seed)
        self._ways: dict[Address, asyncio.DatagramTransport] = {}
        self._opening: dict[Address, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._front: asyncio.DatagramTransport | None = None
        self._other: asyncio.DatagramTransport | None = None

    @property
    def port(self) -> int:
        assert self._front is not None
        return int(self._front.get_extra_info("sockname")[1])

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self._other, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for each in (self._front, self._other, *self._ways.values()):
            if each is not None:
                each.close()

    def connection_made(self, transport: Any) -> None:
        self._front = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        way = self._ways.get(addr)
        if way is not None:
            self._pass(data, way.sendto, self.impairment)
        elif addr in self._opening:
            self._opening[addr].append(data)
        else:
            self._opening[addr] = [data]
            self._keep(self._open_way(addr))

    def error_received(self, exc: Exception) -> None:
        """The client has left."""

    async def _open_way(self, client: Address) -> None:
        loop = asyncio.get_running_loop()
        way, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self, client), remote_addr=self._upstream
        )
        self._ways[client] = way
        for data in self._opening.pop(client):
            self._pass(data, way.sendto, self.impairment)

    def answer(self, data: bytes, client: Address) -> None:
        """An answer on its way back."""
        impairment = self.back
        assert self._front is not None and self._other is not None
        front: asyncio.DatagramTransport = self._front
        if impairment.forge is not None:
            forged = impairment.forge(data)
            if forged is not None:
                front.sendto(forged, client)
        if impairment.corrupt is not None:
            data = impairment.corrupt(data)
        if self._rng.random() < impairment.wrong_source:
            self.misdirected += 1
            front = self._other
        self._pass(data, lambda each: front.sendto(each, client), impairment)

    def _pass(self, data: bytes, send: Callable[[bytes], object], impairment: Impairment) -> None:
        rng = self._rng
        if rng.random() < impairment.loss:
            self.lost += 1
            return
        if impairment.truncate and rng.random() < impairment.truncate:
            self.shortened += 1
            data = data[: rng.randrange(1, max(2, len(data)))]
        copies = 1
        if rng.random() < impairment.duplicate:
            self.doubled += 1
            copies = 2
        self.passed += 1
        for _ in range(copies):
            delay = rng.uniform(*impairment.delay_s)
            if delay or impairment.frozen:
                self._keep(self._send_late(send, data, delay, impairment))
            else:
                send(data)

    async def _send_late(
        self, send: Callable[[bytes], object], data: bytes, delay: float, impairment: Impairment
    ) -> None:
        await asyncio.sleep(delay)
        while impairment.frozen:
            await asyncio.sleep(0.01)
        send(data)

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Back(asyncio.DatagramProtocol):
    def __init__(self, proxy: Proxy, client: Address) -> None:
        self._proxy = proxy
        self._client = client

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._proxy.answer(data, self._client)

    def error_received(self, exc: Exception) -> None:
        """The agent is down: to the client that is silence."""


@asynccontextmanager
async def impaired(
    port: int, impairment: Impairment, *, back: Impairment | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Proxy]:
    """A proxy in front of a UDP server on `port`; `back` treats answers, as requests unless given.

    It runs on the test's own loop.
    """
    proxy = Proxy((host, port), impairment, back)
    await proxy.open()
    try:
        yield proxy
    finally:
        proxy.close()


class TcpProxy:
    """A proxy with a loop and a thread of its own: callers may block, and call from anywhere."""

    def __init__(self, upstream: Address) -> None:
        self.connections = 0
        """How many were ever made."""
        self.passed = {"out": 0, "back": 0}
        """Bytes towards the server and towards the client."""
        self.delay_s = 0.0
        """How long each piece of either direction is held."""
        self.port = 0
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="impaired-tcp")
        self._open: dict[str, asyncio.Event] = {}
        self._is_cut = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    def freeze(self, *, out: bool = True, back: bool = True) -> None:
        """From now on nothing passes, in one direction or both; connections stay."""
        self._set({"out": out, "back": back}, is_open=False)

    def thaw(self) -> None:
        """Let pass again, first what was held."""
        self._set({"out": True, "back": True}, is_open=True)

    def cut(self) -> None:
        """Reset every connection, and every new one at once."""
        self._is_cut = True
        self._call(self._reset_all())

    def mend(self) -> None:
        """Let new connections through."""
        self._is_cut = False

    def start(self) -> None:
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _set(self, which: dict[str, bool], *, is_open: bool) -> None:
        async def change() -> None:
            for way, concerned in which.items():
                if concerned:
                    self._open[way].set() if is_open else self._open[way].clear()

        self._call(change())

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._open = {"out": asyncio.Event(), "back": asyncio.Event()}
        for gate in self._open.values():
            gate.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            if self._is_cut:
                return
            far_reader, far = await asyncio.open_connection(*self._upstream)
            self._writers.add(far)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pump("out", reader, far))
                    group.create_task(self._pump("back", far_reader, writer))
                for each in (far, writer):  # what is on its way arrives before the end does
                    each.close()
                    await each.wait_closed()
            finally:
                self._writers.discard(far)
                _reset(far)
        except (OSError, ExceptionGroup):
            pass  # one side is gone: the other one is told by a reset
        finally:
            self._writers.discard(writer)
            _reset(writer)

    async def _pump(
        self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65_536):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            await self._open[way].wait()
            self.passed[way] += len(data)
            writer.write(data)
            await writer.drain()
        await self._open[way].wait()
        if writer.can_write_eof():
            writer.write_eof()

    async def _reset_all(self) -> None:
        for writer in tuple(self._writers):
            _reset(writer)

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        self._is_cut, self.delay_s = True, 0.0
        for gate in self._open.values():
            gate.set()
        # Not cancelled: asyncio's streams of Python 3.11 complain about that aloud.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await self._reset_all()
            await asyncio.wait(others, timeout=0.05)


def _reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@contextmanager
def impaired_tcp(port: int, *, host: str = "127.0.0.1") -> Iterator[TcpProxy]:
    """A proxy in front of a TCP server on `port`."""
    proxy = TcpProxy((host, port))
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
