"""One device as one credential sees it: version, security, patience, two questions at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from noc_console.adapters.snmp.engines import Engine, Engines
from noc_console.adapters.snmp.transport import (
    Address,
    Exchange,
    NoAnswer,
    Transport,
)
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import CredentialKind, SnmpTarget
from noc_console.wire import ber, usm
from noc_console.wire.decoder import open_answer
from noc_console.wire.snmp import (
    AUTHORIZATION_ERROR,
    NO_ACCESS,
    V1,
    V2C,
    V3,
    encode_names,
    encode_open_question,
    encode_question,
    open_response,
)
from noc_console.wire.v3 import MAX_BOOTS

Parse = Callable[[bytes, int, int, int, int], Any]
"""Makes the result of an answer: its bytes, where varbinds begin and end, error status, index."""

AT_ONCE = 2
_ROUNDS = 4  # discovery, clock, another engine, and the answer

_COMPLAINTS = {
    usm.UNSUPPORTED_LEVEL: "security level",
    usm.UNKNOWN_USER: "unknown user",
    usm.WRONG_DIGEST: "wrong digest",
    usm.DECRYPTION_ERROR: "decryption",
}
_SAID = {
    "timeout": "did not answer over SNMP",
    "refused": "has no SNMP agent listening",
    "malformed": "answers what is no SNMP",
    "unroutable": "has no route from here",
    "closed": "was not waited for: the reader closed",
}
_VERSIONS = {
    CredentialKind.SNMP_V1: V1,
    CredentialKind.SNMP_V2C: V2C,
    CredentialKind.SNMP_V3: V3,
}


Question = tuple[int, int, int, bytes]
"""Kind of PDU, its two numbers (of GETBULK: non-repeaters, max-repetitions), encoded varbinds."""


class Script(Protocol):
    """What to ask a device, one question after the answer to the one before. Its methods are
    called between datagrams of other devices: they compute and return at once.
    """

    def question(self) -> Question | None:
        """The next question, None when there is none left."""
        ...

    def answer(self, data: bytes, pos: int, end: int, status: int, index: int) -> None:
        """Take the answer: its bytes, where varbinds begin and end, error status and index.

        Malformed passes over it, and then nothing may have changed.
        """
        ...


class _Once:
    """The script of a single question."""

    __slots__ = ("_parse", "_question", "result")

    def __init__(self, question: Question, parse: Parse) -> None:
        self._question: Question | None = question
        self._parse = parse
        self.result: Any = None

    def question(self) -> Question | None:
        return self._question

    def answer(self, data: bytes, pos: int, end: int, status: int, index: int) -> None:
        self.result = self._parse(data, pos, end, status, index)
        self._question = None


class _Talk:
    """A script on its way through the transport: makes datagrams of its questions."""

    __slots__ = ("_exchange", "_peer", "_script", "answers", "question")

    def __init__(self, peer: Peer, script: Script) -> None:
        self._peer = peer
        self._script = script
        self._exchange: Exchange | None = None
        self.question = script.question()
        """The one that is not answered yet."""
        self.answers = 0

    def exchange(self) -> Exchange:
        """The open question, ready to be submitted; those that follow it will use it too."""
        peer = self._peer
        request_id, datagram = self._datagram()
        receive = self._receive if peer.session is None else self._receive_secured
        self._exchange = peer.new_exchange(request_id, datagram, receive)
        return self._exchange

    def _datagram(self) -> tuple[int, bytes]:
        assert self.question is not None
        peer = self._peer
        kind, first, second, asked = self.question
        request_id = peer.transport.new_id()
        if peer.session is None:
            return request_id, encode_open_question(
                peer.head, kind, request_id, first, second, asked
            )
        pdu = encode_question(kind, request_id, first, second, asked)
        return request_id, peer.session.wrap(request_id, pdu, time.monotonic())

    def _receive(self, data: bytes) -> object:
        assert self._exchange is not None
        status, index, start = open_answer(data, self._peer.head, self._exchange.id)
        return self._take(data, start, len(data), status, index)

    def _receive_secured(self, data: bytes) -> object:
        """Also the OID of a Report, with which an agent complains instead of answering."""
        assert self._exchange is not None
        unwrapped = self._peer.unwrap(data)
        if unwrapped.report is not None:
            return unwrapped.report
        inner, end = unwrapped.data, unwrapped.stop
        status, index, start = open_response(inner, unwrapped.start, end, self._exchange.id)
        return self._take(inner, start, end, status, index)

    def _take(self, data: bytes, pos: int, end: int, status: int, index: int) -> object:
        """Hand over the answer; the next question, unless it is somebody else's turn."""
        peer, exchange = self._peer, self._exchange
        self._script.answer(data, pos, end, status, index)
        self.answers += 1
        assert exchange is not None
        if exchange.tries == 1:  # an answer to a repeated request may belong to either
            peer.learn_round_trip(time.monotonic() - exchange.sent_at)
        self.question = self._script.question()
        if self.question is None or peer.waiting:
            return None
        return exchange.follow(*self._datagram(), peer.patience_s())


class Peer:
    """Asks one device. Not shared between loops."""

    __slots__ = (
        "_address",
        "_deviation_s",
        "_doubted",
        "_engines",
        "_noted",
        "_round_trip_s",
        "_slots",
        "_target",
        "head",
        "row_counts",
        "session",
        "transport",
        "version",
        "waiting",
    )

    def __init__(
        self,
        transport: Transport,
        target: SnmpTarget,
        address: Address,
        user: usm.User | None,
        engines: Engines | None = None,
    ) -> None:
        credential = target.credential
        self.version = _VERSIONS[credential.kind]
        self.row_counts: dict[tuple[bytes, ...], int] = {}
        """How many rows a table had last time, so as not to ask far past its end."""
        self.transport = transport
        self._target = target
        self._address = address
        self.session = usm.Session(user, credential.context) if user else None
        community = credential.community.reveal().encode()
        self.head = ber.integer(self.version) + ber.octets(community)
        """What a v1 or v2c message begins with."""
        self.waiting = 0
        """How many wait for their turn."""
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._round_trip_s: float | None = None
        self._deviation_s = 0.0
        self._doubted = 0
        self._engines = engines
        self._noted = (b"", 0)
        self._resume()

    async def ask(
        self, kind: int, names: Sequence[bytes], first: int, second: int, parse: Parse
    ) -> Any:
        """Ask until there is an answer; Unreachable or AuthRejected when there is none."""
        once = _Once((kind, first, second, encode_names(names)), parse)
        await self.converse(once)
        return once.result

    async def converse(self, script: Script) -> None:
        """Ask all a script wants to know and hand it the answers. Unreachable or AuthRejected
        when there is none; an error of ours that the script raises ends it too.

        Whoever waits is woken once, at the end, unless others have questions for this device:
        then they take turns. A v3 engine that is unknown, restarted or replaced is learned on
        the way.
        """
        talk = _Talk(self, script)
        while talk.question is not None:
            self.waiting += 1
            try:
                await self._slots.acquire()
            finally:
                self.waiting -= 1
            try:
                if self.session is None:
                    await self._run(talk.exchange())
                else:
                    await self._run_secured(talk, self.session)
            finally:
                self._slots.release()

    async def _run_secured(self, talk: _Talk, session: usm.Session) -> None:
        """One turn, and what has to be learned about the engine before it."""
        complaints, answers, is_second = 0, talk.answers, False
        while True:
            if not session.is_ready:
                await self._discover(session)
            doubted = self._doubted
            try:
                complaint = await self._run(talk.exchange())
            except Unreachable as error:
                if self._doubted == doubted:
                    raise
                if is_second:
                    raise self.unreachable("answers without a valid signature", "forged") from error
                # It answers, but not as the engine we know: reborn with an older clock, or forged.
                is_second = True
                session.forget()
                continue
            if complaint is None:
                self._note(session)
                return
            self.transport.statistics.reports += 1
            if complaint in _COMPLAINTS:
                raise self._rejected(_COMPLAINTS[complaint])
            complaints = complaints + 1 if talk.answers == answers else 1
            answers = talk.answers
            if complaints == _ROUNDS:
                raise self._rejected("time window")

    def _resume(self) -> None:
        """With the engine that answered here last time, if there was one."""
        engine = self._engines.get(str(self)) if self._engines and self.session else None
        if engine is not None and self.session is not None:
            age = max(0, int(time.time() - engine.started))
            self.session.resume(engine.id, engine.boots, min(age, MAX_BOOTS), time.monotonic())

    def _note(self, session: usm.Session) -> None:
        """Remember the engine that just proved itself, when it is not the one we knew."""
        boots, seconds, at = session.clock
        if self._noted != (session.engine_id, boots) and self._engines is not None:
            self._noted = (session.engine_id, boots)
            started = time.time() - (time.monotonic() - at) - seconds
            engine = Engine(session.engine_id, boots, started)
            known = self._engines.note(str(self), engine)
            if known is not None and engine.is_successor_of(known):
                self.transport.statistics.engines_restarted += 1
            elif known is not None:
                self.transport.statistics.engines_changed += 1

    def unwrap(self, data: bytes) -> usm.Unwrapped:
        """What a v3 answer holds, proved genuine."""
        assert self.session is not None
        try:
            return self.session.unwrap(data, time.monotonic())
        except usm.Unauthentic:
            self._doubted += 1
            raise

    async def _discover(self, session: usm.Session) -> None:
        request_id = self.transport.new_id()
        cause = await self._run(
            self.new_exchange(
                request_id,
                session.discovery(request_id),
                lambda data: self.unwrap(data).report,
            )
        )
        if not session.is_ready:
            raise self._rejected(_COMPLAINTS.get(cause, "discovery"))

    def new_exchange(
        self, request_id: int, datagram: bytes, decode: Callable[[bytes], Any]
    ) -> Exchange:
        """A request to this device, waited for as long as it deserves."""
        return Exchange(
            request_id,
            self._address,
            datagram,
            decode,
            timeout_s=self.patience_s(),
            retries=self._target.retries,
            future=asyncio.get_running_loop().create_future(),
        )

    async def _run(self, exchange: Exchange) -> Any:
        self.transport.submit(exchange)
        try:
            return await exchange.future
        except NoAnswer as error:
            self._round_trip_s = None
            raise self.unreachable(_SAID[error.reason], error.reason) from None
        finally:
            self.transport.forget(exchange)

    def patience_s(self) -> float:
        """RFC 6298's estimate, between a quarter of and the whole time-out of the target."""
        most = self._target.timeout_s
        if self._round_trip_s is None:
            return most
        return min(most, max(most / 4, self._round_trip_s + 4 * self._deviation_s))

    def learn_round_trip(self, seconds: float) -> None:
        """How long an answer took."""
        if self._round_trip_s is None:
            self._round_trip_s = seconds
            self._deviation_s = seconds / 2
            return
        self._deviation_s += (abs(seconds - self._round_trip_s) - self._deviation_s) / 4
        self._round_trip_s += (seconds - self._round_trip_s) / 8

    def __str__(self) -> str:
        return self._target.peer

    def unreachable(self, what: str, reason: str) -> Unreachable:
        """The error to raise when this device fails us."""
        peer = self._target.peer
        return Unreachable(f"{peer} {what}", peer=peer, reason=reason)

    def _rejected(self, reason: str) -> AuthRejected:
        self.transport.statistics.rejected += 1
        peer = self._target.peer
        return AuthRejected(f"{peer} does not accept the SNMPv3 user ({reason})", peer=peer)

    def raise_if_denied(self, status: int) -> None:
        """AuthRejected when an error status means that we may not see what was asked."""
        if status in (NO_ACCESS, AUTHORIZATION_ERROR):
            peer = self._target.peer
            raise AuthRejected(f"{peer} denies access to what was asked", peer=peer)
