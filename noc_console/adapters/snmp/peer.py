"""One device as one credential sees it: version, security, patience, two questions at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from noc_console.adapters.snmp.transport import Address, Exchange, NoAnswer, Transport
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.services.credentials.model import CredentialKind, SnmpTarget
from noc_console.wire import ber, usm
from noc_console.wire.snmp import (
    AUTHORIZATION_ERROR,
    NO_ACCESS,
    V1,
    V2C,
    V3,
    encode_request,
    open_message,
    open_response,
)

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
    "unroutable": "has no route from here",
    "closed": "was not waited for: the reader closed",
}
_VERSIONS = {
    CredentialKind.SNMP_V1: V1,
    CredentialKind.SNMP_V2C: V2C,
    CredentialKind.SNMP_V3: V3,
}


class _Complaint:
    """A Report instead of an answer; `cause` is its OID."""

    __slots__ = ("cause",)

    def __init__(self, cause: bytes) -> None:
        self.cause = cause


class Peer:
    """Asks one device. Not shared between loops."""

    __slots__ = (
        "_address",
        "_deviation_s",
        "_doubted",
        "_head",
        "_round_trip_s",
        "_session",
        "_slots",
        "_target",
        "_transport",
        "row_counts",
        "version",
    )

    def __init__(
        self, transport: Transport, target: SnmpTarget, address: Address, user: usm.User | None
    ) -> None:
        credential = target.credential
        self.version = _VERSIONS[credential.kind]
        self.row_counts: dict[tuple[bytes, ...], int] = {}
        """How many rows a table had last time, so as not to ask far past its end."""
        self._transport = transport
        self._target = target
        self._address = address
        self._session = usm.Session(user, credential.context) if user else None
        community = credential.community.reveal().encode()
        self._head = ber.integer(self.version) + ber.octets(community)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._round_trip_s: float | None = None
        self._deviation_s = 0.0
        self._doubted = 0

    async def ask(
        self, kind: int, names: Sequence[bytes], first: int, second: int, parse: Parse
    ) -> Any:
        """Ask until there is an answer; Unreachable or AuthRejected when there is none.

        A v3 engine that is unknown, restarted or replaced is learned on the way, once each.
        """
        async with self._slots:
            session = self._session
            if session is None:
                return await self._ask_open(kind, names, first, second, parse)
            return await self._ask_secured(session, kind, names, first, second, parse)

    async def _ask_open(
        self, kind: int, names: Sequence[bytes], first: int, second: int, parse: Parse
    ) -> Any:
        request_id = self._transport.new_id()
        version = self.version

        def decode(data: bytes) -> Any:
            end = len(data)
            status, index, start = open_response(data, open_message(data, version), end, request_id)
            return parse(data, start, end, status, index)

        pdu = encode_request(kind, request_id, first, second, names)
        return await self._exchange(request_id, ber.tlv(ber.SEQUENCE, self._head + pdu), decode)

    async def _ask_secured(
        self,
        session: usm.Session,
        kind: int,
        names: Sequence[bytes],
        first: int,
        second: int,
        parse: Parse,
    ) -> Any:
        for _ in range(_ROUNDS):
            if not session.is_ready:
                await self._discover(session)
            result = await self._try_secured(session, kind, names, first, second, parse)
            if not isinstance(result, _Complaint):
                return result
            self._transport.statistics.reports += 1
            if result.cause in _COMPLAINTS:
                raise self._rejected(_COMPLAINTS[result.cause])
        raise self._rejected("time window")

    async def _try_secured(
        self,
        session: usm.Session,
        kind: int,
        names: Sequence[bytes],
        first: int,
        second: int,
        parse: Parse,
    ) -> Any:
        request_id = self._transport.new_id()

        def decode(data: bytes) -> Any:
            unwrapped = self._unwrap(session, data)
            if isinstance(unwrapped, _Complaint):
                return unwrapped
            inner, stop = unwrapped.data, unwrapped.stop
            status, index, start = open_response(inner, unwrapped.start, stop, request_id)
            return parse(inner, start, stop, status, index)

        pdu = encode_request(kind, request_id, first, second, names)
        doubted = self._doubted
        message = session.wrap(request_id, pdu, time.monotonic())
        try:
            return await self._exchange(request_id, message, decode)
        except Unreachable:
            if self._doubted == doubted:
                raise
        # It answers, but not as the engine we know: reborn with an older clock, or forged.
        session.forget()
        await self._discover(session)
        request_id = self._transport.new_id()
        pdu = encode_request(kind, request_id, first, second, names)
        doubted = self._doubted
        try:
            return await self._exchange(
                request_id, session.wrap(request_id, pdu, time.monotonic()), decode
            )
        except Unreachable as error:
            if self._doubted == doubted:
                raise
            raise self.unreachable("answers without a valid signature", "forged") from error

    def _unwrap(self, session: usm.Session, data: bytes) -> usm.Unwrapped | _Complaint:
        try:
            unwrapped = session.unwrap(data, time.monotonic())
        except usm.Unauthentic:
            self._doubted += 1
            raise
        return unwrapped if unwrapped.report is None else _Complaint(unwrapped.report)

    async def _discover(self, session: usm.Session) -> None:
        request_id = self._transport.new_id()
        cause = await self._exchange(
            request_id, session.discovery(request_id), lambda data: self._unwrap(session, data)
        )
        if not session.is_ready:
            reason = _COMPLAINTS.get(getattr(cause, "cause", b""), "discovery")
            raise self._rejected(reason)

    async def _exchange(
        self, request_id: int, datagram: bytes, decode: Callable[[bytes], Any]
    ) -> Any:
        transport = self._transport
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        exchange = Exchange(
            request_id,
            self._address,
            datagram,
            decode,
            timeout_s=self._patience_s(),
            retries=self._target.retries,
            future=future,
        )
        transport.submit(exchange)
        try:
            result = await future
        except NoAnswer as error:
            self._round_trip_s = None
            raise self.unreachable(_SAID[error.reason], error.reason) from None
        finally:
            transport.forget(exchange)
        if exchange.tries == 1:  # an answer to a repeated request may belong to either
            self._learn_round_trip(time.monotonic() - exchange.sent_at)
        return result

    def _patience_s(self) -> float:
        """RFC 6298's estimate, between a quarter of and the whole time-out of the target."""
        most = self._target.timeout_s
        if self._round_trip_s is None:
            return most
        return min(most, max(most / 4, self._round_trip_s + 4 * self._deviation_s))

    def _learn_round_trip(self, seconds: float) -> None:
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
        self._transport.statistics.rejected += 1
        peer = self._target.peer
        return AuthRejected(f"{peer} does not accept the SNMPv3 user ({reason})", peer=peer)

    def raise_if_denied(self, status: int) -> None:
        """AuthRejected when an error status means that we may not see what was asked."""
        if status in (NO_ACCESS, AUTHORIZATION_ERROR):
            peer = self._target.peer
            raise AuthRejected(f"{peer} denies access to what was asked", peer=peer)
