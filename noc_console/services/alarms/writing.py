"""Changed alarms on their way into the store: each with its steps, and everybody told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from noc_console.db.database import Tx
from noc_console.services.alarms import store
from noc_console.services.alarms.model import EDGES, AlarmChanged, AlarmStep
from noc_console.services.alarms.rules import Change


async def write(tx: Tx, changes: Sequence[Change], *, at: datetime) -> None:
    """Keep changed alarms with their steps, and tell of each."""
    saved = await store.save(tx, [change.alarm for change in changes])
    entries = []
    for alarm, change in zip(saved, changes, strict=True):
        for what, severity, told in change.steps:
            entries.append(AlarmStep(alarm.id, at, tx.actor.name, what, severity, told))
            tx.record(
                AlarmChanged(
                    alarm_id=alarm.id,
                    what="flapped" if alarm.suppressed and what in EDGES else what,
                    severity=int(alarm.severity),
                    device_id=alarm.about.device_id,
                )
            )
    await store.add_steps(tx, entries)
