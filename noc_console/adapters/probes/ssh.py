"""The line an SSH server greets with. Nobody logs in, and nothing is sent."""

from __future__ import annotations

import asyncio
import time

from noc_console.adapters.probes.connecting import connected, elapsed_us, failed
from noc_console.kernel.text import visible
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import SshSettings

MOST_LINES = 50
"""A server may say something before its banner (RFC 4253 section 4.2), but not for ever."""
LONGEST = 8192


async def banner(host: str, settings: SshSettings) -> Round:
    """One connection, until the line `SSH-…` has come."""
    began = time.perf_counter()
    phases: dict[str, int] = {}
    try:
        async with (
            asyncio.timeout(settings.timeout_s),
            connected(host, settings.port, limit=LONGEST) as (reader, _),
        ):
            phases["connect"] = elapsed_us(began)
            line = await _greeting(reader)
    except (OSError, TimeoutError) as error:
        return failed(error, what="connected, but " if phases else "")
    total = elapsed_us(began)
    phases["first_byte"] = total - phases["connect"]
    if line is None:
        return _wrong(total, phases, "something answers, but not SSH", ())
    shown = visible(line, limit=255)
    facts = (("Banner", shown),)
    if settings.expected and settings.expected not in line:
        return _wrong(total, phases, f"the banner is {shown}", facts)
    return Round(ProbeState.WELL, 1, (total,), phases_us=phases, facts=facts)


def _wrong(
    total: int, phases: dict[str, int], words: str, facts: tuple[tuple[str, str], ...]
) -> Round:
    return Round(
        ProbeState.WRONG,
        1,
        (total,),
        error=words,
        reason="unexpected",
        phases_us=phases,
        facts=facts,
    )


async def _greeting(reader: asyncio.StreamReader) -> str | None:
    """The banner; None when what comes is none, however long it talks."""
    for _ in range(MOST_LINES):
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            line = error.partial
        except asyncio.LimitOverrunError:
            return None
        if line.startswith(b"SSH-"):
            return line.rstrip(b"\r\n").decode("utf-8", "replace")
        if not line.endswith(b"\n"):
            return None
    return None
