"""Agents for collectors: a few lines of a recording, as a device would answer."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address
from typing import TypeVar

from noc_console.services.inspection.recorded import RecordedAgent

INTEGER, OCTETS, OID, IP, GAUGE, COUNTER_64 = 2, 4, 6, 64, 66, 70

Cell = int | str | bytes | IPv4Address | None
Some = TypeVar("Some", bound=Cell)


def agent(cells: Mapping[str, Cell]) -> RecordedAgent:
    """Instance → number, text, octets, IpAddress, or None (NULL).

    An OID is a text that begins with a dot.
    """
    return RecordedAgent("".join(_line(oid, cell) for oid, cell in cells.items()).encode())


def table(entry: str, columns: Mapping[int, Mapping[str, Some]]) -> dict[str, Some]:
    """Column → index → cell, as instances below the entry."""
    return {
        f"{entry}.{column}.{index}": cell
        for column, cells in columns.items()
        for index, cell in cells.items()
    }


def _line(oid: str, cell: Cell) -> str:
    if cell is None:
        return f"{oid}|5|\n"
    if isinstance(cell, IPv4Address):
        return f"{oid}|{IP}|{cell}\n"
    if isinstance(cell, bytes):
        return f"{oid}|{OCTETS}x|{cell.hex()}\n"
    if isinstance(cell, str):
        return f"{oid}|{OID}|{cell[1:]}\n" if cell.startswith(".") else f"{oid}|{OCTETS}|{cell}\n"
    kind = INTEGER if -(2**31) <= cell < 2**31 else GAUGE if cell < 2**32 else COUNTER_64
    return f"{oid}|{kind}|{cell}\n"
