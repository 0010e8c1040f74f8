"""What the device answered: a list of values, or a table as rows and columns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout, QWidget

from noc_console.kernel.text import visible
from noc_console.services.snmp.model import ObjectType, ObjectValue, SnmpTable, TableRow
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.kit.table import Table, spaced
from noc_console.views.kit.tasks import OnError, Tasks

_NUMBERS = {
    ObjectType.INTEGER,
    ObjectType.UNSIGNED,
    ObjectType.COUNTER32,
    ObjectType.COUNTER64,
    ObjectType.TIMETICKS,
}
WIDEST = 260


class Results(QWidget):
    """Nothing yet, values, or a table; `opened` with a value under Enter or a double click."""

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, desk: Desk, on_error: OnError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._on_error = desk, on_error
        self.tasks = Tasks(self, on_error)
        self.empty = EmptyState()
        self.values: Table[ObjectValue] = Table(
            desk,
            "mib-values",
            value_columns(),
            lambda value: value.oid,
            on_error,
            hint="Filter   name:ifAlias   -type:missing",
        )
        self.table: Table[TableRow] | None = None
        self.shown_table: SnmpTable | None = None
        self._actions: list[QAction | None] = []
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.values)
        self.values.opened.connect(self.opened)
        self.values.chosen.connect(lambda: self.chosen.emit(self.current()))
        self.setFocusProxy(self.values)

    def show_empty(self, empty: Empty) -> None:
        self.empty.show_empty(empty)
        self._stack.setCurrentWidget(self.empty)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentWidget() is self.empty

    def show_values(self, values: Sequence[ObjectValue]) -> None:
        """A list of values in the order they came."""
        self._drop_table()
        self.values.show_rows(values)
        self._stack.setCurrentWidget(self.values)

    def show_table(self, answer: SnmpTable) -> None:
        """Rows and columns; a table of the same shape keeps its place and selection."""
        if self.table is None or not _is_alike(self.shown_table, answer):
            self._drop_table()
            self.table = self._made(answer)
            self._stack.addWidget(self.table)
        self.shown_table = answer
        self.table.show_rows(answer.rows)
        self._stack.setCurrentWidget(self.table)

    def current(self) -> ObjectValue | None:
        """The value under the cursor."""
        if self._stack.currentWidget() is self.values:
            return self.values.current()
        if self.table is None or self.shown_table is None:
            return None
        row, column = self.table.current(), self.table.view.currentIndex().column()
        at = column - len(self.shown_table.index)
        return row.cells[at] if row is not None and 0 <= at < len(row.cells) else None

    def set_menu(self, actions: Sequence[QAction | None]) -> None:
        """What the context menu of either list offers."""
        self._actions = list(actions)
        self.values.set_menu(self._actions)
        if self.table is not None:
            self.table.set_menu(self._actions)

    # --- export ----------------------------------------------------------------------------

    def plain(self) -> list[dict[str, Any]]:
        """What is shown as plain values, for JSON."""
        if self._stack.currentWidget() is self.values:
            return [_plain(value) for value in self.values.rows.rows()]
        if self.table is None or self.shown_table is None:
            return []
        known = self.shown_table
        return [
            dict(zip(known.index, row.index, strict=True))
            | {
                name: cell.value
                for name, cell in zip(known.columns, row.cells, strict=True)
                if cell is not None
            }
            for row in self.table.rows.rows()
        ]

    def export_json(self) -> None:
        """Ask for a file and write what is shown into it."""
        self.tasks.do("export", self._export_flow)

    async def _export_flow(self) -> None:
        told = self.plain()
        stamp = self._desk.clock.now().strftime("%Y%m%d-%H%M")
        name = self.shown_table.name if self.shown_table else "values"
        path = await ask_save_path(
            self.window(), "Export JSON", f"{name}-{stamp}.json", "JSON (*.json)"
        )
        if path is not None:
            await asyncio.to_thread(_write, path, told)
            self._desk.notice(f"{spaced(len(told))} entries written to {path.name}")

    # --- how it works ----------------------------------------------------------------------

    def _drop_table(self) -> None:
        if self.table is not None:
            self._stack.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None
            self.shown_table = None

    def _made(self, answer: SnmpTable) -> Table[TableRow]:
        table: Table[TableRow] = Table(
            self._desk,
            f"mib-{answer.name}",
            table_columns(answer),
            lambda row: row.key,
            self._on_error,
            hint="Filter the rows",
        )
        table.set_menu(self._actions)
        table.opened.connect(lambda _: self.opened.emit(self.current()))
        table.chosen.connect(lambda: self.chosen.emit(self.current()))
        table.view.selectionModel().currentChanged.connect(
            lambda *_: self.chosen.emit(self.current())
        )
        return table


def _is_alike(one: SnmpTable | None, other: SnmpTable) -> bool:
    return one is not None and (one.oid, one.index, one.columns) == (
        other.oid,
        other.index,
        other.columns,
    )


def value_columns() -> tuple[Column[ObjectValue], ...]:
    return (
        Column("Name", lambda v: v.name or v.oid, width=250, tip=lambda v: f"{v.name}\n{v.oid}"),
        Column(
            "Value",
            lambda v: "not there" if v.type is ObjectType.MISSING else v.shown,
            sort=_measure,
            width=220,
            mono=True,
            stretch=True,
            tip=lambda v: v.shown,
            export=lambda v: str(v.value),
        ),
        Column("Type", lambda v: v.type.value, width=80, dim=True),
        Column("OID", lambda v: v.oid, width=200, mono=True, dim=True, sort=_place),
    )


def table_columns(answer: SnmpTable) -> tuple[Column[TableRow], ...]:
    """A column for each part of the index, and one for each of the table."""
    made: list[Column[TableRow]] = []
    for at, name in enumerate(answer.index):
        made.append(
            Column(
                name or "Index",
                lambda row, at=at: row.index[at],  # type: ignore[misc]
                sort=lambda row, at=at: _natural(row, at),  # type: ignore[misc]
                id=f"index{at}",
                width=max(70, min(160, 8 * len(name) + 24)),
                bold=lambda _: True,
                mono=True,
            )
        )
    for at, name in enumerate(answer.columns):
        cells = [row.cells[at] for row in answer.rows[:50]]
        longest = max((len(cell.shown) for cell in cells if cell), default=0)
        is_number = all(cell.type in _NUMBERS and not cell.text for cell in cells if cell)
        made.append(
            Column(
                name,
                lambda row, at=at: cell.shown if (cell := row.cells[at]) else "",  # type: ignore[misc]
                sort=lambda row, at=at: _measure(cell) if (cell := row.cells[at]) else None,  # type: ignore[misc]
                id=f"{name.lower()}.{at}",
                width=max(8 * len(name) + 24, min(WIDEST, 8 * longest + 24)),
                align=Align.RIGHT if is_number and cells else Align.LEFT,
                mono=True,
                tip=lambda row, at=at: cell.shown if (cell := row.cells[at]) else "",  # type: ignore[misc]
                export=lambda row, at=at: str(cell.value) if (cell := row.cells[at]) else "",  # type: ignore[misc]
            )
        )
    return tuple(made)


def _measure(value: ObjectValue) -> tuple[int, float, str]:
    """Numbers by their size, before texts by their letters."""
    if isinstance(value.value, int):
        return (0, float(value.value), "")
    return (1, 0.0, value.value.casefold())


def _place(value: ObjectValue) -> tuple[int, ...]:
    return tuple(map(int, value.oid.split(".")))


def _natural(row: TableRow, at: int) -> tuple[tuple[int, ...], str]:
    """Rows by the numbers of their index for its first part, by its letters for the others."""
    if at == 0:
        return tuple(map(int, row.key.split("."))), ""
    return (), row.index[at]


def _plain(value: ObjectValue) -> dict[str, Any]:
    return {
        "oid": value.oid,
        "name": value.name,
        "type": value.type.value,
        "value": value.value,
        "text": visible(value.shown),
    }


def _write(path: Path, told: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
