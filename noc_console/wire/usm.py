"""SNMPv3 messages under user-based security, from both ends (RFC 3412, 3414).

`Session` is the asking side: it learns the engine, keeps its clock, wraps and unwraps.
`Authoritative` is the side that owns the clock: an agent, or whoever receives informs.
Neither does I/O nor reads a clock: `now` is monotonic seconds, handed in.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from noc_console.wire import ber, oid
from noc_console.wire.ber import Malformed
from noc_console.wire.keys import (
    AuthProtocol,
    Localized,
    PrivProtocol,
    User,
    localize,
    localize_privacy,
    localized,
    make_user,
    master_key,
)
from noc_console.wire.snmp import REPORT, Pdu, decode_pdu, encode_pdu
from noc_console.wire.v3 import (
    AUTH,
    MAX_BOOTS,
    PRIV,
    REPORTABLE,
    Form,
    V3Message,
    decode_v3,
    encode_scoped,
    encode_v3,
    open_scoped,
)

__all__ = [
    "AuthProtocol",
    "Authoritative",
    "Incoming",
    "Localized",
    "PrivProtocol",
    "Report",
    "Session",
    "Unauthentic",
    "User",
    "V3Message",
    "decode_v3",
    "encode_v3",
    "localize",
    "localize_privacy",
    "make_user",
    "master_key",
]

WINDOW_S = 150

_USM_STATS = oid.encode("1.3.6.1.6.3.15.1.1")
UNSUPPORTED_LEVEL = oid.child(_USM_STATS, 1, 0)
NOT_IN_WINDOW = oid.child(_USM_STATS, 2, 0)
UNKNOWN_USER = oid.child(_USM_STATS, 3, 0)
UNKNOWN_ENGINE = oid.child(_USM_STATS, 4, 0)
WRONG_DIGEST = oid.child(_USM_STATS, 5, 0)
DECRYPTION_ERROR = oid.child(_USM_STATS, 6, 0)


class Unauthentic(Malformed):
    """Well-formed, but not proved to come from where it says, or too old, or too open."""


def _reveal(data: bytes, message: V3Message, keys: Localized | None) -> tuple[bytes, int, int]:
    """The bytes holding the scoped PDU, decrypted if need be, and its borders."""
    if not message.flags & PRIV:
        return data, message.start, message.stop
    if keys is None:
        raise Malformed("no key to decrypt with")
    cipher_text = data[message.start : message.stop]
    plain = keys.decrypt(cipher_text, message.boots, message.time, message.salt)
    return plain, 0, len(plain)


class Unwrapped(NamedTuple):
    """A reply that passed every check. `report` is the OID an agent complains with, or None.

    `data[start:stop]` is the PDU. After NOT_IN_WINDOW and UNKNOWN_ENGINE the session has learned
    what it needed: ask again (once).
    """

    message_id: int
    report: bytes | None
    data: bytes
    start: int
    stop: int


_Mould = tuple[bytes, bytes, bytes, bytes]


class Session:
    """One user at one agent, seen from the asking side."""

    __slots__ = (
        "_at",
        "_authentic",
        "_boots",
        "_context",
        "_form",
        "_keys",
        "_level",
        "_mould",
        "_mould_of",
        "_name",
        "_scope",
        "_time",
        "_user",
        "engine_id",
    )

    def __init__(self, user: User, context: str = "") -> None:
        self._user = user
        self._level = user.level
        self._name = user.name.encode()
        self._context = context.encode()
        self.engine_id = b""
        self._keys: Localized | None = None
        self.forget()

    def __repr__(self) -> str:
        return f"Session({self._user.name!r}, engine={self.engine_id.hex()})"

    @property
    def is_ready(self) -> bool:
        """Whether the agent's engine id is known, so that a request can be wrapped."""
        return self._keys is not None

    def forget(self) -> None:
        """Start again with discovery: the agent seems to be another one, or born again."""
        self.engine_id = b""
        self._keys = None
        self._boots = self._time = 0
        self._at = 0.0
        self._authentic = False
        self._scope = b""
        self._mould: _Mould = (b"", b"", b"", b"")
        self._mould_of = (-1, -1, -1)
        self._form: Form | None = None

    @property
    def clock(self) -> tuple[int, int, float]:
        """Boots and time of the engine, and when (in our seconds) its time was that."""
        return self._boots, self._time, self._at

    def resume(self, engine_id: bytes, boots: int, time: int, now: float) -> None:
        """Go on with an engine met before; what its first answer proves counts more."""
        self.forget()
        self._meet(engine_id)
        self._boots, self._time, self._at = boots, time, now

    def _meet(self, engine_id: bytes) -> None:
        self.engine_id = engine_id
        self._keys = localized(self._user, engine_id)
        self._authentic = False
        self._scope = ber.octets(engine_id) + ber.octets(self._context)
        self._mould_of = (-1, -1, -1)
        self._form = None

    def discovery(self, message_id: int) -> bytes:
        """The empty question every engine answers with its id (RFC 3414 §4)."""
        pdu = encode_pdu(Pdu(0xA0, message_id))
        return encode_v3(
            message_id=message_id,
            flags=REPORTABLE,
            engine_id=b"",
            boots=0,
            time=0,
            user=b"",
            scoped=encode_scoped(b"", b"", pdu),
            keys=None,
        )

    def wrap(self, message_id: int, pdu: bytes, now: float) -> bytes:
        """A request around an encoded PDU, at the user's full security level; `message_id` in
        four octets, as `Transport.new_id` makes them.
        """
        keys = self._keys
        assert keys is not None, "discover first"
        time = min(self._time + int(now - self._at), MAX_BOOTS)
        key = (self._boots, time, len(pdu))
        if self._mould_of != key:
            self._mould_of = key
            self._mould = self._make_mould(keys, *key)
        start, before_salt, before_scoped, scope = self._mould
        rest = scope + pdu
        if self._level & PRIV:
            cipher_text, salt = keys.encrypt(rest, self._boots, time)
            rest = b"\x04\x08" + salt + before_scoped + cipher_text
        else:
            rest = b"\x04\x00" + rest
        head = start + message_id.to_bytes(4, "big") + before_salt
        if not self._level:
            return head + rest
        return head + keys.sign(head + bytes(keys.digest_size) + rest) + rest

    def _make_mould(self, keys: Localized, boots: int, time: int, size: int) -> _Mould:
        """What stands around id, digest, salt and PDU in every request of that size now."""
        scope = b"\x30" + ber.length(len(self._scope) + size) + self._scope
        size += len(scope)
        before_scoped, salt_size = b"", 2
        if self._level & PRIV:
            if self._user.priv_protocol is PrivProtocol.DES:
                size += -size % 8
            before_scoped, salt_size = b"\x04" + ber.length(size), 10
        digest_size = keys.digest_size
        parameters = (
            ber.octets(self.engine_id)
            + ber.integer(boots)
            + ber.integer(time)
            + ber.octets(self._name)
            + b"\x04%c" % digest_size
        )
        inside = len(parameters) + digest_size + salt_size
        parameters = b"\x30" + ber.length(inside) + parameters
        inside = len(parameters) + digest_size + salt_size
        flags = self._level | REPORTABLE
        before_salt = b"\x02\x03\x00\xff\xe3\x04\x01%c\x02\x01\x03\x04%b%b" % (
            flags,
            ber.length(inside),
            parameters,
        )
        start = b"\x02\x01\x03\x30\x11\x02\x04"
        whole = len(start) + 4 + len(before_salt) + digest_size + salt_size
        whole += len(before_scoped) + size
        return b"\x30" + ber.length(whole) + start, before_salt, before_scoped, scope

    def unwrap(self, data: bytes, now: float) -> Unwrapped:
        """Check everything that can be checked; `Unauthentic` or `Malformed` otherwise."""
        form = self._form
        message = form.read(data) if form is not None else None
        is_known = message is not None
        if message is None:
            message = decode_v3(data)
        if not message.flags & AUTH:
            return self._unwrap_open(data, message, now)
        keys = self._keys
        if keys is None or message.engine_id != self.engine_id:
            raise Unauthentic("from another engine")
        if message.user != self._name:
            raise Unauthentic("for another user")
        if not self._level & AUTH or not keys.verify(data, message.auth_at, message.auth_size):
            raise Unauthentic("the digest is wrong")
        self._check_time(message, now)
        plain, start, stop = _reveal(data, message, keys)
        start, stop = self._open_scoped(plain, start, stop, message.flags)
        report = _report_oid(plain, start, stop)
        if report is None and message.flags & (AUTH | PRIV) != self._level:
            raise Unauthentic("answered at a lower security level")
        if not is_known:
            self._form = Form.of(data, message)
        return Unwrapped(message.message_id, report, plain, start, stop)

    def _open_scoped(self, plain: bytes, start: int, stop: int, flags: int) -> tuple[int, int]:
        """From where to where the PDU goes, quickly when all repeats what we sent."""
        if plain[start : start + 1] == b"\x30" and stop - start > 8:
            n = plain[start + 1]
            at = start + 2
            if 128 < n <= 132:
                at += n - 128
                n = int.from_bytes(plain[start + 2 : at])
            size = len(self._scope)
            if at + n == stop and size <= n and plain.startswith(self._scope, at):
                return at + size, stop
        _, _, start, stop = open_scoped(plain, start, stop, padded=bool(flags & PRIV))
        return start, stop

    def _unwrap_open(self, data: bytes, message: V3Message, now: float) -> Unwrapped:
        """An unsigned message: fine for a user without keys, and for complaints."""
        _, _, start, stop = open_scoped(data, message.start, message.stop, padded=False)
        report = _report_oid(data, start, stop)
        if report is None:
            if self._level:
                raise Unauthentic("answered without a signature")
            if message.engine_id != self.engine_id:
                raise Unauthentic("from another engine")
            if message.user != self._name:
                raise Unauthentic("for another user")
        elif report == UNKNOWN_ENGINE:
            self._learn_engine(message, now)
        elif report == NOT_IN_WINDOW and self._level:
            raise Unauthentic("a clock we may not believe")
        return Unwrapped(message.message_id, report, data, start, stop)

    def _learn_engine(self, message: V3Message, now: float) -> None:
        """Take over the engine id. Its unsigned clock is a hint for sending, never a proof."""
        if not 5 <= len(message.engine_id) <= 32:
            raise Malformed("an engine id has 5 to 32 octets")
        if message.engine_id != self.engine_id or self._keys is None:
            self._meet(message.engine_id)
        if not self._authentic:
            self._boots, self._time, self._at = message.boots, message.time, now

    def _check_time(self, message: V3Message, now: float) -> None:
        """RFC 3414 §3.2 7b: move our idea of its clock forward, refuse what is older than 150 s."""
        boots, time = message.boots, message.time
        if not self._authentic:
            self._boots, self._time, self._at, self._authentic = boots, time, now, True
            return
        expected = self._time + now - self._at
        if (
            boots == MAX_BOOTS
            or boots < self._boots
            or (boots == self._boots and time < expected - WINDOW_S)
        ):
            raise Unauthentic("outside the time window")
        if boots > self._boots or time > self._time:
            self._boots, self._time, self._at = boots, time, now


def _report_oid(data: bytes, start: int, stop: int) -> bytes | None:
    """What a Report complains of; None for any other PDU."""
    if start >= stop or data[start] != REPORT:
        return None
    pdu = decode_pdu(data[start:stop])
    if not pdu.varbinds:
        raise Malformed("a report about nothing")
    return pdu.varbinds[0][0]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request (or notification) that passed every check of the authoritative side."""

    message_id: int
    level: int
    """0, 1 (auth) or 3 (auth and privacy)."""
    user: User
    context_engine: bytes
    context: bytes
    pdu: Pdu
    max_size: int
    now: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """A ready-made complaint to send back; `cause` is its usmStats OID."""

    cause: bytes
    data: bytes


class Authoritative:
    """The engine whose id and clock count: answers requests, sends traps, receives informs."""

    def __init__(
        self, engine_id: bytes, boots: int, users: list[User], *, started: float = 0.0
    ) -> None:
        if not 5 <= len(engine_id) <= 32:
            raise ValueError("an engine id has 5 to 32 octets")
        self.engine_id = engine_id
        self.boots = boots
        self._started = started
        self._keys = {user.name.encode(): Localized(user, engine_id) for user in users}
        self._counts: dict[bytes, int] = {}

    def time(self, now: float) -> int:
        """Seconds since this engine started."""
        return max(0, int(now - self._started))

    def receive(self, data: bytes, now: float) -> Incoming | Report:
        """A checked message, or what to answer instead; `Malformed` means silence."""
        message = decode_v3(data)
        if message.engine_id != self.engine_id:
            return self._complain(UNKNOWN_ENGINE, data, message, now)
        keys = self._keys.get(message.user)
        if keys is None:
            return self._complain(UNKNOWN_USER, data, message, now)
        level = message.flags & (AUTH | PRIV)
        if level != keys.user.level:
            return self._complain(UNSUPPORTED_LEVEL, data, message, now)
        if level & AUTH:
            if not keys.verify(data, message.auth_at, message.auth_size):
                return self._complain(WRONG_DIGEST, data, message, now)
            if not self._in_window(message, now):
                return self._complain(NOT_IN_WINDOW, data, message, now)
        try:
            plain, start, stop = _reveal(data, message, keys)
            engine, context, start, stop = open_scoped(plain, start, stop, padded=level == 3)
            pdu = decode_pdu(plain[start:stop])
        except Malformed:
            if level & PRIV:
                return self._complain(DECRYPTION_ERROR, data, message, now)
            raise
        return Incoming(
            message.message_id, level, keys.user, engine, context, pdu, message.max_size, now
        )

    def reply(self, incoming: Incoming, pdu: Pdu) -> bytes:
        """The answer, secured as the request was and in its context."""
        scoped = encode_scoped(incoming.context_engine, incoming.context, encode_pdu(pdu))
        user = incoming.user.name.encode()
        return self._send(incoming.message_id, incoming.level, user, scoped, incoming.now)

    def notify(self, user: User, message_id: int, pdu: Pdu, now: float) -> bytes:
        """A trap of our own: the sender is the authoritative side of a trap."""
        scoped = encode_scoped(self.engine_id, b"", encode_pdu(pdu))
        return self._send(message_id, user.level, user.name.encode(), scoped, now)

    def _send(self, message_id: int, flags: int, user: bytes, scoped: bytes, now: float) -> bytes:
        return encode_v3(
            message_id=message_id,
            flags=flags,
            engine_id=self.engine_id,
            boots=self.boots,
            time=self.time(now),
            user=user,
            scoped=scoped,
            keys=self._keys.get(user),
        )

    def _in_window(self, message: V3Message, now: float) -> bool:
        return (
            message.boots == self.boots
            and self.boots != MAX_BOOTS
            and abs(message.time - self.time(now)) <= WINDOW_S
        )

    def _complain(self, cause: bytes, data: bytes, message: V3Message, now: float) -> Report:
        """RFC 3412 §7.1.3: a counter in a Report, signed only for the clock (RFC 3414 §3.2)."""
        if not message.flags & REPORTABLE:
            raise Malformed("refused, and the sender wants no report")
        count = self._counts[cause] = (self._counts.get(cause, 0) + 1) & 0xFFFFFFFF
        varbind = (cause, ber.COUNTER32, ber.integer_content(count))
        pdu = Pdu(REPORT, _request_id(data, message), 0, 0, [varbind])
        flags = AUTH if cause == NOT_IN_WINDOW else 0
        user = message.user if cause != UNKNOWN_ENGINE else b""
        scoped = encode_scoped(self.engine_id, b"", encode_pdu(pdu))
        return Report(cause, self._send(message.message_id, flags, user, scoped, now))


def _request_id(data: bytes, message: V3Message) -> int:
    """Of a request we refuse, if it can be read; 0 otherwise."""
    if message.flags & PRIV:
        return 0
    try:
        _, _, start, stop = open_scoped(data, message.start, message.stop, padded=False)
        return decode_pdu(data[start:stop]).request_id
    except Malformed:
        return 0


class Notifications:
    """Reads v3 traps (their sender owns the clock) and, as the authoritative side, informs.

    Remembers at most `engines` senders; a sender unknown so far is believed about its clock once
    its digest has proved right, and never allowed to go back in time afterwards.
    """

    def __init__(self, own: Authoritative, users: list[User], *, engines: int = 4096) -> None:
        self._own = own
        self._users = {user.name.encode(): user for user in users}
        self._known: OrderedDict[tuple[bytes, bytes], tuple[Localized, int, float]] = OrderedDict()
        self._limit = engines

    def receive(self, data: bytes, now: float) -> Incoming | Report:
        """A trap or inform that passed every check, or a report to send back."""
        message = decode_v3(data)
        if message.engine_id in (b"", self._own.engine_id):
            return self._own.receive(data, now)
        if message.flags & REPORTABLE:  # an inform for an engine that is not us
            return self._own.receive(data, now)
        user = self._users.get(message.user)
        if user is None:
            raise Unauthentic("unknown user")
        if message.flags & (AUTH | PRIV) != user.level:
            raise Unauthentic("not at the security level of its user")
        known = self._known.get((message.user, message.engine_id))
        keys = known[0] if known else Localized(user, message.engine_id)
        if user.level & AUTH:
            if not keys.verify(data, message.auth_at, message.auth_size):
                raise Unauthentic("the digest is wrong")
            if known and not _is_fresh(message, known[1], known[2] + now):
                raise Unauthentic("outside the time window")
        plain, start, stop = _reveal(data, message, keys)
        engine, context, start, stop = open_scoped(plain, start, stop, padded=user.level == 3)
        pdu = decode_pdu(plain[start:stop])
        self._remember(message, keys, known, now)
        return Incoming(
            message.message_id, user.level, user, engine, context, pdu, message.max_size, now
        )

    def reply(self, incoming: Incoming, pdu: Pdu) -> bytes:
        """The acknowledgement of an inform."""
        return self._own.reply(incoming, pdu)

    def _remember(
        self,
        message: V3Message,
        keys: Localized,
        known: tuple[Localized, int, float] | None,
        now: float,
    ) -> None:
        """Keep the sender's boots and the latest start of its clock on ours."""
        offset = message.time - now
        if known and known[1] == message.boots:
            offset = max(offset, known[2])
        key = (message.user, message.engine_id)
        self._known[key] = (keys, message.boots, offset)
        self._known.move_to_end(key)
        if len(self._known) > self._limit:
            self._known.popitem(last=False)


def _is_fresh(message: V3Message, boots: int, expected: float) -> bool:
    if message.boots != boots:
        return message.boots > boots
    return message.time >= expected - WINDOW_S
