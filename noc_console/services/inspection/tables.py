"""Columns of a table by name, and values as words: the small change of every collector.

Everything here comes from a device, so nothing is trusted: a value of another type than the
MIB says is read as absent, never as an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from noc_console.kernel.text import visible

_BLANKS = {ord(blank): " " for blank in "\t\n\r\v\f"}

Value = int | bytes | str | None
Index = tuple[int, ...]
Row = Mapping[str, Value]
Rows = Sequence[tuple[Index, Row]]
"""Rows of a table in OID order: the index's numbers, and the columns that were there."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns we read of one table: names by their number below the entry's OID."""

    entry: str
    names: tuple[tuple[int, str], ...]
    limit: int = 20_000

    @property
    def oids(self) -> list[str]:
        return [f"{self.entry}.{number}" for number, _ in self.names]

    def oid(self, name: str, index: Index) -> str:
        """The instance of a column in a row."""
        number = next(number for number, known in self.names if known == name)
        return ".".join(map(str, (self.entry, number, *index)))

    def named(self, table: Mapping[str, Mapping[str, Value]]) -> Rows:
        """The reader's table with our names; rows whose index is no numbers are left out."""
        by_oid = {f"{self.entry}.{number}": name for number, name in self.names}
        rows: list[tuple[Index, Row]] = []
        for key, cells in table.items():
            index = numbers(key)
            if index is not None:
                rows.append((index, {by_oid[o]: v for o, v in cells.items() if o in by_oid}))
        rows.sort(key=lambda row: row[0])
        return rows


def columns(entry: str, *, limit: int = 20_000, **names: int) -> Columns:
    """`columns("1.3.6.1.2.1.2.2.1", descr=2)`: names with their column numbers."""
    return Columns(entry, tuple((number, name) for name, number in names.items()), limit)


def numbers(index: str) -> Index | None:
    """The numbers of a row's index."""
    try:
        return tuple(map(int, index.split(".")))
    except ValueError:
        return None


def text(value: Value, limit: int = 255) -> str:
    """Device text as one visible line: UTF-8, else Latin-1; padding and line ends become blanks."""
    if isinstance(value, bytes):
        bare = value[: 4 * limit].rstrip(b"\x00")
        try:
            value = bare.decode()
        except UnicodeDecodeError:
            value = bare.decode("latin-1")
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return visible(value.translate(_BLANKS).strip(), limit=limit)


def many_lines(value: Value, limit: int = 4000) -> str:
    """Device text that may have lines, each made visible."""
    if isinstance(value, bytes):
        value = value[: 4 * limit].rstrip(b"\x00").decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    return "\n".join(visible(line, limit=1000) for line in value.splitlines()[:50])[:limit]


_SMALLEST, _LARGEST = -(2**31), 2**32 - 1
_LARGEST_64 = 2**64 - 1


def number(value: Value, default: int = 0) -> int:
    """A number of 32 bits, as it may go into a column; what exceeds them is absent."""
    return value if isinstance(value, int) and _SMALLEST <= value <= _LARGEST else default


def amount(value: Value, default: float = 0.0) -> float:
    """A Counter64 or smaller, for reckoning: memory of more than 4 GiB is common."""
    return float(value) if isinstance(value, int) and 0 <= value <= _LARGEST_64 else default


def mac(value: Value) -> str:
    """`aa:bb:cc:dd:ee:ff` of six octets; "" for anything else and for zeros."""
    if not isinstance(value, bytes) or len(value) != 6 or not any(value):
        return ""
    return value.hex(":")


def mac_of(arcs: Sequence[int]) -> str:
    """A MAC address that stands in an index."""
    if len(arcs) != 6 or not all(0 <= arc <= 255 for arc in arcs):
        return ""
    return mac(bytes(arcs))


def ipv4(arcs: Sequence[int]) -> str:
    """An IPv4 address that stands in an index; "" when it is none."""
    if len(arcs) != 4 or not all(0 <= arc <= 255 for arc in arcs):
        return ""
    return ".".join(map(str, arcs))


def inet(kind: int, arcs: Sequence[int]) -> str:
    """An InetAddress in an index (RFC 4001), with its length before it or, wrongly, without.

    Zone indexes (ipv4z, ipv6z) are dropped.
    """
    size = {1: 4, 2: 16, 3: 8, 4: 20}.get(kind)
    if size is None:
        return ""
    octets = list(arcs)
    if len(octets) == size + 1 and octets[0] == size:
        octets = octets[1:]
    if len(octets) != size or not all(0 <= arc <= 255 for arc in octets):
        return ""
    return packed(bytes(octets[: 16 if size > 8 else 4]))


def packed(octets: bytes) -> str:
    """The address in 4 or 16 octets; "" for other lengths and for the unspecified address."""
    if len(octets) not in (4, 16) or not any(octets):
        return ""
    return str(ip_address(octets))


def address(value: Value) -> str:
    """An address given as octets or as dotted text."""
    if isinstance(value, bytes):
        return packed(value)
    if isinstance(value, str):
        try:
            ip = ip_address(value)
        except ValueError:
            return ""
        return "" if ip.is_unspecified else str(ip)
    return ""


def raw(name: str, index: Index, row: Row) -> str:
    """The row as evidence: `name.column.index = value`, a line for each column."""
    place = ".".join(map(str, index))
    return "\n".join(
        f"{name}{column[:1].upper()}{column[1:]}.{place} = {shown(value)}"
        for column, value in row.items()
    )


def shown(value: Value) -> str:
    """A value as people read it: text when it is text, else octets in hex."""
    if isinstance(value, bytes):
        try:
            words = value.decode()
        except UnicodeDecodeError:
            return value[:64].hex(" ")
        return visible(words, limit=200) if words.isprintable() else value[:64].hex(" ")
    return "" if value is None else str(value)


def join(*parts: Iterable[str]) -> str:
    """Raw rows of several tables under one another."""
    return "\n".join(line for part in parts for line in part if line)
