"""The index of a table's row: from the arcs behind a column to the values they encode."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address

from noc_console.services.mibs.model import Base, Syntax
from noc_console.services.mibs.rules import show

_NUMBERS = {Base.INTEGER, Base.UNSIGNED, Base.COUNTER32, Base.COUNTER64, Base.TIMETICKS}
_LONGEST = 128


def index_words(
    arcs: Sequence[int], parts: Sequence[Syntax], *, is_implied: bool
) -> tuple[str, ...] | None:
    """Each index value as it is shown (RFC 2578 §7.7); None when the arcs do not fit.

    Devices do send indexes their MIB does not allow: then the arcs themselves are shown.
    """
    words: list[str] = []
    rest = tuple(arcs)
    for at, syntax in enumerate(parts):
        is_last = at == len(parts) - 1
        taken = _take(rest, syntax, is_implied=is_implied and is_last)
        if taken is None:
            return None
        value, rest = taken
        words.append(_word(value, syntax))
    return tuple(words) if not rest else None


def _take(
    arcs: tuple[int, ...], syntax: Syntax, *, is_implied: bool
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The arcs of one value, and those behind it."""
    if syntax.base in _NUMBERS:
        size, skip = 1, 0
    elif syntax.base is Base.ADDRESS:
        size, skip = 4, 0
    elif syntax.base is not Base.OID and syntax.fixed_length is not None:
        size, skip = syntax.fixed_length, 0
    elif is_implied:
        size, skip = len(arcs), 0
    elif arcs:
        size, skip = arcs[0], 1
    else:
        return None
    if size > _LONGEST or len(arcs) < size + skip:
        return None
    return arcs[skip : skip + size], arcs[skip + size :]


def _word(value: tuple[int, ...], syntax: Syntax) -> str:
    if syntax.base in _NUMBERS:
        return show.number(value[0], syntax) if syntax.base is not Base.TIMETICKS else str(value[0])
    if syntax.base is Base.OID:
        return ".".join(map(str, value))
    if any(arc > 255 for arc in value):
        return ".".join(map(str, value))
    octets = bytes(value)
    if syntax.base is Base.ADDRESS:
        return str(IPv4Address(octets))
    if syntax.name == "InetAddress" and len(octets) == 16:
        return str(IPv6Address(octets))
    return show.octets(octets, syntax) or _plain(octets)


def _plain(octets: bytes) -> str:
    """Text where it reads as text, else hex."""
    try:
        text = octets.decode("ascii")
    except UnicodeDecodeError:
        text = ""
    return text if text.isprintable() and text else octets.hex(":")
