"""Alarms of objects somebody works on: shelved, not lost, until the work ends.

Raised while it lasts they are put aside until its end, and come back then if they still stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from noc_console.db.database import Tx
from noc_console.services.alarms import rules, store
from noc_console.services.alarms.bulk import among
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.ports import Planned, Quiet
from noc_console.services.alarms.writing import write


def put_aside(changes: Iterable[rules.Change], quiet: Mapping[str, Quiet]) -> list[rules.Change]:
    """Changed alarms of objects somebody works on, shelved until the work ends; others as is."""
    done = []
    for change in changes:
        alarm, work = change.alarm, quiet.get(change.alarm.about.key)
        if work is not None and alarm.is_active and alarm.shelved_until is None:
            shelved = replace(alarm, shelved_until=work.until)
            step = ("shelved", alarm.severity, f"maintenance: {work.reason}")
            done.append(replace(change, alarm=shelved, steps=[*change.steps, step]))
        elif change.steps:
            done.append(change)
    return done


async def reshelve(
    tx: Tx,
    planned: Planned,
    *,
    device_ids: Collection[int],
    was: Collection[datetime],
    at: datetime,
    why: str,
) -> int:
    """Let the standing alarms of devices follow work that began, ended or was extended.

    `was` are the ends of work as they stood before: an alarm shelved until one of them was put
    aside by the work, any other by hand, and stays where it was put. How many alarms changed.
    """
    await store.take_turns(tx)
    affected = await standing(tx, device_ids)
    quiet = await planned.quiet(tx, [alarm.about for alarm in affected], at=at)
    changes = [
        change for alarm in affected if (change := _follow(alarm, quiet, frozenset(was), why))
    ]
    await write(tx, changes, at=at)
    return len(changes)


def _follow(
    alarm: Alarm, quiet: Mapping[str, Quiet], was: frozenset[datetime], why: str
) -> rules.Change | None:
    work, until = quiet.get(alarm.about.key), alarm.shelved_until
    by_hand = until is not None and until not in was
    wanted = None if work is None else work.until
    if by_hand or until == wanted:
        return None
    step = ("unshelved", alarm.severity, why)
    if work is not None:
        step = ("shelved", alarm.severity, f"maintenance: {work.reason}")
    return rules.Change(replace(alarm, shelved_until=wanted), [step], before=alarm)


async def standing(tx: Tx, device_ids: Collection[int]) -> tuple[Alarm, ...]:
    """What stands of these devices; of ten thousand, not the whole desk's."""
    if not device_ids:
        return ()
    table = store.alarms
    query = select(table).where(
        table.c.tenant == tx.actor.tenant,
        table.c.severity > 0,
        among(table.c.device_id, device_ids),
    )
    return await tx.rows(query.order_by(table.c.id), store.alarm_of)
