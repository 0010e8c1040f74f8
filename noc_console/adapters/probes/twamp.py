"""TWAMP light: packets to a reflector, and a reflector of our own (RFC 5357 appendix I)."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

from noc_console.adapters.probes.connecting import failed
from noc_console.kernel.errors import Broken
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import TwampSettings
from noc_console.wire import twamp

SESSIONS = 1_000
"""Senders a reflector counts the packets of."""


class _Sender(asyncio.DatagramProtocol):
    """One round under way; the socket is connected to the reflector."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.sent: dict[int, tuple[int, float]] = {}
        self.back: dict[int, tuple[int, twamp.Reflection]] = {}
        self.duplicates = 0
        self.trouble: OSError | None = None
        self.complete = asyncio.Event()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        steady = time.perf_counter()
        told = twamp.parse_reflection(data)
        began = None if told is None else self.sent.get(told.sender_sequence)
        # Our own time stamp must come back with its number: nobody else knows it.
        if told is None or began is None or abs(told.sender_ns - began[0]) > 1_000:
            return
        if told.sender_sequence in self.back:
            self.duplicates += 1
            return
        self.back[told.sender_sequence] = (round((steady - began[1]) * 1e9), told)
        if len(self.back) == self._count:
            self.complete.set()

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self.trouble = exc


async def measure(host: str, settings: TwampSettings) -> Round:
    """One round: the round trip less the reflector's own time, and the variation each way."""
    loop = asyncio.get_running_loop()
    try:
        transport, sender = await loop.create_datagram_endpoint(
            lambda: _Sender(settings.count), remote_addr=(host, settings.port)
        )
    except OSError as error:
        return failed(error, sent=settings.count)
    try:
        for number in range(settings.count):
            if number:
                await asyncio.sleep(settings.gap_ms / 1000)
            wall = time.time_ns()
            sender.sent[number] = wall, time.perf_counter()
            transport.sendto(twamp.probe(number, wall, size=settings.size))
        try:
            async with asyncio.timeout(settings.timeout_s):
                await sender.complete.wait()
        except TimeoutError:
            pass
    finally:
        transport.close()
    if not sender.back:
        return failed(sender.trouble or TimeoutError(), sent=settings.count)
    return _told(sender, settings.count)


def _told(sender: _Sender, count: int) -> Round:
    ordered = [sender.back[number] for number in sorted(sender.back)]
    held = [max(0, told.left_ns - told.arrived_ns) for _, told in ordered]
    rtts = [
        max(1, round((whole - min(hold, whole)) / 1000))
        for (whole, _), hold in zip(ordered, held, strict=True)
    ]
    return Round(
        ProbeState.WELL,
        count,
        tuple(rtts),
        duplicates=sender.duplicates,
        phases_us={
            "forward": _variation([told.arrived_ns - told.sender_ns for _, told in ordered]),
            "backward": _variation(
                [sender.sent[told.sender_sequence][0] + whole - told.left_ns
                 for whole, told in ordered]
            ),
        },
        # No number: facts are kept whenever they change, and this one would with every round.
        facts=(("Reflector", "holds packets for over 1 ms"),) if max(held) >= 1_000_000 else (),
    )  # fmt: skip


def _variation(delays_ns: Sequence[int]) -> int:
    """The mean difference of consecutive one-way delays, µs: an offset of the clocks cancels."""
    steps = [abs(b - a) for a, b in pairwise(delays_ns)]
    return round(sum(steps) / len(steps) / 1000) if steps else 0


class Reflector:
    """Sends every test packet back, numbered per sender; remembers a bounded number of them."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self.reflected = 0
        self.ignored = 0

    def handle(self, data: bytes, source: str) -> bytes | None:
        """The answer to a packet."""
        arrived = time.time_ns()
        number = self._numbers.get(source, -1) + 1
        answer = twamp.reflect(data, sequence=number, arrived_ns=arrived, left_ns=time.time_ns())
        if answer is None:
            self.ignored += 1
            return None
        self._numbers[source] = number
        self._numbers.move_to_end(source)
        if len(self._numbers) > SESSIONS:
            self._numbers.popitem(last=False)
        self.reflected += 1
        return answer


class _Mirror(asyncio.DatagramProtocol):
    def __init__(self, reflector: Reflector) -> None:
        self._reflector = reflector
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        answer = self._reflector.handle(data, f"{addr[0]} {addr[1]}")
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def error_received(self, exc: Exception) -> None:
        """A sender that left before its answer came: nothing to do."""


@asynccontextmanager
async def open_reflector(*, bind: str, port: int) -> AsyncIterator[tuple[int, Reflector]]:
    """Reflect on a UDP port; gives the port and the counts. Broken when it cannot be had.

    Answers are never larger than questions, so nobody is amplified.
    """
    reflector = Reflector()
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Mirror(reflector), local_addr=(bind, port)
        )
    except OSError as error:
        told = error.strerror or error
        raise Broken(f"cannot reflect on {bind}, UDP port {port}: {told}") from error
    try:
        yield int(transport.get_extra_info("sockname")[1]), reflector
    finally:
        transport.close()
