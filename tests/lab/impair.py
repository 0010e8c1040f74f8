"""A UDP proxy that treats datagrams as bad networks do: loses, doubles, delays, forges them.

    async with impaired(agent.port, Impairment(loss=0.2, delay_s=(0.0, 0.1))) as proxy:
        target = replace(agent.target(), port=proxy.port)

Delays drawn per datagram reorder them. Everything random comes from `seed`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Impairment:
    """What happens to datagrams, in each direction unless said otherwise; change it at will."""

    loss: float = 0.0
    duplicate: float = 0.0
    delay_s: tuple[float, float] = (0.0, 0.0)
    wrong_source: float = 0.0
    """Share of answers that come from another port than was asked."""
    corrupt: Callable[[bytes], bytes] | None = None
    """What is done to every answer."""
    forge: Callable[[bytes], bytes | None] | None = None
    """An answer to send before the genuine one."""
    seed: int = 20261121


class Proxy(asyncio.DatagramProtocol):
    """Listens for clients; each gets its own way to the agent."""

    def __init__(self, upstream: tuple[str, int], impairment: Impairment) -> None:
        self.impairment = impairment
        self.lost = self.doubled = self.misdirected = 0
        self._upstream = upstream
        self._rng = random.Random(impairment.seed)
        self._ways: dict[tuple[str, int], asyncio.DatagramTransport] = {}
        self._opening: dict[tuple[str, int], list[bytes]] = {}
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
        for each in (self._front, self._other, *self._ways.values()):
            if each is not None:
                each.close()

    def connection_made(self, transport: Any) -> None:
        self._front = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        way = self._ways.get(addr)
        if way is not None:
            self._pass(data, lambda each: way.sendto(each))
        elif addr in self._opening:
            self._opening[addr].append(data)
        else:
            self._opening[addr] = [data]
            task = asyncio.get_running_loop().create_task(self._open_way(addr))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open_way(self, client: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        way, _ = await loop.create_datagram_endpoint(
            lambda: _Back(self, client), remote_addr=self._upstream
        )
        self._ways[client] = way
        for data in self._opening.pop(client):
            self._pass(data, way.sendto)

    def answer(self, data: bytes, client: tuple[str, int]) -> None:
        """An answer on its way back."""
        impairment = self.impairment
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
        self._pass(data, lambda each: front.sendto(each, client))

    def _pass(self, data: bytes, send: Callable[[bytes], object]) -> None:
        impairment, rng = self.impairment, self._rng
        if rng.random() < impairment.loss:
            self.lost += 1
            return
        copies = 1
        if rng.random() < impairment.duplicate:
            self.doubled += 1
            copies = 2
        loop = asyncio.get_running_loop()
        for _ in range(copies):
            delay = rng.uniform(*impairment.delay_s)
            if delay:
                loop.call_later(delay, self._send_late, send, data)
            else:
                send(data)

    def _send_late(self, send: Callable[[bytes], object], data: bytes) -> None:
        if self._front is not None and not self._front.is_closing():
            send(data)


class _Back(asyncio.DatagramProtocol):
    def __init__(self, proxy: Proxy, client: tuple[str, int]) -> None:
        self._proxy = proxy
        self._client = client

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._proxy.answer(data, self._client)

    def error_received(self, exc: Exception) -> None:
        """The agent is down: to the client that is silence."""


@asynccontextmanager
async def impaired(
    port: int, impairment: Impairment, *, host: str = "127.0.0.1"
) -> AsyncIterator[Proxy]:
    """A proxy in front of a UDP server on `port`."""
    proxy = Proxy((host, port), impairment)
    await proxy.open()
    try:
        yield proxy
    finally:
        proxy.close()
