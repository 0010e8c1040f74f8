"""Where alarms and their history are kept. Rows go in, alarms come out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.kernel.money import Currency, Money
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

_CHUNK = 500  # parameters of one IN list

alarms = Table(
    "alarms",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("object", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("interface_id", BigId),
    Column("sensor_id", BigId),
    Column("condition", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("was", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("acked_by", String),
    Column("acked_at", UtcDateTime),
    Column("shelved_until", UtcDateTime),
    Column("suppressed", Boolean, nullable=False, server_default=text("false")),
    Column("comments", Integer, nullable=False),
    Column("device_name", String, nullable=False),
    Column("interface_name", String, nullable=False),
    Column("site_name", String, nullable=False),
    Column("suppressed_by", String, nullable=False, server_default=""),
    Column("owner", String),
    Column("owned_at", UtcDateTime),
    Column("ticket", String, nullable=False, server_default=""),
    Column("root_id", BigId),
    Column("root_why", Text, nullable=False, server_default=""),
    # Of a root: what stands behind it. All empty while nobody worked it out.
    Column("hit_devices", Integer),
    Column("hit_customers", Integer),
    Column("hit_services", Integer),
    Column("hit_priority", Integer),
    Column("hit_revenue", BigInteger),
    Column("hit_currency", String),
    # One standing alarm per object and condition, whoever reports.
    Index(
        "ux_alarms_standing",
        "tenant",
        "object",
        "condition",
        unique=True,
        sqlite_where=text("severity > 0"),
        postgresql_where=text("severity > 0"),
    ),
    Index(None, "tenant", "object"),
    Index(None, "tenant", "severity"),
    Index(None, "tenant", "cleared_at"),
    Index(None, "tenant", "device_id"),
    Index(None, "tenant", "root_id"),
    sqlite_autoincrement=True,
)

alarm_steps = Table(
    "alarm_steps",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("alarm_id", BigId, ForeignKey("alarms.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "alarm_id", "at"),
    Index(None, "tenant", "at"),
    sqlite_autoincrement=True,
)


async def take_turns(tx: Tx) -> None:
    """Let one reporter at a time fold its reports in: two collectors may see the same problem.

    SQLite has one writer anyway; PostgreSQL holds this lock until the end of the transaction.
    """

    def lock(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('noc.alarms'))"))

    await tx.work(lock, writes=False)


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

    def ask(part: Sequence[Any]) -> Select[Any]:
        return (
            select(
                alarms.c.device_id,
                func.max(alarms.c.severity).label("worst"),
                func.count().label("many"),
            )
            .where(
                alarms.c.tenant == tx.actor.tenant,
                alarms.c.device_id.in_(part),
                alarms.c.severity > 0,
            )
            .group_by(alarms.c.device_id)
        )

    known = sorted(device_ids)
    told: list[tuple[int, Severity, int]] = []
    for start in range(0, len(known), _CHUNK):
        told += await tx.rows(ask(known[start : start + _CHUNK]), _worst)
    return tuple(told)


def _worst(row: Row[Any]) -> tuple[int, Severity, int]:
    return int(row.device_id), Severity(row.worst), int(row.many)


async def by_ids(tx: Tx, ids: Collection[int]) -> tuple[Alarm, ...]:
    return await _chunked(tx, ids, lambda part: _of(tx).where(alarms.c.id.in_(part)))


async def about(tx: Tx, keys: Collection[str], *, since: datetime) -> tuple[Alarm, ...]:
    """Alarms of these objects that stand or cleared after `since`, oldest first."""

    def ask(part: Sequence[Any]) -> Select[Any]:
        alive = or_(alarms.c.severity > 0, alarms.c.cleared_at >= since)
        return _of(tx).where(alarms.c.object.in_(part), alive).order_by(alarms.c.id)

    return await _chunked(tx, keys, ask)


async def to_tidy(tx: Tx, at: datetime) -> tuple[Alarm, ...]:
    """What the passing of time may change: flapping, suppressed, and shelved until `at`."""
    flaps = and_(alarms.c.condition == Condition.FLAPPING.value, alarms.c.severity > 0)
    due = or_(flaps, alarms.c.suppressed.is_(True), alarms.c.shelved_until <= at)
    return await tx.rows(_of(tx).where(due), alarm_of)


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
        .order_by(alarm_steps.c.id)
    )
    return await tx.rows(statement, _alarm_step)


async def edges(
    tx: Tx, ids: Collection[int], *, since: datetime
) -> dict[int, tuple[int, datetime]]:
    """Raises and clears of each alarm after `since`: how many, and when the last one was."""
    found: dict[int, tuple[int, datetime]] = {}
    for part in _parts(ids):
        told = [alarm_steps.c.alarm_id, func.count(), func.max(alarm_steps.c.at)]
        statement = (
            select(*told)
            .where(
                alarm_steps.c.tenant == tx.actor.tenant,
                alarm_steps.c.alarm_id.in_(part),
                alarm_steps.c.at >= since,
                alarm_steps.c.what.in_(EDGES),
            )
            .group_by(alarm_steps.c.alarm_id)
        )
        rows = await tx.rows(statement, lambda row: tuple(row))
        found |= {int(alarm_id): (int(count), last) for alarm_id, count, last in rows}
    return found


async def save(tx: Tx, changed: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Write new and changed alarms; the answer carries the ids, in the same order."""
    if not changed:
        return ()
    tenant = tx.actor.tenant
    insert = alarms.insert().returning(alarms.c.id)
    update = (
        alarms.update()
        .where(alarms.c.id == bindparam("row_id"), alarms.c.tenant == bindparam("row_tenant"))
        .values({name: bindparam(name) for name in _CHANGES})
    )

    def write(connection: Connection) -> tuple[int, ...]:
        ids = []
        old = []
        for alarm in changed:
            values = _values(alarm)
            if alarm.id == UNBORN:
                row = connection.execute(insert, values | {"tenant": tenant})
                ids.append(int(row.scalar_one()))
                continue
            ids.append(int(alarm.id))
            old.append(
                {name: values[name] for name in _CHANGES}
                | {"row_id": alarm.id, "row_tenant": tenant}
            )
        if old:
            connection.execute(update, old)
        return tuple(ids)

    ids = await tx.work(write, writes=True)
    return tuple(replace(a, id=AlarmId(new)) for a, new in zip(changed, ids, strict=True))


async def add_steps(tx: Tx, entries: Iterable[AlarmStep]) -> None:
    """Append to the history; nothing is ever changed there."""
    rows = [
        {
            "tenant": tx.actor.tenant,
            "alarm_id": int(entry.alarm_id),
            "at": entry.at,
            "actor": entry.actor,
            "what": entry.what,
            "severity": int(entry.severity),
            "text": entry.text,
        }
        for entry in entries
    ]
    if rows:
        await tx.execute(alarm_steps.insert(), rows)


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


def _parts(keys: Collection[Any]) -> Iterable[list[Any]]:
    listed = sorted(set(keys))
    return (listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK))


async def _chunked(tx: Tx, keys: Collection[Any], ask: Any) -> tuple[Alarm, ...]:
    found: list[Alarm] = []
    for part in _parts(keys):
        found.extend(await tx.rows(ask(part), alarm_of))
    return tuple(found)


_HIT = (
    "hit_devices",
    "hit_customers",
    "hit_services",
    "hit_priority",
    "hit_revenue",
    "hit_currency",
)
_CHANGES = (
    "severity",
    "was",
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
    *_HIT,
)


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


def _impact(row: Row[Any]) -> Impact | None:
    if row.hit_devices is None:
        return None
    money = None
    if row.hit_revenue is not None:
        currency = Currency(row.hit_currency[:3], int(row.hit_currency[3:]))
        money = Money(row.hit_revenue, currency)
    return Impact(
        devices=row.hit_devices,
        customers=row.hit_customers,
        services=row.hit_services,
        priority=row.hit_priority,
        revenue=money,
    )


def alarm_of(row: Row[Any]) -> Alarm:
    """A row of `alarms` as a value."""
    return Alarm(
        id=AlarmId(row.id),
        about=_about(row),
        condition=Condition(row.condition),
        severity=Severity(row.severity),
        was=Severity(row.was),
        text=row.text,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        # Row is a tuple, whose own `count` would win as an attribute.
        count=row._mapping[alarms.c.count],
        cleared_at=row.cleared_at,
        acked_by=row.acked_by,
        acked_at=row.acked_at,
        shelved_until=row.shelved_until,
        suppressed=row.suppressed,
        comments=row.comments,
        device_name=row.device_name,
        interface_name=row.interface_name,
        site_name=row.site_name,
        suppressed_by=row.suppressed_by,
        owner=row.owner,
        owned_at=row.owned_at,
        ticket=row.ticket,
        root_id=None if row.root_id is None else AlarmId(row.root_id),
        root_why=row.root_why,
        impact=_impact(row),
    )


def _about(row: Row[Any]) -> AlarmObject:
    about = AlarmObject(
        device_id=row.device_id,
        interface_id=row.interface_id,
        sensor_id=row.sensor_id,
        device_name=row.device_name,
        interface_name=row.interface_name,
        site_name=row.site_name,
    )
    other = row.object.removeprefix(about.key).removeprefix("/")
    return replace(about, other=other) if other else about


def _alarm_step(row: Row[Any]) -> AlarmStep:
    return AlarmStep(
        alarm_id=AlarmId(row.alarm_id),
        at=row.at,
        actor=row.actor,
        what=row.what,
        severity=Severity(row.severity),
        text=row.text,
    )
