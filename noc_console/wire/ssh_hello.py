"""What an SSH server says before anything is secret: its version and what it speaks.

RFC 4253 §4.2 (the version line) and §7.1 (SSH_MSG_KEXINIT). Bytes in, values out.
"""

from __future__ import annotations

from dataclasses import dataclass

OURS = b"SSH-2.0-NOC_Console\r\n"
_KEXINIT = 20
_COOKIE = 16
LONGEST_PACKET = 35_000
"""RFC 4253 §6.1: what everybody must be able to take."""
MOST_LINES = 64
"""A server may say something before its version, but not for ever."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The names a server offers, best first."""

    version: str
    key_exchange: tuple[str, ...] = ()
    host_keys: tuple[str, ...] = ()
    ciphers: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    compression: tuple[str, ...] = ()


def read_hello(received: bytes) -> Hello | None:
    """The server's hello, or None while more must come. Raises ValueError when it is none."""
    at = 0
    for _ in range(MOST_LINES):
        end = received.find(b"\n", at)
        line = received[at : end if end >= 0 else len(received)]
        if len(line) > 8192:
            raise ValueError("a line without end")
        if end < 0:
            return None
        at = end + 1
        if line.startswith(b"SSH-"):
            return _packet(line.rstrip(b"\r").decode("utf-8", "replace"), received[at:])
    raise ValueError("no SSH server")


def _packet(version: str, rest: bytes) -> Hello | None:
    if len(rest) < 5:
        return None
    length = int.from_bytes(rest[:4], "big")
    if not 2 <= length <= LONGEST_PACKET:
        raise ValueError("a packet of no size")
    if len(rest) < 4 + length:
        return None
    payload = rest[5 : 4 + length - rest[4]]
    if payload[:1] != bytes((_KEXINIT,)):
        raise ValueError("no key exchange")
    names = _name_lists(payload[1 + _COOKIE :])
    return Hello(
        version,
        key_exchange=names[0],
        host_keys=names[1],
        ciphers=names[3],
        macs=names[5],
        compression=names[7],
    )


def agreed_signature(ours: bytes, theirs: bytes) -> str:
    """How the host proves its key: the first name of our SSH_MSG_KEXINIT that is in theirs, too
    (RFC 4253 §7.1); empty when either is none, or nothing is in both."""
    try:
        mine, known = (_name_lists(each[1 + _COOKIE :])[1] for each in (ours, theirs))
    except ValueError:
        return ""
    return next((name for name in mine if name in known), "")


def _name_lists(data: bytes) -> list[tuple[str, ...]]:
    lists: list[tuple[str, ...]] = []
    at = 0
    for _ in range(8):
        size = int.from_bytes(data[at : at + 4], "big")
        text = data[at + 4 : at + 4 + size]
        if len(data) < at + 4 or len(text) < size:
            raise ValueError("a list that is cut off")
        lists.append(tuple(filter(None, text.decode("ascii", "replace").split(","))))
        at += 4 + size
    return lists
