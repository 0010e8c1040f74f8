"""Where alarms and their history are kept. Rows go in, alarms come out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    text,
)

from noc_console.db.database import Tx
from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.bulk import (
    add_rows,
    among,
    aside,
    insert_rows,
    next_ids,
    patch_rows,
)
from noc_console.services.alarms.model import (
    EDGES,
    UNBORN,
    Alarm,
    AlarmCounts,
    AlarmId,
    AlarmObject,
    AlarmStep,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.alarms.tables import alarm_steps, alarms

__all__ = ["alarm_steps", "alarms"]


async def take_turns(tx: Tx) -> None:
    """Let one reporter at a time fold its reports in: two collectors may see the same problem.

    SQLite has one writer anyway; PostgreSQL holds this lock until the end of the transaction.
    """

    await tx.work(lock, writes=False)


def lock(connection: Connection) -> None:
    """`take_turns` within a trip to the lane's thread."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('noc.alarms'))"))


async def on_desk(tx: Tx, *, since: datetime, device_id: int | None = None) -> tuple[Alarm, ...]:
    """What stands, and what returned unacknowledged after `since`; worst first, then newest."""
    statement = _of(tx).where(_visible(since)).order_by(*_WORST_FIRST)
    if device_id is not None:
        statement = statement.where(alarms.c.device_id == device_id)
    return await tx.rows(statement, alarm_of)


async def since(tx: Tx, start: datetime) -> tuple[Alarm, ...]:
    """What stands, and whatever cleared after `start`."""
    statement = _of(tx).where(or_(alarms.c.severity > 0, alarms.c.cleared_at >= start))
    return await tx.rows(statement.order_by(alarms.c.last_seen.desc()), alarm_of)


async def standing(tx: Tx) -> tuple[Alarm, ...]:
    """Every alarm whose condition stands."""
    return await tx.rows(_of(tx).where(alarms.c.severity > 0), alarm_of)


async def worst_of(tx: Tx, device_ids: Collection[int]) -> tuple[tuple[int, Severity, int], ...]:
    """Of devices with standing alarms: the device, the worst severity, how many."""

    statement = (
        select(
            alarms.c.device_id,
            func.max(alarms.c.severity).label("worst"),
            func.count().label("many"),
        )
        .where(
            alarms.c.tenant == tx.actor.tenant,
            among(alarms.c.device_id, device_ids),
            alarms.c.severity > 0,
        )
        .group_by(alarms.c.device_id)
    )
    return await tx.rows(statement, _worst)


def _worst(row: Row[Any]) -> tuple[int, Severity, int]:
    return int(row.device_id), Severity(row.worst), int(row.many)


async def by_ids(tx: Tx, ids: Collection[int]) -> tuple[Alarm, ...]:
    """These alarms in the order of their numbers, as far as there are such."""
    return await tx.work(lambda c: numbered(c, tx.actor.tenant, ids), writes=False)


def numbered(connection: Connection, tenant: str, ids: Collection[int]) -> tuple[Alarm, ...]:
    """`by_ids` within a trip to the lane's thread."""
    query = select(alarms).where(aside(alarms.c.tenant, tenant), among(alarms.c.id, ids))
    return tuple(map(alarm_of, connection.execute(query.order_by(alarms.c.id))))


def folded_under(connection: Connection, tenant: str, ids: Collection[int]) -> tuple[Alarm, ...]:
    """What is folded under these alarms, and under those in turn."""
    found: dict[int, Alarm] = {}
    wanted, known = set(ids), set(ids)
    while wanted:
        query = select(alarms).where(alarms.c.tenant == tenant, among(alarms.c.root_id, wanted))
        below = [alarm_of(row) for row in connection.execute(query)]
        wanted = {int(alarm.id) for alarm in below} - known
        known |= wanted
        found |= {int(alarm.id): alarm for alarm in below if int(alarm.id) in wanted}
    return tuple(found.values())


async def about(tx: Tx, keys: Collection[str], *, since: datetime) -> tuple[Alarm, ...]:
    """Alarms of these objects that stand or cleared after `since`, oldest first."""
    return await tx.work(lambda c: of_objects(c, tx.actor.tenant, keys, since=since), writes=False)


def of_objects(
    connection: Connection, tenant: str, keys: Collection[str], *, since: datetime
) -> tuple[Alarm, ...]:
    """`about` within a trip to the lane's thread."""
    alive = or_(alarms.c.severity > 0, alarms.c.cleared_at >= since)
    query = select(alarms).where(alarms.c.tenant == tenant, among(alarms.c.object, keys), alive)
    return tuple(map(alarm_of, connection.execute(query.order_by(alarms.c.id))))


def to_tidy(connection: Connection, tenant: str, at: datetime) -> tuple[Alarm, ...]:
    """What the passing of time may change: flapping, what flapping suppressed, and what is
    shelved until `at`.
    """
    found: dict[int, Alarm] = {}
    # Each by an index of its own: all at once would go through every alarm there ever was.
    for due in (
        (alarms.c.condition == Condition.FLAPPING.value, alarms.c.severity > 0),
        (alarms.c.suppressed.is_(True), alarms.c.suppressed_by == ""),
        (alarms.c.shelved_until <= at,),
    ):
        query = select(alarms).where(alarms.c.tenant == tenant, *due)
        found |= {int(row.id): alarm_of(row) for row in connection.execute(query)}
    return tuple(found[number] for number in sorted(found))


async def top(tx: Tx, *, since: datetime, limit: int) -> tuple[Alarm, ...]:
    """The worst of what nobody acknowledged and nothing explains, put-aside ones left out."""
    heard = and_(alarms.c.suppressed.is_(False), alarms.c.shelved_until.is_(None))
    query = _of(tx).where(
        _visible(since), heard, alarms.c.root_id.is_(None), alarms.c.acked_by.is_(None)
    )
    worst = query.order_by(alarms.c.severity.desc(), alarms.c.first_seen.desc())
    return await tx.rows(worst.limit(limit), alarm_of)


async def put_aside(tx: Tx) -> tuple[Alarm, ...]:
    """What stands shelved or suppressed, worst first."""
    aside = or_(alarms.c.suppressed.is_(True), alarms.c.shelved_until.isnot(None))
    return await tx.rows(
        _of(tx).where(alarms.c.severity > 0, aside).order_by(*_WORST_FIRST), alarm_of
    )


async def counts(tx: Tx, *, since: datetime) -> AlarmCounts:
    """Totals of the desk in one query."""
    heard = and_(alarms.c.suppressed.is_(False), alarms.c.shelved_until.is_(None))
    alone = alarms.c.root_id.is_(None)

    def total(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    worst_first = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)
    totals: list[ColumnElement[Any]] = [
        total(and_(alone, alarms.c.severity == severity)) for severity in worst_first
    ]
    totals.append(total(and_(alone, alarms.c.acked_by.is_(None))))
    totals.append(total(and_(alarms.c.root_id.isnot(None), alarms.c.severity > 0)))
    statement = select(*totals).where(alarms.c.tenant == tx.actor.tenant, _visible(since), heard)
    return await tx.one(statement, lambda row: AlarmCounts(*map(int, row))) or AlarmCounts()


async def steps(tx: Tx, alarm_id: int) -> tuple[AlarmStep, ...]:
    """An alarm's history, oldest first."""
    statement = (
        select(alarm_steps)
        .where(alarm_steps.c.tenant == tx.actor.tenant, alarm_steps.c.alarm_id == alarm_id)
        # What was done while the store was away arrived later than it happened.
        .order_by(alarm_steps.c.at, alarm_steps.c.id)
    )
    return await tx.rows(statement, _alarm_step)


def edges(
    connection: Connection, tenant: str, ids: Collection[int], *, since: datetime
) -> dict[int, tuple[int, datetime]]:
    """Raises and clears of each alarm after `since`: how many, and when the last one was."""
    told = [alarm_steps.c.alarm_id, func.count(), func.max(alarm_steps.c.at)]
    query = (
        select(*told)
        .where(
            aside(alarm_steps.c.tenant, tenant),
            among(alarm_steps.c.alarm_id, ids),
            alarm_steps.c.at >= since,
            alarm_steps.c.what.in_(EDGES),
        )
        .group_by(alarm_steps.c.alarm_id)
    )
    rows = connection.execute(query)
    return {int(alarm_id): (int(count), last) for alarm_id, count, last in rows}


async def save(
    tx: Tx, changed: Sequence[Alarm], before: Sequence[Alarm | None] = ()
) -> tuple[Alarm, ...]:
    """Write new and changed alarms; new ones come back with their ids, in the same order.

    Of those whose state `before` is known only what differs is written.
    """
    if not changed:
        return ()
    tenant = tx.actor.tenant
    return await tx.work(lambda c: put(c, tenant, changed, before), writes=True)


def put(
    connection: Connection,
    tenant: str,
    changed: Sequence[Alarm],
    before: Sequence[Alarm | None] = (),
) -> tuple[Alarm, ...]:
    """`save` within a trip to the lane's thread."""
    if not changed:
        return ()
    lock(connection)
    rev = 1 + (connection.scalar(_newest(tenant)) or 0)
    new = [alarm for alarm in changed if alarm.id == UNBORN]
    ids = iter(_insert(connection, tenant, new, rev))
    patches = (
        (int(alarm.id), (*_difference(old, alarm), ("rev", rev)))
        for alarm, old in zip(changed, before or [None] * len(changed), strict=True)
        if alarm.id != UNBORN
    )
    patch_rows(connection, alarms, patches)
    return tuple(
        replace(alarm, id=next(ids), rev=rev) if alarm.id == UNBORN else alarm for alarm in changed
    )


def _newest(tenant: str) -> Select[Any]:
    return select(func.max(alarms.c.rev)).where(alarms.c.tenant == tenant)


def _insert(
    connection: Connection, tenant: str, new: Sequence[Alarm], rev: int
) -> Sequence[AlarmId]:
    if not new:
        return ()
    rows = [{**_values(alarm), "tenant": tenant, "rev": rev} for alarm in new]
    if connection.dialect.name == "postgresql":
        ids = next_ids(connection, alarms, len(rows))
        insert_rows(
            connection, alarms, [{**row, "id": id} for row, id in zip(rows, ids, strict=True)]
        )
        return [AlarmId(id) for id in ids]
    statement = alarms.insert().returning(alarms.c.id, sort_by_parameter_order=True)
    return [AlarmId(int(id)) for id in connection.scalars(statement, rows)]


def _difference(old: Alarm | None, new: Alarm) -> tuple[tuple[str, Any], ...]:
    """The columns of an alarm that change, with their new values."""
    if old is None:
        values = _values(new)
        return tuple((name, values[name]) for name in _CHANGES)
    told = [
        (name, is_)
        for name, was, is_ in zip(_PLAIN, _PLAIN_OF(old), _PLAIN_OF(new), strict=True)
        if was is not is_ and was != is_
    ]
    if old.severity != new.severity:
        told.append(("severity", int(new.severity)))
    if old.was != new.was:
        told.append(("was", int(new.was)))
    if old.impact != new.impact:
        told += _impact_values(new.impact).items()
    return tuple(told)


def add_steps(connection: Connection, tenant: str, entries: Iterable[AlarmStep]) -> None:
    """Append to the history; nothing is ever changed there."""
    rows = (
        (
            (
                ("tenant", tenant),
                ("at", entry.at),
                ("actor", entry.actor),
                ("what", entry.what),
                ("severity", int(entry.severity)),
                ("text", entry.text),
            ),
            ("alarm_id", int(entry.alarm_id)),
        )
        for entry in entries
    )
    add_rows(connection, alarm_steps, rows)


def _visible(since: datetime) -> ColumnElement[bool]:
    returned = and_(alarms.c.acked_by.is_(None), alarms.c.cleared_at >= since)
    return or_(alarms.c.severity > 0, returned)


# Put-aside ones last, then by severity, then what nobody acknowledged, then the newest.
_WORST_FIRST = (
    case((alarms.c.shelved_until.isnot(None), 1), else_=0),
    case((alarms.c.suppressed.is_(True), 1), else_=0),
    alarms.c.severity.desc(),
    case((alarms.c.acked_by.is_(None), 0), else_=1),
    alarms.c.first_seen.desc(),
    alarms.c.id.desc(),
)


def _of(tx: Tx) -> Select[Any]:
    return select(alarms).where(alarms.c.tenant == tx.actor.tenant)


_HIT = (
    "hit_devices",
    "hit_customers",
    "hit_services",
    "hit_priority",
    "hit_revenue",
    "hit_currency",
)
_PLAIN = (
    "text",
    "last_seen",
    "count",
    "cleared_at",
    "acked_by",
    "acked_at",
    "shelved_until",
    "suppressed",
    "comments",
    "device_name",
    "interface_name",
    "site_name",
    "suppressed_by",
    "owner",
    "owned_at",
    "ticket",
    "root_id",
    "root_why",
    "worse_at",
)
"""What may change and is kept as it is."""
_PLAIN_OF = attrgetter(*_PLAIN)
_CHANGES = ("severity", "was", *_PLAIN, *_HIT)


def _values(alarm: Alarm) -> dict[str, Any]:
    return {
        "object": alarm.about.key,
        "device_id": alarm.about.device_id,
        "interface_id": alarm.about.interface_id,
        "sensor_id": alarm.about.sensor_id,
        "condition": alarm.condition.value,
        "severity": int(alarm.severity),
        "was": int(alarm.was),
        "text": alarm.text,
        "first_seen": alarm.first_seen,
        "last_seen": alarm.last_seen,
        "count": alarm.count,
        "cleared_at": alarm.cleared_at,
        "acked_by": alarm.acked_by,
        "acked_at": alarm.acked_at,
        "shelved_until": alarm.shelved_until,
        "suppressed": alarm.suppressed,
        "comments": alarm.comments,
        "device_name": alarm.device_name,
        "interface_name": alarm.interface_name,
        "site_name": alarm.site_name,
        "suppressed_by": alarm.suppressed_by,
        "owner": alarm.owner,
        "owned_at": alarm.owned_at,
        "ticket": alarm.ticket,
        "root_id": alarm.root_id,
        "root_why": alarm.root_why,
        "worse_at": alarm.worse_at,
        **_impact_values(alarm.impact),
    }


def _impact_values(impact: Impact | None) -> dict[str, Any]:
    if impact is None:
        return dict.fromkeys(_HIT)
    money = impact.revenue
    return {
        "hit_devices": impact.devices,
        "hit_customers": impact.customers,
        "hit_services": impact.services,
        "hit_priority": impact.priority,
        "hit_revenue": None if money is None else money.minor,
        "hit_currency": None if money is None else f"{money.currency.code}{money.currency.digits}",
    }


def _impact(
    devices: int | None,
    customers: int,
    services: int,
    priority: int,
    revenue: int | None,
    currency: str,
) -> Impact | None:
    if devices is None:
        return None
    money = None
    if revenue is not None:
        money = Money(revenue, Currency(currency[:3], int(currency[3:])))
    return Impact(devices, customers, services, priority, money)


def alarm_of(row: Row[Any]) -> Alarm:
    """A row that begins with the columns of `alarms`, as a value.

    By place and not by name: a window reads a hundred thousand of them when it opens.
    """
    told: tuple[Any, ...] = tuple(row)
    (
        (id, _, key, device_id, interface_id, sensor_id, condition, severity, was, text),
        (first_seen, last_seen, count, cleared_at, acked_by, acked_at, shelved_until),
        (suppressed, comments, device_name, interface_name, site_name, suppressed_by),
        (owner, owned_at, ticket, root_id, root_why),
        hit,
        (worse_at, rev),
    ) = told[:10], told[10:17], told[17:23], told[23:28], told[28:34], told[34:36]
    about = _about(key, device_id, interface_id, sensor_id, device_name, interface_name, site_name)
    return Alarm(
        id=id,
        about=about,
        condition=_condition(condition),
        severity=_SEVERITIES[severity],
        was=_SEVERITIES[was],
        text=text,
        first_seen=first_seen,
        last_seen=last_seen,
        count=count,
        cleared_at=cleared_at,
        acked_by=acked_by,
        acked_at=acked_at,
        shelved_until=shelved_until,
        suppressed=suppressed,
        comments=comments,
        device_name=about.device_name,
        interface_name=interface_name,
        site_name=about.site_name,
        suppressed_by=suppressed_by,
        owner=owner,
        owned_at=owned_at,
        ticket=ticket,
        root_id=root_id,
        root_why=root_why,
        impact=None if hit[0] is None else _impact(*hit),
        worse_at=worse_at,
        rev=rev,
    )


_SEVERITIES = tuple(Severity)


@lru_cache(maxsize=4096)
def _condition(word: str) -> Condition:
    return Condition(word)


def _about(
    key: str,
    device_id: int,
    interface_id: int | None,
    sensor_id: int | None,
    device_name: str,
    interface_name: str,
    site_name: str,
) -> AlarmObject:
    # Names of sites and devices repeat in thousands of alarms; each is kept once.
    about = AlarmObject(
        device_id, interface_id, sensor_id, intern(device_name), interface_name, intern(site_name)
    )
    known = about.key
    if len(key) == len(known):
        return about
    return replace(about, other=key.removeprefix(known).removeprefix("/"))


def _alarm_step(row: Row[Any]) -> AlarmStep:
    return AlarmStep(
        alarm_id=AlarmId(row.alarm_id),
        at=row.at,
        actor=row.actor,
        what=row.what,
        severity=Severity(row.severity),
        text=row.text,
    )
