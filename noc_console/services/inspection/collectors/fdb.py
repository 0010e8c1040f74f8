"""Forwarding tables (BRIDGE-MIB, Q-BRIDGE-MIB): behind which port a MAC was heard."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import vlans
from noc_console.services.inspection.model import LearnedMac
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Rows, columns

FDB = columns("1.3.6.1.2.1.17.4.3.1", port=2, status=3, limit=5000)
VLAN_FDB = columns("1.3.6.1.2.1.17.7.1.2.2.1", port=2, status=3, limit=5000)
NEEDS = (FDB, VLAN_FDB, vlans.CURRENT)

_LEARNED = 3


async def read(
    agent: Agent, bridge: Mapping[int, int], numbers: frozenset[int]
) -> tuple[LearnedMac, ...]:
    """Learned MACs with their VLAN; `numbers` are the VLANs of the device.

    The table without VLANs repeats the other, so it is asked only of a bridge without it.
    """
    if with_vlan := await agent.rows(VLAN_FDB):
        return learned(with_vlan, bridge, by_fdb=await vlans.by_fdb(agent), numbers=numbers)
    return learned(await agent.rows(FDB), bridge)


def learned(
    rows: Rows,
    bridge: Mapping[int, int],
    *,
    by_fdb: Mapping[int, int] | None = None,
    numbers: frozenset[int] = frozenset(),
) -> tuple[LearnedMac, ...]:
    """Rows of either table: with `by_fdb` their index begins with the filtering database.

    A database that dot1qVlanCurrentTable does not explain is a VLAN when there is such a VLAN.
    """
    size, name = (6, "dot1dTpFdb") if by_fdb is None else (7, "dot1qTpFdb")
    found = []
    for index, row in rows:
        port = tables.number(row.get("port"))
        if_index = bridge.get(port, 0) if bridge else port
        mac = tables.mac_of(index[-6:])
        if len(index) != size or not mac or if_index <= 0:
            continue
        if row.get("status", _LEARNED) == _LEARNED:
            vlan = None if by_fdb is None else _vlan(index[0], by_fdb, numbers)
            found.append(LearnedMac(mac, if_index, vlan, raw=tables.raw(name, index, row)))
    return tuple(found)


def _vlan(number: int, by_fdb: Mapping[int, int], known: frozenset[int]) -> int | None:
    if by_fdb:
        return by_fdb.get(number)
    return number if number in known else None
