"""Accounting in, by TACACS+ over TCP (RFC 8907): what devices tell of who typed what.

A record is answered with success when it is in the store, else with an error, so that the device
tells its next server. Logins and rights are always answered with an error: this is no server for
them. Who is no device of ours, or has another key, is not answered at all.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from noc_console.adapters.udp import Guard, Rate
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret
from noc_console.services.accounting.model import Known, Trouble
from noc_console.services.accounting.ports import Ledger
from noc_console.services.accounting.reading import accounted
from noc_console.wire import tacacs
from noc_console.wire.tacacs import AccountingStatus

PORTS = (tacacs.PORT, 11_049)
MOST_CONNECTIONS = 2_000
MOST_OF_ONE = 32
"""A device that opens a connection for each command has some at a time."""
MOST_UNANSWERED = 64
"""Records of one connection that wait for the store; then it is not read on."""
PACKET_S = 10.0
"""From the beginning of a packet to its end."""
IDLE_S = 300.0
"""A connection for many sessions may be silent so long (RFC 8907 §4.3 leaves it to the server)."""
ANSWER_S = 4.0
"""Devices wait five seconds, by default, before they ask somebody else."""
PAUSE_S = 0.1
RATE = Rate(per_s=100.0, burst=1_000.0)
"""Packets of one device: nobody types that quickly, a configuration that is pasted in does."""
SAID = "this server only keeps accounts"


class AccountingListener:
    """Connections that bring records; made by `open_accounting`."""

    def __init__(self, ledger: Ledger, *, clock: Clock, rate: Rate) -> None:
        self.port = 0
        self.received = 0
        """Packets that could be read."""
        self.ledger = ledger
        self.clock = clock
        self.guard = Guard(rate)
        self.by_source: Counter[str] = Counter()
        self.open: set[asyncio.Transport] = set()


class _Connection(asyncio.Protocol):
    """One device's connection. Octets beyond one packet are read when it is their turn."""

    def __init__(self, listener: AccountingListener) -> None:
        self._listener = listener
        self._octets = bytearray()
        self._source = ""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._is_single: bool | None = None
        """Whether many sessions go through it; its first packet tells."""
        self._unanswered: dict[int, asyncio.TimerHandle] = {}
        self._number = 0
        self._is_last = False
        self._is_reading = False
        self._has_begun = False
        """Whether a part of a packet is here, and the timer waits for the rest."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        listener, self._transport = self._listener, cast(asyncio.Transport, transport)
        source = str(transport.get_extra_info("peername")[0])
        known = listener.ledger.known(source)
        full = listener.by_source.total() >= MOST_CONNECTIONS
        trouble = None
        if known is None:
            trouble = Trouble.STRANGER
        elif not known.keys:
            trouble = Trouble.NO_KEY
        elif full or listener.by_source[source] >= MOST_OF_ONE:
            trouble = Trouble.TOO_MANY
        if trouble is not None:
            listener.ledger.refused(source, trouble)
            self._transport.abort()
            return
        self._source = source
        listener.by_source[source] += 1
        listener.open.add(self._transport)
        # Who does not read its answers is not waited for.
        self._transport.set_write_buffer_limits(high=16_384)
        self._wait()

    def data_received(self, data: bytes) -> None:
        self._octets += data
        self._read()

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self._pause, *self._unanswered.values()):
            if timer is not None:
                timer.cancel()
        self._unanswered.clear()
        self._octets.clear()
        if not self._source:
            return
        if self._transport is not None:
            self._listener.open.discard(self._transport)
        self._listener.by_source[self._source] -= 1
        if not self._listener.by_source[self._source]:
            del self._listener.by_source[self._source]

    # --- reading ------------------------------------------------------------------------------

    def _read(self) -> None:
        """Every packet that is whole, as far as the device's share goes."""
        self._pause = None
        if self._is_reading:  # an answer that came at once
            return
        self._is_reading = True
        try:
            while (transport := self._transport) is not None and not (
                transport.is_closing() or self._is_last
            ):
                if not self._read_one(transport):
                    break
        finally:
            self._is_reading = False

    def _read_one(self, transport: asyncio.Transport) -> bool:
        """Whether there was a packet and its turn had come."""
        try:
            packet = self._packet()
        except tacacs.NotTacacs:
            self._refuse(Trouble.MALFORMED)
            return False
        if packet is None:
            if not transport.is_reading():
                transport.resume_reading()
            self._wait()
            return False
        if len(self._unanswered) >= MOST_UNANSWERED:
            self._hold(transport)
            return False
        if not self._listener.guard.allows(self._source, time.monotonic()):
            self._hold(transport)
            self._pause = asyncio.get_running_loop().call_later(PAUSE_S, self._read)
            return False
        head, body = packet
        del self._octets[: tacacs.HEADER + head.length]
        self._has_begun = False
        self._take(head, body)
        return True

    def _packet(self) -> tuple[tacacs.Header, bytes] | None:
        """The next packet; None while it is not all there. NotTacacs as soon as it is seen."""
        if len(self._octets) < tacacs.HEADER:
            return None
        head = tacacs.header(bytes(self._octets[: tacacs.HEADER]))
        end = tacacs.HEADER + head.length
        return (
            (head, bytes(self._octets[tacacs.HEADER : end])) if len(self._octets) >= end else None
        )

    def _take(self, head: tacacs.Header, body: bytes) -> None:
        # A key may be another one since this connection began.
        known = self._listener.ledger.known(self._source)
        if known is None or head.is_clear:
            self._refuse(Trouble.STRANGER if known is None else Trouble.CLEAR)
            return
        try:
            clear, key = tacacs.opened(head, body, known.keys)
        except tacacs.OtherKey:
            self._refuse(Trouble.OTHER_KEY if known.keys else Trouble.NO_KEY)
            return
        if self._is_single is None:
            self._is_single = head.is_single
            if not head.is_single:
                self._read_no_more()
        self._listener.received += 1
        if head.kind is not tacacs.Kind.ACCOUNTING:
            self._listener.ledger.refused(self._source, Trouble.NOT_ACCOUNTING)
            self._send(tacacs.unsupported(head, key, SAID))
            return
        try:
            told = tacacs.accounting(clear)
        except tacacs.NotTacacs as error:
            self._listener.ledger.refused(self._source, Trouble.MALFORMED)
            self._send(tacacs.accounted(head, key, AccountingStatus.ERROR, str(error)))
            return
        self._keep(head, key, known, told)

    def _keep(
        self, head: tacacs.Header, key: Secret, known: Known, told: tacacs.Accounting
    ) -> None:
        self._number += 1
        number = self._number

        def answer(is_kept: bool) -> None:
            timer = self._unanswered.pop(number, None)
            if timer is None:  # the device was told already, or is gone
                return
            timer.cancel()
            status = AccountingStatus.SUCCESS if is_kept else AccountingStatus.ERROR
            self._send(tacacs.accounted(head, key, status, "" if is_kept else "not kept"))
            if self._octets and self._pause is None:
                self._read()  # it may have been held

        def too_late() -> None:
            self._listener.ledger.refused(self._source, Trouble.NOT_KEPT)
            answer(False)

        loop = asyncio.get_running_loop()
        self._unanswered[number] = loop.call_later(ANSWER_S, too_late)
        at = self._listener.clock.now()
        heard = accounted(told, known=known, source=self._source, at=at)
        self._listener.ledger.take(heard, answer)

    # --- writing and ending -------------------------------------------------------------------

    def _send(self, packet: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(packet)
        if not self._is_single:
            transport.close()

    def _read_no_more(self) -> None:
        """One session, one connection (§4.3): what else is sent stays where it is."""
        self._is_last = True
        self._octets.clear()
        if self._transport is not None:
            self._transport.pause_reading()

    def _refuse(self, trouble: Trouble) -> None:
        self._listener.ledger.refused(self._source, trouble)
        self._give_up()

    def _hold(self, transport: asyncio.Transport) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if transport.is_reading():
            transport.pause_reading()

    def _wait(self) -> None:
        """Begin to wait for more anew; not for the rest of a packet that began: octet by octet
        it could take for ever."""
        if self._octets and self._has_begun:
            return
        self._has_begun = bool(self._octets)
        if self._timer is not None:
            self._timer.cancel()
        patience_s = PACKET_S if self._octets or self._is_single is None else IDLE_S
        self._timer = asyncio.get_running_loop().call_later(patience_s, self._give_up)

    def _give_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()


@asynccontextmanager
async def open_accounting(
    ledger: Ledger,
    *,
    clock: Clock,
    bind: str = "0.0.0.0",
    ports: Sequence[int] = PORTS,
    rate: Rate = RATE,
) -> AsyncIterator[AccountingListener]:
    """Listen for accounting on the first of `ports` it may have (`listener.port`); Broken when
    none."""
    loop = asyncio.get_running_loop()
    listener = AccountingListener(ledger, clock=clock, rate=rate)
    problem = "no port given"
    for port in ports:
        try:
            server = await loop.create_server(lambda: _Connection(listener), bind, port)
        except OSError as error:
            problem = error.strerror or str(error)
            continue
        break
    else:
        tried = ", ".join(map(str, ports))
        raise Broken(f"cannot listen on {bind}, TCP port {tried}: {problem}")
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        for transport in tuple(listener.open):
            transport.abort()
        await server.wait_closed()
