"""One RADIUS login: accepted, refused, silent, unsigned or signed with another secret.

A server that gets a request with a Message-Authenticator of another secret is silent (RFC 3579
section 3.2), so silence alone does not tell a wrong secret from a dead server. After a silent
login we therefore ask once more, unsigned, for a user that cannot exist with a password made up
on the spot: a server that answers *that* lives, and how it signs its refusal tells whose secret
differs. Nothing of the real login is in that second question.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from typing import Any

from pyrad import packet as radius

from noc_console.adapters.probes.connecting import elapsed_us, explained
from noc_console.kernel.text import visible
from noc_console.services.probes.model import ProbeState, Round, Secrets
from noc_console.services.probes.settings import RadiusSettings

USER_NAME, USER_PASSWORD, NAS_IDENTIFIER, REPLY_MESSAGE, MESSAGE_AUTHENTICATOR = 1, 2, 32, 18, 80
ANSWERS = {
    radius.AccessAccept: "accept",
    radius.AccessReject: "reject",
    radius.AccessChallenge: "challenge",
}
NOBODY = b"noc-probe-secret-check"
SECOND_S = 2.0
"""How long the second question waits."""
_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Heard:
    """The answer that was believed, or why none was."""

    answer: radius.Packet | None = None
    rtt_us: int = 0
    is_signed: bool = False
    forged: int = 0
    """Answers to our question whose signature does not fit our secret."""


async def login(host: str, settings: RadiusSettings, secrets_: Secrets) -> Round:
    """One Access-Request, and what became of it."""
    shared = secrets_.shared.reveal().encode()
    if not shared:
        return _silent("the probe has no shared secret", "setup")
    request = _request(shared, settings.user.encode(), secrets_.password.reveal().encode())
    try:
        heard = await _ask(host, settings.port, request, settings.timeout_s)
        if heard.answer is None and not heard.forged:
            unsigned = _request(shared, NOBODY, secrets.token_hex(8).encode(), is_signed=False)
            second = await _ask(host, settings.port, unsigned, SECOND_S)
            return _why_silent(second)
    except OSError as error:
        return _silent(*explained(error))
    if heard.answer is None:
        return _other_secret()
    return _told(heard, settings)


def _request(
    shared: bytes, user: bytes, password: bytes, *, is_signed: bool = True
) -> radius.AuthPacket:
    made = radius.AuthPacket(secret=shared, id=secrets.randbelow(256))
    made.authenticator = made.CreateAuthenticator()
    if is_signed:
        made.add_message_authenticator()
    made[USER_NAME] = [user]
    made[USER_PASSWORD] = [made.PwCrypt(password)]
    made[NAS_IDENTIFIER] = [b"noc-console"]
    return made


class _Ear(asyncio.DatagramProtocol):
    """Hears the answers to one request; the socket is connected, so only the server is heard."""

    def __init__(self, request: radius.AuthPacket) -> None:
        self._request = request
        self.began = 0.0
        self.heard: asyncio.Future[_Heard] = asyncio.get_running_loop().create_future()
        self.forged = 0

    def datagram_received(self, data: bytes, addr: Any) -> None:
        rtt = elapsed_us(self.began)
        if self.heard.done() or len(data) > _BYTES:
            return
        try:
            answer = self._request.CreateReply(packet=data)
        except (radius.PacketError, ValueError):
            return
        if answer.id != self._request.id or answer.code not in ANSWERS:
            return
        if not self._request.VerifyReply(answer, data):
            self.forged += 1
            return
        is_signed = MESSAGE_AUTHENTICATOR in dict.keys(answer)
        self.heard.set_result(_Heard(answer, rtt, is_signed))

    def error_received(self, exc: Exception) -> None:
        if not self.heard.done() and isinstance(exc, OSError):
            self.heard.set_exception(exc)


async def _ask(host: str, port: int, request: radius.AuthPacket, timeout_s: float) -> _Heard:
    """Ask once and wait; a second answer may come after one that was forged. Raises OSError."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(
        lambda: _Ear(request), remote_addr=(host, port)
    )
    try:
        ear.began = time.perf_counter()
        transport.sendto(request.RequestPacket())
        async with asyncio.timeout(timeout_s):
            return await ear.heard
    except TimeoutError:
        return _Heard(forged=ear.forged)
    finally:
        transport.close()


def _told(heard: _Heard, settings: RadiusSettings) -> Round:
    answer = heard.answer
    assert answer is not None
    word = ANSWERS[answer.code]
    facts = [
        ("Answer", f"Access-{word.capitalize()}"),
        ("Signed", "yes" if heard.is_signed else "no: open to CVE-2024-3596"),
    ]
    said = b" ".join(dict.get(answer, REPLY_MESSAGE, [])).decode("utf-8", "replace")
    if said:
        facts.append(("Message", visible(said, limit=200)))
    error = reason = ""
    if settings.needs_authenticator and not heard.is_signed:
        error = "the answer has no Message-Authenticator: anybody on the way can forge it"
        reason = "unsigned"
    elif settings.expected not in (word, "any"):
        error, reason = f"the server answers Access-{word.capitalize()}", word
    return Round(
        state=ProbeState.WRONG if error else ProbeState.WELL,
        sent=1,
        rtts_us=(heard.rtt_us,),
        error=error,
        reason=reason,
        facts=tuple(facts),
    )


def _why_silent(second: _Heard) -> Round:
    if second.forged:
        return _other_secret()
    if second.answer is not None:
        return _silent("the server answers others, but not this login", "ignored")
    return _silent(
        "no answer: the server is down, does not know this client, or has another secret",
        "timeout",
    )


def _other_secret() -> Round:
    return Round(
        ProbeState.WRONG,
        1,
        error="the server signs with another shared secret",
        reason="secret",
    )


def _silent(words: str, reason: str) -> Round:
    return Round(ProbeState.SILENT, 1, error=words, reason=reason)
