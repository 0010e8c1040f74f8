"""Pings many targets at once over one socket per family.

A round's packets carry a cookie nobody can guess, the round's number and their own, so that an
answer counts only once, only for its round, and only from the address that was asked. The time
of arrival is the kernel's (SO_TIMESTAMPNS): a busy loop makes no target look slow.
"""

from __future__ import annotations

import asyncio
import errno
import heapq
import math
import os
import secrets
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from noc_console.adapters.udp import widen
from noc_console.kernel.errors import Refused
from noc_console.services.probes.model import ProbeState, Round
from noc_console.wire import icmp

BURST_GAP_S = 0.02
"""Between the packets of a round that is not spread."""
TICK_S = 0.01
"""Packets due within this time leave together."""
BUDGET = 128
"""Packets sent or read in a row before others get a turn."""
TRIES = 5
"""How often a packet the kernel had no room for is tried again."""
FLIGHTS = 50_000

_LINUX = sys.platform == "linux"
_SO_TIMESTAMPNS = 35
_ICMP_FILTER, _ICMP6_FILTER = 1, 1
_TAG = struct.Struct("!8sIH")
_STAMP = struct.Struct("@qq")
_TEMPORARY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS, errno.ENOMEM}
_FORBIDDEN = {errno.EPERM, errno.EACCES}

HOW_TO_ALLOW = (
    'this machine may not send pings. Allow it with `sysctl -w net.ipv4.ping_group_range="0'
    ' 2147483647"`, or give the program the right: `setcap cap_net_raw+ep` on its Python,'
    " AmbientCapabilities=CAP_NET_RAW in its systemd unit"
)


@dataclass(slots=True)
class Flight:
    """One round under way."""

    address: Any
    host: str
    payload: bytes
    timeout_s: float
    done: asyncio.Future[Round]
    due: list[float]
    sent: list[tuple[int, float]] = field(default_factory=list)
    """Wall clock ns and steady seconds of each packet that left."""
    rtts: dict[int, int] = field(default_factory=dict)
    duplicates: int = 0
    late: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """The socket of one family, and how its packets look."""

    sock: socket.socket
    family: int
    is_raw: bool
    ident: int

    @property
    def is_v6(self) -> bool:
        return self.family == socket.AF_INET6


class Pinger:
    """Sends and matches echoes. Made by `open_pinger`; belongs to the loop it was made in."""

    def __init__(self, channels: dict[int, Channel], refusals: dict[int, str]) -> None:
        self._channels = channels
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self._cookie = secrets.token_bytes(8)
        self._flights: dict[int, Flight] = {}
        self._heap: list[tuple[float, int, int, int]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._number = 0
        self._sequence = 0
        self._by_sequence: dict[int, tuple[int, int]] = {}
        self._late: dict[str, int] = {}
        self.sent = self.answered = self.duplicates = self.late = self.strange = 0
        """Counted since the start: packets sent, answered in time, answered again, answered too
        late, and noise that looked like an answer to us."""

    async def ping(
        self, address: str, *, count: int, size: int, timeout_s: float, within_s: float = 0.0
    ) -> Round:
        """One round: `count` packets with `size` bytes, spread over `within_s` or in a burst.

        `address` is numeric. Raises Refused when this machine may not ping.
        """
        where = _numeric(address)
        if where is None:
            return Round(ProbeState.SILENT, count, error=f"{address} is no address", reason="dns")
        family, target = where
        if family not in self._channels:
            raise Refused(self._refusals.get(family, HOW_TO_ALLOW))
        if len(self._flights) >= FLIGHTS:
            raise Refused(f"more than {FLIGHTS} rounds of pings are under way")
        number = self._number = (self._number + 1) & 0xFFFFFFFF
        gap = within_s / count if within_s > 0 else BURST_GAP_S
        now = self._loop.time()
        flight = Flight(
            address=target,
            host=_plain(target[0]),
            payload=_padding(size),
            timeout_s=timeout_s,
            done=self._loop.create_future(),
            due=[now + gap * index for index in range(count)],
        )
        self._flights[number] = flight
        flight.late += self._late.pop(flight.host, 0)
        self._plan(flight.due[0], number, 0, family)
        try:
            return await flight.done
        finally:
            del self._flights[number]

    # --- sending ---------------------------------------------------------------------------

    def _plan(self, due: float, number: int, index: int, family: int) -> None:
        heapq.heappush(self._heap, (due, number, index, family))
        if self._timer is None or due < self._timer.when() - TICK_S:
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            at = max(self._heap[0][0], self._loop.time() + TICK_S)
            self._timer = self._loop.call_at(at, self._work)

    def _work(self) -> None:
        """Send what is due, end what is over."""
        self._timer = None
        now, heap = self._loop.time(), self._heap
        for _ in range(BUDGET):
            if not heap or heap[0][0] > now:
                break
            _, number, index, family = heapq.heappop(heap)
            flight = self._flights.get(number)
            if flight is None or flight.done.done():
                continue
            if index == len(flight.due):
                self._finish(flight)
            else:
                self._send(flight, number, index, self._channels[family])
        self._arm()

    def _send(self, flight: Flight, number: int, index: int, channel: Channel) -> None:
        sequence = self._sequence = (self._sequence + 1) & 0xFFFF
        payload = _TAG.pack(self._cookie, number, index) + flight.payload
        build = icmp.echo6 if channel.is_v6 else icmp.echo
        packet = build(channel.ident, sequence, payload)
        steady, wall = time.perf_counter(), time.time_ns()
        try:
            channel.sock.sendto(packet, flight.address)
        except OSError as error:
            if error.errno in _TEMPORARY and self._try_later(flight, number, index, channel):
                return
            flight.trouble = error.strerror or str(error)
        flight.sent.append((wall, steady))
        self._by_sequence[sequence] = (number, index)
        self.sent += 1
        following = index + 1
        # After the last packet the round waits for its answer; then it is over.
        due = flight.due[following] if following < len(flight.due) else None
        if due is None:
            due = self._loop.time() + flight.timeout_s
        self._plan(due, number, following, channel.family)

    def _try_later(self, flight: Flight, number: int, index: int, channel: Channel) -> bool:
        """The kernel's buffer is full: a little later there is room."""
        waited = self._loop.time() - flight.due[index]
        if waited > TRIES * TICK_S:
            return False
        self._plan(self._loop.time() + TICK_S, number, index, channel.family)
        return True

    # --- hearing ---------------------------------------------------------------------------

    def hear(self, channel: Channel) -> None:
        """Read what came in; called when the socket has something."""
        receive = channel.sock.recvmsg
        for _ in range(BUDGET):
            try:
                packet, extra, _, source = receive(2048, 64)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue  # an error of an earlier packet, told here
            steady = time.perf_counter()
            parsed = (
                icmp.parse6(packet)
                if channel.is_v6
                else icmp.parse(packet, with_ip=channel.is_raw or not _LINUX)
            )
            if isinstance(parsed, icmp.Reply):
                self._answer(parsed, _plain(source[0]), _arrival(extra), steady)
            elif isinstance(parsed, icmp.Trouble) and parsed.ident == channel.ident:
                self._complain(parsed, _plain(source[0]))

    def _answer(self, reply: icmp.Reply, source: str, arrived: int | None, steady: float) -> None:
        if len(reply.payload) < _TAG.size:
            return
        cookie, number, index = _TAG.unpack_from(reply.payload)
        if cookie != self._cookie:
            return  # an answer to somebody else's ping
        flight = self._flights.get(number)
        if flight is None:
            self._count_late(source)
            return
        if source != flight.host or index >= len(flight.sent):
            self.strange += 1
            return
        if index in flight.rtts:
            flight.duplicates += 1
            self.duplicates += 1
            return
        rtt = _rtt_us(flight.sent[index], arrived, steady)
        if rtt > flight.timeout_s * 1_000_000:
            flight.late += 1
            self.late += 1
            return
        flight.rtts[index] = rtt
        self.answered += 1
        if len(flight.rtts) == len(flight.due):
            self._finish(flight)

    def _complain(self, trouble: icmp.Trouble, source: str) -> None:
        number, _ = self._by_sequence.get(trouble.sequence, (0, 0))
        flight = self._flights.get(number)
        if flight is not None:
            flight.trouble = f"{trouble.words} (says {source})"

    def _count_late(self, source: str) -> None:
        """It is told with the target's next round; a flood of strangers is not remembered."""
        self.late += 1
        if source in self._late or len(self._late) < FLIGHTS:
            self._late[source] = self._late.get(source, 0) + 1

    def _finish(self, flight: Flight) -> None:
        if flight.done.done():
            return
        rtts = tuple(flight.rtts[index] for index in sorted(flight.rtts))
        silent = flight.trouble or f"no answer within {flight.timeout_s:g} s"
        flight.done.set_result(
            Round(
                state=ProbeState.WELL if rtts else ProbeState.SILENT,
                sent=len(flight.due),
                rtts_us=rtts,
                duplicates=flight.duplicates,
                late=flight.late,
                error="" if rtts else silent,
                reason="" if rtts else ("unreachable" if flight.trouble else "timeout"),
            )
        )

    def close(self) -> None:
        """End what is under way; its callers are cancelled."""
        if self._timer is not None:
            self._timer.cancel()
        for flight in self._flights.values():
            flight.done.cancel()


def _numeric(address: str) -> tuple[int, Any] | None:
    try:
        socket.inet_pton(socket.AF_INET, address)
    except (OSError, ValueError):
        pass
    else:
        return socket.AF_INET, (address, 0)
    try:
        found = socket.getaddrinfo(address, 0, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    return found[0][0], found[0][4]


def _plain(host: Any) -> str:
    """Without the zone: the kernel adds it to what came from a link-local address."""
    return str(host).partition("%")[0]


@lru_cache(64)
def _padding(size: int) -> bytes:
    return bytes(at & 0xFF for at in range(max(0, size - _TAG.size)))


def _arrival(extra: list[Any]) -> int | None:
    """The kernel's time of arrival, wall clock ns."""
    for level, kind, content in extra:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(content) >= _STAMP.size:
            seconds, nanos = _STAMP.unpack_from(content)
            return int(seconds) * 1_000_000_000 + int(nanos)
    return None


def _rtt_us(sent: tuple[int, float], arrived: int | None, steady: float) -> int:
    """By the kernel's stamp, unless the wall clock was set meanwhile: then it makes no sense."""
    wall, began = sent
    upper = max(0.0, (steady - began) * 1e6)
    if arrived is not None and 0 <= arrived - wall <= upper * 1000:
        return max(1, round((arrived - wall) / 1000))
    return max(1, math.ceil(upper))


def _open(family: int) -> Channel:
    """An unprivileged ping socket, else a raw one. Raises OSError."""
    protocol = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    try:
        sock, is_raw = socket.socket(family, socket.SOCK_DGRAM, protocol), False
    except OSError:
        sock, is_raw = socket.socket(family, socket.SOCK_RAW, protocol), True
    try:
        sock.setblocking(False)
        widen(sock)
        if _LINUX:
            sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            if is_raw:
                _only_answers(sock, family)
        ident = int.from_bytes(os.urandom(2), "big")
        if not is_raw and _LINUX:
            # Such a socket's "port" is the identifier the kernel gave it.
            sock.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))
            ident = int(sock.getsockname()[1])
    except OSError:
        sock.close()
        raise
    return Channel(sock, family, is_raw, ident)


def _only_answers(sock: socket.socket, family: int) -> None:
    """Have the kernel drop what is neither an answer nor a complaint (a set bit blocks)."""
    if family == socket.AF_INET6:
        wanted = (icmp.ECHO_REPLY6, icmp.UNREACHABLE6, icmp.EXCEEDED6)
        words = [0xFFFFFFFF] * 8
        for kind in wanted:
            words[kind >> 5] &= ~(1 << (kind & 31)) & 0xFFFFFFFF
        sock.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, struct.pack("=8I", *words))
        return
    passed = sum(1 << kind for kind in (icmp.ECHO_REPLY, icmp.UNREACHABLE, icmp.EXCEEDED))
    blocked = struct.pack("=I", ~passed & 0xFFFFFFFF)
    sock.setsockopt(socket.SOL_IP if not _LINUX else 255, _ICMP_FILTER, blocked)


def _why_not(error: OSError, family: int) -> str:
    if error.errno in _FORBIDDEN:
        return HOW_TO_ALLOW
    name = "IPv6" if family == socket.AF_INET6 else "IPv4"
    return f"this machine cannot ping over {name}: {error.strerror or error}"


@asynccontextmanager
async def open_pinger() -> AsyncIterator[Pinger]:
    """A pinger on this loop. What the machine does not allow is told when it is asked for."""
    loop = asyncio.get_running_loop()
    channels: dict[int, Channel] = {}
    refusals: dict[int, str] = {}
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            channels[family] = _open(family)
        except OSError as error:
            refusals[family] = _why_not(error, family)
    pinger = Pinger(channels, refusals)
    try:
        for channel in list(channels.values()):
            try:
                loop.add_reader(channel.sock, pinger.hear, channel)
            except NotImplementedError:
                # Windows' proactor waits for no plain socket.
                refusals[channel.family] = "pings need a collector on Linux or macOS"
                channels.pop(channel.family).sock.close()
        yield pinger
    finally:
        pinger.close()
        for channel in channels.values():
            loop.remove_reader(channel.sock)
            channel.sock.close()
