"""What polling reads of the inventory and writes back: a few columns, of many devices.

A fleet has half a million interfaces. Reading them as `Interface` costs a gigabyte and half a
minute, and a collector is to start anew within seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, cast, func, select

from noc_console.services.inventory import past, store
from noc_console.services.inventory.model import (
    Device,
    Reachability,
    Sensor,
)
from noc_console.services.inventory.pollable import Pollable, PortAddresses, PortFact
from noc_console.services.inventory.rows import device_of, sensor_of, site_of

_DECIDES = ("id", "address", "port", "credential_id", "type", "name", "site_id", "inspected_at")
"""Columns of a device that decide how it is polled."""


def pollable(connection: Connection, tenant: str, device_ids: Collection[int]) -> Pollable:
    """These devices with their interfaces, sensors and sites."""
    mine = select(store.sites).where(store.sites.c.tenant == tenant)
    sites = map(site_of, connection.execute(mine))
    return Pollable(
        devices=tuple(_devices(connection, tenant, device_ids)),
        ports=tuple(_ports(connection, tenant, device_ids)),
        sensors=tuple(_sensors(connection, tenant, device_ids)),
        site_names={site.id: site.name for site in sites},
    )


def signs(connection: Connection, tenant: str) -> dict[int, int]:
    """A number for each device that changes when it is to be polled another way.

    Cheap: two passes over indexes, nothing of an interface becomes an object. It is the same
    within this process only.
    """
    ports: dict[int, tuple[Any, ...]] = {
        row[0]: tuple(row)
        for row in connection.execute(
            select(
                store.interfaces.c.device_id,
                func.count(),
                func.sum(store.interfaces.c.if_index),
            )
            .where(store.interfaces.c.tenant == tenant)
            .group_by(store.interfaces.c.device_id)
        )
    }
    columns = [store.devices.c[name] for name in _DECIDES]
    asked = select(*columns).where(store.devices.c.tenant == tenant)
    return {row.id: hash((tuple(row), ports.get(row.id))) for row in connection.execute(asked)}


def port_addresses(connection: Connection, tenant: str) -> tuple[PortAddresses, ...]:
    """Interfaces that have addresses, by device: of a fleet's most have none."""
    table = store.interfaces
    query = (
        select(table.c.device_id, table.c.addresses)
        .where(table.c.tenant == tenant, cast(table.c.addresses, String) != "[]")
        .order_by(table.c.device_id, table.c.id)
    )
    return tuple(
        PortAddresses(row.device_id, tuple(row.addresses)) for row in connection.execute(query)
    )


def set_reachabilities(
    connection: Connection,
    tenant: str,
    found: Mapping[int, tuple[Reachability, datetime]],
    now: datetime,
) -> list[int]:
    """Write what is new among these words; the ids of the devices it was new of, ascending."""
    table = store.devices
    query = select(table.c.id, table.c.reachability, table.c.last_seen)
    query = query.where(table.c.tenant == tenant)
    rows = []
    for known in store.inside(connection, query, table.c.id, found):
        reachability, at = found[known.id]
        if known.reachability != reachability:
            rows.append(
                {
                    "id": known.id,
                    "reachability": reachability,
                    "reachability_since": at,
                    "last_seen": at if reachability is Reachability.UP else known.last_seen,
                }
            )
    change_devices(connection, tenant, rows, now)
    return [row["id"] for row in rows]


def change_devices(
    connection: Connection, tenant: str, rows: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Change rows of devices, and note it in their history."""
    before = past.devices_now(connection, tenant, [row["id"] for row in rows])
    store.upsert_all(connection, store.devices, tenant, change=rows)
    past.note_devices(connection, tenant, now, before)


def _devices(connection: Connection, tenant: str, ids: Collection[int]) -> Iterator[Device]:
    table = store.devices
    query = select(table).where(table.c.tenant == tenant)
    return map(device_of, store.inside(connection, query, table.c.id, ids))


def _sensors(connection: Connection, tenant: str, ids: Collection[int]) -> Iterator[Sensor]:
    table = store.sensors
    query = select(table).where(table.c.tenant == tenant).order_by(table.c.device_id, table.c.id)
    return map(sensor_of, store.inside(connection, query, table.c.device_id, ids))


def _ports(connection: Connection, tenant: str, ids: Collection[int]) -> Iterator[PortFact]:
    table = store.interfaces
    linked = _linked(connection, tenant, ids)
    columns = ("device_id", "id", "if_index", "name", "speed_bps", "oper_status", "has_hc")
    more = ("alias", "type")
    query = (
        select(*(table.c[name] for name in (*columns, *more)))
        .where(table.c.tenant == tenant)
        .order_by(table.c.device_id, table.c.id)
    )

    def fact(row: Row[Any]) -> PortFact:
        device, number, index, name, speed, status, has_hc, alias, type_ = tuple(row)
        # The same few hundred names again and again, in all the fleet.
        named = sys.intern(str(name))
        is_linked = number in linked
        return PortFact(
            device, number, index, named, speed, status, has_hc, is_linked, str(alias), type_
        )

    return map(fact, store.inside(connection, query, table.c.device_id, ids))


def _linked(connection: Connection, tenant: str, ids: Collection[int]) -> set[int]:
    table = store.links
    ends: set[int] = set()
    for device, port in (
        (table.c.a_device, table.c.a_interface),
        (table.c.b_device, table.c.b_interface),
    ):
        query = select(port).where(table.c.tenant == tenant, port.is_not(None))
        ends.update(int(row[0]) for row in store.inside(connection, query, device, ids))
    return ends
