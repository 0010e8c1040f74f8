"""The model of the desk: lines are made when looked at; order, folding and counts in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, Qt

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.arranging import Arranged, Wanted, arranged
from noc_console.views.alarms.asked import Asked
from noc_console.views.alarms.codes import Ints
from noc_console.views.alarms.ledger import Ledger
from noc_console.views.alarms.lines import Line, Shown
from noc_console.views.alarms.matching import Facts
from noc_console.views.kit.rows import TOP, Column, RowsModel
from noc_console.views.kit.tasks import OnError, Tasks


class DeskModel(RowsModel[Line]):
    """Shows a ledger. What is changed, asked or sorted takes effect a moment later.

    One job at a time works on the ledger; what comes meanwhile goes into the next.
    """

    def __init__(
        self,
        columns: Sequence[Column[Line]],
        facts: Callable[[], Facts],
        on_error: OnError,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, lambda line: line.key, parent)
        self.ledger = Ledger()
        self.shown = Shown()
        self.wanted = Wanted()
        self._facts = facts
        self._names = tuple(self._at)
        self._tasks = Tasks(self, on_error)
        self._changes: list[Callable[[Ledger], None]] = []
        self._is_dirty = False
        self._heard: list[Callable[[Arranged], None]] = []

    @property
    def keys(self) -> Ints:
        """What is on screen, in its order."""
        return self.shown.found.keys

    def hear(self, told: Callable[[Arranged], None]) -> None:
        """Call this with everything newly shown, after it is shown."""
        self._heard.append(told)

    # --- changing ----------------------------------------------------------------------------

    def replace_all(self, alarms: Sequence[Alarm]) -> None:
        self._change(lambda ledger: ledger.replace(alarms))

    def take(self, alarms: Sequence[Alarm], gone: Sequence[int] = ()) -> None:
        """New and changed alarms, and those that left the desk."""
        self._change(lambda ledger: ledger.apply(alarms, gone))

    def put_back(self, pairs: Sequence[tuple[Alarm, Alarm]]) -> None:
        """Show the second of each pair again where the first is still what is shown."""

        def change(ledger: Ledger) -> None:
            ledger.apply([old for new, old in pairs if ledger.by_id.get(int(new.id)) is new])

        self._change(change)

    def name_types(self, types: Mapping[int, str]) -> None:
        self._change(lambda ledger: ledger.name_types(types))

    def ask(self, asked: Asked) -> None:
        """Show what this means."""
        self.want(replace(self.wanted, asked=asked))

    def want(self, wanted: Wanted) -> None:
        if wanted != self.wanted:
            self.wanted = wanted
            self._arrange()

    def arrange_again(self) -> None:
        """Time moved on: ages are other than they were."""
        self._arrange()

    def mark(self, *, lookers: Mapping[int, tuple[str, ...]], waiting: frozenset[int]) -> None:
        """Who looks at what, and what waits for the store."""
        if (lookers, waiting) == (self.shown.lookers, self.shown.waiting):
            return
        has_other = waiting != self.shown.waiting
        self.shown = Shown(self.shown.found, self.shown.alarms, lookers, waiting)
        self.refresh_text()
        if has_other:
            self._change(lambda ledger: setattr(ledger, "waiting", waiting))

    # --- what the table asks -----------------------------------------------------------------

    def rows(self) -> Sequence[Line]:
        return self.shown

    def all_rows(self) -> Sequence[Line]:
        """As many as there are alarms; to be counted only."""
        return Filled(self.shown, self.shown.found.total)

    def count(self) -> int:
        return len(self.shown)

    def row(self, at: int) -> Line:
        return self.shown[at]

    def key_at(self, at: int) -> object:
        return int(self.keys[at])

    def find(self, key: object) -> int:
        found = np.flatnonzero(self.keys == key)
        return int(found[0]) if len(found) else -1

    def filter(self, text: str) -> None:
        self.ask(replace(self.wanted.asked, text=text))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        name = self.columns[column].key if 0 <= column < len(self.columns) else ""
        down = order == Qt.SortOrder.DescendingOrder
        self.want(replace(self.wanted, sort=name, is_descending=down))

    # --- how it works ------------------------------------------------------------------------

    def _change(self, change: Callable[[Ledger], None]) -> None:
        self._changes.append(change)
        self._arrange()

    def _arrange(self) -> None:
        self._is_dirty = True
        self._tasks.do("arrange", self._work, self._took)

    async def _work(self) -> Arranged:
        self._is_dirty = False
        changes, self._changes = self._changes, []
        return await asyncio.to_thread(self._worked, changes, self.wanted, self._facts())

    def _worked(
        self, changes: Sequence[Callable[[Ledger], None]], wanted: Wanted, facts: Facts
    ) -> Arranged:
        with self.ledger.lock:
            for change in changes:
                change(self.ledger)
            return arranged(self.ledger, wanted, self._names, facts)

    def _took(self, found: Arranged) -> None:
        self.show_found(found)
        for told in self._heard:
            told(found)
        if self._is_dirty:
            # The task that brings this is only now about to end: the next begins after it.
            asyncio.get_running_loop().call_soon(self._arrange)

    def show_found(self, found: Arranged) -> None:
        """Swap the lines; what is looked at stays where it is."""
        old = self.shown
        new = Shown(found, self.ledger.by_id, old.lookers, old.waiting)
        before, after = len(old), len(new)
        moves = not np.array_equal(old.found.keys, found.keys)
        if not moves:
            self.shown = new
            self.refresh_text()
            self.counted.emit(found.matching, found.total)
            return
        self.arranging.emit()
        # A held index (there is one: the cursor) follows its line. Lines that come are put at the
        # end first, so that there are as many as the new order needs.
        if after > before:
            self.beginInsertRows(TOP, before, after - 1)
            self.shown = Filled(old, after)
            self.endInsertRows()
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        keys = [int(old.found.keys[one.row()]) if one.row() < before else 0 for one in held]
        padded = new if after >= before else Filled(new, before)
        self.shown = padded
        moved = [self._moved_to(one, key) for one, key in zip(held, keys, strict=True)]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
        if after < before:
            self.beginRemoveRows(TOP, after, before - 1)
            self.shown = new
            self.endRemoveRows()
        self.arranged.emit()
        self.counted.emit(found.matching, found.total)

    def _moved_to(self, held: QModelIndex, key: int) -> QModelIndex:
        at = self.find(key) if key else -1
        if at < 0:
            # Its line is gone: the cursor stays where it was, on nothing that is selected.
            at = min(held.row(), max(0, len(self.shown.found.keys) - 1))
        return self.createIndex(at, held.column())


class Filled(Shown):
    """Lines, and below them as many empty ones as are about to come or go."""

    def __init__(self, shown: Shown, count: int) -> None:
        super().__init__(shown.found, shown.alarms, shown.lookers, shown.waiting)
        self._at = np.arange(count)

    def _make(self, place: int) -> Line:
        return super()._make(place) if place < len(self.found.keys) else Line(0, None)
