"""Changed alarms on their way into the store: each with its steps, and everybody told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from noc_console.db.database import Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event
from noc_console.services.alarms import store
from noc_console.services.alarms.model import (
    EDGES,
    MANY,
    Alarm,
    AlarmChanged,
    AlarmsChanged,
    AlarmStep,
)
from noc_console.services.alarms.rules import Change

MOST_TOLD = 10_000
"""Alarms that one event tells of."""


async def write(tx: Tx, changes: Sequence[Change], *, at: datetime) -> tuple[Alarm, ...]:
    """Keep changed alarms with their steps, and tell of each; they come back with their ids."""
    if not changes:
        return ()
    saved, events = await tx.work(lambda c: keep(c, tx.actor, changes, at=at), writes=True)
    for event in events:
        tx.record(event)
    return saved


def keep(
    connection: Connection, actor: Actor, changes: Sequence[Change], *, at: datetime
) -> tuple[tuple[Alarm, ...], tuple[Event, ...]]:
    """`write` within a trip to the lane's thread; whoever calls it records the events."""
    saved = store.put(
        connection,
        actor.tenant,
        [change.alarm for change in changes],
        [change.before for change in changes],
    )
    entries = []
    told: dict[tuple[str, int], list[Alarm]] = defaultdict(list)
    for alarm, change in zip(saved, changes, strict=True):
        for what, severity, text in change.steps:
            entries.append(AlarmStep(alarm.id, at, actor.name, what, severity, text))
            told[_word(alarm, change, what), int(alarm.severity)].append(alarm)
    store.add_steps(connection, actor.tenant, entries)
    events = [event for (what, now), alarms in told.items() for event in telling(what, now, alarms)]
    return saved, tuple(events)


def _word(alarm: Alarm, change: Change, what: str) -> str:
    if what not in EDGES:
        return what
    if alarm.suppressed:
        return "flapped"
    return "stormed" if change.is_stormy else what


def telling(what: str, severity: int, alarms: Sequence[Alarm]) -> Iterator[Event]:
    """Events about alarms of one severity that took the same step: of many one tells."""
    if len(alarms) < MANY:
        for alarm in alarms:
            yield AlarmChanged(
                alarm_id=alarm.id, what=what, severity=severity, device_id=alarm.about.device_id
            )
        return
    for start in range(0, len(alarms), MOST_TOLD):
        part = alarms[start : start + MOST_TOLD]
        yield AlarmsChanged(
            what=what,
            severity=severity,
            alarm_ids=" ".join(str(alarm.id) for alarm in part),
            device_ids=" ".join(str(alarm.about.device_id) for alarm in part),
        )
