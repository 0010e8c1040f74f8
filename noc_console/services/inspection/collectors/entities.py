"""ENTITY-MIB (RFC 6933): the parts of the box, and which interface each port of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Entity, Interface
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Row, Rows, columns

PARTS = columns(
    "1.3.6.1.2.1.47.1.1.1.1",
    descr=2,
    inside=4,
    kind=5,
    position=6,
    name=7,
    hardware=8,
    firmware=9,
    software=10,
    serial=11,
    vendor=12,
    model=13,
    replaceable=16,
    limit=10_000,
)
ALIASES = columns("1.3.6.1.2.1.47.1.3.2.1", identifier=2, limit=10_000)
NEEDS = (PARTS, ALIASES)

_KINDS = {
    1: "other",
    2: "unknown",
    3: "chassis",
    4: "backplane",
    5: "container",
    6: "powerSupply",
    7: "fan",
    8: "sensor",
    9: "module",
    10: "port",
    11: "stack",
    12: "cpu",
    13: "energyObject",
    14: "battery",
    15: "storageDrive",
}
_PORT = 10
_TRUE = 1
_IF_INDEX = "1.3.6.1.2.1.2.2.1.1."


async def read(agent: Agent, interfaces: Sequence[Interface]) -> tuple[Entity, ...]:
    """The parts in the order of their indexes; nothing of a box without ENTITY-MIB."""
    rows = await agent.rows(PARTS)
    return parts(rows, await agent.rows(ALIASES), interfaces) if rows else ()


def parts(rows: Rows, aliases: Rows, interfaces: Sequence[Interface]) -> tuple[Entity, ...]:
    """Each part with what it sits in; a port's interface is told, or is called as the port."""
    told = by_alias(aliases)
    named = _unique(interfaces)
    return tuple(
        _part(index[0], row, told.get(index[0]) or _called(row, named))
        for index, row in rows
        if len(index) == 1
    )


def by_alias(rows: Rows) -> dict[int, int]:
    """entPhysicalIndex → ifIndex, of entAliasMappingTable."""
    found: dict[int, int] = {}
    for index, row in rows:
        target = row.get("identifier")
        if len(index) == 2 and isinstance(target, str) and target.startswith(_IF_INDEX):
            arcs = tables.numbers(target.removeprefix(_IF_INDEX))
            if arcs and len(arcs) == 1:
                found.setdefault(index[0], arcs[0])
    return found


def _unique(interfaces: Sequence[Interface]) -> Mapping[str, int | None]:
    """Names and descriptions of interfaces; None for those that several have."""
    found: dict[str, int | None] = {}
    for port in interfaces:
        for words in {port.name, port.descr}:
            found[words] = None if words in found else port.if_index
    return found


def _called(row: Row, named: Mapping[str, int | None]) -> int | None:
    if row.get("kind") != _PORT:
        return None
    return named.get(tables.text(row.get("name"))) or named.get(tables.text(row.get("descr")))


def _part(index: int, row: Row, if_index: int | None) -> Entity:
    return Entity(
        index=index,
        parent=max(0, tables.number(row.get("inside"))),
        kind=_KINDS.get(tables.number(row.get("kind")), ""),
        position=tables.number(row.get("position"), -1),
        name=tables.text(row.get("name")),
        descr=tables.text(row.get("descr")),
        model=tables.text(row.get("model")),
        serial=tables.text(row.get("serial")),
        vendor=tables.text(row.get("vendor")),
        hardware=tables.text(row.get("hardware")),
        firmware=tables.text(row.get("firmware")),
        software=tables.text(row.get("software")),
        is_replaceable=row.get("replaceable") == _TRUE,
        if_index=if_index,
    )
