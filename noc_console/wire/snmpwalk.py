"""What net-snmp's `snmpwalk -On` printed, read as the recording it is.

Names have to be numbers (`-On`), the rest may be as the walker likes it: enumerations as words or
numbers (`-Oe`), values with or without their type (`-OQ`, `-Oq`), texts in hex (`-Ox`) or with
hex beside them (`-OT`), units left out or not (`-OU`), texts of several lines. A line that means
nothing is a `Problem` with its number.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from noc_console.wire import ber, oid
from noc_console.wire.snmp import Varbind, encode_value
from noc_console.wire.snmprec import Problem, Recording, collect

LONGEST = 65_535
"""Octets of one value (RFC 2578 §7.1.2)."""
MOST_LOOKED_AT = 200
"""Lines by which a file's format is told."""

_START = re.compile(r"(\.(?:\d+|iso)(?:\.\d+)+|(?:\d+|iso)(?:\.\d+)+(?= =))(?: =(?: |$)| |$)")
_NAMED = re.compile(r"(?:[A-Za-z][\w-]*::[\w.-]+|\.iso\.org[\w.-]*)\S* =(?: |$)")
_SNMPREC = re.compile(r"\d+(?:\.\d+)+\|\d{1,3}[a-z]?\|")
_TYPED = re.compile(r"([A-Z][A-Za-z0-9-]*(?: Address)?):(?: |$)")
_WRONG = re.compile(r"Wrong Type \(should be [^)]*\): ")
_NOTHING = re.compile(r"No (?:Such (?:Object|Instance)|more variables)\b")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.|"(?!$))*)"', re.DOTALL)
_ENUM = re.compile(r"[^()]*\((-?\d+)\)")
_NUMBER = re.compile(r"-?\d*\.?\d+")
_TICKS = re.compile(r"\((\d+)\)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d):(\d\d)\.(\d\d)")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}(?: |$|(?=\s)))*")
_HEX_ONLY = re.compile(r'"?(?:[0-9A-F]{2} )+"?')
_HEX_LINE = re.compile(r"(?:[0-9A-F]{2} ?)+(?:  +\[.*)?")
_IN_HEX = ("Hex-STRING:", "BITS:", "OPAQUE:", "Opaque:")
_COLONS = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}")
_DATE = re.compile(
    r"(\d{1,5})-(\d{1,2})-(\d{1,2}),(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d)(?:,([+-])(\d{1,2}):(\d{1,2}))?"
)
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_COMPLAINT = re.compile(
    r"Timeout: No Response|Error in packet|Reason: \(|Failed object: |Error: OID not increasing"
    r"|snmp\w*: |MIB search path: |Cannot find module "
)
_BACKSLASHED = re.compile(r'\\(["\\])')


def looks_like_walk(lines: Iterable[str]) -> bool:
    """Whether a file is a walk rather than `.snmprec`, told by what stands in its first lines."""
    walked = recorded = 0
    for line in islice(lines, MOST_LOOKED_AT):
        if _SNMPREC.match(line):
            recorded += 1
        elif _START.match(line) or _NAMED.match(line):
            walked += 1
    return walked > recorded


def read(lines: Iterable[str]) -> Recording:
    """Read a walk (open its file with `newline=""` and `errors="surrogateescape"`)."""
    return collect(_varbinds(lines))


@dataclass(slots=True)
class _Entry:
    """An object with all the lines its value was printed on."""

    line_number: int
    name: str
    lines: list[str] = field(default_factory=list)
    size: int = 0
    is_in_text: bool = False
    """Inside the brackets in which -OT repeats octets as text, line ends and all."""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def take(self, line: str) -> None:
        self.size += len(line) + 1
        if self.is_in_text:
            self.is_in_text = "]" not in line
            return
        if self.size <= 4 * LONGEST or not self.lines:
            self.lines.append(line)
        if self.lines[0].startswith(_IN_HEX):
            _, opened, text = line.partition("  [")
            self.is_in_text = bool(opened) and "]" not in text

    def goes_on(self, line: str) -> bool:
        """Whether a line without a name belongs to this value."""
        first = self.lines[0]
        if first.startswith(_IN_HEX):
            return self.is_in_text or _HEX_LINE.fullmatch(line) is not None
        if _COMPLAINT.match(line):
            return False
        text = first.removeprefix("STRING:").lstrip()
        if text.startswith('"'):
            return not self._is_closed(text)
        return first.startswith("STRING:") or (
            _TYPED.match(first) is None and _untyped(first)[0] == ber.OCTETS
        )

    def _is_closed(self, first: str) -> bool:
        """Whether the last line ends a quotation; looks at no other, lest long ones cost."""
        last = (first[1:] if len(self.lines) == 1 else self.lines[-1]).rstrip(" ")
        if not last.endswith('"'):
            return False
        before = last[:-1]
        return (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _varbinds(lines: Iterable[str]) -> Iterator[tuple[int, Varbind | str]]:
    """Each object's line number and what it holds, or what is wrong with it."""
    for entry in _entries(lines):
        if isinstance(entry, Problem):
            yield entry.line_number, entry.reason
            continue
        if _NOTHING.match(entry.lines[0]):
            continue
        try:
            name = oid.encode(_numeric(entry.name))
            tag, content = _value(entry)
        except ValueError as error:
            yield entry.line_number, str(error)
        else:
            yield entry.line_number, (name, tag, content)


def _entries(lines: Iterable[str]) -> Iterator[_Entry | Problem]:
    entry: _Entry | None = None
    crlf: bool | None = None
    for number, line in enumerate(lines, start=1):
        line = line.removesuffix("\n")
        if crlf is None and line:
            crlf = line.endswith("\r")
        if crlf:
            line = line.removesuffix("\r")
        start = _START.match(line)
        if start is not None:
            if entry is not None:
                yield entry
            entry = _Entry(number, start[1])
            entry.take(line[start.end() :])
        elif entry is not None and entry.goes_on(line):
            entry.take(line)
        elif line.strip() and not line.startswith("#"):
            yield Problem(number, _what_else(line))
    if entry is not None:
        yield entry


def _what_else(line: str) -> str:
    if _NAMED.match(line):
        return "has a name where a number belongs: walk again with -On"
    if _SNMPREC.match(line):
        return "is a line of another format (OID|TYPE|VALUE)"
    return "is not OID = TYPE: VALUE"


def _numeric(name: str) -> str:
    return name.removeprefix(".").replace("iso", "1", 1)


def _value(entry: _Entry) -> tuple[int, bytes]:
    if entry.size > 4 * LONGEST:
        raise ValueError("a value longer than SNMP can carry")
    text = _WRONG.sub("", entry.text, count=1)
    typed = _TYPED.match(text)
    if typed is None:
        tag, content = _untyped(text)
    elif typed[1] in _READERS:
        tag, content = _READERS[typed[1]](text[typed.end() :])
    else:
        raise ValueError(f"type {typed[1][:40]!r} is none we know")
    if len(content) > LONGEST:
        raise ValueError("a value longer than SNMP can carry")
    return tag, content


def _number(tag: int) -> Callable[[str], tuple[int, bytes]]:
    def read_number(text: str) -> tuple[int, bytes]:
        found = _ENUM.match(text)
        if found is not None:
            return tag, encode_value(tag, int(found[1]))
        bare = _NUMBER.match(text.strip())
        if bare is None:
            raise ValueError(f"{text[:40]!r} is no number")
        # A display hint of d-1 prints 235 as 23.5: the point is the hint's, not the device's.
        return tag, encode_value(tag, int(bare[0].replace(".", "")))

    return read_number


def _ticks(text: str) -> tuple[int, bytes]:
    found = _TICKS.match(text.strip())
    if found is None:
        raise ValueError(f"{text[:40]!r} are no ticks")
    return ber.TIMETICKS, encode_value(ber.TIMETICKS, int(found[1]))


def _string(text: str) -> tuple[int, bytes]:
    bare = text.strip(" ")
    quoted = _QUOTED.fullmatch(bare)
    if quoted is not None:
        return ber.OCTETS, _octets(_BACKSLASHED.sub(r"\1", quoted[1]))
    if bare.startswith('"'):
        raise ValueError("a text whose quotation never ends")
    if _COLONS.fullmatch(bare):  # a display hint of 1x: MAC addresses
        return ber.OCTETS, bytes(int(each, 16) for each in bare.split(":"))
    if (date := _DATE.fullmatch(bare)) is not None:
        return ber.OCTETS, _date(date)
    return ber.OCTETS, _octets(text)


def _date(match: re.Match[str]) -> bytes:
    """A DateAndTime (RFC 2579), which prints as 2026-3-1,12:0:0.0,+1:0."""
    numbers = [int(each) for each in match.groups()[:7]]
    zone = match[8]
    try:
        content = struct.pack(">H6B", *numbers)
        if zone:
            content += struct.pack(">c2B", zone.encode(), int(match[9]), int(match[10]))
    except struct.error as error:
        raise ValueError(f"{match[0]!r} is no moment") from error
    return content


def _hex(tag: int, *, strict: bool = True) -> Callable[[str], tuple[int, bytes]]:
    """Octets in hex; what may follow are the same as text (-OT) or, not strict, names of bits."""

    def read_hex(text: str) -> tuple[int, bytes]:
        found = bytearray()
        for line in text.split("\n"):
            octets = _HEX.match(line.strip())
            rest = line.strip()[octets.end() :] if octets else line
            if octets is None or (rest and strict and not rest.startswith(("[", " "))):
                raise ValueError(f"{line[:40]!r} are no octets")
            found += bytes.fromhex(octets[0])
        return tag, bytes(found)

    return read_hex


def _identifier(text: str) -> tuple[int, bytes]:
    bare = text.strip()
    if not bare:
        return ber.OID, b"\x00"
    try:
        return ber.OID, oid.encode(_numeric(bare))
    except ValueError:
        if bare in {".ccitt.0", "ccitt.0", ".0", "0"}:
            return ber.OID, b"\x00"
        raise


def _address(text: str) -> tuple[int, bytes]:
    """Dotted, or `Network Address: 0A:00:00:01`."""
    bare = text.strip()
    if ":" in bare:
        bare = ".".join(str(int(each, 16)) for each in bare.split(":"))
    return ber.IP, encode_value(ber.IP, bare)


_FLOATS = {"Float": (b"\x9f\x78\x04", ">f"), "Double": (b"\x9f\x79\x08", ">d")}
_WHOLE = {"Int64": b"\x9f\x7a", "UInt64": b"\x9f\x7b", "Counter64": b"\x9f\x76"}


def _opaque(text: str) -> tuple[int, bytes]:
    """A number in opaque wrapping, as net-snmp and those who copied it send floats."""
    kind, colon, rest = text.partition(":")
    if colon and kind in _FLOATS:
        head, form = _FLOATS[kind]
        try:
            return ber.OPAQUE, head + struct.pack(form, float(rest))
        except (OverflowError, struct.error) as error:
            raise ValueError(f"{rest[:40]!r} is no number") from error
    if colon and kind in _WHOLE:
        octets = ber.integer_content(int(rest))
        if len(octets) > 9:
            raise ValueError(f"{rest[:40]!r} does not fit 64 bits")
        return ber.OPAQUE, _WHOLE[kind] + bytes((len(octets),)) + octets
    return _hex(ber.OPAQUE)(text)


def _untyped(text: str) -> tuple[int, bytes]:
    """A value printed without its type (-OQ, -Oq, -Ot): what it looks like.

    All numbers are the same to whoever reads them, so the smallest type that holds it will do.
    """
    bare = text.strip()
    if bare == "NULL":
        return ber.NULL, b""
    if _HEX_ONLY.fullmatch(bare) and bare.count("\n") == 0 and bare.startswith('"'):
        return _hex(ber.OCTETS)(bare.strip('"'))
    if bare.startswith('"') or not bare:
        return _hex_of_lines(bare) or _string(text)
    if re.fullmatch(r"-?\d{1,20}", bare):
        return _whole(int(bare))
    if _ENUM.fullmatch(bare):
        return _number(ber.INTEGER)(bare)
    if _TICKS.match(bare):
        return _ticks(bare)
    if (clock := _CLOCK.fullmatch(bare)) is not None:
        return ber.TIMETICKS, encode_value(ber.TIMETICKS, _clock(clock))
    if _DOTTED.fullmatch(bare):
        return ber.IP, encode_value(ber.IP, bare)
    if re.fullmatch(r"(?:\.|iso\.)[\d.]+", bare):
        return _identifier(bare)
    return _string(text)


def _hex_of_lines(bare: str) -> tuple[int, bytes] | None:
    """Octets on several lines inside quotation marks, as -OQ and -Ox print long ones."""
    inner = bare.strip('"')
    if "\n" in inner and all(_HEX_LINE.fullmatch(line) for line in inner.split("\n") if line):
        return _hex(ber.OCTETS)(inner.rstrip("\n"))
    return None


def _whole(number: int) -> tuple[int, bytes]:
    for tag in (ber.INTEGER, ber.GAUGE32, ber.COUNTER64):
        if tag == ber.INTEGER and not -(2**31) <= number < 2**31:
            continue
        try:
            return tag, encode_value(tag, number)
        except ValueError:
            continue
    raise ValueError(f"{number} does not fit 64 bits")


def _clock(match: re.Match[str]) -> int:
    days, hours, minutes, seconds, hundredths = (int(each or 0) for each in match.groups())
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 100 + hundredths


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


_READERS: dict[str, Callable[[str], tuple[int, bytes]]] = {
    "INTEGER": _number(ber.INTEGER),
    "Integer32": _number(ber.INTEGER),
    "Gauge32": _number(ber.GAUGE32),
    "Gauge": _number(ber.GAUGE32),
    "Unsigned32": _number(ber.GAUGE32),
    "UInteger32": _number(ber.UINTEGER32),
    "Counter32": _number(ber.COUNTER32),
    "Counter": _number(ber.COUNTER32),
    "Counter64": _number(ber.COUNTER64),
    "Timeticks": _ticks,
    "STRING": _string,
    "Hex-STRING": _hex(ber.OCTETS),
    "BITS": _hex(ber.OCTETS, strict=False),
    "OID": _identifier,
    "IpAddress": _address,
    "Network Address": _address,
    "Opaque": _opaque,
    "OPAQUE": _opaque,
    "NsapAddress": _hex(ber.NSAP),
}
