"""Power over Ethernet: POWER-ETHERNET-MIB (RFC 3621), with Cisco's watts where it has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from noc_console.services.inspection import iftypes, tables
from noc_console.services.inspection.model import Entity, Interface, PoePort
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, columns

PORT = columns("1.3.6.1.2.1.105.1.1.1", admin=3, state=6, power_class=10, limit=4000)
CISCO = columns("1.3.6.1.4.1.9.9.402.1.2.1", milliwatts=9, entity=11, limit=4000)
NEEDS = (PORT, CISCO)

_ADMIN = {1: "on", 2: "off"}
_STATES = {
    1: "disabled",
    2: "searching",
    3: "deliveringPower",
    4: "fault",
    5: "test",
    6: "otherFault",
}
_DELIVERING = 3
_CLASSES = {number: f"class{number - 1}" for number in range(1, 10)}


async def read(
    agent: Agent, interfaces: Sequence[Interface], entities: Sequence[Entity]
) -> tuple[PoePort, ...]:
    """The ports that can give power, in the order of the device."""
    return ports(await agent.rows(PORT), await agent.rows(CISCO), interfaces, entities)


def ports(
    rows: Rows, cisco: Rows, interfaces: Sequence[Interface], entities: Sequence[Entity]
) -> tuple[PoePort, ...]:
    """A port is known by its group (a module, a stack member) and its number in it."""
    extra = dict(cisco)
    placed = {part.index: part.if_index for part in entities}
    by_end = _by_end(interfaces)
    found = []
    for index, row in rows:
        if len(index) == 2:
            more = extra.get(index, {})
            port = placed.get(tables.number(more.get("entity"))) or _placed(index, by_end)
            found.append(_port(index, row, more, port))
    return tuple(found)


def _port(index: Index, row: Row, more: Row, if_index: int | None) -> PoePort:
    state, power = row.get("state"), more.get("milliwatts")
    power_class = _CLASSES.get(tables.number(row.get("power_class")), "")
    return PoePort(
        port=f"{index[0]}/{index[1]}",
        if_index=if_index,
        admin=_ADMIN.get(tables.number(row.get("admin")), ""),
        state=_STATES.get(tables.number(state), ""),
        # The class says something of a powered device only while there is one.
        power_class=power_class if state == _DELIVERING else "",
        milliwatts=power if isinstance(power, int) and power >= 0 else None,
    )


def _by_end(interfaces: Sequence[Interface]) -> Mapping[tuple[int, ...], int]:
    """Ethernet ports by the numbers their name ends with, where only one has them.

    `Gi2/0/13` is (2, 13), `ge-0/0/5` (0, 5), `7` is (7,).
    """
    found: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for port in interfaces:
        if port.type in (None, iftypes.ETHERNET):
            digits = "".join(c if c.isdecimal() else " " for c in port.name).split()
            numbers = tuple(int(part) for part in digits if len(part) < 10)
            if numbers:
                key = numbers if len(numbers) == 1 else (numbers[0], numbers[-1])
                found[key].append(port.if_index)
    return {key: ports[0] for key, ports in found.items() if len(ports) == 1}


def _placed(index: Index, by_end: Mapping[tuple[int, ...], int]) -> int | None:
    """The port of that group and number; boxes of one group leave it out of their names."""
    group, number = index
    return by_end.get((group, number)) or (by_end.get((number,)) if group == 1 else None)
