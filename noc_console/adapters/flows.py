"""Flow datagrams in, over UDP: NetFlow and IPFIX on their ports, sFlow on its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from noc_console.adapters.udp import Listener, Rate, open_listener

NETFLOW_PORT, IPFIX_PORT, SFLOW_PORT = 2055, 4739, 6343
RATE = Rate(per_s=5_000.0, burst=20_000.0)
"""Of one exporter: the largest routers send a few thousand datagrams of thirty flows a second."""


@asynccontextmanager
async def open_flow_receiver(
    take: Callable[[bytes, str], None], *, port: int, bind: str = "0.0.0.0", rate: Rate = RATE
) -> AsyncIterator[Listener]:
    """Listen on `port`; `take(datagram, source)` is called for each and must return at once.

    Which protocol it is, the datagram itself says: exporters are often pointed at another's
    port. Raises Broken when the port cannot be had.
    """

    def receive(data: bytes, source: str) -> None:
        take(data, source)

    async with open_listener(receive, bind=bind, ports=(port,), rate=rate) as listener:
        yield listener
