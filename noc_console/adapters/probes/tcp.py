"""How long a TCP connection takes to be accepted."""

from __future__ import annotations

import asyncio
import time

from noc_console.adapters.probes.connecting import connected, elapsed_us, explained
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import TcpSettings

GAP_S = 0.05
"""Between two connections of a round."""


async def connect(host: str, settings: TcpSettings) -> Round:
    """Connect as often as asked, one after the other."""
    rtts: list[int] = []
    words = reason = ""
    for attempt in range(settings.count):
        if attempt:
            await asyncio.sleep(GAP_S)
        began = time.perf_counter()
        try:
            async with (
                asyncio.timeout(settings.timeout_s),
                connected(host, settings.port),
            ):
                rtts.append(elapsed_us(began))
        except (OSError, TimeoutError) as error:
            words, reason = explained(error)
    return Round(
        state=ProbeState.WELL if rtts else ProbeState.SILENT,
        sent=settings.count,
        rtts_us=tuple(rtts),
        error="" if rtts else words,
        reason="" if rtts else reason,
        phases_us={"connect": rtts[-1]} if rtts else {},
    )
