"""Templates of NetFlow v9 and IPFIX made ready to read: RFC 3954 §5.2, RFC 7011 §3.4, RFC 7012.

A template becomes a numpy dtype once, and every data set of it is read by that in one go.
Records with fields of variable length (RFC 7011 §7) are walked, and only what we use of them
is put together for the same dtype.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.records import COUNTER_MOST, MAPPED, RECORD, Rows, no_rows

VARIABLE = 0xFFFF
MOST_FIELDS = 512
REVERSE = 29305
"""The enterprise that stands for 'the same, in the other direction' (RFC 5103)."""

_CHOICES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("bytes", (1, 352, 231, 85, 23)),
    ("packets", (2, 298, 86, 24)),
    ("sport", (7, 180, 182)),
    ("dport", (11, 181, 183)),
    ("in_if", (10, 252)),
    ("out_if", (14, 253)),
    ("protocol", (4,)),
    ("flows", (3,)),
    ("src_as", (16,)),
    ("dst_as", (17,)),
    ("sampling", (34,)),
)
"""Information elements that are a column, the first one that is not zero counts. Of bytes:
octetDelta, layer2OctetDelta, initiatorOctets, octetTotal, postOctetDelta; packets alike."""

_COUNTERS = frozenset(f"e{element}" for _, elements in _CHOICES[:2] for element in elements)
_SAMPLER = (302, 48)
_WANTED = frozenset(
    {element for _, elements in _CHOICES for element in elements}
    | {*_SAMPLER, 8, 12, 27, 28, 5, 195, 232, 299}
)
_NUMBERS = {1: "u1", 2: ">u2", 4: ">u4", 8: ">u8"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a template: element, length in octets (or `VARIABLE`), and whose it is."""

    element: int
    length: int
    enterprise: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A template made ready."""

    fields: tuple[Field, ...]
    scope: int
    """How many of the fields say what an options record is about; 0 for a record of traffic."""
    dtype: np.dtype[Any] | None
    """How to read what we use of a record; None when that is nothing."""
    least: int
    """Octets the shortest record takes."""
    walks: bool
    """Whether records differ in length."""
    taken: tuple[int, ...] = ()
    """For walking: places of the fields that are in the dtype."""
    is_traffic: bool = False
    names: frozenset[str] = field(default_factory=frozenset)
    copies: tuple[tuple[str, str], ...] = ()
    """Column and field of what is taken over as it is."""
    others: tuple[tuple[str, str], ...] = ()
    """The same of what has to be looked at: odd lengths, second choices."""


def compile_layout(fields: Sequence[Field], scope: int = 0) -> Layout:
    """Make a template ready; Malformed when nothing can be read by it without end."""
    if not fields:
        raise Malformed("a template without fields")
    if len(fields) > MOST_FIELDS:
        raise Malformed("a template with more than 512 fields")
    least = sum(1 if f.length == VARIABLE else f.length for f in fields)
    if least == 0:
        raise Malformed("a template whose records have no length")
    walks = any(f.length == VARIABLE for f in fields)
    names: list[str] = []
    formats: list[Any] = []
    offsets: list[int] = []
    taken: list[int] = []
    at = packed = 0
    for place, one in enumerate(fields):
        name, form = _name(one), _format(one)
        if name is not None and form is not None and name not in names:
            names.append(name)
            formats.append(form)
            offsets.append(packed if walks else at)
            taken.append(place)
            packed += one.length
        at += 0 if one.length == VARIABLE else one.length
    dtype: np.dtype[Any] | None = None
    if names:
        dtype = np.dtype(
            {
                "names": names,
                "formats": formats,
                "offsets": offsets,
                "itemsize": packed if walks else least,
            }
        )
    known = frozenset(names)
    counts = bool(_COUNTERS & known)
    copies, others = _plan(dtype, known)
    return Layout(
        fields=tuple(fields),
        scope=scope,
        dtype=dtype,
        least=least,
        walks=walks,
        taken=tuple(taken),
        is_traffic=counts and scope == 0,
        names=known,
        copies=copies,
        others=others,
    )


def _plan(
    dtype: np.dtype[Any] | None, names: frozenset[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Columns that are one field as it is, and those that take more thought.

    A numpy operation costs a microsecond however few records a datagram has: one for each
    column, not five.
    """
    copies: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for column, elements in _CHOICES:
        for name in (f"e{element}" for element in elements if f"e{element}" in names):
            assert dtype is not None
            kind = dtype[name]
            fits = kind.subdtype is None and kind.itemsize <= min(RECORD[column].itemsize, 4)
            if column in copies or not fits:
                others.append((column, name))
            else:
                copies[column] = name
            if column in ("bytes", "packets"):
                break  # different counters of the same packets: the first, not their sum
    return tuple(copies.items()), tuple(others)


def _name(one: Field) -> str | None:
    if one.enterprise == REVERSE and one.element in (1, 2):
        return f"r{one.element}"
    return f"e{one.element}" if not one.enterprise and one.element in _WANTED else None


def _format(one: Field) -> Any:
    if one.element in (27, 28) and not one.enterprise:
        return (">u8", (2,)) if one.length == 16 else None
    if one.element in (8, 12) and not one.enterprise:
        return ">u4" if one.length == 4 else None
    if one.length in _NUMBERS:
        return _NUMBERS[one.length]
    # RFC 7011 §6.2 lets a counter shrink to any length: 3, 5, 6 or 7 octets too.
    return ("u1", (one.length,)) if 1 < one.length < 8 else None


def records(layout: Layout, data: memoryview) -> tuple[NDArray[np.void], int]:
    """The records of a data set as they were sent, and how many. Padding is left over."""
    if layout.walks:
        return _walked(layout, data)
    count = len(data) // layout.least
    if layout.dtype is None:
        return np.empty(0, np.dtype([])), count
    return np.frombuffer(data, layout.dtype, count), count


def _walked(layout: Layout, data: memoryview) -> tuple[NDArray[np.void], int]:
    kept = bytearray()
    taken = frozenset(layout.taken)
    at = count = 0
    end = len(data)
    while end - at >= layout.least:
        for place, one in enumerate(layout.fields):
            length = one.length
            if length == VARIABLE:
                length, at = _length(data, at)
            if at + length > end:
                raise Malformed("a record runs over the end of its set")
            if place in taken:
                kept += data[at : at + length]
            at += length
        count += 1
    if layout.dtype is None:
        return np.empty(0, np.dtype([])), count
    return np.frombuffer(bytes(kept), layout.dtype, count), count


def _length(data: memoryview, at: int) -> tuple[int, int]:
    """RFC 7011 §7: one octet, or 255 and two more."""
    if at >= len(data):
        raise Malformed("a record runs over the end of its set")
    if data[at] < 255:
        return data[at], at + 1
    if at + 3 > len(data):
        raise Malformed("a record runs over the end of its set")
    return int.from_bytes(data[at + 1 : at + 3], "big"), at + 3


def traffic(layout: Layout, raw: NDArray[np.void]) -> tuple[Rows, NDArray[np.uint64] | None]:
    """Records as rows of `RECORD`, and which sampler each one names (None: none does).

    With the other direction's counters (RFC 5103, or a responder's octets) a record becomes
    two rows, or one where nobody answered; the ways back are the last rows then.
    """
    names = layout.names
    if not len(raw):
        return no_rows(), None
    rows = np.zeros(len(raw), RECORD)
    for column, name in layout.copies:
        rows[column] = raw[name]
    for column, name in layout.others:
        said = _number(raw, name)
        said = np.minimum(said, _MOST[column]) if column in _MOST else said & _limit(column)
        rows[column] = np.where(rows[column] == 0, said, rows[column])
    if "e3" in names:
        rows["flows"] = np.maximum(rows["flows"], 1)
    else:
        rows["flows"] = 1
    _addresses(raw, names, rows)
    if "e5" in names:
        rows["dscp"] = raw["e5"] if raw["e5"].ndim == 1 else _number(raw, "e5")
        rows["dscp"] >>= 2
    elif "e195" in names:
        rows["dscp"] = _number(raw, "e195") & np.uint64(0x3F)
    back = _way_back(raw, names, rows)
    sampler = next((_number(raw, f"e{n}") for n in _SAMPLER if f"e{n}" in names), None)
    if back is not None:
        both = np.concatenate([rows, back])
        spoke = (both["bytes"] > 0) | (both["packets"] > 0)
        rows = both[spoke]
        sampler = None if sampler is None else np.concatenate([sampler, sampler])[spoke]
    return rows, sampler


_MOST = dict.fromkeys(("bytes", "packets"), np.uint64(COUNTER_MOST))


def _limit(column: str) -> np.uint64:
    return np.uint64((1 << 8 * RECORD[column].itemsize) - 1)


def _number(raw: NDArray[np.void], name: str) -> NDArray[np.uint64]:
    found: NDArray[Any] = raw[name]
    if found.ndim == 1:
        return found.astype(np.uint64)
    number = np.zeros(len(found), np.uint64)
    for place in range(found.shape[1]):
        number = number << np.uint64(8) | found[:, place]
    return number


def _addresses(raw: NDArray[np.void], names: frozenset[str], rows: Rows) -> None:
    for side, four, six in (("src", 8, 27), ("dst", 12, 28)):
        if f"e{six}" in names:
            wide = raw[f"e{six}"]
            rows[f"{side}_hi"], rows[f"{side}_lo"] = wide[:, 0], wide[:, 1]
        if f"e{four}" in names and f"e{six}" not in names:
            lower = rows[f"{side}_lo"]
            lower[:] = raw[f"e{four}"]
            lower |= np.uint64(MAPPED)
        elif f"e{four}" in names:
            narrow = raw[f"e{four}"].astype(np.uint64)
            # Templates of both families leave the other one zero.
            said = narrow > 0
            rows[f"{side}_hi"] = np.where(said, 0, rows[f"{side}_hi"])
            rows[f"{side}_lo"] = np.where(said, narrow | np.uint64(MAPPED), rows[f"{side}_lo"])


def _way_back(raw: NDArray[np.void], names: frozenset[str], rows: Rows) -> Rows | None:
    octets = next((n for n in ("r1", "e232") if n in names), None)
    if octets is None:
        return None
    packets = next((n for n in ("r2", "e299") if n in names), None)
    back = np.zeros(len(raw), RECORD)
    back["flows"] = rows["flows"]
    for there, here in (
        *(("src_hi", "dst_hi"), ("src_lo", "dst_lo"), ("src_as", "dst_as")),
        *(("in_if", "out_if"), ("sport", "dport")),
    ):
        back[there], back[here] = rows[here], rows[there]
    for same in ("protocol", "dscp", "sampling"):
        back[same] = rows[same]
    most = np.uint64(COUNTER_MOST)
    back["bytes"] = np.minimum(_number(raw, octets), most)
    if packets is not None:
        back["packets"] = np.minimum(_number(raw, packets), most)
    return back


def option_values(layout: Layout, data: memoryview) -> list[dict[int, bytes]]:
    """The records of an options template: element to octets, scopes as negative numbers."""
    told: list[dict[int, bytes]] = []
    at, end = 0, len(data)
    while end - at >= layout.least and len(told) < MOST_FIELDS:
        values: dict[int, bytes] = {}
        for place, one in enumerate(layout.fields):
            length = one.length
            if length == VARIABLE:
                length, at = _length(data, at)
            if at + length > end:
                raise Malformed("a record runs over the end of its set")
            if not one.enterprise:
                key = -one.element if place < layout.scope else one.element
                values.setdefault(key, bytes(data[at : at + length]))
            at += length
        told.append(values)
    return told


def sampling_rate(values: dict[int, bytes]) -> tuple[int, int] | None:
    """Which sampler an options record is about (0: the whole exporter), and one of how many.

    The elements of RFC 7012 and RFC 5477: samplingInterval, the random interval of v9's
    samplers, packet interval and space, size and population, probability.
    """

    def number(element: int) -> int:
        # Scope fields name the sampler as well: selectorId as scope in IPFIX.
        given = values.get(element, values.get(-element, b""))
        return int.from_bytes(given, "big") if len(given) <= 8 else 0

    sampler = number(302) or number(48)
    rate = number(34) or number(50)
    if not rate and number(305):
        rate = round((number(305) + number(306)) / number(305))
    if not rate and number(309):
        rate = round(number(310) / number(309))
    if not rate and len(chance := values.get(311, b"")) in (4, 8):
        (share,) = struct.unpack(">f" if len(chance) == 4 else ">d", chance)
        rate = round(1 / share) if 1e-9 < share <= 1 else 0
    return (sampler, rate) if 0 < rate <= 0xFFFF_FFFF and sampler <= 0xFFFF_FFFF else None
