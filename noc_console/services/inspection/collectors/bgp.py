"""BGP sessions: BGP4-MIB (RFC 4273), and the vendors' tables for IPv6 and AS numbers of 32 bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import BgpPeer
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Index, Row, Rows, Value, columns

LOCAL_AS = "1.3.6.1.2.1.15.2.0"
_BGP4 = {
    "identifier": 1,
    "state": 2,
    "admin": 3,
    "local": 5,
    "remote": 7,
    "remote_as": 9,
    "in_updates": 10,
    "out_updates": 11,
    "established": 16,
}
BGP4 = columns("1.3.6.1.2.1.15.3.1", limit=2000, **_BGP4)
CUMULUS = columns("1.3.6.1.4.1.40310.4.3.1.1", limit=2000, **_BGP4)
CISCO = columns(
    "1.3.6.1.4.1.9.9.187.1.2.5.1",
    state=3,
    admin=4,
    local=6,
    local_as=8,
    remote_as=11,
    identifier=12,
    in_updates=13,
    out_updates=14,
    established=19,
    limit=2000,
)
# A draft of a second BGP MIB, which Juniper took; Force10's begins with the instance.
_DRAFT = {
    "identifier": 1,
    "state": 2,
    "admin": 3,
    "local": 7,
    "local_as": 9,
    "remote": 11,
    "remote_as": 13,
}
JUNIPER = columns("1.3.6.1.4.1.2636.5.1.1.2.1.1.1", limit=2000, **_DRAFT)
JUNIPER_TIMES = columns("1.3.6.1.4.1.2636.5.1.1.2.4.1.1", established=1, limit=2000)
JUNIPER_COUNTS = columns("1.3.6.1.4.1.2636.5.1.1.2.6.1.1", in_updates=1, out_updates=2, limit=2000)
FORCE10 = columns(
    "1.3.6.1.4.1.6027.20.1.2.1.1.1",
    limit=2000,
    **{name: number + 1 for name, number in _DRAFT.items()},
)
# Its last draft, as Arista and Dell took it: the peer is in the index.
_V2 = {
    "local": 3,
    "local_as": 7,
    "remote_as": 10,
    "identifier": 11,
    "admin": 12,
    "state": 13,
    "description": 14,
}
ARISTA = columns("1.3.6.1.4.1.30065.4.1.1.2.1", limit=2000, **_V2)
DELL = columns("1.3.6.1.4.1.674.11000.5000.200.1.1.2.1", limit=2000, **_V2)
NOKIA = columns(
    "1.3.6.1.4.1.6527.3.1.2.14.4.7.1",
    description=7,
    local=13,
    local_as=65,
    remote_as=66,
    limit=2000,
)
NOKIA_ROUTERS = columns("1.3.6.1.4.1.6527.3.1.2.3.1.1", name=4, limit=2000)
HUAWEI = columns(
    "1.3.6.1.4.1.2011.5.25.177.1.1.2.1",
    remote_as=2,
    remote=4,
    state=5,
    established=7,
    limit=2000,
)
HUAWEI_FAMILIES = columns("1.3.6.1.4.1.2011.5.25.177.1.1.1.1", vrf=6, limit=2000)
FIREBRICK = columns(
    "1.3.6.1.4.1.24693.100.179.1.1",
    description=3,
    firebrick_state=4,
    remote_as=5,
    local=11,
    local_as=12,
    limit=2000,
)
NEEDS: tuple[Columns, ...] = (
    BGP4,
    CUMULUS,
    CISCO,
    JUNIPER,
    JUNIPER_TIMES,
    JUNIPER_COUNTS,
    FORCE10,
    ARISTA,
    DELL,
    NOKIA,
    NOKIA_ROUTERS,
    HUAWEI,
    HUAWEI_FAMILIES,
    FIREBRICK,
)

_STATES = {
    1: "idle",
    2: "connect",
    3: "active",
    4: "opensent",
    5: "openconfirm",
    6: "established",
}
_ADMIN = {1: "stop", 2: "start"}
_HUAWEI_PUBLIC = "Public"
_FIREBRICK_STATES = {0: "idle", 5: "established"}
"""The others are of its own and documented nowhere we know."""


async def read(agent: Agent) -> tuple[BgpPeer, ...]:
    """The peers; what one table of two leaves open, the other fills."""
    found = [
        *peers("cbgpPeer2", await agent.rows(CISCO), at=0),
        *await _juniper(agent),
        *peers("f10BgpM2Peer", await agent.rows(FORCE10)),
        *peers("aristaBgp4V2Peer", await agent.rows(ARISTA), at=1),
        *peers("os10bgp4V2Peer", await agent.rows(DELL), at=1),
        *nokia(await agent.rows(NOKIA), await agent.rows(NOKIA_ROUTERS)),
        *huawei(await agent.rows(HUAWEI), await agent.rows(HUAWEI_FAMILIES)),
        *peers("fbBgpPeer", await agent.rows(FIREBRICK), at=0),
        *peers("bgpPeer", await agent.rows(BGP4)),
        *peers("bgpunPeer", await agent.rows(CUMULUS)),
    ]
    if not found:
        return ()
    own = (await agent.get([LOCAL_AS])).get(LOCAL_AS)
    return tuple(_at_home(one, own) for one in merged(found))


async def _juniper(agent: Agent) -> Iterable[BgpPeer]:
    rows = await agent.rows(JUNIPER)
    if not rows:
        return ()
    more = joined(await agent.rows(JUNIPER_TIMES), await agent.rows(JUNIPER_COUNTS))
    return peers("jnxBgpM2Peer", [(index, {**row, **more.get(index, {})}) for index, row in rows])


def joined(*several: Rows) -> dict[Index, Row]:
    """Rows of tables with the same index, put together."""
    found: dict[Index, Row] = {}
    for rows in several:
        for index, row in rows:
            found[index] = {**found.get(index, {}), **row}
    return found


def peers(name: str, rows: Rows, *, at: int | None = None) -> Iterator[BgpPeer]:
    """A table's peers. `at` is where the type of an InetAddress stands in the index."""
    for index, row in rows:
        told = _address(row.get("remote"))
        if at is None:
            address = told or tables.ipv4(index)
        else:
            address = tables.inet(index[at], index[at + 1 :]) if len(index) > at else ""
        # An agent without BGP may show one row of zeros.
        if address and address != "0.0.0.0" and "remote_as" in row:
            yield _peer(name, address, index, row)


def nokia(rows: Rows, routers: Rows) -> Iterator[BgpPeer]:
    """TIMETRA-BGP-MIB: the index begins with the virtual router, whose name is elsewhere."""
    names = {index[0]: tables.text(row.get("name")) for index, row in routers if len(index) == 1}
    for index, row in rows:
        address = tables.inet(index[1], index[2:]) if len(index) > 2 else ""
        if address:
            vrf = names.get(index[0], "") if index[0] != 1 else ""
            yield replace(_peer("tBgpPeerNg", address, index, row), vrf=vrf)


def huawei(rows: Rows, families: Rows) -> Iterator[BgpPeer]:
    """HUAWEI-BGP-VPN-MIB: a session has a row for each address family it carries."""
    names = {index: tables.text(row.get("vrf")) for index, row in families}
    for index, row in rows:
        address = _address(row.get("remote"))
        address = address or (tables.inet(index[3], index[4:]) if len(index) > 4 else "")
        if address:
            vrf = names.get(index, "")
            public = "" if vrf == _HUAWEI_PUBLIC else vrf
            yield replace(_peer("hwBgpPeer", address, index, row), vrf=public)


def _peer(name: str, address: str, index: Index, row: Row) -> BgpPeer:
    state = _STATES.get(tables.number(row.get("state")), "")
    if "firebrick_state" in row:
        state = _FIREBRICK_STATES.get(tables.number(row.get("firebrick_state"), -1), "")
    local_as = tables.number(row.get("local_as"))
    return BgpPeer(
        address=address,
        remote_as=_as_number(row.get("remote_as")),
        state=state,
        admin=_ADMIN.get(tables.number(row.get("admin")), ""),
        local_address=_address(row.get("local")),
        local_as=local_as if local_as > 0 else None,
        identifier=_address(row.get("identifier")),
        # Of a session that is not established it counts since when it is not.
        established_seconds=_count(row.get("established")) if state == "established" else None,
        in_updates=_count(row.get("in_updates")),
        out_updates=_count(row.get("out_updates")),
        description=tables.text(row.get("description")),
        raw=tables.raw(name, index, row),
    )


def merged(found: Iterable[BgpPeer]) -> Iterable[BgpPeer]:
    """Each session once: of two rows the first speaks, and the second fills its gaps."""
    known: dict[tuple[str, str], BgpPeer] = {}
    for one in found:
        key = (one.vrf, one.address)
        first = known.get(key)
        if first is None:
            known[key] = one
            continue
        known[key] = replace(
            first,
            state=first.state or one.state,
            admin=first.admin or one.admin,
            local_address=first.local_address or one.local_address,
            identifier=first.identifier or one.identifier,
            established_seconds=_either(first.established_seconds, one.established_seconds),
            in_updates=_either(first.in_updates, one.in_updates),
            out_updates=_either(first.out_updates, one.out_updates),
        )
    return known.values()


def _at_home(peer: BgpPeer, own: Value) -> BgpPeer:
    """With the device's AS (bgpLocalAs) where the session has none of its own."""
    if peer.local_as is not None or not isinstance(own, int) or own <= 0:
        return peer
    return replace(peer, local_as=own)


def _either(first: int | None, second: int | None) -> int | None:
    return second if first is None else first


def _as_number(value: Value) -> int:
    """AS numbers are unsigned; an Integer32 shows the upper half of them as negative."""
    number = tables.number(value)
    return number + 2**32 if number < 0 else number


def _count(value: Value) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _address(value: Value) -> str:
    """An address as octets, as dotted text, or as text in octets."""
    if isinstance(value, bytes) and len(value) not in (4, 16):
        return tables.address(tables.text(value))
    found = tables.address(value)
    return "" if found == "0.0.0.0" else found
