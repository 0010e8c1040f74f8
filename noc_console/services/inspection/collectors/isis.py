"""IS-IS adjacencies (ISIS-MIB, RFC 4444, and Cisco's draft of it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import IsisAdjacency
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Rows, Value, columns


@dataclass(frozen=True, slots=True)
class Family:
    """The tables of one edition of the MIB."""

    adjacency: Columns
    areas: Columns
    addresses: Columns
    circuits: Columns

    @property
    def needs(self) -> tuple[Columns, ...]:
        return (self.adjacency, self.areas, self.addresses, self.circuits)


def _family(base: str) -> Family:
    return Family(
        adjacency=columns(f"{base}.1.6.1.1", state=2, system=6, usage=8, limit=1000),
        areas=columns(f"{base}.1.6.2.1", area=2, limit=2000),
        addresses=columns(f"{base}.1.6.3.1", kind=2, address=3, limit=2000),
        circuits=columns(f"{base}.1.3.2.1", if_index=2, limit=2000),
    )


FAMILIES = (_family("1.3.6.1.2.1.138"), _family("1.3.6.1.4.1.9.10.118"))
NEEDS = tuple(table for family in FAMILIES for table in family.needs)

_STATES = {1: "down", 2: "initializing", 3: "up", 4: "failed"}
_LEVELS = {1: "level1", 2: "level2", 3: "level1and2"}
_SYSTEM_ID = 6


async def read(agent: Agent) -> tuple[IsisAdjacency, ...]:
    """The adjacencies of the first edition that has any."""
    for family in FAMILIES:
        if rows := await agent.rows(family.adjacency):
            return adjacencies(
                rows,
                areas=await agent.rows(family.areas),
                addresses=await agent.rows(family.addresses),
                circuits=await agent.rows(family.circuits),
            )
    return ()


def adjacencies(
    rows: Rows, *, areas: Rows, addresses: Rows, circuits: Rows
) -> tuple[IsisAdjacency, ...]:
    """The index is our circuit, then the number of the adjacency on it."""
    ports = {
        index[0]: tables.number(row.get("if_index")) for index, row in circuits if len(index) == 1
    }
    first_area = _first(areas, "area")
    first_address = _addresses(addresses)
    return tuple(
        IsisAdjacency(
            system_id=system_id(row.get("system")),
            state=_STATES.get(tables.number(row.get("state")), ""),
            if_index=ports.get(index[0]) or None,
            address=first_address.get(index, ""),
            area=_area(first_area.get(index)),
            level=_LEVELS.get(tables.number(row.get("usage")), ""),
        )
        for index, row in rows
        if len(index) == 2
    )


def _first(rows: Rows, column: str) -> dict[Index, Value]:
    found: dict[Index, Value] = {}
    for index, row in rows:
        found.setdefault(index[:2], row.get(column))
    return found


def _addresses(rows: Rows) -> Mapping[Index, str]:
    """The first address of each adjacency; IPv4 wins, as more of the network has it."""
    found: dict[Index, str] = {}
    for index, row in rows:
        address = tables.address(row.get("address"))
        if address and (index[:2] not in found or ":" in found[index[:2]]):
            found[index[:2]] = address
    return found


def system_id(value: Value) -> str:
    """As in configurations: `0100.9920.4052`."""
    if not isinstance(value, bytes) or len(value) != _SYSTEM_ID:
        return tables.text(value)
    digits = value.hex()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def _area(value: Value) -> str:
    """An area address as written in configurations: `49.0001`."""
    if not isinstance(value, bytes) or not value:
        return ""
    digits = value.hex()
    return ".".join((digits[:2], *(digits[at : at + 4] for at in range(2, len(digits), 4))))
