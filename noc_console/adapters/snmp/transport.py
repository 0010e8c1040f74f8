"""A few UDP sockets for all devices: requests out, answers back to whoever waits for them.

A socket per device would cost thousands of descriptors; one socket loses answers when more of
them are under way than its receive buffer holds. So: few sockets, a window on each.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from noc_console.adapters.snmp.statistics import Statistics
from noc_console.adapters.udp import BUDGET, widen
from noc_console.kernel.errors import NocError
from noc_console.wire.ber import Malformed
from noc_console.wire.decoder import peek
from noc_console.wire.usm import Unauthentic

Address = tuple[str, int] | tuple[str, int, int, int]

BACK_OFF = 1.5
JITTER = 0.25
TICKS_PER_S = 64
"""How finely patience ends."""
_REPLY_COST = 3328  # kernel memory an answer of 1.4 kB occupies: 212 992 octets hold 64 of them
_IP_RECVERR = 11  # Linux; the socket module does not name these
_IPV6_RECVERR = 25
_MSG_ERRQUEUE = 0x2000


class NoAnswer(Exception):
    """No answer; `reason` is "timeout", "refused", "malformed" (it answers, but not so that one
    could understand), "unroutable" or "closed" (we gave up).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


FOLLOWED = object()
"""What `Exchange.decode` returns after `follow`: there is another request to be sent."""


class Exchange:
    """One request until its answer, or several in a row, without waking whoever waits for the
    last one between them. `decode` makes the result of its future, or raises Malformed
    for an answer to be passed over (a forged one must not spoil the genuine one behind it), or an
    error of ours for whoever waits.
    """

    __slots__ = (
        "address",
        "datagram",
        "deadline",
        "decode",
        "future",
        "gate",
        "id",
        "is_malformed",
        "is_refused",
        "next_id",
        "retries",
        "sent_at",
        "timeout_s",
        "tries",
        "tries_left",
    )

    def __init__(
        self,
        request_id: int,
        address: Address,
        datagram: bytes,
        decode: Callable[[bytes], Any],
        *,
        timeout_s: float,
        retries: int,
        future: asyncio.Future[Any],
    ) -> None:
        self.id = self.next_id = request_id
        self.address = address
        self.datagram = datagram
        self.decode = decode
        self.timeout_s = timeout_s
        self.retries = retries
        self.tries = 0
        self.tries_left = retries + 1
        self.future = future
        self.gate: _Gate | None = None
        self.is_refused = False
        self.is_malformed = False
        self.sent_at = 0.0
        self.deadline = 0.0

    @property
    def why(self) -> str:
        """What to say when all tries are used up: the most that is known."""
        if self.is_malformed:
            return "malformed"
        return "refused" if self.is_refused else "timeout"

    def follow(self, request_id: int, datagram: bytes, timeout_s: float) -> object:
        """Go on with another request instead of a result."""
        self.next_id, self.datagram, self.timeout_s = request_id, datagram, timeout_s
        return FOLLOWED


def is_from(source: Address, asked: Address) -> bool:
    """Whether an answer came from where the question went. A link-local address (RFC 4007) is
    somebody else on another link.
    """
    same_link = len(asked) == 2 or len(source) == 2 or asked[3] in (0, source[3])
    return source[:2] == asked[:2] and same_link


def _refuse(data: bytes) -> object:
    raise Malformed("nobody waits for this")


class _Gate:
    """One socket and how many answers its buffer can hold."""

    __slots__ = ("in_flight", "send", "sock", "window")

    def __init__(self, family: int, bind: str) -> None:
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self.sock.setblocking(False)
            widen(self.sock)
            _ask_for_errors(self.sock)
            self.sock.bind((bind, 0))
        except OSError:
            self.sock.close()
            raise
        held = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.window = max(16, min(1024, held // _REPLY_COST))
        self.in_flight = 0
        self.send: Callable[[bytes, Any], object] = self.sock.sendto


def _ask_for_errors(sock: socket.socket) -> None:
    """Have ICMP errors queued, so that a closed port is told from a silent device (Linux)."""
    if sys.platform != "linux":
        return
    if sock.family == socket.AF_INET:
        sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, struct.pack("i", 1))
    else:
        sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, struct.pack("i", 1))


class _Side:
    """The sockets of one address family and the requests waiting for room on them."""

    def __init__(self, family: int, bind: str) -> None:
        self.family = family
        self.bind = bind
        self.gates: list[_Gate] = []
        self.waiting: deque[Exchange] = deque()


class _Protocol(asyncio.DatagramProtocol):
    """The way in on loops without `add_reader` (Windows' proactor)."""

    def __init__(self, receive: Callable[[bytes, Address], None]) -> None:
        self._receive = receive

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._receive(data, addr)

    def error_received(self, exc: Exception) -> None:
        """One peer's closed port; the others must not notice."""


class Transport:
    """Sends requests, matches answers by id and source, repeats them, gives up."""

    def __init__(self, *, bind: str = "0.0.0.0", bind6: str = "::", max_sockets: int = 8) -> None:
        self.statistics = Statistics()
        self._loop = asyncio.get_running_loop()
        self._v4 = _Side(socket.AF_INET, bind)
        self._v6 = _Side(socket.AF_INET6, bind6)
        self._max_sockets = max_sockets
        self._endpoints: list[asyncio.DatagramTransport] = []
        self._pending: dict[int, Exchange] = {}
        # Exchanges by the tick in which their patience ends, gone or not: nobody looks for them
        # when an answer comes. A heap would cost more than the rest of sending.
        self._due: dict[int, list[Exchange]] = {}
        self._ticked = 0
        self._timer: asyncio.Handle | None = None

    async def open(self) -> None:
        """Open the first socket; more follow with the load."""
        try:
            self._add_gate(self._v4)
        except NotImplementedError:
            await self._open_endpoints()

    def close(self) -> None:
        """Close the sockets; whoever still waits is told so."""
        if self._timer is not None:
            self._timer.cancel()
        for exchange in self._pending.values():
            if not exchange.future.done():
                exchange.future.set_exception(NoAnswer("closed"))
        self._pending.clear()
        for side in (self._v4, self._v6):
            side.waiting.clear()
            for gate in side.gates:
                if not self._endpoints:
                    self._loop.remove_reader(gate.sock)
                    gate.sock.close()
            side.gates.clear()
        for endpoint in self._endpoints:
            endpoint.close()

    @property
    def in_flight(self) -> int:
        """Requests under way or waiting for room."""
        return len(self._pending)

    @property
    def sockets(self) -> int:
        """How many are open."""
        return len(self._v4.gates) + len(self._v6.gates)

    def new_id(self) -> int:
        """A fresh request id, four octets long, which an outsider cannot guess from the last."""
        while True:
            request_id = random.getrandbits(30) | 0x40000000
            if request_id not in self._pending:
                return request_id

    def submit(self, exchange: Exchange) -> None:
        """Send now, or as soon as a socket has room."""
        self._pending[exchange.id] = exchange
        side = self._v6 if len(exchange.address) == 4 else self._v4
        gate = self._free_gate(side)
        if gate is None:
            side.waiting.append(exchange)
        else:
            self._launch(exchange, gate)

    def forget(self, exchange: Exchange) -> None:
        """Nobody waits for this answer any more."""
        if self._pending.get(exchange.id) is exchange:
            self._finish(exchange)
        exchange.decode = (
            _refuse  # it may be kept until it would have been due: without all it made
        )

    # ── sockets ──

    def _add_gate(self, side: _Side) -> _Gate:
        gate = _Gate(side.family, side.bind)
        try:
            self._loop.add_reader(gate.sock, self._drain, gate)
        except NotImplementedError:
            gate.sock.close()
            raise
        side.gates.append(gate)
        return gate

    async def _open_endpoints(self) -> None:
        """All sockets at once, as endpoints: opening one later would have to be awaited."""
        for side, count in ((self._v4, self._max_sockets), (self._v6, 1)):
            for _ in range(count):
                try:
                    gate = _Gate(side.family, side.bind)
                except OSError:  # no IPv6 on this machine
                    if side is self._v4:
                        raise
                    break
                endpoint, _ = await self._loop.create_datagram_endpoint(
                    lambda: _Protocol(self._receive), sock=gate.sock
                )
                gate.send = endpoint.sendto
                self._endpoints.append(endpoint)
                side.gates.append(gate)

    def _free_gate(self, side: _Side) -> _Gate | None:
        for gate in side.gates:
            if gate.in_flight < gate.window:
                return gate
        if self._endpoints or len(side.gates) >= self._max_sockets:
            return None
        return self._add_gate(side)

    # ── out ──

    def _launch(self, exchange: Exchange, gate: _Gate) -> None:
        exchange.gate = gate
        gate.in_flight += 1
        self._send(exchange, gate)

    def _send(self, exchange: Exchange, gate: _Gate) -> None:
        exchange.sent_at = now = self._loop.time()
        patience = exchange.timeout_s * BACK_OFF**exchange.tries
        exchange.tries += 1
        exchange.tries_left -= 1
        # Jitter: requests that were lost together must not come back together.
        exchange.deadline = now + patience * (1 + random.random() * JITTER)
        tick = int(exchange.deadline * TICKS_PER_S) + 1
        due = self._due.get(tick)
        if due is None:
            due = self._due[tick] = []
        due.append(exchange)
        if self._timer is None:
            self._ticked = int(now * TICKS_PER_S)
            self._set_timer(now)
        self.statistics.sent += 1
        try:
            gate.send(exchange.datagram, exchange.address)
        except BlockingIOError:
            pass  # the send buffer is full: as good as lost on the way
        except OSError:
            self._send_again(exchange, gate)

    def _send_again(self, exchange: Exchange, gate: _Gate) -> None:
        """An error on sending may be an ICMP error about some other device; the second is ours."""
        self._read_errors(gate)
        try:
            gate.send(exchange.datagram, exchange.address)
        except BlockingIOError:
            pass
        except OSError:
            self._fail(exchange, "unroutable")

    def _finish(self, exchange: Exchange) -> None:
        """Free its place for the next one waiting."""
        del self._pending[exchange.id]
        gate = exchange.gate
        if gate is None:
            return
        gate.in_flight -= 1
        waiting = (self._v6 if len(exchange.address) == 4 else self._v4).waiting
        while waiting:
            following = waiting.popleft()
            if self._pending.get(following.id) is following:
                self._launch(following, gate)
                return

    def _go_on(self, exchange: Exchange) -> None:
        """Send its next request, through the same socket unless others wait for room there."""
        gate = exchange.gate
        side = self._v6 if len(exchange.address) == 4 else self._v4
        exchange.tries, exchange.tries_left = 0, exchange.retries + 1
        exchange.is_refused = exchange.is_malformed = False
        if gate is None or side.waiting:
            self._finish(exchange)
            exchange.id, exchange.gate = exchange.next_id, None
            self.submit(exchange)
            return
        del self._pending[exchange.id]
        exchange.id = exchange.next_id
        self._pending[exchange.id] = exchange
        self._send(exchange, gate)

    def _fail(self, exchange: Exchange, reason: str) -> None:
        self.statistics.timeouts += 1
        self._finish(exchange)
        if not exchange.future.done():
            exchange.future.set_exception(NoAnswer(reason))

    # ── time ──

    def _set_timer(self, now: float) -> None:
        when = (int(now * TICKS_PER_S) + 1) / TICKS_PER_S
        self._timer = self._loop.call_at(when, self._expire)

    def _expire(self) -> None:
        """Repeat or give up what is due."""
        self._timer = None
        now = self._loop.time()
        tick = int(now * TICKS_PER_S)
        # Time may have jumped over ticks, and over more of them than anything waits for.
        passed = range(self._ticked + 1, tick + 1)
        for each in passed if len(passed) < len(self._due) else sorted(self._due):
            if each <= tick:
                for exchange in self._due.pop(each, ()):
                    self._expire_one(exchange, now)
        self._ticked = max(self._ticked, tick)
        if self._timer is None and self._due:
            self._set_timer(now)

    def _expire_one(self, exchange: Exchange, now: float) -> None:
        """One that was due, unless it is over or something else by now."""
        if self._pending.get(exchange.id) is not exchange or exchange.gate is None:
            return
        if exchange.deadline > now:
            return  # it stands in a later tick too
        if exchange.tries_left:
            self.statistics.resent += 1
            self._send(exchange, exchange.gate)
        else:
            self._fail(exchange, exchange.why)

    # ── in ──

    def _drain(self, gate: _Gate) -> None:
        receive = self._receive
        recvfrom = gate.sock.recvfrom
        for count in range(BUDGET):
            try:
                data, address = recvfrom(65_535)
            except (BlockingIOError, InterruptedError):
                if not count:  # woken by an ICMP error, not by a datagram
                    self._read_errors(gate)
                return
            except OSError:
                self._read_errors(gate)
                continue
            receive(data, address)

    def _receive(self, data: bytes, address: Address) -> None:
        statistics = self.statistics
        statistics.received += 1
        try:
            exchange = self._pending.get(peek(data))
        except Malformed:
            statistics.malformed += 1
            return
        if exchange is None:
            statistics.late += 1
        elif exchange.address != address and not is_from(address, exchange.address):
            statistics.wrong_source += 1
        else:
            self._decode(exchange, data)

    def _decode(self, exchange: Exchange, data: bytes) -> None:
        future = exchange.future
        try:
            result = exchange.decode(data)
        except Unauthentic:
            self.statistics.unauthenticated += 1
            return
        except Malformed:
            self.statistics.malformed += 1
            exchange.is_malformed = True
            return
        except NocError as error:
            self._finish(exchange)
            if not future.done():
                future.set_exception(error)
            return
        if result is FOLLOWED and not future.done():
            self._go_on(exchange)
            return
        self._finish(exchange)
        if not future.done():
            future.set_result(result)

    def _read_errors(self, gate: _Gate) -> None:
        """Note which devices the network said are closed; they still get their retries."""
        if sys.platform != "linux":
            return
        for _ in range(BUDGET):
            try:
                _, _, _, address = gate.sock.recvmsg(64, 512, _MSG_ERRQUEUE)
            except OSError:
                return
            self.statistics.refused += 1
            for exchange in self._pending.values():
                if exchange.address[:2] == address[:2]:
                    exchange.is_refused = True
