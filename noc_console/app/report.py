"""What an inspection found, as a page of text for people at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from noc_console.app import present
from noc_console.kernel.text import plural, visible

MOST_ROWS = 12
"""Of a table, unless the whole is asked for."""

Document = Mapping[str, Any]
Row = Mapping[str, Any]

_FACTS = ("model", "version", "serial", "features", "sys_name", "sys_object_id", "sys_descr")

_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("interfaces", "interface", ("if_index", "name", "type", "speed", "admin", "oper", "alias")),
    ("addresses", "address", ("address", "prefix_length", "if_index")),
    ("neighbours", "neighbour", ("protocol", "local_port", "remote_name", "remote_port")),
    ("processors", "processor", ("name", "usage_percent")),
    ("memory", "memory pool", ("name", "used_bytes", "total_bytes", "used_percent")),
    ("storage", "storage", ("name", "used_bytes", "total_bytes", "used_percent")),
    ("sensors", "sensor", ("class", "name", "value", "unit", "limit_low", "limit_high", "state")),
    ("wireless", "wireless figure", ("class", "name", "value", "unit")),
    ("transceivers", "transceiver", ("index", "type", "vendor", "model", "serial")),
    ("vlans", "VLAN", ("vlan", "name", "state")),
    ("bgp_peers", "BGP peer", ("address", "remote_as", "state", "description")),
    ("ospf_neighbours", "OSPF neighbour", ("address", "router_id", "state")),
    ("isis_adjacencies", "IS-IS adjacency", ("system_id", "state", "level")),
    ("vrfs", "VRF", ("name", "route_distinguisher")),
    ("poe", "PoE port", ("port", "admin", "state", "milliwatts")),
    ("onus", "ONU", ("index", "name", "serial", "state", "receive_dbm")),
    ("entities", "part", ("kind", "name", "model", "serial")),
    ("arp", "ARP entry", ("address", "mac", "if_index")),
    ("macs", "learned MAC", ("mac", "if_index", "vlan")),
    ("routes", "route", ("prefix", "next_hop", "protocol")),
)
_PLURALS = {"IS-IS adjacency": "IS-IS adjacencies", "ARP entry": "ARP entries"}
_PLURALS |= {"address": "addresses", "storage": "storages"}


def text(document: Document, *, whole: bool = False) -> str:
    """The device in short, the reasons, and its tables; `whole` leaves out nothing."""
    parts = [_head(document), _facts(document), _reasons(document)]
    for key, one, columns in _TABLES:
        if rows := document.get(key):
            title = plural(len(rows), one, _PLURALS.get(one))
            parts.append(_section(title, [_cells(row, columns) for row in rows], whole=whole))
    parts.append(_problems(document, whole=whole))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(document: Document) -> str:
    source = visible(str(document.get("source", "")))
    told = [document["vendor"], document["platform"], document["device_type"]]
    known = ", ".join(visible(each) for each in told if each) or "not known"
    return f"{source}: {known}" if source else known


def _facts(document: Document) -> str:
    told = [(name, visible(str(document[name]), limit=300)) for name in _FACTS if document[name]]
    width = max((len(name) for name, _ in told), default=0)
    return "\n".join(f"  {name.ljust(width)}  {words}" for name, words in told)


def _reasons(document: Document) -> str:
    reasons = document.get("reasons") or ()
    if not reasons:
        return ""
    return "\n".join(["Why:", *(f"  {visible(each, limit=300)}" for each in reasons)])


def _problems(document: Document, *, whole: bool) -> str:
    problems: Sequence[Row] = document["problems"]
    if not problems:
        return ""
    shown = problems if whole else problems[:MOST_ROWS]
    lines = [f"  {visible(each['what'])}: {visible(each['why'], limit=300)}" for each in shown]
    return "\n".join([plural(len(problems), "problem") + ":", *lines, *_more(problems, shown)])


def _section(title: str, rows: Sequence[Row], *, whole: bool) -> str:
    shown = rows if whole else rows[:MOST_ROWS]
    used = [name for name in rows[0] if any(row[name] not in (None, "") for row in rows)]
    table = present.as_text([{name: row[name] for name in used} for row in shown])
    lines = [f"  {line}" for line in table.splitlines()]
    return "\n".join([f"{title}:", *lines, *_more(rows, shown)])


def _more(rows: Sequence[Row], shown: Sequence[Row]) -> list[str]:
    left = len(rows) - len(shown)
    return [f"  … {left:,} more (--all shows them)"] if left else []


def _cells(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    cells = {name: _MADE[name](row) if name in _MADE else row[name] for name in columns}
    return {
        name: f"{cell:.4g}" if isinstance(cell, float) else cell for name, cell in cells.items()
    }


def _speed(row: Row) -> str:
    speed = row["speed_bps"]
    if not speed:
        return ""
    for size, unit in ((10**9, "Gbit/s"), (10**6, "Mbit/s"), (10**3, "kbit/s")):
        if speed >= size:
            return f"{speed / size:g} {unit}"
    return f"{speed} bit/s"


_MADE: dict[str, Callable[[Row], Any]] = {"speed": _speed}
