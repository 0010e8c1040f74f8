"""ICMP and ICMPv6 echo (RFC 792, RFC 4443): requests out, replies and errors in. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

ECHO_REPLY, UNREACHABLE, ECHO_REQUEST, EXCEEDED = 0, 3, 8, 11
ECHO_REQUEST6, ECHO_REPLY6, UNREACHABLE6, EXCEEDED6 = 128, 129, 1, 3

_HEAD = struct.Struct("!BBHHH")
_IP4_LEAST, _IP6_HEAD = 20, 40

_WORDS = {
    (UNREACHABLE, 0): "network unreachable",
    (UNREACHABLE, 1): "host unreachable",
    (UNREACHABLE, 2): "protocol unreachable",
    (UNREACHABLE, 3): "port unreachable",
    (UNREACHABLE, 9): "network prohibited",
    (UNREACHABLE, 10): "host prohibited",
    (UNREACHABLE, 13): "filtered",
    (EXCEEDED, 0): "hop limit exceeded",
}
_WORDS6 = {
    (UNREACHABLE6, 0): "no route",
    (UNREACHABLE6, 1): "prohibited",
    (UNREACHABLE6, 3): "address unreachable",
    (UNREACHABLE6, 4): "port unreachable",
    (EXCEEDED6, 0): "hop limit exceeded",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An echo reply."""

    ident: int
    sequence: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody on the way says why an echo request did not arrive."""

    ident: int
    sequence: int
    words: str


def checksum(message: bytes) -> int:
    """The Internet checksum (RFC 1071) of a message whose own checksum field is zero."""
    if len(message) % 2:
        message += b"\0"
    # The sum of 16-bit words with carries around is the whole number modulo 2^16 - 1.
    total = int.from_bytes(message, "big")
    folded = total % 0xFFFF
    return ~(0xFFFF if total and not folded else folded) & 0xFFFF


def echo(ident: int, sequence: int, payload: bytes) -> bytes:
    """An ICMP echo request with its checksum."""
    plain = _HEAD.pack(ECHO_REQUEST, 0, 0, ident, sequence) + payload
    return _HEAD.pack(ECHO_REQUEST, 0, checksum(plain), ident, sequence) + payload


def echo6(ident: int, sequence: int, payload: bytes) -> bytes:
    """An ICMPv6 echo request; the kernel fills in its checksum, which covers the addresses."""
    return _HEAD.pack(ECHO_REQUEST6, 0, 0, ident, sequence) + payload


def parse(packet: bytes, *, with_ip: bool) -> Reply | Trouble | None:
    """What came in over IPv4; `with_ip` when the IP header is still before it. None for noise."""
    start = 0
    if with_ip:
        if len(packet) < _IP4_LEAST or packet[0] >> 4 != 4:
            return None
        start = (packet[0] & 0xF) * 4
    if len(packet) < start + _HEAD.size:
        return None
    kind, code, _, ident, sequence = _HEAD.unpack_from(packet, start)
    if kind == ECHO_REPLY and code == 0:
        return Reply(ident, sequence, packet[start + _HEAD.size :])
    if kind in (UNREACHABLE, EXCEEDED):
        inner = packet[start + _HEAD.size :]
        if len(inner) < _IP4_LEAST or inner[0] >> 4 != 4 or inner[9] != 1:
            return None
        words = _WORDS.get((kind, code), f"unreachable (type {kind}, code {code})")
        return _quoted(inner[(inner[0] & 0xF) * 4 :], ECHO_REQUEST, words)
    return None


def parse6(packet: bytes) -> Reply | Trouble | None:
    """What came in over IPv6: sockets hand over ICMPv6 without its header. None for noise."""
    if len(packet) < _HEAD.size:
        return None
    kind, code, _, ident, sequence = _HEAD.unpack_from(packet)
    if kind == ECHO_REPLY6 and code == 0:
        return Reply(ident, sequence, packet[_HEAD.size :])
    if kind in (UNREACHABLE6, EXCEEDED6):
        inner = packet[_HEAD.size :]
        if len(inner) < _IP6_HEAD or inner[0] >> 4 != 6 or inner[6] != 58:
            return None
        words = _WORDS6.get((kind, code), f"unreachable (type {kind}, code {code})")
        return _quoted(inner[_IP6_HEAD:], ECHO_REQUEST6, words)
    return None


def _quoted(message: bytes, kind: int, words: str) -> Trouble | None:
    """The request an error quotes, if it is one."""
    if len(message) < _HEAD.size or message[0] != kind:
        return None
    *_, ident, sequence = _HEAD.unpack_from(message)
    return Trouble(ident, sequence, words)
