"""The interfaces links stand on, and the light they receive: what a map needs, and no more.

A network has half a million interfaces and some thousand links.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, func, or_, select, union

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.link_ends import LightSensor, LinkPort
from noc_console.services.inventory.model import (
    DeviceId,
    InterfaceId,
    OperStatus,
    SensorId,
    SensorKind,
)

_RECEIVED = ("rx", "receive", "input")


async def link_ports(tx: Tx) -> tuple[LinkPort, ...]:
    """Every interface a link ends at."""
    table, tenant = store.interfaces, tx.actor.tenant
    columns = (
        table.c.id,
        table.c.device_id,
        table.c.name,
        table.c.speed_bps,
        table.c.oper_status,
        table.c.type,
        table.c.if_index,
        table.c.lag_index,
    )
    query = select(*columns).where(table.c.tenant == tenant, table.c.id.in_(_ends(tenant)))
    return await tx.rows(query, _port)


async def light_sensors(tx: Tx) -> tuple[LightSensor, ...]:
    """The optical receivers of those interfaces; one for each lane."""
    table, tenant = store.sensors, tx.actor.tenant
    name = func.lower(table.c.name)
    query = select(table.c.id, table.c.interface_id, table.c.low, table.c.high).where(
        table.c.tenant == tenant,
        table.c.kind == SensorKind.DBM.value,
        table.c.interface_id.in_(_ends(tenant)),
        or_(*(name.contains(word) for word in _RECEIVED)),
    )
    return await tx.rows(
        query,
        lambda row: LightSensor(SensorId(row.id), InterfaceId(row.interface_id), row.low, row.high),
    )


def _ends(tenant: str) -> Select[Any]:
    links = store.links
    ends = union(
        select(links.c.a_interface.label("id")).where(links.c.tenant == tenant),
        select(links.c.b_interface.label("id")).where(links.c.tenant == tenant),
    ).subquery()
    return select(ends.c.id).where(ends.c.id.is_not(None))


def _port(row: Row[Any]) -> LinkPort:
    return LinkPort(
        id=InterfaceId(row.id),
        device_id=DeviceId(row.device_id),
        name=row.name,
        speed_bps=row.speed_bps,
        oper_status=_STATUSES.get(row.oper_status, OperStatus.UNKNOWN),
        type=row.type,
        index=row.if_index,
        lag_index=row.lag_index,
    )


_STATUSES = {int(status): status for status in OperStatus}
