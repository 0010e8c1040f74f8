"""An intent on its way into the store: carried out once, told in the history of each alarm."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from noc_console.db.database import Tx
from noc_console.kernel.errors import NotFound
from noc_console.services.alarms import store
from noc_console.services.alarms.bulk import among
from noc_console.services.alarms.intents import Done, Intent, Refusal, decide, is_late
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.tables import alarm_intents, alarm_steps
from noc_console.services.alarms.writing import write


async def carry_out(tx: Tx, intent: Intent, *, now: datetime) -> Done:
    """One intent on any number of alarms; those it does not change are left alone.

    Carried out before, under the same id, it does nothing. Alarms that are not there make
    NotFound, and nothing is changed; of an intent that waited the others are carried out.
    """
    await store.take_turns(tx)
    if (before := await _carried(tx, intent)) is not None:
        return Done(changed=before)
    found = await store.by_ids(tx, intent.alarm_ids)
    refused = _missing(intent, found, now)
    if intent.with_folded:
        found += await store.folded_under(tx, intent.alarm_ids)
    said = await _said(tx, intent, found) if is_late(intent, now) else {}
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
    if changes:
        await write(tx, changes, at=intent.at)
        await _keep(tx, intent, changed, now)
    return Done(changed=changed, refused=tuple(refused))


def _missing(intent: Intent, found: tuple[Alarm, ...], now: datetime) -> list[Refusal]:
    missing = sorted(set(intent.alarm_ids) - {int(alarm.id) for alarm in found})
    if missing and not is_late(intent, now):
        raise NotFound(f"there is no alarm {missing[0]}")
    return [Refusal(alarm_id, "there is no such alarm any more") for alarm_id in missing]


async def _carried(tx: Tx, intent: Intent) -> int | None:
    query = select(alarm_intents.c.changed).where(alarm_intents.c.id == intent.id)
    changed = await tx.scalar(query)
    return None if changed is None else int(changed)


async def _keep(tx: Tx, intent: Intent, changed: int, now: datetime) -> None:
    values = {
        "id": intent.id,
        "tenant": tx.actor.tenant,
        "actor": tx.actor.name,
        "verb": intent.verb.value,
        "at": intent.at,
        "carried_at": now,
        "changed": changed,
    }
    await tx.execute(alarm_intents.insert(), values)


async def _said(tx: Tx, intent: Intent, found: tuple[Alarm, ...]) -> dict[int, dict[str, datetime]]:
    """Of each alarm when each step was last taken."""
    steps = alarm_steps.c
    query = (
        select(steps.alarm_id, steps.what, func.max(steps.at))
        .where(
            steps.tenant == tx.actor.tenant,
            among(steps.alarm_id, [int(alarm.id) for alarm in found]),
        )
        .group_by(steps.alarm_id, steps.what)
    )
    said: dict[int, dict[str, datetime]] = {}
    for alarm_id, what, at in await tx.rows(query, lambda row: tuple(row)):
        said.setdefault(int(alarm_id), {})[str(what)] = at
    return said
