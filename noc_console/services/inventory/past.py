"""The history of the network: written with every change, in its transaction, and never altered.

A state of the past is found from today's by going back: a subject was what its first change
after that moment says it was before, or, without one, what it is now. So nothing needs to be
written of what never changes, and a long history costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

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
from noc_console.services.inventory.rows import device_of, interface_of, link_of

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


async def times(tx: Tx, start: datetime, end: datetime, limit: int) -> tuple[datetime, ...]:
    """When something changed, for a histogram: not what."""
    query = (
        select(changes.c.at)
        .where(changes.c.tenant == tx.actor.tenant, changes.c.at > start, changes.c.at <= end)
        .order_by(changes.c.at)
        .limit(limit)
    )
    return await tx.rows(query, lambda row: row.at)


def _as_of(connection: Connection, tenant: str, at: datetime) -> Bygone:
    undone = _undone(connection, tenant, at)
    table = store.devices
    devices = {
        row.id: device_of(row)
        for row in connection.execute(
            select(table).where(table.c.tenant == tenant).order_by(table.c.name)
        )
    }
    for (subject, number), facts in undone.items():
        if subject != Subject.DEVICE:
            continue
        if facts is None:
            devices.pop(number, None)
        else:
            devices[number] = device_as(facts, number, devices.get(number))
    links = _links(connection, tenant, undone)
    ends = {end for link in links for end in (link.a_interface, link.b_interface) if end}
    ports = store.interfaces
    query = select(ports).where(ports.c.tenant == tenant)
    held = []
    for row in store.inside(connection, query, ports.c.id, ends):
        port = interface_of(row)
        facts = undone.get((Subject.PORT, row.id))
        held.append(port if facts is None else port_as(facts, port))
    return Bygone(tuple(devices.values()), links, tuple(held))


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
