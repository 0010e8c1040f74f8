"""Messages on their way: what was told of alarms, the outbox, its log, and how it goes.

A message is queued in the transaction that notes its alarm as told, claimed before it is handed
over, and marked afterwards. What a killed notifier had claimed is found again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from noc_console.db.database import Tx
from noc_console.db.types import StoreNow
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Delivery,
    DeliveryId,
    DeliveryState,
    LogEntry,
    NotifierState,
    Recipient,
    RouteId,
    Told,
    Turn,
)
from noc_console.services.notify.store import beats, channels, contacts, log, mine, outbox, told

_CHUNK = 400
_OPEN = (DeliveryState.QUEUED.value, DeliveryState.SENDING.value)


# What was told


async def told_now(tx: Tx) -> dict[int, Told]:
    """Every alarm of which something was told that is not over."""
    found = await tx.rows(mine(told, tx).where(told.c.severity > 0), _told)
    return {each.alarm_id: each for each in found}


async def told_of(tx: Tx, alarm_ids: Collection[int]) -> dict[int, Told]:
    """What was told of these alarms, also before."""
    found: dict[int, Told] = {}
    for part in _parts(alarm_ids):
        rows = await tx.rows(mine(told, tx).where(told.c.alarm_id.in_(part)), _told)
        found |= {each.alarm_id: each for each in rows}
    return found


async def save_told(tx: Tx, changed: Sequence[Told]) -> None:
    """Note what has been told of alarms."""
    rows = [
        {
            "tenant": tx.actor.tenant,
            "alarm_id": each.alarm_id,
            "severity": int(each.severity),
            "episode": each.episode,
            "at": each.at,
            "object": each.object_key,
            "is_ack_told": each.is_ack_told,
            "reminded": [int(route) for route in each.reminded],
        }
        for each in changed
    ]
    for part in _parts([each.alarm_id for each in changed]):
        await tx.execute(
            told.delete().where(told.c.tenant == tx.actor.tenant, told.c.alarm_id.in_(part))
        )
    if rows:
        await tx.execute(told.insert(), rows)


# Messages


async def queue(tx: Tx, wanted: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Add messages whose keys are new; those that were added, with their ids."""
    known: set[str] = set()
    for part in _parts([each.key for each in wanted]):
        there = select(outbox.c.key).where(
            outbox.c.tenant == tx.actor.tenant, outbox.c.key.in_(part)
        )
        known |= set(await tx.rows(there, lambda row: str(row.key)))
    fresh = [each for each in {each.key: each for each in wanted}.values() if each.key not in known]
    insert = outbox.insert().returning(outbox.c.id)
    rows = [_delivery_values(each) | {"tenant": tx.actor.tenant} for each in fresh]

    def write(connection: Connection) -> list[int]:
        return [int(connection.execute(insert, row).scalar_one()) for row in rows]

    ids = await tx.work(write, writes=True) if rows else []
    return tuple(
        replace(each, id=DeliveryId(number)) for each, number in zip(fresh, ids, strict=True)
    )


async def due(
    tx: Tx, at: datetime, *, limit: int, busy: Collection[int] = ()
) -> tuple[Delivery, ...]:
    """Queued messages whose time has come, the longest waiting first."""
    return await tx.rows(
        mine(outbox, tx)
        .where(
            outbox.c.state == DeliveryState.QUEUED.value,
            outbox.c.due_at <= at,
            outbox.c.channel_id.not_in(sorted(busy)),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit),
        delivery_of,
    )


async def claim(tx: Tx, ids: Collection[int], *, by: str, at: datetime) -> frozenset[int]:
    """Take messages to be handed over; those that were still waiting."""

    def take(connection: Connection) -> frozenset[int]:
        taken: set[int] = set()
        for part in _parts(ids):
            rows = connection.execute(
                outbox.update()
                .where(
                    outbox.c.tenant == tx.actor.tenant,
                    outbox.c.id.in_(part),
                    outbox.c.state == DeliveryState.QUEUED.value,
                )
                .values(state=DeliveryState.SENDING.value, claimed_by=by, claimed_at=at)
                .returning(outbox.c.id)
            )
            taken |= {int(row.id) for row in rows}
        return frozenset(taken)

    return await tx.work(take, writes=True)


async def postpone(tx: Tx, ids: Collection[int], *, until: datetime) -> None:
    """Look at these later."""
    for part in _parts(ids):
        await tx.execute(
            outbox.update()
            .where(
                outbox.c.tenant == tx.actor.tenant,
                outbox.c.id.in_(part),
                outbox.c.state == DeliveryState.QUEUED.value,
            )
            .values(due_at=until)
        )


async def orphans(tx: Tx, *, not_by: str) -> tuple[Delivery, ...]:
    """Messages another process had claimed and never marked: it was killed, or lost the duty."""
    return await tx.rows(
        mine(outbox, tx).where(
            outbox.c.state == DeliveryState.SENDING.value, outbox.c.claimed_by != not_by
        ),
        delivery_of,
    )


async def save_deliveries(tx: Tx, changed: Sequence[Delivery]) -> None:
    """How far messages have come."""
    for each in changed:
        await tx.execute(
            outbox.update()
            .where(outbox.c.tenant == tx.actor.tenant, outbox.c.id == each.id)
            .values(
                state=each.state.value,
                due_at=each.due_at,
                tries=each.tries,
                delays=each.delays,
                sent_at=each.sent_at,
                accepted=each.accepted[:200],
                error=each.error[:500],
                claimed_by=None,
                claimed_at=None,
            )
        )


async def get(tx: Tx, delivery_id: int) -> Delivery | None:
    return await tx.one(mine(outbox, tx).where(outbox.c.id == delivery_id), delivery_of)


async def prune(tx: Tx, before: datetime) -> int:
    """Forget messages that are over and old, with their log, and what was told long ago."""
    await tx.execute(
        told.delete().where(
            told.c.tenant == tx.actor.tenant, told.c.severity == 0, told.c.at < before
        )
    )
    return await tx.execute(
        outbox.delete().where(
            outbox.c.tenant == tx.actor.tenant,
            outbox.c.created_at < before,
            outbox.c.state.notin_(_OPEN),
        )
    )


# The log


async def add_log(tx: Tx, entries: Sequence[tuple[int, str, str]], *, at: datetime) -> None:
    """Append: of which message, what, and why."""
    rows = [
        {
            "tenant": tx.actor.tenant,
            "at": at,
            "delivery_id": number,
            "what": what,
            "text": why[:500],
        }
        for number, what, why in entries
    ]
    if rows:
        await tx.execute(log.insert(), rows)


async def search_log(
    tx: Tx, *, words: str, what: str, before_id: int, alarm_id: int, limit: int
) -> tuple[LogEntry, ...]:
    """The newest entries with these words in them, below an id."""
    query = (
        select(
            log, outbox.c.to, outbox.c.alarm_id, outbox.c.turn, outbox.c.severity,
            outbox.c.subject, channels.c.name.label("channel"), contacts.c.name.label("contact"),
        )
        .join(outbox, outbox.c.id == log.c.delivery_id)
        .outerjoin(channels, channels.c.id == outbox.c.channel_id)
        .outerjoin(contacts, contacts.c.id == outbox.c.contact_id)
        .where(log.c.tenant == tx.actor.tenant)
        .order_by(log.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if before_id:
        query = query.where(log.c.id < before_id)
    if what:
        query = query.where(log.c.what == what)
    if alarm_id:
        query = query.where(outbox.c.alarm_id == alarm_id)
    for word in words.split()[:8]:
        pattern = f"%{_plain(word)}%"
        fields = (outbox.c.subject, outbox.c.to, log.c.text, channels.c.name, contacts.c.name)
        query = query.where(or_(*(each.ilike(pattern, escape="\\") for each in fields)))
    return await tx.rows(query, _entry)


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# How it goes


def beat(connection: Connection, tenant: str, by: str) -> None:
    """Say that the notifier moves; outside of the journal, by the database's clock."""
    values = {"by": by, "beat_at": StoreNow()}
    if not connection.execute(
        beats.update().where(beats.c.tenant == tenant).values(**values)
    ).rowcount:
        connection.execute(beats.insert().values(tenant=tenant, ping_error="", **values))


def pinged(connection: Connection, tenant: str, error: str) -> None:
    """How the last word to the watching service went."""
    values: dict[str, Any] = {"ping_error": error[:300]}
    if not error:
        values["pinged_at"] = StoreNow()
    connection.execute(beats.update().where(beats.c.tenant == tenant).values(**values))


def tested(connection: Connection, tenant: str, day: str) -> bool:
    """Take today's test message for oneself; whether nobody had."""
    done = connection.execute(
        beats.update()
        .where(beats.c.tenant == tenant, beats.c.tested_on != day)
        .values(tested_on=day)
    )
    return done.rowcount == 1


async def state(tx: Tx, at: datetime) -> NotifierState:
    """How the notifier does."""
    tenant = tx.actor.tenant
    waiting = and_(outbox.c.tenant == tenant, outbox.c.state.in_(_OPEN))
    rests = select(channels.c.id).where(
        channels.c.tenant == tenant,
        or_(channels.c.resting_until > at, channels.c.is_enabled.is_(False)),
    )
    free = and_(waiting, outbox.c.channel_id.not_in(rests))
    oldest = select(func.min(outbox.c.due_at)).where(free).scalar_subquery()
    lost = select(func.count()).where(
        outbox.c.tenant == tenant,
        outbox.c.state == DeliveryState.FAILED.value,
        outbox.c.created_at >= at - timedelta(days=1),
    )
    row = await tx.one(
        select(
            select(func.count()).where(waiting).scalar_subquery().label("waiting"),
            oldest.label("oldest"),
            lost.scalar_subquery().label("lost"),
        ),
        lambda found: (int(found.waiting), found.oldest, int(found.lost)),
    )
    assert row is not None
    many, first, failed = row
    heard = await tx.one(
        select(beats, StoreNow().label("now")).where(beats.c.tenant == tenant),
        lambda found: (
            (found.now - found.beat_at).total_seconds(),
            str(found.by),
            str(found.ping_error),
            found.pinged_at,
        ),
    )
    overdue = max(0.0, (at - first).total_seconds()) if first else 0.0
    beat_s, by, error, pinged_at = heard or (None, "", "", None)
    return NotifierState(
        beat_s=beat_s,
        by=by,
        waiting=many,
        overdue_s=overdue,
        failed_today=failed,
        heartbeat_error=error,
        heartbeat_at=pinged_at,
    )


def _parts(ids: Collection[Any]) -> list[list[Any]]:
    listed = sorted(set(ids))
    return [listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK)]


def _told(row: Row[Any]) -> Told:
    return Told(
        alarm_id=int(row.alarm_id),
        severity=Severity(row.severity),
        episode=row.episode,
        at=row.at,
        object_key=row.object,
        is_ack_told=row.is_ack_told,
        reminded=tuple(RouteId(each) for each in row.reminded),
    )


def _delivery_values(each: Delivery) -> dict[str, Any]:
    return {
        "key": each.key,
        "channel_id": int(each.recipient.channel_id),
        "contact_id": each.recipient.contact_id,
        "to": each.recipient.to,
        "turn": each.turn.value,
        "alarm_id": each.alarm_id,
        "severity": int(each.severity),
        "subject": each.subject,
        "body": each.body,
        "facts": dict(each.facts),
        "language": each.language,
        "route": each.route,
        "state": each.state.value,
        "created_at": each.created_at,
        "due_at": each.due_at,
        "is_gathered": each.is_gathered,
        "tries": each.tries,
        "delays": each.delays,
        "sent_at": each.sent_at,
        "accepted": each.accepted,
        "error": each.error,
    }


def delivery_of(row: Row[Any]) -> Delivery:
    """A row of the outbox as a value."""
    return Delivery(
        id=DeliveryId(row.id),
        recipient=Recipient(row.channel_id, row.contact_id, row.to),
        turn=Turn(row.turn),
        alarm_id=row.alarm_id,
        severity=Severity(row.severity),
        subject=row.subject,
        body=row.body,
        facts=row.facts,
        route=row.route,
        state=DeliveryState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        is_gathered=row.is_gathered,
        tries=row.tries,
        delays=row.delays,
        sent_at=row.sent_at,
        accepted=row.accepted,
        error=row.error,
        key=row.key,
        language=row.language,
    )


def _entry(row: Row[Any]) -> LogEntry:
    return LogEntry(
        id=row.id,
        at=row.at,
        delivery_id=DeliveryId(row.delivery_id),
        what=row.what,
        channel=row.channel or "(removed)",
        contact=row.contact or "",
        to=row.to,
        alarm_id=row.alarm_id,
        turn=Turn(row.turn),
        severity=Severity(row.severity),
        subject=row.subject,
        text=row.text,
    )
