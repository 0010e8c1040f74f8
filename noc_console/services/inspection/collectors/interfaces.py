"""IF-MIB (RFC 2863) and the addresses of IP-MIB (RFC 4293): what the device has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Network

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Index, Row, Rows, columns
from noc_console.services.inventory.model import OperStatus, SeenInterface

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
OLD_ADDRESS = columns("1.3.6.1.2.1.4.20.1", index=2, mask=3, limit=4000)
ADDRESS = columns("1.3.6.1.2.1.4.34.1", index=3, prefix=5, limit=4000)

_LARGEST_INDEX = 2**32 - 1
"""InterfaceIndex ends at 2**31-1, yet OLTs number their PON ports from 0xFA000000 on."""


def interfaces(
    basic: Rows, extended: Rows, addresses: Mapping[int, tuple[str, ...]], booted_at: datetime
) -> tuple[SeenInterface, ...]:
    """The device's interfaces; one is named by ifName, else ifDescr, else its number."""
    by_index: dict[int, dict[str, tables.Value]] = defaultdict(dict)
    for rows in (basic, extended):
        for index, row in rows:
            if len(index) == 1 and 0 < index[0] <= _LARGEST_INDEX:
                by_index[index[0]].update(row)
    known = {index for (index, *_), _ in basic} or set(by_index)
    return tuple(
        _interface(index, row, addresses.get(index, ()), booted_at)
        for index, row in sorted(by_index.items())
        # An ifXTable row without its ifTable row is a leftover some agents keep.
        if index in known
    )


def _interface(
    index: int, row: Row, addresses: tuple[str, ...], booted_at: datetime
) -> SeenInterface:
    descr = tables.text(row.get("descr"))
    high = tables.number(row.get("high_speed"))
    status = tables.number(row.get("oper"), OperStatus.UNKNOWN)
    changed = tables.number(row.get("changed"))
    return SeenInterface(
        index=index,
        name=tables.text(row.get("name")) or descr or str(index),
        descr=descr,
        alias=tables.text(row.get("alias")),
        type=tables.number(row.get("type")),
        speed_bps=high * 1_000_000 if high > 0 else max(0, tables.number(row.get("speed"))),
        mtu=max(0, tables.number(row.get("mtu"))),
        mac=tables.mac(row.get("mac")),
        admin_up=tables.number(row.get("admin"), 1) != 2,
        oper_status=OperStatus(status) if 1 <= status <= 7 else OperStatus.UNKNOWN,
        has_hc=isinstance(row.get("hc_in"), int),
        addresses=addresses,
        last_change=booted_at + timedelta(seconds=changed / 100) if changed > 0 else None,
    )


def addresses(old: Rows, new: Rows) -> dict[int, tuple[str, ...]]:
    """ifIndex → its addresses with prefix length, from whichever table has them."""
    found: dict[str, tuple[int, int]] = {}
    for index, row in old:
        if ip := tables.ipv4(index):
            found[ip] = (tables.number(row.get("index")), _length(row.get("mask")))
    for index, row in new:
        ip = tables.inet(index[0], index[1:]) if index else ""
        if ip and (ip not in found or not found[ip][0]):
            found[ip] = (tables.number(row.get("index")), _prefix(row.get("prefix"), ip))
    by_index: dict[int, list[str]] = defaultdict(list)
    for ip, (port, length) in found.items():
        if port > 0 and ip != "0.0.0.0":
            by_index[port].append(f"{ip}/{length}")
    return {port: tuple(sorted(held)) for port, held in by_index.items()}


def _length(mask: tables.Value) -> int:
    try:
        return IPv4Network(f"0.0.0.0/{tables.address(mask)}").prefixlen
    except ValueError:
        return 32


def _prefix(pointer: tables.Value, ip: str) -> int:
    """The prefix length that a RowPointer into ipAddressPrefixTable ends with."""
    longest = 128 if ":" in ip else 32
    arcs: Index = tables.numbers(pointer) or () if isinstance(pointer, str) else ()
    return arcs[-1] if len(arcs) > 12 and 0 < arcs[-1] <= longest else longest
