"""What the probes over TCP share: connecting with a time, and saying why it failed in words."""

from __future__ import annotations

import asyncio
import errno
import os
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from noc_console.services.probes.model import ProbeState, Round

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_REASONS = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "closed",
    errno.EPIPE: "closed",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.EACCES: "unreachable",
    errno.ETIMEDOUT: "timeout",
}


@asynccontextmanager
async def connected(
    host: str, port: int, *, context: ssl.SSLContext | None = None, limit: int = 1 << 16
) -> AsyncIterator[Streams]:
    """A connection that is closed at once afterwards. The caller sets the time-out."""
    reader, writer = await asyncio.open_connection(host, port, ssl=context, limit=limit)
    try:
        yield reader, writer
    finally:
        # No polite end: the peer of a probe may never answer one.
        writer.transport.abort()


def elapsed_us(began: float) -> int:
    """Microseconds since a moment of `time.perf_counter`."""
    return max(1, round((time.perf_counter() - began) * 1_000_000))


def failed(error: OSError | TimeoutError, *, sent: int = 1, what: str = "") -> Round:
    """A round in which nobody answered, in words."""
    words, reason = explained(error)
    return Round(ProbeState.SILENT, sent, error=f"{what}{words}", reason=reason)


def explained(error: OSError | TimeoutError) -> tuple[str, str]:
    """What an operator may be told, and the class to count it by."""
    if isinstance(error, TimeoutError):
        return "no answer in time", "timeout"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}", "certificate"
    if isinstance(error, ssl.SSLError):
        why = getattr(error, "reason", None) or "it failed"  # only OpenSSL's own errors have one
        return f"TLS: {why.replace('_', ' ').lower()}", "tls"
    number = error.errno or 0
    # asyncio wraps the words of several attempts into one error without a number.
    words = os.strerror(number) if number else str(error) or "it failed"
    return words[:1].lower() + words[1:], _REASONS.get(number, "unreachable")
