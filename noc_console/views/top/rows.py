"""A table model of everything: rows are made when they are looked at, their order in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from PySide6.QtCore import QObject, Qt

from noc_console.services.top import sheets
from noc_console.services.top.model import Ints, Sheet, TopRow
from noc_console.views.kit import query
from noc_console.views.kit.rows import TOP, Column, RowsModel
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.top.arrange import Arranged, arranged

KEPT_ROWS = 600
"""Rows made into values and kept: some screens full."""

FEW = 40
"""So many held indexes are looked up one by one."""


class Shown(Sequence[TopRow]):
    """The rows on screen in their order, each made when it is asked for."""

    def __init__(self, sheet: Sheet | None, ids: Ints) -> None:
        self.sheet = sheet
        self.ids = ids
        self._made: dict[int, TopRow] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> TopRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[TopRow]: ...
    def __getitem__(self, at: int | slice) -> TopRow | Sequence[TopRow]:
        if isinstance(at, slice):
            return Shown(self.sheet, self.ids[at])
        number = int(self.ids[at])
        made = self._made.get(number)
        if made is None:
            if len(self._made) >= KEPT_ROWS:
                self._made.clear()
            made = self._made[number] = self._make(number)
        return made

    def __iter__(self) -> Iterator[TopRow]:
        return (self._make(int(number)) for number in self.ids)

    def _make(self, number: int) -> TopRow:
        assert self.sheet is not None, "without a sheet there are no ids"
        return sheets.row(self.sheet, place_of(self.sheet, number))


def place_of(sheet: Sheet, number: int) -> int:
    """Where an id is in a sheet: groups count downwards from -1, other ids ascend."""
    return -number - 1 if number < 0 else int(np.searchsorted(sheet.facts.ids, number))


class SheetModel(RowsModel[TopRow]):
    """Shows a sheet. Sorting, filtering and new numbers take effect a moment later."""

    def __init__(
        self, columns: Sequence[Column[TopRow]], on_error: OnError, parent: QObject | None = None
    ) -> None:
        super().__init__(columns, lambda row: row.id, parent)
        self._tasks = Tasks(self, on_error)
        self._wanted: Sheet | None = None
        self._now = Shown(None, np.empty(0, np.int64))

    @property
    def ids(self) -> Ints:
        """What is on screen, in its order."""
        return self._now.ids

    @property
    def sheet(self) -> Sheet | None:
        return self._now.sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Swap the numbers; selection and scroll position stay with what is looked at."""
        self._wanted = sheet
        self._arrange()

    def rows(self) -> Sequence[TopRow]:
        return self._now

    def all_rows(self) -> Sequence[TopRow]:
        sheet = self._now.sheet
        return self._now if sheet is None else Shown(sheet, sheet.facts.ids)

    def count(self) -> int:
        return len(self._now)

    def row(self, at: int) -> TopRow:
        return self._now[at]

    def key_at(self, at: int) -> object:
        return int(self._now.ids[at])

    def find(self, key: object) -> int:
        found = np.flatnonzero(self._now.ids == key)
        return int(found[0]) if len(found) else -1

    def filter(self, text: str) -> None:
        self._terms = query.parse(text, self._at)
        self._arrange()

    def _arrange(self) -> None:
        sheet = self._wanted
        if sheet is None:
            return
        key = ""
        if 0 <= self._sorted_by < len(self.columns):
            key = self.columns[self._sorted_by].key
        descending = self._order == Qt.SortOrder.DescendingOrder
        terms, before = self._terms, self._now.ids
        self._tasks.ask(
            "arrange",
            asyncio.to_thread(arranged, sheet, terms, key, descending=descending, before=before),
            lambda found: self._take(sheet, found),
        )

    def _take(self, sheet: Sheet, found: Arranged) -> None:
        moves = not np.array_equal(found.ids, found.before)
        if moves:
            self.arranging.emit()
            self._reorder(np.concatenate([found.stay, found.go]))
            if len(found.go):
                self.beginRemoveRows(TOP, len(found.stay), len(found.before) - 1)
                self._now = Shown(self._now.sheet, found.stay)
                self.endRemoveRows()
            if len(found.come):
                self.beginInsertRows(TOP, len(found.stay), len(found.ids) - 1)
                self._now = Shown(sheet, np.concatenate([found.stay, found.come]))
                self.endInsertRows()
                self._reorder(found.ids)
        self._now = Shown(sheet, found.ids)
        self.refresh_text()
        if moves:
            self.arranged.emit()
        self.counted.emit(len(self._now), len(sheet))

    def _reorder(self, ids: Ints) -> None:
        """The same rows in another order; indexes that are held follow their rows."""
        old = self._now
        if np.array_equal(ids, old.ids):
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        if len(held) > FEW:
            place = {number: at for at, number in enumerate(ids.tolist())}
            rows = [place[int(old.ids[index.row()])] for index in held]
        else:
            rows = [int(np.flatnonzero(ids == old.ids[index.row()])[0]) for index in held]
        moved = [
            self.createIndex(row, index.column()) for row, index in zip(rows, held, strict=True)
        ]
        self._now = Shown(old.sheet, ids)
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
