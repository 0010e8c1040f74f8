"""LibreNMS: what its API tells at `devices`, `resources/links` and `ports`, saved as JSON.

Links name devices and ports by number; without the table of ports a link has no port names
but the remote one's. One connection is told from both of its ends: it is one link here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noc_console.services.topology.exchange.document import (
    Document,
    Item,
    Tie,
    bits,
    clean,
    degrees,
    type_of,
)

Row = Mapping[str, Any]


def document(tables: Sequence[Sequence[Row]]) -> Document | None:
    """The network of the tables, or None when they are not LibreNMS's."""
    devices: list[Row] = []
    links: list[Row] = []
    ports: dict[str, Row] = {}
    for table in tables:
        first = table[0]
        if {"local_device_id", "remote_device_id"} <= set(first):
            links += table
        elif {"port_id", "ifName"} <= set(first):
            ports |= {str(row.get("port_id")): row for row in table}
        elif {"device_id", "hostname"} <= set(first):
            devices += table
    if not devices:
        return None
    strange = sum(not _number(row.get("remote_device_id")) for row in links)
    problems = [f"{strange} links lead to devices LibreNMS does not know"] if strange else []
    ties = _once([_tie(row, ports) for row in links if _number(row.get("remote_device_id"))])
    return Document(tuple(map(_item, devices)), ties, "LibreNMS", tuple(problems))


def _number(value: object) -> str:
    told = str(value or "")
    return told if told.isdecimal() and told != "0" else ""


def _item(row: Row) -> Item:
    name = clean(row.get("sysName") or row.get("display") or row.get("hostname") or "")
    return Item(
        key=_number(row.get("device_id")),
        name=name,
        type=type_of(clean(row.get("type", ""))),
        address=clean(row.get("ip") or row.get("hostname") or ""),
        model=clean(row.get("hardware") or ""),
        serial=clean(row.get("serial") or ""),
        site=clean(row.get("location") or ""),
        latitude=degrees(row.get("lat"), 90.0),
        longitude=degrees(row.get("lng"), 180.0),
    )


def _tie(row: Row, ports: Mapping[str, Row]) -> Tie:
    local = ports.get(str(row.get("local_port_id")), {})
    remote = ports.get(str(row.get("remote_port_id")), {})
    speeds = [bits(port.get("ifSpeed")) for port in (local, remote)]
    return Tie(
        a=_number(row.get("local_device_id")),
        b=_number(row.get("remote_device_id")),
        a_port=clean(local.get("ifName") or ""),
        b_port=clean(remote.get("ifName") or row.get("remote_port") or ""),
        speed_bps=min((speed for speed in speeds if speed), default=0),
    )


def _once(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """Both ends' words about one connection as one link: by the ports where they are known."""
    found: dict[tuple[tuple[str, str], ...], Tie] = {}
    for tie in ties:
        ends = tuple(sorted(((tie.a, tie.a_port), (tie.b, tie.b_port))))
        found.setdefault(ends, tie)
    return tuple(found.values())
