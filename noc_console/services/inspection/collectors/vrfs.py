"""Virtual routing tables: MPLS-L3VPN-STD-MIB (RFC 4382), its draft, Cisco's and Nokia's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Vrf
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Rows, columns

VRF = columns("1.3.6.1.2.1.10.166.11.1.2.2.1", description=3, rd=4, status=6, limit=2000)
VRF_PORT = columns("1.3.6.1.2.1.10.166.11.1.2.1.1", classification=2, row=5, limit=20_000)
# Two drafts share a number: the later one has put a VPN id before the description.
OLD_VRF = columns("1.3.6.1.3.118.1.2.2.1", second=2, third=3, fourth=4, limit=2000)
OLD_VRF_PORT = columns("1.3.6.1.3.118.1.2.1.1", classification=3, limit=20_000)
CISCO_VRF = columns("1.3.6.1.4.1.9.9.711.1.1.1.1", name=2, limit=2000)
CISCO_VRF_PORT = columns("1.3.6.1.4.1.9.9.711.1.2.1.1", type=2, storage=4, limit=20_000)
NOKIA = columns("1.3.6.1.4.1.6527.3.1.2.3.1.1", name=4, limit=2000)
NEEDS = (VRF, VRF_PORT, OLD_VRF, OLD_VRF_PORT, CISCO_VRF, CISCO_VRF_PORT, NOKIA)

_NOT_VRFS = ("Base", "management", "vpls-management")
"""Nokia's routers that every box has."""


async def read(agent: Agent) -> tuple[Vrf, ...]:
    """The VRFs of the first table that has any."""
    found = named(await agent.rows(VRF), await agent.rows(VRF_PORT))
    found = found or named(drafted(await agent.rows(OLD_VRF)), await agent.rows(OLD_VRF_PORT))
    found = found or numbered(await agent.rows(CISCO_VRF), await agent.rows(CISCO_VRF_PORT))
    return found or tuple(_nokia(await agent.rows(NOKIA)))


def named(rows: Rows, ports: Rows) -> tuple[Vrf, ...]:
    """Tables whose index is the name; those of interfaces go on with the ifIndex."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, _ in ports:
        name, rest = _spelt(index)
        if name and len(rest) == 1:
            members[name].append(rest[0])
    found = []
    for index, row in rows:
        name, rest = _spelt(index)
        if name and not rest:
            found.append(
                Vrf(
                    name=name,
                    route_distinguisher=tables.text(row.get("rd")),
                    description=tables.text(row.get("description")),
                    interfaces=tuple(members[name]),
                )
            )
    return tuple(found)


def drafted(rows: Rows) -> Rows:
    """Rows of either draft as those of the standard; of the earlier, the fourth is a time."""
    return [
        (
            index,
            {"description": row.get("third"), "rd": row.get("fourth")}
            if isinstance(row.get("fourth"), bytes)
            else {"description": row.get("second"), "rd": row.get("third")},
        )
        for index, row in rows
    ]


def _spelt(index: Index) -> tuple[str, Index]:
    """A name in an index, with its length before it, and what follows."""
    if (
        not index
        or index[0] > len(index) - 1
        or not all(arc < 256 for arc in index[1:][: index[0]])
    ):
        return "", ()
    return tables.text(bytes(index[1 : index[0] + 1])), index[index[0] + 1 :]


def numbered(rows: Rows, ports: Rows) -> tuple[Vrf, ...]:
    """CISCO-VRF-MIB: VRFs and their interfaces by number."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, _ in ports:
        if len(index) == 2:
            members[index[0]].append(index[1])
    return tuple(
        Vrf(name=tables.text(row.get("name")), interfaces=tuple(members[index[0]]))
        for index, row in rows
        if len(index) == 1 and tables.text(row.get("name"))
    )


def _nokia(rows: Rows) -> Iterator[Vrf]:
    for _, row in rows:
        name = tables.text(row.get("name"))
        if name and name not in _NOT_VRFS:
            yield Vrf(name=name)
