"""A recording of a device as an agent: what was walked once answers the same questions again.

A recording has up to a million lines and an inspection wants a few of them, so nothing is
decoded before it is asked for: one pass finds runs of lines that share the head of their OID
(a table's column, or a vendor's subtree), and a question looks into its run only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby

from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.tables import Columns, Index, Rows, Value
from noc_console.wire.snmprec import unescaped

MOST_PROBLEMS = 100
"""Kept of a recording; a file of another kind has a million."""
LARGEST = 256 * 1024 * 1024
"""Octets of a recording; the largest of a carrier's router are a tenth of it."""
_LARGEST_ARC = 2**32 - 1
_LONGEST_INDEX = 128
_DEPTH = 10
"""Arcs of the head by which lines are grouped: `1.3.6.1.2.1.2.2.1.N` is a column of ifTable."""
_SMALL_RUN = 48
"""Lines that are looked through rather than grouped once more."""

_HEAD = re.compile(rb"^(?:[0-9]++\.){0,9}+[0-9]++(?=[0-9.]*+\|[0-9]{1,3}[a-z]?\|)", re.MULTILINE)

Cell = tuple[str, Value]


class RecordedAgent:
    """An `Agent` over the lines of a `.snmprec` file.

    Lines that cannot be read are problems with their number; of two lines of one OID the first
    counts. The order of the lines does not matter.
    """

    def __init__(self, content: bytes, *, problems: Sequence[Problem] = ()) -> None:
        self._problems = list(problems)
        self._unsaid = 0
        if len(content) > LARGEST:
            content = content[:LARGEST]
            self._note("the recording", "is larger than 256 MiB; the rest was left out")
        self._lines, heads = self._sorted_out(content)
        self._runs = _runs(heads)
        self._deeper: dict[tuple[bytes, int], dict[bytes, list[tuple[int, int]]]] = {}
        self._rows: dict[Columns, Rows] = {}

    @property
    def problems(self) -> list[Problem]:
        """What could not be read so far."""
        left = [Problem("the recording", f"{self._unsaid} more problems")] if self._unsaid else []
        return self._problems + left

    @property
    def count(self) -> int:
        """How many usable lines it has."""
        return len(self._lines)

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        """The named instances that were recorded."""
        found: dict[str, Value] = {}
        for each in oids:
            wanted = each.encode() + b"|"
            for line in self._near(each.encode()):
                if line.startswith(wanted):
                    kind, _, text = line[len(wanted) :].partition(b"|")
                    if (value := self._value(each, kind, text)) is not None:
                        found[each] = value
                    break
        return found

    async def look(self, wanted: Sequence[Columns]) -> None:
        """Nothing to do: an absent table costs nothing here."""

    async def rows(self, columns: Columns) -> Rows:
        """A table's rows in index order, at most as many as the table's limit."""
        known = self._rows.get(columns)
        if known is None:
            known = self._rows[columns] = self._read(columns)
        return known

    def walk(self, base: str) -> list[tuple[Index, Value]]:
        """Every instance below `base` in OID order, with its whole OID as numbers."""
        prefix = base.encode()
        found: dict[Index, Value] = {}
        for line in self._near(prefix) if prefix else self._lines:
            name, _, rest = line.partition(b"|")
            if prefix and not (name == prefix or name.startswith(prefix + b".")):
                continue
            arcs = self._index(name)
            if arcs is not None and arcs not in found:
                kind, _, text = rest.partition(b"|")
                found[arcs] = self._value(name.decode(), kind, text)
        return sorted(found.items())

    def _read(self, columns: Columns) -> Rows:
        by_index: dict[bytes, dict[str, Value]] = {}
        for number, name in columns.names:
            prefix = f"{columns.entry}.{number}.".encode()
            size = len(prefix)
            for line in self._near(prefix[:-1]):
                if not line.startswith(prefix):
                    continue
                place, kind, text = line[size:].split(b"|", 2)
                row = by_index.get(place)
                if row is None:
                    row = by_index[place] = {}
                elif name in row:
                    continue
                value = self._value(name, kind, text)
                if value is not None:
                    row[name] = value
        found = [
            (index, row)
            for place, row in by_index.items()
            if row and (index := self._index(place)) is not None
        ]
        found.sort(key=_by_index)
        return found[: columns.limit]

    def _near(self, prefix: bytes) -> list[bytes]:
        """Few lines, among them all those of the OID and below it."""
        head, depth = _head(prefix)
        if depth < _DEPTH:
            under = prefix + b"."
            return [
                line
                for known, runs in self._runs.items()
                if known == prefix or known.startswith(under) or prefix.startswith(known + b".")
                for start, stop in runs
                for line in self._lines[start:stop]
            ]
        runs = self._runs.get(head)
        if runs is None:
            return []
        if depth > _DEPTH and sum(stop - start for start, stop in runs) > _SMALL_RUN:
            runs = self._deeper_runs(head, depth, runs).get(prefix, [])
        if len(runs) == 1:
            return self._lines[runs[0][0] : runs[0][1]]
        return [line for start, stop in runs for line in self._lines[start:stop]]

    def _deeper_runs(
        self, head: bytes, depth: int, runs: list[tuple[int, int]]
    ) -> dict[bytes, list[tuple[int, int]]]:
        """The lines of a head, grouped once more by more arcs."""
        known = self._deeper.get((head, depth))
        if known is None:
            known = {}
            cut = _cutter(depth)
            for first, last in runs:
                heads = cut.findall(b"\n".join(self._lines[first:last]))
                for name, found in _runs(heads, first).items():
                    known.setdefault(name, []).extend(found)
            self._deeper[head, depth] = known
        return known

    def _sorted_out(self, content: bytes) -> tuple[list[bytes], list[bytes]]:
        """Usable lines and the head of each."""
        content = content.replace(b"\r\n", b"\n")
        lines = content.split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        heads = _HEAD.findall(content)
        if len(heads) == len(lines):
            return lines, heads
        usable = []
        for number, line in enumerate(lines, start=1):
            if _HEAD.match(line):
                usable.append(line)
            elif line.strip() and not line.startswith(b"#"):
                self._note(f"line {number}", "is not OID|TYPE|VALUE")
        return usable, _HEAD.findall(b"\n".join(usable))

    def _value(self, what: str, kind: bytes, text: bytes) -> Value:
        decode = _DECODERS.get(kind)
        if decode is None:
            self._note(what, f"has a value of the unknown type {kind[:8].decode('latin-1')!r}")
            return None
        try:
            return decode(text)
        except ValueError:
            self._note(what, f"has a value that is none of its type: {text[:40]!r}")
            return None

    def _index(self, place: bytes) -> Index | None:
        index = _numbers(place)
        if index is None:
            self._note(place[:60].decode("latin-1"), "is no index: too long or too large")
        return index

    def _note(self, what: str, why: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(what, why))
        else:
            self._unsaid += 1


@lru_cache(maxsize=65_536)
def _numbers(place: bytes) -> Index | None:
    """The numbers of an index; None for one that no MIB allows."""
    try:
        arcs = tuple(map(int, place.split(b".")))
    except ValueError:
        return None
    return arcs if len(arcs) <= _LONGEST_INDEX and max(arcs) <= _LARGEST_ARC else None


def _by_index(row: tuple[Index, object]) -> Index:
    return row[0]


def _runs(heads: list[bytes], at: int = 0) -> dict[bytes, list[tuple[int, int]]]:
    """Head → where its lines are: one run where the file is in order."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    for head, group in groupby(heads):
        size = len(list(group))
        found.setdefault(head, []).append((at, at + size))
        at += size
    return found


@lru_cache(maxsize=20_000)
def _head(prefix: bytes) -> tuple[bytes, int]:
    """The first arcs of an OID, and how many it has."""
    arcs = prefix.split(b".")
    return b".".join(arcs[:_DEPTH]), len(arcs)


@lru_cache(maxsize=200)
def _cutter(depth: int) -> re.Pattern[bytes]:
    """Finds the first so many arcs of each line, or all of a line that has fewer."""
    return re.compile(rb"^(?:[0-9]++\.){0,%d}+[0-9]++(?=[.|])" % (depth - 1), re.MULTILINE)


def _null(_text: bytes) -> Value:
    return None


def _octets(text: bytes) -> Value:
    return text


def _hex(text: bytes) -> Value:
    return bytes.fromhex(text.decode("ascii"))


def _oid(text: bytes) -> Value:
    return text.decode("ascii").strip().lstrip(".")


def _ip(text: bytes) -> Value:
    dotted = text.decode("ascii").strip()
    octets = bytes(map(int, dotted.split(".")))  # ValueError above 255
    if len(octets) != 4:
        raise ValueError(dotted)
    return dotted


def _hex_ip(text: bytes) -> Value:
    octets = bytes.fromhex(text.decode("ascii"))
    if len(octets) != 4:
        raise ValueError(text)
    return ".".join(map(str, octets))


def _whole(text: bytes) -> int:
    """A number as SNMP can carry it: reckoning with one of 400 digits would be an error."""
    number = int(text)
    if not _LEAST <= number <= _MOST:
        raise ValueError
    return number


_LEAST, _MOST = -(2**63), 2**64 - 1
_DECODERS: dict[bytes, Callable[[bytes], Value]] = {
    b"2": _whole,
    b"65": _whole,
    b"66": _whole,
    b"67": _whole,
    b"70": _whole,
    b"71": _whole,
    b"3": _octets,
    b"3x": _hex,
    b"4": _octets,
    b"4x": _hex,
    b"4e": unescaped,
    b"5": _null,
    b"6": _oid,
    b"64": _ip,
    b"64x": _hex_ip,
    b"68": _octets,
    b"68x": _hex,
    b"128": _null,
    b"129": _null,
    b"130": _null,
}
