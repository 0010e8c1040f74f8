"""Recorded agents: lines of `OID|TYPE|VALUE`, the type an ASN.1 tag number in decimal.

An `x` after the type says the value is hex, an `e` that it holds backslash escapes. Recordings are
made and mended by hand, so a bad line is a `Problem` with its number, and the rest is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from noc_console.wire import ber, oid
from noc_console.wire.snmp import Varbind, encode_value, value

_TYPE = re.compile(r"(\d{1,3})([a-z]?)")
_PLAIN = re.compile(rb"[\x20-\x7e]*")
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"f": b"\f", b"v": b"\v"}
_NUMBERS = (
    ber.INTEGER,
    ber.COUNTER32,
    ber.GAUGE32,
    ber.TIMETICKS,
    ber.COUNTER64,
    ber.UINTEGER32,
)
_BYTES = (ber.OCTETS, ber.BIT_STRING, ber.OPAQUE, ber.NSAP)


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that was left out, and why."""

    line_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything usable, in walk order, each OID once; and what was not usable."""

    varbinds: list[Varbind]
    problems: list[Problem]


def read(lines: Iterable[str]) -> Recording:
    """Read a recording (open its file with `errors="surrogateescape"` to keep odd octets)."""
    return collect(_parsed(lines))


def collect(found: Iterable[tuple[int, Varbind | str]]) -> Recording:
    """A recording of varbinds with the number of their line, or of what is wrong there."""
    kept: dict[bytes, Varbind] = {}
    problems: list[Problem] = []
    for number, varbind in found:
        if isinstance(varbind, str):
            problems.append(Problem(number, varbind))
        elif varbind[0] in kept:
            problems.append(Problem(number, "an OID recorded before"))
        else:
            kept[varbind[0]] = varbind
    return Recording(sorted(kept.values(), key=lambda each: oid.sort_key(each[0])), problems)


def _parsed(lines: Iterable[str]) -> Iterator[tuple[int, Varbind | str]]:
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        if not line.strip() or line.startswith("#"):
            continue
        try:
            yield number, parse_line(line)
        except ValueError as error:
            yield number, str(error)


def line_of(varbind: Varbind) -> str:
    """A varbind as one line that reads back as the same value; ValueError when it holds none.

    Plain ASCII stays readable, any other octets are written in hex.
    """
    name, tag, content = varbind
    head = f"{oid.decode(name)}|{tag}"
    if tag in _BYTES:
        if tag == ber.OCTETS and _PLAIN.fullmatch(content):
            return f"{head}|{content.decode()}"
        return f"{head}x|{content.hex()}"
    found = value(tag, content)
    return f"{head}|{found if isinstance(found, (int, str)) else ''}"


def parse_line(line: str) -> Varbind:
    """One line; ValueError says in words what is wrong with it."""
    name, bar, rest = line.partition("|")
    kind, second_bar, text = rest.partition("|")
    if not bar or not second_bar:
        raise ValueError("not OID|TYPE|VALUE")
    match = _TYPE.fullmatch(kind)
    if match is None:
        raise ValueError(f"type {kind[:40]!r} is none we know")
    return oid.encode(name), int(match[1]), _content(int(match[1]), match[2], text)


def _content(tag: int, form: str, text: str) -> bytes:
    """Content bytes of a recorded value."""
    if form == "x":
        return _from_hex(tag, text)
    if form == "e" and tag in _BYTES:
        return unescaped(_octets(text))
    if form:
        raise ValueError(f"values written as {form!r} are none we know")
    if tag in _NUMBERS:
        return encode_value(tag, int(text.strip()))
    if tag in (ber.OID, ber.IP):
        return encode_value(tag, text.strip())
    if tag in _BYTES:
        return _octets(text)
    return encode_value(tag, None)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _from_hex(tag: int, text: str) -> bytes:
    content = bytes.fromhex(text)
    if tag == ber.IP and len(content) != 4:
        raise ValueError("an IpAddress has four octets")
    if tag not in (*_BYTES, ber.IP):
        raise ValueError("only octets are written in hex")
    return content


def unescaped(octets: bytes) -> bytes:
    """The octets of a value written with backslash escapes (`4e`)."""
    return _ESCAPE.sub(_unescape, octets)


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1] == b"x" and len(code) == 3:
        return bytes.fromhex(code[1:].decode())
    return _ESCAPES.get(code, code)
