"""From evidence to links, for one device and whoever it is connected to.

Runs on one connection inside one transaction, after `recording` has folded the device in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_interface
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from noc_console.services.inventory import past, register, store
from noc_console.services.inventory.changes import Subject, link_facts
from noc_console.services.inventory.decisions import Ends
from noc_console.services.inventory.model import (
    Evidence,
    EvidenceKind,
    Interface,
    SeenNeighbour,
)
from noc_console.services.inventory.recording import clean
from noc_console.services.inventory.rows import evidence_of, interface_of
from noc_console.services.inventory.rules import decided, identity, links, neighbours, ports

MOST_OF_A_KIND = 400
"""Rows of evidence kept of one kind from one device; tables of hosts can be endless."""


def keep_evidence(
    connection: Connection,
    tenant: str,
    number: int,
    seen: Sequence[SeenNeighbour],
    at: datetime,
) -> None:
    """Note what the device says now; what it said before stays with its time."""
    table, held = store.evidence, store.interfaces
    by_index = {
        row.if_index: row.id
        for row in store.rows_where(connection, held, tenant, held.c.device_id == number)
        if row.if_index
    }
    wanted: dict[tuple[Any, ...], dict[str, Any]] = {}
    counts: dict[EvidenceKind, int] = defaultdict(int)
    for neighbour in seen:
        counts[neighbour.kind] += 1
        if counts[neighbour.kind] > MOST_OF_A_KIND:
            continue
        row = _evidence_values(neighbour, by_index.get(neighbour.if_index or 0))
        wanted[_key(row)] = {**row, "device_id": number, "seen_at": at}
    known = {
        _key(row._asdict()): row.id
        for row in store.rows_where(connection, table, tenant, table.c.device_id == number)
    }
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[row for key, row in wanted.items() if key not in known],
        change=[
            {"id": known[key], "seen_at": at, "raw": row["raw"]}
            for key, row in wanted.items()
            if key in known
        ],
    )


def _evidence_values(seen: SeenNeighbour, interface_id: int | None) -> dict[str, Any]:
    return {
        "kind": seen.kind,
        "interface_id": interface_id,
        "remote_name": clean(seen.remote_name),
        "remote_key": neighbours.name_key(
            clean(neighbours.called(seen.remote_name, seen.remote_chassis))
        ),
        "remote_port": clean(seen.remote_port),
        "remote_port_descr": clean(seen.remote_port_descr),
        "remote_address": clean(seen.remote_address),
        "remote_chassis": identity.normal_mac(seen.remote_chassis) or clean(seen.remote_chassis),
        "raw": clean(seen.raw, 4000),
        "is_endpoint": seen.is_endpoint,
    }


_KEY = (
    "kind",
    "interface_id",
    "remote_name",
    "remote_port",
    "remote_port_descr",
    "remote_address",
    "remote_chassis",
)


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(str(row[name]) for name in _KEY)


def resolve(connection: Connection, tenant: str, number: int) -> set[int]:
    """Point the device's evidence, and other devices' words about it, to who is meant.

    The answer is every device whose links may have changed.
    """
    rows = [evidence_of(row) for row in _open_evidence(connection, tenant, number)]
    by_mac, by_address, by_name = _who_has(connection, tenant, rows)
    changes, touched = [], {number}
    aimed: dict[int, int] = {}
    for row in rows:
        target = neighbours.point_to(
            chassis=row.remote_chassis,
            address=row.remote_address,
            name=neighbours.called(row.remote_name, row.remote_chassis),
            by_mac=by_mac,
            by_address=by_address,
            by_name=by_name,
            not_this=row.device_id,
        )
        if target is not None:
            aimed[row.id] = target
        touched |= {one for one in (row.device_id, row.remote_device_id, target) if one}
    ports_of = _interfaces_of(connection, tenant, set(aimed.values()))
    for row in rows:
        target = aimed.get(row.id)
        port = None if target is None else _remote_port(row, ports_of.get(target, ()))
        if (target, port) != (row.remote_device_id, row.remote_interface_id):
            changes.append({"id": row.id, "remote_device_id": target, "remote_interface_id": port})
    store.upsert_all(connection, store.evidence, tenant, change=changes)
    return touched


def _remote_port(row: Evidence, candidates: Sequence[Interface]) -> int | None:
    if row.remote_port or row.remote_port_descr:
        found = ports.find(candidates, row.remote_port, row.remote_port_descr)
        if found is not None:
            return int(found.id)
    if row.kind in (EvidenceKind.OSPF, EvidenceKind.BGP, EvidenceKind.ARP) and row.remote_address:
        holding = [
            port
            for port in candidates
            if row.remote_address in {address.split("/")[0] for address in port.addresses}
        ]
        return int(holding[0].id) if len(holding) == 1 else None
    if row.kind is EvidenceKind.FDB and row.remote_chassis:
        found = ports.find(candidates, row.remote_chassis)
        return int(found.id) if found is not None and not ports.is_logical(found) else None
    return None


def _open_evidence(connection: Connection, tenant: str, number: int) -> Iterable[Any]:
    """The device's own evidence, and others' that names it or one of its addresses."""
    device = connection.execute(select(store.devices).where(store.devices.c.id == number)).one()
    table = store.evidence
    yield from store.rows_where(connection, table, tenant, table.c.device_id == number)
    others = [table.c.remote_device_id == number]
    if device.name_key:
        others.append(table.c.remote_key == device.name_key)
    if device.chassis_mac:
        others.append(table.c.remote_chassis == device.chassis_mac)
    found = {
        row.id: row
        for row in store.rows_where(
            connection, table, tenant, table.c.device_id != number, or_(*others)
        )
    }
    held, own = store.addresses.c, store.interfaces.c
    by = (
        (
            table.c.remote_address,
            select(held.address).where(held.tenant == tenant, held.device_id == number),
        ),
        (
            table.c.remote_chassis,
            select(own.mac).where(own.tenant == tenant, own.device_id == number, own.mac != ""),
        ),
    )
    for column, values in by:
        query = select(table).where(table.c.tenant == tenant, table.c.device_id != number)
        known = {row[0] for row in connection.execute(values)}
        found |= {row.id: row for row in store.inside(connection, query, column, known)}
    yield from found.values()


def _who_has(
    connection: Connection, tenant: str, rows: Sequence[Evidence]
) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[tuple[int, str]]]]:
    macs = {identity.trusted_mac(row.remote_chassis) for row in rows}
    addresses = {row.remote_address for row in rows}
    names = {
        neighbours.name_key(neighbours.called(row.remote_name, row.remote_chassis)) for row in rows
    }
    devices, held, own = store.devices.c, store.addresses.c, store.interfaces.c
    by_mac = store.grouped(
        connection, tenant, devices.chassis_mac, macs, lambda row: int(row.id), devices.id
    )
    for mac, numbers in store.grouped(
        connection, tenant, own.mac, macs, lambda row: int(row.device_id), own.device_id
    ).items():
        by_mac.setdefault(mac, []).extend(numbers)
    by_address = store.grouped(
        connection,
        tenant,
        held.address,
        {address for address in addresses if address},
        lambda row: int(row.device_id),
        held.device_id,
    )
    by_name = store.grouped(
        connection,
        tenant,
        devices.name_key,
        names,
        lambda row: (int(row.id), str(row.name)),
        devices.id,
        devices.name,
    )
    return by_mac, by_address, by_name


def _interfaces_of(
    connection: Connection, tenant: str, numbers: Collection[int]
) -> dict[int, list[Interface]]:
    return store.grouped(connection, tenant, store.interfaces.c.device_id, numbers, interface_of)


def claims_about(connection: Connection, tenant: str, numbers: set[int]) -> list[links.Claim]:
    """Every resolved claim made by or about these devices."""
    table = store.evidence
    query = select(table).where(table.c.tenant == tenant, table.c.remote_device_id.is_not(None))
    rows = {
        row.id: evidence_of(row)
        for column in (table.c.device_id, table.c.remote_device_id)
        for row in store.inside(connection, query, column, numbers)
    }
    involved = {row.device_id for row in rows.values()}
    involved |= {row.remote_device_id for row in rows.values() if row.remote_device_id}
    held = _interfaces_of(connection, tenant, involved)
    by_id = {port.id: port for owned in held.values() for port in owned}
    devices = store.devices.c
    inspected = store.grouped(
        connection, tenant, devices.id, involved, lambda row: row.inspected_at, devices.inspected_at
    )
    crowded = _crowded_ports(rows.values())
    return [
        _claim(row, by_id, next(iter(inspected.get(row.device_id, ())), None))
        for row in rows.values()
        if not (row.kind is EvidenceKind.FDB and row.interface_id in crowded)
    ]


def _crowded_ports(rows: Iterable[Evidence]) -> set[int]:
    """Ports where MACs of several known devices were learned: none of them need be next door."""
    behind: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.kind is EvidenceKind.FDB and row.interface_id and row.remote_device_id:
            behind[row.interface_id].add(row.remote_device_id)
    return {port for port, devices in behind.items() if len(devices) > 1}


def _claim(
    row: Evidence, by_id: dict[Any, Interface], inspected_at: datetime | None
) -> links.Claim:
    port = by_id.get(row.interface_id)
    remote = by_id.get(row.remote_interface_id)
    return links.Claim(
        kind=row.kind,
        a=row.device_id,
        a_port=None if port is None else int(port.id),
        b=row.remote_device_id or 0,
        b_port=None if remote is None else int(remote.id),
        is_fresh=inspected_at is None or row.seen_at >= inspected_at,
        seen_at=row.seen_at,
        is_point_to_point=_alone_together(port, remote),
        on_logical=(port is not None and ports.is_logical(port))
        or (remote is not None and ports.is_logical(remote)),
    )


def _alone_together(one: Interface | None, other: Interface | None) -> bool:
    """Both interfaces have an address in the same subnet of at most two usable ones."""
    if one is None or other is None:
        return False
    nets = [ip_interface(text).network for text in one.addresses]
    others = {ip_interface(text).network for text in other.addresses}
    return any(net in others and net.max_prefixlen - net.prefixlen in (1, 2) for net in nets)


def relink(connection: Connection, tenant: str, numbers: set[int], at: datetime) -> set[int]:
    """Compute the links of these devices anew; the answer is the devices where one changed."""
    around = _with_partners(connection, tenant, numbers)
    decisions = register.standing_about(connection, tenant, around)
    claims = [*claims_about(connection, tenant, around), *decided.claims(decisions)]
    computed = [
        one
        for one in decided.without_rejected(links.compute(claims), decisions)
        if {one.a, one.b} & numbers
    ]
    table = store.links
    kept = {row.id: row for row in _links_of(connection, tenant, numbers)}
    updates, new, withdrawn = links.match_kept([_kept(row) for row in kept.values()], computed)
    speeds = _speeds(connection, tenant, computed)
    said = decided.speeds(decisions)
    changes = []
    touched: set[int] = set()
    for number, link in updates.items():
        values = _link_values(link, speeds, said)
        if any(getattr(kept[number], name) != value for name, value in values.items()):
            changes.append({"id": number, **values})
            if values["score"] != kept[number].score or values["kinds"] != kept[number].kinds:
                touched |= {link.a, link.b}
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[
            {
                "a_device": one.a,
                "b_device": one.b,
                "first_seen": at,
                **_link_values(one, speeds, said),
            }
            for one in new
        ],
        change=changes,
        remove=withdrawn,
    )
    for one in new:
        touched |= {one.a, one.b}
    for number in withdrawn:
        touched |= {kept[number].a_device, kept[number].b_device}
    _note(connection, tenant, kept, numbers, at, changed=bool(new or changes or withdrawn))
    return touched


def _note(
    connection: Connection,
    tenant: str,
    before: Mapping[int, Any],
    numbers: set[int],
    at: datetime,
    *,
    changed: bool,
) -> None:
    """Write the history of these devices' links. That a link was seen again is none."""
    if not changed:
        return
    was = {number: link_facts(row) for number, row in before.items()}
    now = {row.id: link_facts(row) for row in _links_of(connection, tenant, numbers)}
    noted = [
        (Subject.LINK, number, was.get(number), now.get(number)) for number in sorted({*was, *now})
    ]
    past.note(connection, tenant, at, noted)


def _links_of(connection: Connection, tenant: str, numbers: set[int]) -> Iterable[Any]:
    table = store.links
    query = select(table).where(table.c.tenant == tenant)
    found = {
        row.id: row
        for column in (table.c.a_device, table.c.b_device)
        for row in store.inside(connection, query, column, numbers)
    }
    return found.values()


def _with_partners(connection: Connection, tenant: str, numbers: set[int]) -> set[int]:
    """The devices and those they speak of or are spoken of by: who else uses a port matters."""
    table = store.evidence.c
    pairs = select(table.device_id, table.remote_device_id).where(
        and_(table.tenant == tenant, table.remote_device_id.is_not(None))
    )
    found = set(numbers)
    for column in (table.device_id, table.remote_device_id):
        for row in store.inside(connection, pairs.distinct(), column, numbers):
            found |= {row.device_id, row.remote_device_id}
    return found


def _kept(row: Any) -> links.Kept:
    return links.Kept(row.id, row.a_device, row.a_interface, row.b_device, row.b_interface)


def _link_values(
    link: links.Computed, speeds: dict[int, int], said: Mapping[Ends, int]
) -> dict[str, Any]:
    told = [speeds[port] for port in (link.a_port, link.b_port) if port and speeds.get(port)]
    by_hand = said.get((link.a, link.a_port, link.b, link.b_port), 0)
    return {
        "a_interface": link.a_port,
        "b_interface": link.b_port,
        "score": link.score,
        "kinds": [str(kind) for kind in link.kinds],
        "speed_bps": min(told, default=by_hand),
        "last_seen": link.last_seen,
    }


def _speeds(
    connection: Connection, tenant: str, computed: Iterable[links.Computed]
) -> dict[int, int]:
    wanted = {port for link in computed for port in (link.a_port, link.b_port) if port}
    table = store.interfaces.c
    query = select(table.id, table.speed_bps).where(table.tenant == tenant)
    return {row.id: row.speed_bps for row in store.inside(connection, query, table.id, wanted)}
