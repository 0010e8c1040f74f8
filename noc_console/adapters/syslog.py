"""Log lines in, over UDP: each datagram one `LogLine`, made safe to show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from noc_console.adapters.udp import Listener, Rate, open_listener
from noc_console.kernel.clock import Clock
from noc_console.services.detection.events.model import Trust
from noc_console.services.intake.model import LogLine
from noc_console.wire import syslog

PORTS = (514, 11514)


class SyslogReceiver:
    """Understands lines of RFC 5424, RFC 3164 and of those who know neither."""

    def __init__(
        self, emit: Callable[[LogLine], None], *, clock: Clock, trust: Trust = Trust.CLAIMED
    ) -> None:
        self.listener: Listener | None = None
        self.accepted = 0
        self.cut = 0
        """Lines longer than 8 KiB, told without their end."""
        self._emit = emit
        self._clock = clock
        self._trust = trust

    def drops(self) -> dict[str, int]:
        """Datagrams nobody read, by reason."""
        return {} if self.listener is None else self.listener.drops()

    def receive(self, data: bytes, source: str) -> None:
        """Take one message. The time kept is ours: devices' clocks are often wrong."""
        received = self._clock.now()
        line = syslog.parse(data, received)
        self.accepted += 1
        self.cut += len(data) > syslog.MAX_BYTES
        self._emit(
            LogLine(
                source=source,
                received_at=received,
                facility=line.facility,
                severity=line.severity,
                text=line.text,
                host=line.host or "",
                app=line.app or "",
                process=line.pid or "",
                message_id=line.message_id or "",
                mnemonic=line.mnemonic or "",
                structured=line.structured or "",
                trust=self._trust,
            )
        )


@asynccontextmanager
async def open_syslog_receiver(
    emit: Callable[[LogLine], None],
    *,
    clock: Clock,
    bind: str = "0.0.0.0",
    ports: Sequence[int] = PORTS,
    rate: Rate | None = None,
) -> AsyncIterator[SyslogReceiver]:
    """Listen for log lines; `emit` is called for each and must return at once.

    Listens on the first of `ports` it may have (`receiver.listener.port`); Broken when none.
    """
    receiver = SyslogReceiver(emit, clock=clock)
    async with open_listener(receiver.receive, bind=bind, ports=ports, rate=rate) as listener:
        receiver.listener = listener
        yield receiver
