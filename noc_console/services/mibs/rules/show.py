"""Values as people read them: words of enumerations, DISPLAY-HINT, addresses, times."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

from noc_console.kernel.text import duration
from noc_console.services.mibs.model import Base, Syntax

LONGEST = 4096
"""Characters of a shown value; a device may send 64 KiB."""

SHORT = 8
"""Octets without a hint that are still read at a glance."""
_ADDRESSES = {"InetAddress", "InetAddressIPv4", "InetAddressIPv6", "Ipv6Address"}
_INTEGER_HINT = re.compile(r"d(?:-(\d{1,2}))?|[xob]")
_OCTET_HINT = re.compile(r"(\*?)(\d{1,4})([dxoat])([^\d*])?([^\d*])?")


def number(value: int, syntax: Syntax) -> str:
    """`up(1)` for a word, `12.5` for a hint of `d-1`, `3 d 4 h (…)` for ticks; else the number."""
    if word := syntax.label(value):
        return f"{word}({value})"
    if syntax.base is Base.TIMETICKS:
        return f"{duration(value / 100)} ({value})"
    match = _INTEGER_HINT.fullmatch(syntax.hint)
    if match is None:
        return str(value)
    if match[1]:
        return _scaled(value, int(match[1]))
    sign = "-" if value < 0 else ""
    shapes = {"x": f"{sign}0x{abs(value):x}", "o": f"{sign}0o{abs(value):o}"}
    return shapes.get(syntax.hint, f"{sign}0b{abs(value):b}" if syntax.hint == "b" else str(value))


def _scaled(value: int, places: int) -> str:
    digits = str(abs(value)).zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}" if places else digits


def octets(value: bytes, syntax: Syntax) -> str:
    """Octets by the type's hint; without one, a few that are no text as hex: a MAC is readable
    then. "" when they are shown as they are.
    """
    if syntax.base is Base.BITS:
        return bits(value, syntax)
    if syntax.name in _ADDRESSES and len(value) in {4, 16}:
        return str(IPv4Address(value) if len(value) == 4 else IPv6Address(value))
    if syntax.hint:
        return _hinted(value, syntax.hint)
    return "" if len(value) > SHORT or _is_text(value) else value.hex(":")


def _is_text(value: bytes) -> bool:
    try:
        return value.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def bits(value: bytes, syntax: Syntax) -> str:
    """The words of the bits that are set, in order; a bit without a word by its number."""
    places = [at for at in range(min(len(value), 512) * 8) if value[at // 8] & (0x80 >> (at % 8))]
    return " ".join(syntax.label(at) or str(at) for at in places)


def _hinted(value: bytes, hint: str) -> str:
    """RFC 2579 §3.1: pieces of the hint in turn, the last one as long as octets are left."""
    pieces = [found.groups() for found in _OCTET_HINT.finditer(hint)]
    if not pieces or "".join(found[0] for found in _OCTET_HINT.finditer(hint)) != hint:
        return ""
    out: list[str] = []
    at = shown = step = 0
    while at < len(value) and shown < LONGEST:
        repeats, size, form, separator, terminator = pieces[min(step, len(pieces) - 1)]
        if repeats:
            count, at = value[at], at + 1
        else:
            count = 1
        width = int(size)
        if width == 0:  # takes nothing: only its separator is shown, and once
            if step >= len(pieces) - 1:
                break
            out.append(separator or "")
            count = 0
        for nth in range(count):
            piece = value[at : at + width]
            at += width
            text = _piece(piece, form)
            is_last = nth == count - 1
            mark = (terminator if is_last and repeats else separator) or ""
            out.append(text + (mark if at < len(value) else ""))
            shown += len(text) + 1
            if at >= len(value):
                break
        step += 1
    return "".join(out)


def _piece(piece: bytes, form: str) -> str:
    if form in "at":
        return piece.decode("ascii" if form == "a" else "utf-8", "replace")
    if form == "x":
        return piece.hex()
    whole = int.from_bytes(piece, "big")
    return str(whole) if form == "d" else f"{whole:o}"


# From what people type to what is sent


def from_words(text: str, syntax: Syntax) -> str:
    """The number behind `up` or `up(1)`; BITS as hex; other text as it is."""
    given = text.strip()
    if syntax.base is Base.BITS and syntax.labels:
        return _bits_from_words(given, syntax)
    for word, value in syntax.labels:
        if given in {word, f"{word}({value})"}:
            return str(value)
    return text


def _bits_from_words(given: str, syntax: Syntax) -> str:
    known = dict(syntax.labels)
    words = given.replace(",", " ").split()
    if not words or any(word not in known for word in words):
        return given
    places = [known[word] for word in words]
    octets = bytearray(max(max(known.values()), *places) // 8 + 1)
    for place in places:
        octets[place // 8] |= 0x80 >> (place % 8)
    return "0x" + octets.hex()
