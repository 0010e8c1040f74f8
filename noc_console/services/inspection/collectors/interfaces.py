"""IF-MIB (RFC 2863) with EtherLike-MIB (RFC 3635) and IEEE8023-LAG-MIB: the device's interfaces."""

from __future__ import annotations

import re
from collections import defaultdict

from noc_console.services.inspection import iftypes, tables
from noc_console.services.inspection.collectors import vendor_interfaces
from noc_console.services.inspection.model import Interface
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Row, Rows, columns

IF = columns(
    "1.3.6.1.2.1.2.2.1",
    descr=2,
    type=3,
    mtu=4,
    speed=5,
    mac=6,
    admin=7,
    oper=8,
    changed=9,
)
IFX = columns("1.3.6.1.2.1.31.1.1.1", name=1, hc_in=6, high_speed=15, alias=18)
DUPLEX = columns("1.3.6.1.2.1.10.7.2.1", status=19)
STACK = columns("1.3.6.1.2.1.31.1.2.1", status=3)
AGGREGATE = columns("1.2.840.10006.300.43.1.2.1.1", attached=13)
NEEDS = (IF, IFX, DUPLEX, STACK, AGGREGATE, *vendor_interfaces.NEEDS)

_LARGEST_INDEX = 2**32 - 1
"""InterfaceIndex ends at 2**31-1, yet OLTs number their PON ports from 0xFA000000 on."""

_ADMIN = {1: "up", 2: "down", 3: "testing"}
_OPER = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "notPresent",
    7: "lowerLayerDown",
}
_DUPLEX = {2: "half", 3: "full"}
_SPEED_LIMIT = 2**32 - 1
"""ifSpeed of a faster interface: "see ifHighSpeed" (RFC 2863)."""
_FASTEST_MBPS = 100_000_000
"""Above it, somebody filled ifHighSpeed in bit/s."""
_ACTIVE = 1
_CALL_ROUTES = (iftypes.VOICE_ENCAPSULATION, iftypes.VOICE_OVER_IP)
_PLACEHOLDER = re.compile(r"unrouted VLAN \d+|VoIP-Null\d+")
"""IOS rows for VLANs without an interface and for the voice stack's waste bin."""
_WORD = re.compile(r"\w")


async def read(agent: Agent) -> tuple[Interface, ...]:
    """The device's interfaces in the order of their indexes."""
    found = rows_as_interfaces(
        await agent.rows(IF),
        await agent.rows(IFX),
        duplex=await agent.rows(DUPLEX),
        stack=await agent.rows(STACK),
        aggregates=await agent.rows(AGGREGATE),
    )
    taken = frozenset(port.if_index for port in found)
    return (*found, *await vendor_interfaces.read(agent, taken))


def rows_as_interfaces(
    basic: Rows, extended: Rows, *, duplex: Rows = (), stack: Rows = (), aggregates: Rows = ()
) -> tuple[Interface, ...]:
    """Each row of ifTable that is an interface, with what the other tables add to it.

    An ifXTable row without its ifTable row is a leftover some agents keep.
    """
    more = _by_number(extended)
    modes = _by_number(duplex)
    bundles = {number: _lag(row, number) for number, row in _by_number(aggregates).items()}
    above = _above(stack)
    found = []
    for number, row in _by_number(basic).items():
        both = {**row, **more.get(number, {})}
        one = _as_interface(
            number,
            both,
            duplex=_DUPLEX.get(tables.number(modes.get(number, {}).get("status")), ""),
            lag_index=bundles.get(number),
            above=above.get(number, ()),
        )
        if _is_there(one):
            found.append(one)
    return tuple(found)


def _by_number(rows: Rows) -> dict[int, Row]:
    """Rows by ifIndex; 0 is none by the book, yet the management port of some boxes."""
    return {index[0]: row for index, row in rows if len(index) == 1 and index[0] <= _LARGEST_INDEX}


def _lag(row: Row, number: int) -> int | None:
    """The aggregate a port is attached to; an aggregator lists itself."""
    attached = tables.number(row.get("attached"))
    return attached if attached > 0 and attached != number else None


def _above(stack: Rows) -> dict[int, tuple[int, ...]]:
    """Interface → those directly on top of it; 0 in ifStackTable stands for the ends."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, row in stack:
        if len(index) == 2 and all(index) and row.get("status", _ACTIVE) == _ACTIVE:
            found[index[1]].append(index[0])
    return {lower: tuple(highers) for lower, highers in found.items()}


def _as_interface(
    number: int, row: Row, *, duplex: str, lag_index: int | None, above: tuple[int, ...]
) -> Interface:
    descr = tables.text(row.get("descr"))
    return Interface(
        if_index=number,
        name=tables.text(row.get("name")) or descr,
        descr=descr,
        alias=tables.text(row.get("alias")),
        type=_told(row.get("type")),
        speed_bps=_speed(row),
        mtu=_told(row.get("mtu")),
        mac=tables.mac(row.get("mac")),
        admin=_ADMIN.get(tables.number(row.get("admin")), ""),
        oper=_OPER.get(tables.number(row.get("oper")), ""),
        duplex=duplex,
        lag_index=lag_index,
        above=above,
        last_change_ticks=_told(row.get("changed")),
        has_hc=isinstance(row.get("hc_in"), int),
    )


def _told(value: tables.Value) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= _SPEED_LIMIT else None


def _speed(row: Row) -> int | None:
    """ifSpeed as long as it can say it, for ifHighSpeed is rounded to Mbit/s."""
    exact, rounded = _told(row.get("speed")), _told(row.get("high_speed"))
    if rounded is None or rounded > _FASTEST_MBPS:
        return None if exact == _SPEED_LIMIT else exact
    if exact is not None and 0 < exact < _SPEED_LIMIT and abs(exact / 1e6 - rounded) <= 1:
        return exact
    return rounded * 1_000_000 or (None if exact == _SPEED_LIMIT else exact)


def _is_there(one: Interface) -> bool:
    """Whether a row is an interface an operator could point at.

    These are none: rows without any name, call routes of voice gateways, placeholders, and
    interfaces whose hardware is not present (64 aggregates nobody configured) unless somebody
    has described them, for then their absence is news.
    """
    if not one.name and not one.alias:
        return False
    if one.type in _CALL_ROUTES or _PLACEHOLDER.fullmatch(one.descr):
        return False
    return one.oper != "notPresent" or _WORD.search(one.alias) is not None
