"""Log lines in over TCP (RFC 6587) and TLS (RFC 5425).

A stream is slowed down, never thinned out: who sends more than its share is read later, and its
own operating system makes it wait. What it sends in no frame we know ends its connection.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from noc_console.adapters.syslog import PORTS, SyslogReceiver
from noc_console.adapters.udp import Guard, Rate
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken
from noc_console.services.detection.events.model import Trust
from noc_console.services.intake.model import LogLine
from noc_console.wire.syslog_frames import Frames, NotFramed

TLS_PORT = 6514
MOST_CONNECTIONS = 2_000
MOST_OF_ONE = 50
IDLE_S = 3_600.0
"""After so long without a word a connection is closed: its other end may be gone unheard."""
PAUSE_S = 0.1
HANDSHAKE_S = 10.0


class StreamListener:
    """Connections that bring log lines; made by `open_syslog_stream`."""

    def __init__(self, receiver: SyslogReceiver, rate: Rate) -> None:
        self.port = 0
        self.received = 0
        self.refused = 0
        """Connections beyond what one source, or all of them, may have."""
        self.unframed = 0
        """Connections closed because nobody could tell where a message ends."""
        self.receiver = receiver
        self.guard = Guard(rate)
        self.by_source: Counter[str] = Counter()
        self.open: set[asyncio.Transport] = set()

    def drops(self) -> dict[str, int]:
        """What was refused or could not be understood, by reason."""
        return {"connection refused": self.refused, "malformed": self.unframed}


class _Connection(asyncio.Protocol):
    def __init__(self, listener: StreamListener) -> None:
        self._listener = listener
        self._frames = Frames()
        self._waiting: list[bytes] = []
        self._source = ""
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        listener, self._transport = self._listener, cast(asyncio.Transport, transport)
        source = str(transport.get_extra_info("peername")[0])
        full = listener.by_source.total() >= MOST_CONNECTIONS
        if full or listener.by_source[source] >= MOST_OF_ONE:
            listener.refused += 1
            self._transport.abort()
            return
        self._source = source
        listener.by_source[source] += 1
        listener.open.add(self._transport)
        self._rest()

    def data_received(self, data: bytes) -> None:
        try:
            self._waiting += self._frames.feed(data)
        except NotFramed:
            self._listener.unframed += 1
            self._close()
        self._tell()

    def eof_received(self) -> None:
        if rest := self._frames.rest():
            self._waiting.append(rest)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._source:
            return
        for timer in (self._timer, self._idle):
            if timer is not None:
                timer.cancel()
        if self._transport is not None:
            self._listener.open.discard(self._transport)
        self._listener.by_source[self._source] -= 1
        if not self._listener.by_source[self._source]:
            del self._listener.by_source[self._source]
        if rest := self._frames.rest():
            self._waiting.append(rest)
        for message in self._waiting:  # read already: nobody would send it again
            self._take(message)
        self._waiting = []

    def _tell(self) -> None:
        """Hand over what the source's share allows; read on when nothing waits."""
        self._timer = None
        at = 0
        for at, message in enumerate(self._waiting):  # noqa: B007
            if not self._listener.guard.allows(self._source, time.monotonic()):
                break
            self._take(message)
        else:
            at = len(self._waiting)
        self._waiting = self._waiting[at:]
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._waiting:
            transport.pause_reading()
            self._timer = asyncio.get_running_loop().call_later(PAUSE_S, self._tell)
        elif not transport.is_reading():
            transport.resume_reading()
        self._rest()

    def _take(self, message: bytes) -> None:
        self._listener.received += 1
        self._listener.receiver.receive(message, self._source)

    def _rest(self) -> None:
        """Begin to wait for the next word anew."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._close)

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def open_syslog_stream(
    emit: Callable[[LogLine], None],
    *,
    clock: Clock,
    bind: str = "0.0.0.0",
    ports: Sequence[int] = PORTS,
    tls: ssl.SSLContext | None = None,
    rate: Rate | None = None,
) -> AsyncIterator[StreamListener]:
    """Listen for log lines over TCP, or TLS when there is a context; see `tls_context`.

    `emit` is called for each line and must return at once. Listens on the first of `ports` it
    may have; Broken when none.
    """
    loop = asyncio.get_running_loop()
    # Encryption without a certificate of the sender proves no more than its address.
    is_proved = tls is not None and tls.verify_mode is ssl.CERT_REQUIRED
    trust = Trust.AUTHENTIC if is_proved else Trust.CONNECTED
    listener = StreamListener(SyslogReceiver(emit, clock=clock, trust=trust), rate or Rate())
    problem = "no port given"
    for port in ports:
        try:
            server = await loop.create_server(
                lambda: _Connection(listener),
                bind,
                port,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else HANDSHAKE_S,
            )
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


def tls_context(certificate: Path, key: Path, authorities: Path | None = None) -> ssl.SSLContext:
    """A server's context of TLS 1.2 or later from PEM files. Broken when they do not work.

    With `authorities` only a sender with a certificate of one of them is heard.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        if authorities is not None:
            context.load_verify_locations(authorities)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        said = getattr(error, "reason", None) or error.strerror or str(error)
        raise Broken(f"the certificate for syslog over TLS cannot be used: {said}") from error
    return context
