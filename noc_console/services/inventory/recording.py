"""Folding one inspection into the inventory: the same box found again, its parts matched.

Everything here runs on one connection inside one transaction (`Tx.work`). Nothing is
deleted: a part the device no longer has keeps its row and its last time of sight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from noc_console.services.inventory import past, rows, store
from noc_console.services.inventory.model import (
    Device,
    Inspected,
    Interface,
    OperStatus,
    Reachability,
    SeenInterface,
    SeenSensor,
    State,
)
from noc_console.services.inventory.rules import identity, neighbours, parts, places, terms
from noc_console.services.inventory.rules.identity import Identity

LONGEST = 4000
"""Characters kept of a text with lines; of others `clean` keeps 255."""
MOST_DOCUMENT = 1_000_000
"""Characters kept of one section of findings; whoever hands it in bounds its rows before."""
MOST_MACS = 200
"""Interface MACs compared per device: enough to tell, whatever a virtual switch has."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What folding in a device did."""

    device_id: int
    is_new: bool
    changed: tuple[str, ...]
    """What is different now, in words for the journal."""
    status_changes: tuple[tuple[int, int], ...] = ()
    """Interface id and its new status."""
    restored: bool = False
    """It answers again, or for the first time."""
    part_changes: tuple[parts.Change, ...] = ()


def clean(text: str, limit: int = 255) -> str:
    """Device text fit for a column: no NUL (PostgreSQL refuses it), no half characters, not
    endless.
    """
    return text.replace("\x00", "")[:limit].encode("utf-8", "replace").decode()


def fit(seen: Inspected) -> Inspected:
    """The device's own words fit for columns and for looking it up by them."""
    told = {field.name: getattr(seen, field.name) for field in fields(seen)}
    texts: dict[str, Any] = {
        name: clean(value, LONGEST if name == "sys_descr" else 255)
        for name, value in told.items()
        if type(value) is str
    }
    return replace(seen, **texts, port=seen.port if 0 <= seen.port <= 65_535 else 0)


_MOST = {"if_index": 2**32 - 1, "type": 2**31 - 1, "speed_bps": 2**63 - 1, "mtu": 2**63 - 1}


def _bounded(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers that fit their columns; one that does not is a lie, and kept as 0."""
    return values | {name: 0 for name, most in _MOST.items() if not 0 <= values[name] <= most}


def identity_of(seen: Inspected) -> Identity:
    """What tells the inspected box from others."""
    own = {address.split("/")[0] for port in seen.interfaces for address in port.addresses}
    return Identity(
        name=seen.name,
        serial=seen.serial,
        engine_id=seen.engine_id,
        chassis_mac=seen.chassis_mac,
        sys_object_id=seen.sys_object_id,
        contacts=frozenset({(seen.address, seen.port)}),
        addresses=_trusted({seen.address, *own}),
        macs=frozenset([port.mac for port in seen.interfaces if port.mac][:MOST_MACS]),
        is_managed=seen.credential_id is not None,
    )


def _trusted(addresses: set[str]) -> frozenset[str]:
    return frozenset(filter(None, map(identity.trusted_address, addresses)))


def who_is_it(
    connection: Connection, tenant: str, seen: Identity
) -> tuple[int | None, identity.Verdict]:
    """The known device that this is, or None; and why."""
    numbers = _candidates(connection, tenant, seen)
    return identity.best(seen, _identities(connection, tenant, numbers))


def _candidates(connection: Connection, tenant: str, seen: Identity) -> set[int]:
    """Devices that share any signal worth looking at; comparing decides."""
    table = store.devices.c
    signals = [
        table[column] == value
        for column, value in (
            ("serial", identity.trusted_serial(seen.serial)),
            ("engine_id", identity.trusted_engine_id(seen.engine_id)),
            ("chassis_mac", identity.trusted_mac(seen.chassis_mac)),
            ("name_key", neighbours.name_key(seen.name)),
        )
        if value
    ]
    found: set[int] = set()
    if signals:
        query = select(table.id).where(table.tenant == tenant, or_(*signals))
        found |= {row.id for row in connection.execute(query)}
    places_ = store.addresses.c
    query = select(places_.device_id).where(places_.tenant == tenant)
    heard = {*seen.addresses, *(address for address, _ in seen.contacts)}
    found |= {row[0] for row in store.inside(connection, query, places_.address, heard)}
    macs = {identity.trusted_mac(mac) for mac in (*seen.macs, seen.chassis_mac)} - {""}
    ports = store.interfaces.c
    query = select(ports.device_id).where(ports.tenant == tenant)
    found |= {row[0] for row in store.inside(connection, query, ports.mac, macs)}
    query = select(table.id).where(table.tenant == tenant)
    return found | {row.id for row in store.inside(connection, query, table.chassis_mac, macs)}


def _identities(
    connection: Connection, tenant: str, numbers: set[int]
) -> list[tuple[int, Identity]]:
    known = store.grouped(connection, tenant, store.devices.c.id, numbers, rows.device_of)
    held = store.grouped(
        connection,
        tenant,
        store.addresses.c.device_id,
        numbers,
        lambda row: (row.address, row.port),
    )
    macs = store.grouped(
        connection,
        tenant,
        store.interfaces.c.device_id,
        numbers,
        lambda row: str(row.mac),
        store.interfaces.c.mac,
    )
    return [
        (
            number,
            Identity(
                name=device.name,
                serial=device.serial,
                engine_id=device.engine_id,
                chassis_mac=device.chassis_mac,
                sys_object_id=device.sys_object_id,
                contacts=frozenset(pair for pair in held.get(number, ()) if pair[1]),
                addresses=_trusted({address for address, _ in held.get(number, ())}),
                macs=frozenset(filter(None, macs.get(number, ()))),
                is_managed=device.is_managed,
            ),
        )
        for number, (device,) in known.items()
    ]


def fold_in(connection: Connection, tenant: str, seen: Inspected, now: datetime) -> Recorded:
    """Add the device or bring the known one up to date, with its addresses, ports and sensors."""
    store.one_recorder_at_a_time(connection, tenant)
    number, _ = who_is_it(connection, tenant, identity_of(seen))
    known = None if number is None else _device(connection, tenant, number)
    values = _device_values(connection, tenant, seen, known)
    before = past.devices_now(connection, tenant, () if known is None else (known.id,))
    if known is None:
        values |= {"first_seen": seen.at, "tenant": tenant}
        statement = store.devices.insert().values(**values).returning(store.devices.c.id)
        number = int(connection.execute(statement).scalar_one())
        changed: tuple[str, ...] = ("added",)
    else:
        number = int(known.id)
        changed = _differences(known, values)
        store.upsert_all(connection, store.devices, tenant, change=[{"id": number, **values}])
    past.note_devices(connection, tenant, now, before, number)
    _keep_addresses(connection, tenant, number, seen)
    status_changes: tuple[tuple[int, int], ...] = ()
    part_changes: tuple[parts.Change, ...] = ()
    if seen.credential_id is not None:
        ports = past.ports_now(connection, tenant, device_id=number)
        status_changes = _keep_interfaces(connection, tenant, number, seen)
        past.note_ports(connection, tenant, now, ports, device_id=number)
        _keep_sensors(connection, tenant, number, seen)
        part_changes = _keep_sections(connection, tenant, number, seen)
    index_words(connection, tenant, number)
    return Recorded(
        device_id=number,
        is_new=known is None,
        changed=changed,
        status_changes=status_changes,
        part_changes=part_changes,
        restored=seen.credential_id is not None
        and (known is None or known.reachability is not Reachability.UP),
    )


def _device(connection: Connection, tenant: str, number: int) -> Device:
    query = select(store.devices).where(
        store.devices.c.tenant == tenant, store.devices.c.id == number
    )
    return rows.device_of(connection.execute(query).one())


def _device_values(
    connection: Connection, tenant: str, seen: Inspected, known: Device | None
) -> dict[str, Any]:
    """The columns of the device's row. Hearsay changes nothing a device said itself."""
    if seen.credential_id is None and known is not None:
        return {"last_seen": known.last_seen if known.is_managed else seen.at}
    name = clean(seen.name.strip()) or seen.address
    place = places.parse(seen.location)
    was_up = known is not None and known.reachability is Reachability.UP
    is_up = seen.credential_id is not None
    moved = known is None or not known.is_managed or not known.address
    return {
        "name": name,
        "name_key": neighbours.name_key(name),
        # A device met again at another address keeps the one it is polled at.
        "address": seen.address if known is None or moved else known.address,
        "port": seen.port if known is None or moved else known.port,
        "credential_id": seen.credential_id
        if known is None or moved or (known.address, known.port) == (seen.address, seen.port)
        else known.credential_id,
        "type": seen.type,
        "vendor": clean(seen.vendor),
        "platform": clean(seen.platform),
        "model": clean(seen.model),
        "version": clean(seen.version),
        "serial": clean(seen.serial),
        "sys_object_id": clean(seen.sys_object_id),
        "sys_descr": clean(seen.sys_descr, LONGEST),
        "location": clean(seen.location),
        "contact": clean(seen.contact),
        "engine_id": clean(seen.engine_id),
        "chassis_mac": identity.normal_mac(seen.chassis_mac),
        "site_id": (known.site_id if known else None)
        if place is None
        else store.site_id_of(connection, tenant, place.name, place.latitude, place.longitude),
        "reachability": Reachability.UP if is_up else Reachability.UNKNOWN,
        "reachability_since": known.reachability_since if known and was_up else seen.at,
        "booted_at": seen.booted_at,
        "last_seen": seen.at,
        "inspected_at": seen.at if is_up else None,
    }


_TOLD = ("name", "type", "vendor", "platform", "model", "version", "serial", "location", "site_id")


def _differences(known: Device, values: dict[str, Any]) -> tuple[str, ...]:
    changed = [what for what in _TOLD if what in values and values[what] != getattr(known, what)]
    if "credential_id" in values and not known.is_managed:
        changed.append("managed")
    return tuple(changed)


def _keep_addresses(connection: Connection, tenant: str, number: int, seen: Inspected) -> None:
    wanted = {(seen.address, seen.port)} if seen.address else set()
    own = {address.split("/")[0] for port in seen.interfaces for address in port.addresses}
    wanted |= {(address, 0) for address in own}
    table = store.addresses
    known = {
        (row.address, row.port): row.id
        for row in store.rows_where(connection, table, tenant, table.c.device_id == number)
    }
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[
            {"device_id": number, "address": address, "port": port, "last_seen": seen.at}
            for address, port in sorted(wanted - known.keys())
        ],
        change=[
            {"id": known[pair], "last_seen": seen.at} for pair in sorted(wanted & known.keys())
        ],
        # An address that went to another interface or away no longer tells who this is.
        remove=[
            row_id
            for (address, port), row_id in known.items()
            if port == 0 and seen.interfaces and (address, port) not in wanted
        ],
    )


def pair_interfaces(
    known: Sequence[Interface], seen: Sequence[SeenInterface]
) -> tuple[list[tuple[Interface, SeenInterface]], list[SeenInterface], list[Interface]]:
    """Known and seen interfaces that are the same one, those that are new, those that are gone.

    Names are surer than ifIndex, which some devices deal out anew at every start; an index
    decides only for interfaces whose name is not unique or changed on the same MAC.
    """
    names = Counter(port.name for port in seen)
    by_name = {port.name: port for port in known if port.name}
    known_names = Counter(port.name for port in known)
    pairs, left, taken = [], [], set()
    for port in seen:
        old = by_name.get(port.name)
        if old is not None and names[port.name] == 1 and known_names[port.name] == 1:
            pairs.append((old, port))
            taken.add(old.id)
        else:
            left.append(port)
    by_index = {port.index: port for port in known if port.index and port.id not in taken}
    new = []
    for port in left:
        old = by_index.get(port.index)
        if old is not None and (
            old.name == port.name or (old.mac == port.mac and old.type == port.type)
        ):
            pairs.append((old, port))
            taken.add(old.id)
        else:
            new.append(port)
    return pairs, new, [port for port in known if port.id not in taken]


def _keep_interfaces(
    connection: Connection, tenant: str, number: int, seen: Inspected
) -> tuple[tuple[int, int], ...]:
    table = store.interfaces
    held = store.rows_where(connection, table, tenant, table.c.device_id == number)
    known = [rows.interface_of(row) for row in held]
    if not seen.interfaces:
        return ()
    pairs, new, gone = pair_interfaces(known, seen.interfaces)
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[{"device_id": number, **_interface_values(port, seen.at)} for port in new],
        change=[{"id": old.id, **_interface_values(port, seen.at)} for old, port in pairs],
    )
    store.upsert_all(
        connection,
        table,
        tenant,
        change=[
            {"id": old.id, "if_index": 0, "oper_status": OperStatus.NOT_PRESENT}
            for old in gone
            if old.index
        ],
    )
    changes = [(old.id, int(p.oper_status)) for old, p in pairs if old.oper_status != p.oper_status]
    changes += [(old.id, int(OperStatus.NOT_PRESENT)) for old in gone if old.index]
    return tuple(changes)


def _interface_values(port: SeenInterface, at: datetime) -> dict[str, Any]:
    values = {
        "if_index": port.index,
        "name": clean(port.name) or str(port.index),
        "descr": clean(port.descr),
        "alias": clean(port.alias),
        "type": port.type,
        "speed_bps": port.speed_bps,
        "mtu": port.mtu,
        "mac": identity.normal_mac(port.mac),
        "admin_up": port.admin_up,
        "oper_status": int(port.oper_status),
        "has_hc": port.has_hc,
        "addresses": list(port.addresses),
        "last_change": port.last_change,
        "last_seen": at,
        "lag_index": port.lag_index,
    }
    return _bounded(values)


def _keep_sensors(connection: Connection, tenant: str, number: int, seen: Inspected) -> None:
    table, ports = store.sensors, store.interfaces
    known = {
        (row.kind, row.oid): row.id
        for row in store.rows_where(connection, table, tenant, table.c.device_id == number)
    }
    by_index = {
        row.if_index: row.id
        for row in store.rows_where(connection, ports, tenant, ports.c.device_id == number)
        if row.if_index
    }
    wanted = {
        (sensor.kind.value, clean(sensor.oid, LONGEST)): _sensor_values(sensor, by_index, seen.at)
        for sensor in seen.sensors
    }
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[
            {"device_id": number, "kind": key[0], "oid": key[1], **row}
            for key, row in wanted.items()
            if key not in known
        ],
        change=[{"id": known[key], **row} for key, row in wanted.items() if key in known],
    )


def _sensor_values(sensor: SeenSensor, by_index: Mapping[int, int], at: datetime) -> dict[str, Any]:
    return {
        "name": clean(sensor.name),
        "scale": sensor.scale,
        "states": [_state(one) for one in sensor.states],
        "interface_id": by_index.get(sensor.if_index or 0),
        "low": sensor.low,
        "high": sensor.high,
        "is_logarithmic": sensor.is_logarithmic,
        "last_seen": at,
        "offset": sensor.offset,
        "whole_oid": sensor.whole_oid,
        "rest_oid": sensor.rest_oid,
        "is_rest": sensor.is_rest,
        "warn_low": sensor.warn_low,
        "warn_high": sensor.warn_high,
        "group": clean(sensor.group),
        "entity_index": sensor.entity_index,
        "less": [list(part) for part in sensor.less],
        "decoding": sensor.decoding.as_json(),
    }


def _state(told: tuple[int, int] | State) -> list[int | str]:
    return [told[0], told[1], clean(told[2]) if len(told) == 3 else ""]


def _keep_sections(
    connection: Connection, tenant: str, number: int, seen: Inspected
) -> tuple[parts.Change, ...]:
    """The documents of this inspection instead of the last one's; what changed of the parts."""
    table = store.findings
    known = {
        row.section: row
        for row in store.rows_where(connection, table, tenant, table.c.device_id == number)
    }
    before = parts.read(known[store.PARTS].document) if store.PARTS in known else ()
    wanted = {one.name: clean(one.document, MOST_DOCUMENT) for one in seen.sections}
    now = parts.merged(before, seen.parts)
    if now:
        wanted[store.PARTS] = parts.written(now)
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[
            {"device_id": number, "section": name, "document": document, "at": seen.at}
            for name, document in wanted.items()
            if name not in known
        ],
        change=[
            {"id": known[name].id, "document": document, "at": seen.at}
            for name, document in wanted.items()
            if name in known
        ],
        remove=[
            row.id for name, row in known.items() if name not in wanted and name != store.PARTS
        ],
    )
    return parts.changes(before, seen.parts)


def index_words(connection: Connection, tenant: str, number: int) -> None:
    """Bring the search words of a device and its interfaces up to date."""
    device = _device(connection, tenant, number)
    held, ports = store.addresses, store.interfaces
    own = {
        row.address
        for row in store.rows_where(connection, held, tenant, held.c.device_id == number)
    }
    wanted: set[tuple[str, str, int | None, str, str]] = {
        (word, "device", None, device.name, _about(device))
        for word in terms.device_words(
            device.name, (), device.serial, device.chassis_mac, device.engine_id
        )
    }
    wanted |= {
        (address, "address", None, f"{device.name} · {address}", _about(device)) for address in own
    }
    for row in store.rows_where(connection, ports, tenant, ports.c.device_id == number):
        port = rows.interface_of(row)
        title = clean(f"{device.name} · {port.label}")
        wanted |= {
            (word, "interface", port.id, title, port.descr)
            for word in (*terms.words_of(port.name), *terms.words_of(port.alias))
        }
        wanted |= {(word, "mac", port.id, title, port.mac) for word in terms.mac_words(port.mac)}
    table = store.terms
    known = {
        (row.term, row.kind, row.interface_id, row.title, row.detail): row.id
        for row in store.rows_where(connection, table, tenant, table.c.device_id == number)
    }
    store.upsert_all(
        connection,
        table,
        tenant,
        add=[
            {
                "device_id": number,
                "term": term,
                "kind": kind,
                "interface_id": interface_id,
                "title": title,
                "detail": detail,
            }
            for term, kind, interface_id, title, detail in wanted - known.keys()
        ],
        remove=[row_id for key, row_id in known.items() if key not in wanted],
    )


def _about(device: Device) -> str:
    words = (device.vendor, device.model, device.address)
    return clean(" · ".join(word for word in words if word))
