"""Agents for collectors: a few lines of a recording, as a device would answer."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.inspection.recorded import RecordedAgent

INTEGER, OCTETS, OID, GAUGE, COUNTER_64 = 2, 4, 6, 66, 70


def agent(cells: Mapping[str, int | str | bytes | None]) -> RecordedAgent:
    """Instance → number, text, octets, or None (NULL); an OID is a text that begins with a dot."""
    return RecordedAgent("".join(_line(oid, cell) for oid, cell in cells.items()).encode())


def table(
    entry: str, columns: Mapping[int, Mapping[str, int | str | bytes | None]]
) -> dict[str, int | str | bytes | None]:
    """Column → index → cell, as instances below the entry."""
    return {
        f"{entry}.{column}.{index}": cell
        for column, cells in columns.items()
        for index, cell in cells.items()
    }


def _line(oid: str, cell: int | str | bytes | None) -> str:
    if cell is None:
        return f"{oid}|5|\n"
    if isinstance(cell, bytes):
        return f"{oid}|{OCTETS}x|{cell.hex()}\n"
    if isinstance(cell, str):
        return f"{oid}|{OID}|{cell[1:]}\n" if cell.startswith(".") else f"{oid}|{OCTETS}|{cell}\n"
    kind = INTEGER if -(2**31) <= cell < 2**31 else GAUGE if cell < 2**32 else COUNTER_64
    return f"{oid}|{kind}|{cell}\n"
