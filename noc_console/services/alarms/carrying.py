"""An intent on its way into the store: carried out once, told in the history of each alarm."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from noc_console.db.database import Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.kernel.events import Event
from noc_console.services.alarms import store
from noc_console.services.alarms.bulk import among, aside
from noc_console.services.alarms.intents import Done, Intent, Refusal, decide, is_late
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.tables import alarm_intents, alarm_steps
from noc_console.services.alarms.writing import keep


async def carry_out(tx: Tx, intent: Intent, *, now: datetime) -> Done:
    """One intent on any number of alarms; those it does not change are left alone.

    Carried out before, under the same id, it does nothing. Alarms that are not there make
    NotFound, and nothing is changed; of an intent that waited the others are carried out.
    All of it in the lane's thread: the window goes on while ten thousand are acknowledged.
    """
    done, events = await tx.work(lambda c: _carry_out(c, tx.actor, intent, now), writes=False)
    tx.wrote |= bool(events)
    for event in events:
        tx.record(event)
    return done


def _carry_out(
    connection: Connection, actor: Actor, intent: Intent, now: datetime
) -> tuple[Done, tuple[Event, ...]]:
    store.lock(connection)
    before = select(alarm_intents.c.changed).where(alarm_intents.c.id == intent.id)
    if (known := connection.scalar(before)) is not None:
        return Done(changed=int(known)), ()
    found = store.numbered(connection, actor.tenant, intent.alarm_ids)
    refused = _missing(intent, found, now)
    if intent.with_folded:
        found += store.folded_under(connection, actor.tenant, intent.alarm_ids)
    said = _said(connection, actor.tenant, found) if is_late(intent, now) else {}
    changes, changed = [], 0
    for alarm in found:
        verdict = decide(alarm, intent, now=now, said=said.get(int(alarm.id)))
        if not verdict.step:
            continue
        if verdict.refused:
            refused.append(Refusal(int(alarm.id), verdict.refused))
        step = (verdict.step, verdict.alarm.severity, verdict.text)
        changes.append(Change(verdict.alarm, [step], before=alarm))
        changed += verdict.alarm is not alarm
    events: tuple[Event, ...] = ()
    if changes:
        _, events = keep(connection, actor, changes, at=intent.at)
        _remember(connection, intent, changed, now)
    return Done(changed=changed, refused=tuple(refused)), events


def _missing(intent: Intent, found: tuple[Alarm, ...], now: datetime) -> list[Refusal]:
    missing = sorted(set(intent.alarm_ids) - {int(alarm.id) for alarm in found})
    if missing and not is_late(intent, now):
        raise NotFound(f"there is no alarm {missing[0]}")
    return [Refusal(alarm_id, "there is no such alarm any more") for alarm_id in missing]


def _remember(connection: Connection, intent: Intent, changed: int, now: datetime) -> None:
    values = {
        "id": intent.id,
        "tenant": intent.tenant,
        "actor": intent.by,
        "verb": intent.verb.value,
        "at": intent.at,
        "carried_at": now,
        "changed": changed,
    }
    connection.execute(alarm_intents.insert(), values)


def _said(
    connection: Connection, tenant: str, found: tuple[Alarm, ...]
) -> dict[int, dict[str, datetime]]:
    """Of each alarm when each step was last taken."""
    steps = alarm_steps.c
    ids = [int(alarm.id) for alarm in found]
    query = (
        select(steps.alarm_id, steps.what, func.max(steps.at))
        .where(aside(steps.tenant, tenant), among(steps.alarm_id, ids))
        .group_by(steps.alarm_id, steps.what)
    )
    said: dict[int, dict[str, datetime]] = {}
    for alarm_id, what, at in connection.execute(query):
        said.setdefault(int(alarm_id), {})[str(what)] = at
    return said
