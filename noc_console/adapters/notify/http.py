"""One request to a messaging service: bounded in time and size, and no secret in what goes wrong.

Where a channel leads is decided by people who may change channels, so private addresses are fine:
gateways stand in one's own network. What no gateway ever is are link-local addresses and the
metadata services of clouds, which give the machine's own credentials to whoever asks; those are
refused unless the channel says otherwise. A name is resolved once and the address that was checked
is the one connected to. Redirects are not followed, and nothing of the machine's proxies or netrc
is used. Through a proxy, names are the proxy's affair.
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import logging
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from noc_console.kernel.secret import Secret
from noc_console.kernel.text import redact, visible
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.settings import HttpSettings

LARGEST = 64 << 10
"""Bytes of an answer that are read."""
TOO_MANY_WAIT_S = 60.0
"""After a 429 that does not say when to come back."""

# httpx tells whole URLs at INFO, and tokens stand in URLs.
logging.getLogger("httpx").setLevel(logging.WARNING)

_METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"))
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


def is_off_limits(address: Address) -> bool:
    """Link-local, a cloud's metadata service, or nobody's address; also inside an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and is_off_limits(inner):
            return True
    return (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address in _METADATA
    )


async def ask(
    method: str,
    url: Secret,
    settings: HttpSettings,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    secrets: Iterable[Secret] = (),
) -> Answer:
    """The answer, whatever its status; raises `NotSent` when there is none."""
    hidden = (url, *secrets)
    try:
        async with asyncio.timeout(settings.timeout_s):
            return await _ask(method, url.reveal(), settings, headers or {}, content)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise NotSent(f"no answer within {settings.timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise NotSent(_explained(error, hidden)) from None


async def _ask(
    method: str,
    url: str,
    settings: HttpSettings,
    headers: Mapping[str, str],
    content: bytes | None,
) -> Answer:
    parts = urlsplit(url)
    host = parts.hostname or ""
    sent = {"User-Agent": "noc-console", "Accept": "*/*", **headers}
    extensions = {}
    context = await asyncio.to_thread(_context, settings)
    if settings.proxy:
        _refuse_literal(host, settings)
        target = url
    else:
        address = await _address(host, parts.port or (443 if parts.scheme == "https" else 80),
                                 settings)  # fmt: skip
        target, sent["Host"] = _direct(url, address)
        if parts.scheme == "https" and not literal(host):
            extensions["sni_hostname"] = host
    transport = httpx.AsyncHTTPTransport(
        verify=context, trust_env=False, proxy=settings.proxy or None, retries=0
    )
    async with httpx.AsyncClient(
        transport=transport, trust_env=False, timeout=settings.timeout_s
    ) as client:
        request = client.build_request(
            method, target, headers=sent, content=content, extensions=extensions
        )
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) >= LARGEST:
                    break
        finally:
            await answer.aclose()
        return Answer(answer.status_code, answer.headers, bytes(body[:LARGEST]))


def _context(settings: HttpSettings) -> ssl.SSLContext:
    return tls_context(verify=settings.verify, authority=settings.ca)


def tls_context(*, verify: bool, authority: str) -> ssl.SSLContext:
    """The system's certificate authorities, or one's own; reading them takes 20 ms."""
    try:
        context = ssl.create_default_context(cadata=authority or None)
    except (ssl.SSLError, ValueError) as error:
        raise NotSent("the certificate authority of this channel is no PEM text") from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def literal(host: str) -> Address | None:
    """The address a host is, when it is no name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _refuse_literal(host: str, settings: HttpSettings) -> None:
    address = literal(host)
    if address is not None and is_off_limits(address) and not settings.link_local:
        raise _refused()


async def _address(host: str, port: int, settings: HttpSettings) -> str:
    """The address to connect to; refused when any the name has is off limits."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("the name of the service cannot be resolved") from error
    addresses = [str(each[4][0]) for each in found]
    if not settings.link_local:
        for each in addresses:
            if is_off_limits(ipaddress.ip_address(each.partition("%")[0])):
                raise _refused()
    return addresses[0]


def _refused() -> NotSent:
    return NotSent(
        "it leads to a link-local or metadata address, which this channel does not allow",
        is_final=True,
    )


def _direct(url: str, address: str) -> tuple[str, str]:
    """The URL with the address instead of the name, and what belongs into `Host`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    login = parts.netloc.rpartition("@")[0]
    at = f"[{address}]" if ":" in address else address
    named = f"[{host}]" if ":" in host else host
    netloc = f"{login}@{at}{port}" if login else f"{at}{port}"
    return parts._replace(netloc=netloc, fragment="").geturl(), f"{named}{port}"


def _explained(error: Exception, hidden: Iterable[Secret]) -> str:
    said = f"{error} {error.__cause__ or ''}"
    if "CERTIFICATE_VERIFY_FAILED" in said:
        why = re.search(r"certificate verify failed: ([^(\[]{1,80})", said)
        return f"its certificate is not trusted ({(why.group(1) if why else 'unknown').strip()})"
    if isinstance(error, httpx.ConnectError | ConnectionRefusedError):
        return f"no connection: {clean(str(error), hidden)}"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "it hung up in the middle"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy said no: {clean(str(error), hidden)}"
    return f"it cannot be asked: {clean(str(error), hidden)}"


def clean(text: str, hidden: Iterable[Secret]) -> str:
    """A text from elsewhere, short and on one line, with our secrets and parts of them dotted."""
    for secret in hidden:
        whole = secret.reveal()
        parts = urlsplit(whole) if "://" in whole else None
        for piece in (whole, parts.path if parts else "", parts.query if parts else ""):
            if len(piece) > 3:
                text = text.replace(piece, "•••").replace(piece.lstrip("/"), "•••")
    return redact(visible(" ".join(text.split()), limit=160))


def check(answer: Answer, hidden: Iterable[Secret] = ()) -> None:
    """Raise `NotSent` unless the status says that it was taken, with what follows from it."""
    status = answer.status
    if 200 <= status < 300:
        return
    said = clean(answer.text, hidden)
    why = f"HTTP {status}" + (f": {said}" if said else "")
    if status == 410:
        raise NotSent(f"{why} (gone for good)", is_gone=True)
    if status in (429, 503):
        wait = retry_after(answer.headers.get("retry-after", ""))
        if wait is None and status == 429:
            wait = TOO_MANY_WAIT_S
        raise NotSent(why, retry_after_s=wait, is_ours=status == 429)
    if 300 <= status < 400:
        raise NotSent(f"HTTP {status}: it redirects; use the address it leads to")
    raise NotSent(why, is_final=status in (400, 413, 422), is_ours=status in (400, 413, 422))


def retry_after(value: str) -> float | None:
    """Seconds from a `Retry-After` header: a number, or a date (RFC 9110, 10.2.3)."""
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        at = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
