"""Which routing sessions stand at a device right now: BGP, OSPF and IS-IS, of IPv4 and IPv6.

A device has a few of these tables. One request asks for what follows the beginning of each of
them, and only those that are there are read, and of them only the column that tells the state:
gates look every few seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import bgp, isis, ospf
from noc_console.services.inspection.tables import Columns, Index
from noc_console.services.telemetry.ports import SnmpReader

MOST_ROWS = 5_000
BGP_ESTABLISHED = 6
OSPF_FULL = 8
ISIS_UP = 3


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table with a row for each session."""

    word: str
    columns: Columns
    up: int
    named: Callable[[Index], str]
    """What a session is called, by its place in the table; "" for no session."""

    @property
    def state(self) -> str:
        return self.columns.oid("state", ())


def _plain(index: Index) -> str:
    return ".".join(map(str, index))


def _ospf_v2(index: Index) -> str:
    """The neighbour's address; the ifIndex behind it is that of links without addresses."""
    return _plain(index[:4])


def _ospf_v3(index: Index) -> str:
    """Our port, its instance, and the neighbour's router id."""
    return f"v3 {_plain(tuple(index[2].to_bytes(4)))} at {index[0]}" if len(index) == 3 else ""


def _peer_at(at: int) -> Callable[[Index], str]:
    """An InetAddress whose type stands at this place of the index."""

    def named(index: Index) -> str:
        return tables.inet(index[at], index[at + 1 :]) if len(index) > at else ""

    return named


def _peer_between(before: int) -> Callable[[Index], str]:
    """Our address, then the peer's: both with their types, their lengths where somebody told them.

    Juniper's index begins with the routing instance.
    """

    def named(index: Index) -> str:
        rest = index[before:]
        for own in (5, 6, 17, 18):
            if len(rest) > own and (found := tables.inet(rest[own], rest[own + 1 :])):
                return found
        return ""

    return named


_KINDS = (
    _Kind("BGP", bgp.BGP4, BGP_ESTABLISHED, _plain),
    _Kind("BGP", bgp.CUMULUS, BGP_ESTABLISHED, _plain),
    _Kind("BGP", bgp.CISCO, BGP_ESTABLISHED, _peer_at(0)),
    _Kind("BGP", bgp.ARISTA, BGP_ESTABLISHED, _peer_at(1)),
    _Kind("BGP", bgp.DELL, BGP_ESTABLISHED, _peer_at(1)),
    _Kind("BGP", bgp.HUAWEI, BGP_ESTABLISHED, _peer_at(3)),
    _Kind("BGP", bgp.JUNIPER, BGP_ESTABLISHED, _peer_between(1)),
    _Kind("OSPF", ospf.V2, OSPF_FULL, _ospf_v2),
    _Kind("OSPF", ospf.V3, OSPF_FULL, _ospf_v3),
    *(_Kind("IS-IS", family.adjacency, ISIS_UP, _plain) for family in isis.FAMILIES),
)


async def standing(reader: SnmpReader, target: SnmpTarget) -> frozenset[str]:
    """Sessions that stand: `BGP 2001:db8::1`, `OSPF 192.0.2.1`, `IS-IS 0100.9920.4052`.

    A session that several tables tell of has one name in all of them.
    """
    first = await reader.next(target, [kind.state for kind in _KINDS])
    found: set[str] = set()
    for kind in _KINDS:
        follows = first.get(kind.state)
        if follows is None or not follows.startswith(f"{kind.state}."):
            continue
        if kind.word == "IS-IS":
            found |= await _adjacencies(reader, target, kind)
            continue
        for oid, state in await reader.walk(target, kind.state, limit=MOST_ROWS):
            index = tables.numbers(oid.removeprefix(f"{kind.state}."))
            if state == kind.up and index and (name := kind.named(index)):
                found.add(f"{kind.word} {name}")
    return frozenset(found)


async def _adjacencies(reader: SnmpReader, target: SnmpTarget, kind: _Kind) -> set[str]:
    """By the neighbour's system id and our circuit: the number of an adjacency does not last."""
    columns = [kind.state, kind.columns.oid("system", ())]
    rows = await reader.table(target, columns, limit_rows=MOST_ROWS)
    return {
        f"{kind.word} {isis.system_id(row.get(columns[1]))} on circuit {index.partition('.')[0]}"
        for index, row in rows.items()
        if row.get(kind.state) == kind.up
    }
