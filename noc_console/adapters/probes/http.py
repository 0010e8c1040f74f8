"""One GET of a page: its status, a text in it, how long each phase took, and its certificate.

A page a probe looks at may be anybody's. Its redirects are followed only to http and https, and
from a public address only to public ones; the body is read up to a limit; nothing of the
machine's proxies or netrc is used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from cryptography import x509
from cryptography.x509.oid import NameOID

from noc_console.adapters.probes.connecting import elapsed_us, explained
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.text import visible
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import HttpSettings

LARGEST = 1 << 20
"""Bytes of a page that are looked at."""
MOST_REDIRECTS = 5
Resolve = Callable[[str], Awaitable[str]]

# httpx tells whole URLs at INFO, and tokens stand in URLs.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(slots=True)
class _Trip:
    """What is learnt on the way, also when it ends badly."""

    began: float
    url: str
    phases: dict[str, int] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    expires_at: datetime | None = None
    marks: dict[str, float] = field(default_factory=dict)

    def over(self, state: ProbeState, *, error: str = "", reason: str = "") -> Round:
        answered = state != ProbeState.SILENT
        return Round(
            state,
            1,
            (elapsed_us(self.began),) if answered else (),
            error=error,
            reason=reason,
            phases_us=dict(self.phases),
            facts=tuple(self.facts),
            expires_at=self.expires_at,
        )


async def get(url: str, settings: HttpSettings, resolve: Resolve) -> Round:
    """One page, whatever it takes, within the time-out."""
    trip = _Trip(time.perf_counter(), url)
    try:
        async with asyncio.timeout(settings.timeout_s):
            return await _follow(url, settings, resolve, trip)
    except (TimeoutError, httpx.TimeoutException):
        reached = " after the connection" if "connect" in trip.phases else ""
        return trip.over(ProbeState.SILENT, error=f"no answer in time{reached}", reason="timeout")
    except Unreachable as error:
        return trip.over(ProbeState.SILENT, error=str(error), reason=error.reason)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return await _explained(error, trip, resolve)


async def _follow(url: str, settings: HttpSettings, resolve: Resolve, trip: _Trip) -> Round:
    context = await asyncio.to_thread(_context, settings.trust_any)
    was_public = False
    for hop in range(MOST_REDIRECTS + 1):
        address = await _address(url, resolve, trip)
        is_public = ipaddress.ip_address(address.partition("%")[0]).is_global
        if hop and was_public and not is_public and not settings.private_redirects:
            return trip.over(
                ProbeState.WRONG,
                error=f"it redirects to a private address: {_shown(url)}",
                reason="redirect",
            )
        was_public = was_public or is_public
        transport = httpx.AsyncHTTPTransport(verify=context, trust_env=False, retries=0)
        async with httpx.AsyncClient(
            transport=transport, trust_env=False, timeout=settings.timeout_s
        ) as client:
            request = _request(client, url, address, trip)
            answer = await client.send(request, stream=True, follow_redirects=False)
            try:
                _note_certificate(answer, trip)
                if answer.has_redirect_location and settings.redirects:
                    if hop == MOST_REDIRECTS:
                        break
                    url = trip.url = urljoin(url, answer.headers["location"])
                    _only_pages(url)
                    continue
                return await _judged(answer, settings, trip)
            finally:
                await answer.aclose()
    return trip.over(
        ProbeState.WRONG, error=f"more than {MOST_REDIRECTS} redirects", reason="redirect"
    )


def _context(trust_any: bool) -> ssl.SSLContext:
    """The system's certificate authorities, in a thread: they take 20 ms to read."""
    context = ssl.create_default_context()
    if trust_any:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def _address(url: str, resolve: Resolve, trip: _Trip) -> str:
    """Where the page is. Asked only once, so that what was checked is what is connected to."""
    host = urlsplit(url).hostname or ""
    began = time.perf_counter()
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        address = await resolve(host)
        trip.phases["name"] = elapsed_us(began)
        return address
    return host


def _request(client: httpx.AsyncClient, url: str, address: str, trip: _Trip) -> httpx.Request:
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    direct = parts._replace(netloc=f"{shown}{port}", fragment="").geturl()

    async def trace(event: str, _info: dict[str, Any]) -> None:
        _note(event, trip)

    extensions: dict[str, Any] = {"trace": trace}
    if parts.scheme == "https" and shown != host:
        extensions["sni_hostname"] = host
    named = f"[{host}]" if ":" in host else host
    return client.build_request(
        "GET",
        direct,
        headers={"Host": f"{named}{port}", "User-Agent": "noc-console", "Accept": "*/*"},
        extensions=extensions,
    )


_PHASES = {
    "connection.connect_tcp": "connect",
    "connection.start_tls": "tls",
    "http11.receive_response_headers": "first_byte",
}


def _note(event: str, trip: _Trip) -> None:
    """Events of httpcore: `connection.connect_tcp.started`, `…complete`, `…failed`."""
    what, _, how = event.rpartition(".")
    phase = _PHASES.get(what)
    if phase is None:
        return
    if how == "started":
        trip.marks[phase] = time.perf_counter()
    elif how == "complete" and phase in trip.marks:
        trip.phases[phase] = elapsed_us(trip.marks[phase])


def _note_certificate(answer: httpx.Response, trip: _Trip) -> None:
    stream = answer.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    encoded = tls.getpeercert(binary_form=True) if tls is not None else None
    if tls is not None and encoded:
        _add_certificate(encoded, trip)
        version = tls.version()
        if version:
            trip.facts.append(("TLS", str(version)))


def _add_certificate(encoded: bytes, trip: _Trip) -> None:
    """Subject, issuer and end; a certificate that cannot be read is told as such."""
    trip.facts = [fact for fact in trip.facts if fact[0] not in _OF_CERTIFICATE]
    try:
        certificate = x509.load_der_x509_certificate(encoded)
        ends = certificate.not_valid_after_utc
        subject, issuer = _common(certificate.subject), _common(certificate.issuer)
    except ValueError as error:
        trip.facts.append(("Certificate", visible(f"cannot be read: {error}", limit=200)))
        return
    trip.expires_at = ends.astimezone(UTC)
    trip.facts += [
        ("Certificate", subject),
        ("Issued by", "itself" if certificate.issuer == certificate.subject else issuer),
        ("Valid until", f"{ends:%Y-%m-%d %H:%M} UTC"),
    ]


_OF_CERTIFICATE = {"Certificate", "Issued by", "Valid until", "TLS"}


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    told = str(found[0].value) if found else name.rfc4514_string()
    return visible(told, limit=200)


async def _judged(answer: httpx.Response, settings: HttpSettings, trip: _Trip) -> Round:
    trip.facts.insert(0, ("Status", f"{answer.status_code} {visible(answer.reason_phrase)}"))
    if server := answer.headers.get("server"):
        trip.facts.append(("Server", visible(server, limit=200)))
    body = await _body(answer, needed=settings.text)
    if not fits(answer.status_code, settings.status):
        return trip.over(
            ProbeState.WRONG, error=f"the page says {answer.status_code}", reason="status"
        )
    if settings.text and settings.text not in body:
        return trip.over(ProbeState.WRONG, error="the text is not in the page", reason="text")
    return trip.over(ProbeState.WELL)


async def _body(answer: httpx.Response, *, needed: str) -> str:
    """As much of the page as is looked at; the rest is never read."""
    if not needed:
        return ""
    pieces, size = [], 0
    # Decoded pieces: a small page may unpack to a large one, which is why they are counted.
    async for piece in answer.aiter_bytes(1 << 14):
        pieces.append(piece[: LARGEST - size])
        size += len(piece)
        if size >= LARGEST:
            break
    encoding = answer.charset_encoding or "utf-8"
    try:
        return b"".join(pieces).decode(encoding, "replace")
    except LookupError:
        return b"".join(pieces).decode("utf-8", "replace")


def fits(status: int, wanted: str) -> bool:
    """Whether a status is among `200`, `200-399`, `200,401-403`."""
    for part in wanted.split(","):
        low, _, high = part.strip().partition("-")
        is_range = low.isdecimal() and (not high or high.isdecimal())
        if is_range and int(low) <= status <= int(high or low):
            return True
    return False


def _only_pages(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise httpx.UnsupportedProtocol(f"it redirects to {_shown(url)}")


def _shown(url: str) -> str:
    """Without the query: tokens stand there."""
    return visible(url.partition("?")[0], limit=200)


async def _explained(error: Exception, trip: _Trip, resolve: Resolve) -> Round:
    cause = _cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        await _look_closer(trip, resolve)
        return trip.over(ProbeState.WRONG, error=explained(cause)[0], reason="certificate")
    if isinstance(cause, OSError):
        words, reason = explained(cause)
        return trip.over(ProbeState.SILENT, error=words, reason=reason)
    told = visible(str(error) or type(error).__name__, limit=200)
    return trip.over(ProbeState.SILENT, error=told, reason="malformed")


def _cause(error: BaseException) -> OSError | None:
    """The error of the system behind those of the libraries; the one that has a number."""
    found: OSError | None = None
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, OSError) and (found is None or each.errno):
            found = each
        if isinstance(each, BaseExceptionGroup):
            waiting += each.exceptions
        if (behind := each.__cause__ or each.__context__) is not None:
            waiting.append(behind)
    return found


async def _look_closer(trip: _Trip, resolve: Resolve) -> None:
    """The certificate that was not accepted, for its facts: one handshake, nothing is sent."""
    parts = urlsplit(trip.url)
    try:
        async with asyncio.timeout(3.0):
            address = await _address(trip.url, resolve, trip)
            _, writer = await asyncio.open_connection(
                address,
                parts.port or 443,
                ssl=_context(True),
                server_hostname=parts.hostname,
                family=socket.AF_UNSPEC,
            )
            try:
                tls = writer.get_extra_info("ssl_object")
                if encoded := tls.getpeercert(binary_form=True):
                    _add_certificate(encoded, trip)
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError, Unreachable):
        return  # the verdict stands without the facts
