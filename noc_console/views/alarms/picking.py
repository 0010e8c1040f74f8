"""What is selected on the desk, by alarm and not by place: rows come and go by the thousand.

Qt's own selection keeps a held index for every selected row and has each of them moved with every
change: with ten thousand selected that alone is longer than a frame.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
)

from noc_console.views.alarms.codes import Ints
from noc_console.views.alarms.rows import DeskModel

Flag = QItemSelectionModel.SelectionFlag
_NONE: Ints = np.empty(0, np.int64)


class Picked(QItemSelectionModel):
    """Selected keys in ascending order; Qt's own selection stays empty."""

    def __init__(self, rows: DeskModel) -> None:
        super().__init__(rows)
        self.setParent(rows)
        self._rows = rows
        self.keys: Ints = _NONE
        rows.arranged.connect(self._drop_gone)

    # --- asked by us -------------------------------------------------------------------------

    def has_key(self, key: int) -> bool:
        at = int(np.searchsorted(self.keys, key))
        return at < len(self.keys) and int(self.keys[at]) == key

    def places(self) -> Ints:
        """Where the selected lines are shown, from top to bottom."""
        return np.flatnonzero(np.isin(self._rows.keys, self.keys))

    def isSelected(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return index.isValid() and self.has_key(int(self._rows.keys[index.row()]))

    def hasSelection(self) -> bool:
        return len(self.keys) > 0

    def selectedRows(self, column: int | None = 0) -> list[QModelIndex]:
        return [self._rows.index(row, column or 0) for row in self.places().tolist()]

    # --- told by the view --------------------------------------------------------------------

    def select(  # type: ignore[override]
        self, what: QItemSelection | QModelIndex, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        """As Qt's, for whole rows; Qt calls this for every click and key."""
        if command == Flag.NoUpdate:
            return
        keys = _NONE if command & Flag.Clear else self.keys
        chosen = self._keys_of(what)
        if command & Flag.Select:
            keys = np.union1d(keys, chosen)
        elif command & Flag.Deselect:
            keys = np.setdiff1d(keys, chosen, assume_unique=True)
        elif command & Flag.Toggle:
            keys = np.setxor1d(keys, chosen, assume_unique=True)
        self.pick(keys)

    def pick(self, keys: Ints) -> None:
        """Exactly these, in ascending order."""
        if not np.array_equal(keys, self.keys):
            self.keys = keys
            self.selectionChanged.emit(QItemSelection(), QItemSelection())

    def clearSelection(self) -> None:
        self.pick(_NONE)

    def clear(self) -> None:
        self.pick(_NONE)
        super().clear()

    def reset(self) -> None:
        self.keys = _NONE
        super().reset()

    def _keys_of(self, what: QItemSelection | QModelIndex) -> Ints:
        keys = self._rows.keys
        if isinstance(what, QModelIndex):
            return keys[what.row() : what.row() + 1].copy() if what.isValid() else _NONE
        parts = [keys[what.at(at).top() : what.at(at).bottom() + 1] for at in range(what.count())]
        return np.unique(np.concatenate(parts)) if parts else _NONE

    def _drop_gone(self) -> None:
        """What left the list is no longer selected: nothing is done to what one does not see."""
        found = self._rows.shown.found.ordered
        if not len(self.keys):
            return
        at = np.searchsorted(found, self.keys)
        stays = at < len(found)
        stays[stays] = found[at[stays]] == self.keys[stays]
        if not stays.all():
            self.pick(self.keys[stays])
