"""Verdicts about roots, written to the desk: what is folded under what, and what stands behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.text import visible
from noc_console.services.alarms import store
from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    Fold,
    Impact,
)
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.writing import telling, write

WEIGHED = "weighed"
"""The word of events that tell of a changed impact: worth showing, and no step of the history."""
_TEXT_LIMIT = 500


class AlarmFolding:
    """Writes folds and impacts in bulk; what has changed since is looked at again, not overwritten.

    A fold is a step of the alarm's history (`folded`, `unfolded`) with the reason as its text.
    Only standing alarms are folded; one that has cleared meanwhile keeps the root it had, so that
    it stays under it on the desk until somebody acknowledges it.
    """

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def write(
        self,
        actor: Actor,
        *,
        folds: Sequence[Fold] = (),
        impacts: Mapping[AlarmId, Impact | None] | None = None,
    ) -> frozenset[int]:
        """Keep verdicts in one transaction; the alarms that changed by it."""
        actor.require("alarms.report")
        weights = impacts or {}
        if not folds and not weights:
            return frozenset()
        verdicts = {int(fold.alarm_id): fold for fold in folds}
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            await store.take_turns(tx)
            known = await store.by_ids(tx, verdicts.keys() | {int(one) for one in weights})
            roots = {int(fold.root_id) for fold in folds if fold.root_id is not None}
            others = await store.by_ids(tx, roots - {int(alarm.id) for alarm in known})
            standing = {int(alarm.id) for alarm in (*known, *others) if alarm.is_active}
            changes = []
            weighed: list[Alarm] = []
            for alarm in known:
                change = _changed(alarm, verdicts.get(int(alarm.id)), weights, standing)
                if change is None:
                    continue
                changes.append(change)
                if change.alarm.impact != alarm.impact and not change.steps:
                    weighed.append(alarm)
            await write(tx, changes, at=now)
            for severity in sorted({alarm.severity for alarm in weighed}):
                alike = [alarm for alarm in weighed if alarm.severity == severity]
                for event in telling(WEIGHED, int(severity), alike):
                    tx.record(event)
        return frozenset(int(change.alarm.id) for change in changes)


def _changed(
    alarm: Alarm,
    fold: Fold | None,
    weights: Mapping[AlarmId, Impact | None],
    standing: set[int],
) -> Change | None:
    """An alarm with its verdict; None where nothing is different or the verdict came too late."""
    new, steps = alarm, []
    if fold is not None and alarm.is_active:
        is_late = fold.root_id is not None and int(fold.root_id) not in standing
        if not is_late and (fold.root_id, fold.why) != (alarm.root_id, alarm.root_why):
            why = visible(fold.why, limit=_TEXT_LIMIT)
            is_root = fold.root_id is None
            new = replace(new, root_id=fold.root_id, root_why="" if is_root else why)
            if fold.root_id != alarm.root_id:
                steps.append(("unfolded" if is_root else "folded", alarm.severity, why))
    if alarm.id in weights and alarm.is_active:
        new = replace(new, impact=weights[alarm.id])
    return Change(new, steps, before=alarm) if new != alarm else None
