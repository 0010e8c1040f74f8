"""What is done to alarms: shown at once, carried out in parts, taken back by Ctrl+Z."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from noc_console.kernel.text import plural
from noc_console.services.alarms.intents import Done, Refusal
from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.ledger import Ledger
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk, Tone
from noc_console.views.kit.tasks import OnError, Tasks

STEPS = 50
PART = 1_000
"""Alarms in one transaction: a cancel is heard between two, and nobody else waits long."""
LONG = 1_500
"""From so many on the progress is shown."""

Carry = Callable[[tuple[int, ...]], Awaitable[Done]]
Guess = Callable[[Alarm], Alarm]


@dataclass(frozen=True, slots=True)
class Deed:
    """One intent: how it is carried out, and what the alarms will look like then."""

    verb: str
    """As a heading of undo: `Acknowledge`."""
    doing: str
    """`Acknowledging`."""
    carry: Carry
    guess: Guess | None = None
    """None: nothing of it can be seen before the store answers."""
    back: Deed | None = None
    """What takes it back."""
    with_folded: bool = False
    """Whether what is folded behind them goes with them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a deed is."""

    doing: str
    done: int
    of: int


class Deeds(QObject):
    """Carries out deeds, one after the other."""

    progressed = Signal(object)  # Progress, or None when it is over
    carried = Signal()
    """Something was done: who shows it asks again."""

    def __init__(self, desk: Desk, model: DeskModel, on_error: OnError) -> None:
        super().__init__(model)
        self._desk, self._model = desk, model
        self._tasks = Tasks(self, on_error)
        self._on_error = on_error
        self._is_cancelled = False
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(STEPS)

    def do(self, deed: Deed, ids: Sequence[int]) -> None:
        """Begin; what it changes can be taken back if the deed can."""
        chosen = tuple(ids)
        if chosen:
            # Each of its own: two deeds may be under way, each alarm sees them in their order.
            self._tasks.do(f"{deed.verb} {id(chosen)}", lambda: self.run(deed, chosen))

    def cancel(self) -> None:
        """Stop after the part that is under way; what is done stays done."""
        self._is_cancelled = True

    async def run(self, deed: Deed, ids: tuple[int, ...], *, is_new: bool = True) -> None:
        guessed = await asyncio.to_thread(self._guess, deed, ids)
        if guessed.after:
            self._model.take(guessed.after)
        refused: list[Refusal] = []
        done = 0
        self._is_cancelled = False
        waits = False
        try:
            for start in range(0, len(ids), PART):
                if self._is_cancelled:
                    break
                part = ids[start : start + PART]
                answer = await deed.carry(part)
                refused += answer.refused
                waits |= answer.waiting
                done += len(part)
                if len(ids) > LONG:
                    self.progressed.emit(Progress(deed.doing, done, len(ids)))
        finally:
            undone = set(ids[done:]) | {one.alarm_id for one in refused}
            self._take_back(guessed, undone, len(ids))
            if len(ids) > LONG:
                self.progressed.emit(None)
        self._tell(deed, done, len(ids), refused)
        if is_new and deed.back is not None and guessed.changed:
            kept = tuple(id for id in guessed.changed if id not in undone)
            self.stack.push(_Step(self, deed, deed.back, ids[:done], kept))
        self.carried.emit()

    def _guess(self, deed: Deed, ids: tuple[int, ...]) -> Guessed:
        """What the alarms will look like, and which of them change at all."""
        if deed.guess is None:
            return Guessed({}, (), ids)
        ledger = self._model.ledger
        with ledger.lock:
            family = _family(ledger, ids) if deed.with_folded else ids
            before = {id: ledger.by_id[id] for id in family if id in ledger.by_id}
        after = tuple(
            new for old in before.values() if (new := deed.guess(old)) is not old and new != old
        )
        return Guessed(before, after, tuple(int(one.id) for one in after))

    def _take_back(self, guessed: Guessed, undone: set[int], many: int) -> None:
        """Of what was not done, show again what was: unless the store told something newer."""
        if not undone or not guessed.after:
            return
        whole = len(undone) >= many
        self._model.put_back(
            [
                (new, guessed.before[int(new.id)])
                for new in guessed.after
                if whole or int(new.id) in undone
            ]
        )

    def _tell(self, deed: Deed, done: int, many: int, refused: Sequence[Refusal]) -> None:
        if done < many:
            self._desk.notice(
                f"{deed.doing} was stopped: {done:,} of {many:,} are done.", Tone.ATTENTION
            )
        if refused:
            why = refused[0].why
            words = plural(len(refused), "alarm")
            self._desk.notice(f"{deed.verb}: {words} left alone. {why}", Tone.ATTENTION)


@dataclass(frozen=True, slots=True)
class Guessed:
    """Alarms before a deed, how they will look after it, and the ids of those that change."""

    before: dict[int, Alarm]
    after: tuple[Alarm, ...]
    changed: tuple[int, ...]


class _Step(QUndoCommand):
    """A deed that was done, as a step that can be taken back."""

    def __init__(
        self, deeds: Deeds, deed: Deed, back: Deed, ids: tuple[int, ...], changed: tuple[int, ...]
    ) -> None:
        super().__init__(f"{deed.verb} {plural(len(ids), 'alarm')}")
        self._deeds, self._deed, self._back = deeds, deed, back
        self._ids, self._changed = ids, changed
        self._is_first = True

    def redo(self) -> None:
        if self._is_first:  # pushing it redoes it, and it is done already
            self._is_first = False
            return
        self._deeds._tasks.do(
            f"redo {id(self)}", lambda: self._deeds.run(self._deed, self._ids, is_new=False)
        )

    def undo(self) -> None:
        self._deeds._tasks.do(
            f"undo {id(self)}", lambda: self._deeds.run(self._back, self._changed, is_new=False)
        )


def _family(ledger: Ledger, ids: Sequence[int]) -> tuple[int, ...]:
    """These alarms and what is folded behind them."""
    rows = ledger.rows_of(ids)

    wanted = np.zeros(ledger.capacity, np.bool_)
    wanted[rows] = True
    live = ledger.column("id") > 0
    found = np.flatnonzero(live & (wanted | wanted[ledger.roots()]))
    return tuple(ledger.column("id")[found].tolist())


# --- how alarms will look ------------------------------------------------------------------------


def acknowledged(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    return alarm if alarm.acked_by else replace(alarm, acked_by=by, acked_at=at)


def unacknowledged(alarm: Alarm) -> Alarm:
    return replace(alarm, acked_by=None, acked_at=None) if alarm.acked_by else alarm


def owned(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    return alarm if alarm.owner == by else replace(alarm, owner=by, owned_at=at)


def disowned(alarm: Alarm) -> Alarm:
    return replace(alarm, owner=None, owned_at=None) if alarm.owner else alarm


def ticketed(alarm: Alarm, *, number: str) -> Alarm:
    return replace(alarm, ticket=number)


def shelved(alarm: Alarm, *, at: datetime, minutes: float) -> Alarm:
    if not alarm.is_active:
        return alarm
    return replace(alarm, shelved_until=at + timedelta(minutes=minutes))


def unshelved(alarm: Alarm) -> Alarm:
    return replace(alarm, shelved_until=None) if alarm.shelved_until else alarm


def suppressed(alarm: Alarm, *, by: str) -> Alarm:
    return replace(alarm, suppressed=True, suppressed_by=by) if alarm.is_active else alarm


def released(alarm: Alarm) -> Alarm:
    """What was suppressed by hand; what flaps stays as it is."""
    if not alarm.suppressed_by:
        return alarm
    return replace(alarm, suppressed=False, suppressed_by="")
