"""The history of the network: written with every change, in its transaction, and never altered.

A state of the past is found from today's by going back: a subject was what its first change
after that moment says it was before, or, without one, what it is now. So nothing needs to be
written of what never changes, and a long history costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, union

from noc_console.db.database import Tx
from noc_console.services.inventory import store
from noc_console.services.inventory.changes import (
    Bygone,
    Change,
    Facts,
    Subject,
    device_as,
    device_facts,
    link_as,
    port_as,
    port_facts,
)
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Interface,
    InterfaceId,
    Link,
    OperStatus,
    Reachability,
    SiteId,
)
from noc_console.services.inventory.rows import link_of

changes = store.changes

Noted = tuple[Subject, int, Facts | None, Facts | None]
"""A subject, its number, what it was and what it is."""


def note(connection: Connection, tenant: str, at: datetime, noted: Iterable[Noted]) -> None:
    """Write what changed; what is as it was is left out."""
    rows = [
        {
            "tenant": tenant,
            "at": at,
            "subject": subject,
            "subject_id": number,
            "before": before,
            "after": after,
        }
        for subject, number, before, after in noted
        if before != after
    ]
    if rows:
        connection.execute(changes.insert(), rows)


def devices_now(connection: Connection, tenant: str, numbers: Iterable[int]) -> dict[int, Facts]:
    """What these devices are, to be compared with what they will be."""
    table = store.devices
    query = select(table).where(table.c.tenant == tenant)
    rows = store.inside(connection, query, table.c.id, set(numbers))
    return {row.id: device_facts(row) for row in rows}


def note_devices(
    connection: Connection, tenant: str, at: datetime, before: Mapping[int, Facts], *also: int
) -> None:
    """Write how devices differ from what `devices_now` told; `also` are new ones."""
    after = devices_now(connection, tenant, {*before, *also})
    noted = [
        (Subject.DEVICE, number, before.get(number), after.get(number))
        for number in sorted({*before, *after})
    ]
    note(connection, tenant, at, noted)


def ports_now(connection: Connection, tenant: str, *, device_id: int) -> dict[int, Facts]:
    """What the ports of a device are."""
    table = store.interfaces
    columns = (table.c.id, table.c.oper_status, table.c.speed_bps)
    query = select(*columns).where(table.c.tenant == tenant, table.c.device_id == device_id)
    return {row.id: port_facts(row.oper_status, row.speed_bps) for row in connection.execute(query)}


def note_ports(
    connection: Connection,
    tenant: str,
    at: datetime,
    before: Mapping[int, Facts],
    *,
    device_id: int,
) -> None:
    """Write how a device's ports differ from before. A new port has no past to speak of."""
    after = ports_now(connection, tenant, device_id=device_id)
    noted = [
        (Subject.PORT, number, facts, after[number])
        for number, facts in before.items()
        if number in after
    ]
    note(connection, tenant, at, noted)


# Reading


async def since(tx: Tx) -> datetime | None:
    """When the history begins; None before anything happened."""
    mine = select(func.min(changes.c.at)).where(changes.c.tenant == tx.actor.tenant)
    found: datetime | None = await tx.one(mine, lambda row: row[0])
    return found


async def as_of(tx: Tx, at: datetime) -> Bygone:
    """The network as it was when `at` had passed."""
    tenant = tx.actor.tenant
    return await tx.work(lambda connection: _as_of(connection, tenant, at), writes=False)


async def between(tx: Tx, start: datetime, end: datetime, limit: int) -> tuple[Change, ...]:
    """What changed after `start` and up to `end`, oldest first."""
    query = (
        select(changes)
        .where(changes.c.tenant == tx.actor.tenant, changes.c.at > start, changes.c.at <= end)
        .order_by(changes.c.at, changes.c.id)
        .limit(limit)
    )
    return await tx.rows(query, _change)


async def counts(tx: Tx, edges: Sequence[datetime]) -> tuple[int, ...]:
    """How much changed from each of these ascending moments on, before the next."""
    tenant = tx.actor.tenant

    def count(connection: Connection) -> tuple[int, ...]:
        within = (changes.c.tenant == tenant, changes.c.at >= bindparam("after"))
        query = select(func.count()).where(*within, changes.c.at < bindparam("until"))
        return tuple(
            int(connection.execute(query, {"after": after, "until": until}).scalar_one())
            for after, until in pairwise(edges)
        )

    return await tx.work(count, writes=False)


async def nearest(tx: Tx, at: datetime, *, forward: bool) -> datetime | None:
    """When the first change after a moment was, or the last one before it."""
    mine = changes.c.tenant == tx.actor.tenant
    if forward:
        query = select(func.min(changes.c.at)).where(mine, changes.c.at > at)
    else:
        query = select(func.max(changes.c.at)).where(mine, changes.c.at < at)
    found: datetime | None = await tx.one(query, lambda row: row[0])
    return found


def _as_of(connection: Connection, tenant: str, at: datetime) -> Bygone:
    undone = _undone(connection, tenant, at)
    devices = _devices(connection, tenant)
    for (subject, number), facts in undone.items():
        if subject != Subject.DEVICE:
            continue
        if facts is None:
            devices.pop(number, None)
        else:
            devices[number] = device_as(facts, number, devices.get(number))
    links = _links(connection, tenant, undone)
    held = []
    for port in _ports(connection, tenant, links):
        facts = undone.get((Subject.PORT, int(port.id)))
        held.append(port if facts is None else port_as(facts, port))
    return Bygone(tuple(devices.values()), links, tuple(held))


def _devices(connection: Connection, tenant: str) -> dict[int, Device]:
    """Every device with what a map shows of it, and no more: there are thousands."""
    table = store.devices.c
    columns = (
        table.id, table.name, table.type, table.address, table.port, table.site_id,
        table.credential_id, table.reachability,
    )  # fmt: skip
    query = select(*columns).where(table.tenant == tenant).order_by(table.name)
    return {
        row.id: Device(
            DeviceId(row.id),
            row.name,
            row.address,
            row.port,
            DeviceType(row.type),
            site_id=None if row.site_id is None else SiteId(row.site_id),
            credential_id=row.credential_id,
            reachability=Reachability(row.reachability),
        )
        for row in connection.execute(query)
    }


def _ports(connection: Connection, tenant: str, links: Iterable[Link]) -> list[Interface]:
    """The ends of the links: those of today's in one question, others by their ids."""
    ports, table = store.interfaces.c, store.links.c
    columns = (
        ports.id, ports.device_id, ports.if_index, ports.name, ports.type, ports.speed_bps,
        ports.oper_status,
    )  # fmt: skip
    query = select(*columns).where(ports.tenant == tenant)
    of_today = union(
        *(
            select(end).where(table.tenant == tenant)
            for end in (table.a_interface, table.b_interface)
        )
    )
    found = {row.id: _port(row) for row in connection.execute(query.where(ports.id.in_(of_today)))}
    ends = {int(end) for link in links for end in (link.a_interface, link.b_interface) if end}
    missing = ends - found.keys()
    found |= {row.id: _port(row) for row in store.inside(connection, query, ports.id, missing)}
    return [found[end] for end in sorted(ends & found.keys())]


def _port(row: Any) -> Interface:
    return Interface(
        InterfaceId(row.id),
        DeviceId(row.device_id),
        row.if_index,
        row.name,
        type=row.type,
        speed_bps=row.speed_bps,
        oper_status=OperStatus(row.oper_status),
    )


def _links(
    connection: Connection, tenant: str, undone: Mapping[tuple[str, int], Facts | None]
) -> tuple[Any, ...]:
    table = store.links
    order = (table.c.a_device, table.c.b_device, table.c.id)
    links = {
        row.id: link_of(row)
        for row in connection.execute(
            select(table).where(table.c.tenant == tenant).order_by(*order)
        )
    }
    for (subject, number), facts in undone.items():
        if subject != Subject.LINK:
            continue
        if facts is None:
            links.pop(number, None)
        else:
            links[number] = link_as(facts, number)
    return tuple(links.values())


def _undone(
    connection: Connection, tenant: str, at: datetime
) -> dict[tuple[str, int], Facts | None]:
    """What each subject that changed after `at` was before it did."""
    first = (
        select(func.min(changes.c.id))
        .where(changes.c.tenant == tenant, changes.c.at > at)
        .group_by(changes.c.subject, changes.c.subject_id)
    )
    query = select(changes.c.subject, changes.c.subject_id, changes.c.before).where(
        changes.c.id.in_(first)
    )
    return {(row.subject, row.subject_id): row.before for row in connection.execute(query)}


def _change(row: Any) -> Change:
    return Change(row.at, Subject(row.subject), row.subject_id, row.before, row.after)
