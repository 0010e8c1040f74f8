"""TACACS+ (RFC 8907) as a server for accounting reads and answers it: bytes in, values out.

Bodies are obfuscated with an MD5 pad of the shared key (§4.5). That is obfuscation, not
encryption, and it protects nothing from being changed on its way: RFC 8907 §10.1 says that the
protocol is not secure by today's standards and wants it on networks only that are secure by other
means, such as a management network or IPsec. What comes in here is a claim of somebody who most
likely knows the key.

Authentication and authorization are not done here. Their packets are read as far as it takes to
see whether the key is right, and answered with an error, at which a device asks its next server.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from noc_console.kernel.secret import Secret

PORT = 49
HEADER = 12
"""Octets of a header (§4.1)."""
MOST_BODY = 9 + 255 + 3 * 255 + 255 * 255
"""Octets of the longest accounting request there can be; nothing we read is longer."""
_MAJOR = 0xC
_LAST = 255
"""A session must not go on after this number (§4.1)."""


class NotTacacs(ValueError):
    """The octets are no TACACS+ packet, or not one a client sends; says why."""


class OtherKey(ValueError):
    """The body makes no sense with any of the keys: the other side has another one (§4.5)."""


class Kind(IntEnum):
    """What a packet is about (§4.1)."""

    AUTHENTICATION = 1
    AUTHORIZATION = 2
    ACCOUNTING = 3


class HeaderFlag(IntFlag):
    """§4.1."""

    UNENCRYPTED = 0x01
    SINGLE_CONNECT = 0x04


class AccountingFlag(IntFlag):
    """When of a task a record tells (§7.1)."""

    START = 0x02
    STOP = 0x04
    WATCHDOG = 0x08


_RECORDS = frozenset(
    (
        AccountingFlag.START,
        AccountingFlag.STOP,
        AccountingFlag.WATCHDOG,
        AccountingFlag.WATCHDOG | AccountingFlag.START,
    )
)
"""The combinations that mean something (§7.2); all others are an error."""


class AccountingStatus(IntEnum):
    """§7.2."""

    SUCCESS = 0x01
    ERROR = 0x02


_AUTHENTICATION_ERROR = 0x07  # §5.2, TAC_PLUS_AUTHEN_STATUS_ERROR
_AUTHORIZATION_ERROR = 0x11  # §6.2, TAC_PLUS_AUTHOR_STATUS_ERROR


@dataclass(frozen=True, slots=True)
class Header:
    """The twelve octets before each body; never obfuscated."""

    version: int
    kind: Kind
    sequence: int
    """Odd: a client's."""
    flags: HeaderFlag
    session: int
    length: int
    """Octets of the body."""

    @property
    def is_single(self) -> bool:
        """Whether the client would send several sessions through this connection (§4.3)."""
        return HeaderFlag.SINGLE_CONNECT in self.flags

    @property
    def is_clear(self) -> bool:
        """Whether the body is not even obfuscated."""
        return HeaderFlag.UNENCRYPTED in self.flags

    def packed(self) -> bytes:
        return struct.pack(
            "!BBBBII",
            self.version,
            self.kind,
            self.sequence,
            self.flags,
            self.session,
            self.length,
        )


@dataclass(frozen=True, slots=True)
class Argument:
    """One attribute with its value (§6.1): `cmd=show version`."""

    name: str
    value: str
    is_mandatory: bool = True
    """Written with `=`; with `*` it may be passed over."""


@dataclass(frozen=True, slots=True)
class Accounting:
    """An accounting request (§7.1)."""

    flags: AccountingFlag
    method: int
    """How the user was authenticated; 6 is TACACS+ (§7.1)."""
    privilege: int
    """0 to 15."""
    user: str
    port: str
    """Of the device: `tty2`, `ssh`."""
    address: str
    """Where the user sits, as the device tells it."""
    arguments: tuple[Argument, ...]

    def first(self, *names: str) -> str:
        """The value of the first argument of one of these names; empty when there is none."""
        return next((each.value for each in self.arguments if each.name in names), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this name, in order."""
        return tuple(each.value for each in self.arguments if each.name == name)


def header(octets: bytes) -> Header:
    """Read the first twelve octets of a client's packet; NotTacacs when they are none."""
    if len(octets) < HEADER:
        raise NotTacacs("a header has twelve octets")
    version, kind, sequence, flags, session, length = struct.unpack_from("!BBBBII", octets)
    if version >> 4 != _MAJOR:
        raise NotTacacs(f"version {version >> 4} is none of TACACS+")
    if kind not in (Kind.AUTHENTICATION, Kind.AUTHORIZATION, Kind.ACCOUNTING):
        raise NotTacacs(f"there are no packets of type {kind}")
    if sequence % 2 == 0 or sequence == _LAST:
        raise NotTacacs(f"a client does not send number {sequence} of a session")
    if length > MOST_BODY:
        raise NotTacacs(f"a body of {length} octets is too long")
    # Bits nobody defined yet are ignored (§4.1).
    known = HeaderFlag(flags & (HeaderFlag.UNENCRYPTED | HeaderFlag.SINGLE_CONNECT))
    return Header(version, Kind(kind), sequence, known, session, length)


def obfuscated(head: Header, body: bytes, key: Secret) -> bytes:
    """A body with the pad of the key laid over it; done twice it is as before (§4.5)."""
    pad = b"".join(_pad(head, key, len(body)))[: len(body)]
    return (int.from_bytes(body, "big") ^ int.from_bytes(pad, "big")).to_bytes(len(body), "big")


def _pad(head: Header, key: Secret, length: int) -> Iterator[bytes]:
    seed = b"".join(
        (
            head.session.to_bytes(4, "big"),
            key.reveal().encode(),
            bytes((head.version, head.sequence)),
        )
    )
    before = b""
    for _ in range(0, length, 16):
        # The protocol's own pad: nothing rests on it being hard to find collisions of MD5.
        before = hashlib.md5(seed + before, usedforsecurity=False).digest()
        yield before


def opened(head: Header, body: bytes, keys: Sequence[Secret]) -> tuple[bytes, Secret]:
    """The body in clear and the key that fits, the first of several.

    A key fits when the lengths that stand in the body add up to the length in the header, which
    §4.5 has a server check. Raises OtherKey when none does.
    """
    for key in keys:
        # The lengths stand at the beginning: a long body is not worked through for a wrong key.
        start = obfuscated(head, body[: 9 + 255], key)
        if _told_length(head, start) == len(body):
            return obfuscated(head, body, key), key
    raise OtherKey("no key makes sense of the body")


def _told_length(head: Header, start: bytes) -> int:
    """Octets of a body after the lengths at its beginning; -1 when these are cut off."""
    if head.kind is Kind.ACCOUNTING:
        return _with_arguments(start, fixed=9, lengths=start[5:8])
    if head.kind is Kind.AUTHORIZATION:
        return _with_arguments(start, fixed=8, lengths=start[4:7])
    if head.sequence == 1:  # §5.1, START
        return 8 + sum(start[4:8]) if len(start) >= 8 else -1
    if len(start) < 5:  # §5.3, CONTINUE
        return -1
    said, rest = struct.unpack_from("!HH", start)
    return 5 + int(said) + int(rest)


def _with_arguments(start: bytes, *, fixed: int, lengths: bytes) -> int:
    if len(start) < fixed:
        return -1
    count = start[fixed - 1]
    if len(start) < fixed + count:
        return -1
    return fixed + count + sum(lengths) + sum(start[fixed : fixed + count])


def accounting(body: bytes) -> Accounting:
    """Read the clear body of an accounting request; NotTacacs when it is none.

    Texts are read as UTF-8 (§3.7); what is not is replaced.
    """
    if len(body) < 9:
        raise NotTacacs("an accounting request has at least nine octets")
    flags, method, privilege, _, _, user, port, address, count = body[:9]
    sizes = (user, port, address, *body[9 : 9 + count])
    if len(body) < 9 + count or 9 + count + sum(sizes) != len(body):
        raise NotTacacs("the lengths in an accounting request do not add up")
    if flags not in _RECORDS:
        raise NotTacacs(f"accounting flags {flags:#04x} mean nothing")
    texts, at = [], 9 + count
    for size in sizes:
        texts.append(body[at : at + size].decode("utf-8", "replace"))
        at += size
    return Accounting(
        flags=AccountingFlag(flags),
        method=method,
        privilege=privilege,
        user=texts[0],
        port=texts[1],
        address=texts[2],
        arguments=tuple(map(_argument, texts[3:])),
    )


def _argument(text: str) -> Argument:
    """`name=value` or `name*value`, whichever sign comes first; a name alone has no value."""
    at = min((place for sign in "=*" if (place := text.find(sign)) >= 0), default=len(text))
    return Argument(text[:at], text[at + 1 :], is_mandatory=text[at : at + 1] != "*")


def accounted(head: Header, key: Secret, status: AccountingStatus, message: str = "") -> bytes:
    """The whole answer to an accounting request (§7.2)."""
    said = _said(message)
    return _reply(head, key, struct.pack("!HHB", len(said), 0, status) + said)


def unsupported(head: Header, key: Secret, message: str) -> bytes:
    """The whole answer to a request for authentication or authorization: an error.

    Not "fail": nobody is refused a login by a server that knows no users.
    """
    is_login = head.kind is Kind.AUTHENTICATION
    status = _AUTHENTICATION_ERROR if is_login else _AUTHORIZATION_ERROR
    said = _said(message)
    # Behind the status: flags (§5.2) or the number of arguments (§6.2), and no data.
    return _reply(head, key, struct.pack("!BBHH", status, 0, len(said), 0) + said)


def _said(message: str) -> bytes:
    return message.encode("ascii", "replace")[:255]


def _reply(head: Header, key: Secret, body: bytes) -> bytes:
    told = Header(
        head.version,
        head.kind,
        head.sequence + 1,
        head.flags & HeaderFlag.SINGLE_CONNECT,
        head.session,
        len(body),
    )
    return told.packed() + obfuscated(told, body, key)
