"""What came of a run: its devices and their words, tables of all of them, and what differs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.jobs.model import Difference, Item, JobKind, Merged, Result, Run
from noc_console.services.jobs.service import JobService
from noc_console.views.flights.diff import DiffText
from noc_console.views.jobs.columns import (
    cell_columns,
    difference_columns,
    item_columns,
    lines_of,
    run_text,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, look

LONGEST_SHOWN = 400_000
"""Characters of one device's words that are shown; the export has all of them."""


class Words(QPlainTextEdit):
    """Text of devices: read, searched, copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("docked", True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(name)
        self.setMaximumBlockCount(200_000)
        self.setUndoRedoEnabled(False)
        self._dress()
        look().changed.connect(self._dress)

    def _dress(self) -> None:
        self.setFont(look().mono())

    def add(self, text: str) -> None:
        """At the end; who reads at the end stays there."""
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        if follows:
            bar.setValue(bar.maximum())


class RunResults(QWidget):
    """Four views of one run; each asks for what it shows when it is seen."""

    opened = Signal(int)
    """The device under Enter or a double click."""

    def __init__(
        self, desk: Desk, service: JobService, on_error: OnError, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._service, self._on_error = desk, service, on_error
        self.tasks = Tasks(self, on_error)
        self.run: Run | None = None
        self._others: tuple[Run, ...] = ()
        self._heard = 0
        self._tables: tuple[Merged, ...] = ()
        self.items: Table[Item] = Table(
            desk, "job-devices", item_columns(desk), lambda item: item.id, on_error,
            hint="Filter   state:failed   -core",
        )  # fmt: skip
        self.words = Words("What the device answered")
        self.lines = QComboBox()
        self.lines.setAccessibleName("Line whose table is shown")
        self.cells: Table[tuple[str, ...]] | None = None
        self.cells_said = Label("", tone="dim", wrap=True)
        self.output = Words("What the program printed")
        self.other = QComboBox()
        self.other.setAccessibleName("Run to compare with")
        self.changes: Table[Difference] = Table(
            desk, "job-differences", difference_columns(), lambda one: (one.device, one.line),
            on_error,
        )  # fmt: skip
        self.changes_said = Label("", tone="dim", wrap=True)
        self.apart = DiffText()
        self.apart.setAccessibleName("What differs")
        # Rows of tables are long, and what differs may be at their end.
        self.apart.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self._lay_out()
        self._wire()

    # --- what is shown -------------------------------------------------------------------

    def show_run(self, run: Run | None, others: Sequence[Run]) -> None:
        """The run under the cursor, and those it may be compared with."""
        is_new = run is None or self.run is None or run.id != self.run.id
        moved = self.run != run
        self.run = run
        self._show_others([each for each in others if run is None or each.id != run.id])
        if is_new:
            self._heard = 0
            self.output.clear()
            self.words.clear()
            self._tables = ()
        if run is not None:
            self.tabs.setTabVisible(2, run.kind is not JobKind.COMMANDS)
            if moved:
                self.reload(is_new=is_new or run.state.is_over)

    def reload(self, *, is_new: bool = True) -> None:
        """Ask for what the tab in front shows; what needs every answer not while more come in."""
        if self.run is None:
            return
        number, actor = self.run.id, self._desk.actor
        self.tasks.ask("items", self._service.items(actor, run_id=number), self._show_items)
        tab = self.tabs.currentIndex()
        if tab == 1 and is_new:
            self.tasks.ask("tables", self._service.tables(actor, run_id=number), self._show_tables)
        elif tab == 2:
            self.tasks.ask(
                "output",
                self._service.output(actor, run_id=number, after=self._heard),
                self._show_output,
            )
        elif tab == 3 and is_new:
            self._compare()
        self._read()

    def _show_items(self, found: tuple[Item, ...]) -> None:
        self.items.show_rows(found)
        if found and self.items.current() is None and not self.items.filter_line.text():
            self.items.select(self.items.rows.key_at(0))

    def _read(self) -> None:
        item = self.items.current()
        if self.run is None or item is None:
            self.words.clear()
            return
        self.tasks.ask(
            "words",
            self._service.results(self._desk.actor, run_id=self.run.id, item_id=item.id),
            self._show_words,
        )

    def _show_words(self, found: tuple[Result, ...]) -> None:
        parts = []
        for result in found:
            for answer in result.answers:
                parts.append(f"▸ {answer.line}" + (f"   ({answer.note})" if answer.note else ""))
                parts.append(answer.text)
        text = "\n".join(parts)
        shown = text[:LONGEST_SHOWN]
        if len(text) > len(shown):
            shown += "\n… the rest is in the export"
        if shown != self.words.toPlainText():
            self.words.setPlainText(shown)

    def _show_tables(self, found: tuple[Merged, ...]) -> None:
        self._tables = found
        chosen = self.lines.currentText()
        self.lines.blockSignals(True)
        self.lines.clear()
        self.lines.addItems([each.line for each in found])
        self.lines.setCurrentIndex(max(0, self.lines.findText(chosen)) if found else -1)
        self.lines.blockSignals(False)
        self._show_cells()

    def _show_cells(self) -> None:
        at = self.lines.currentIndex()
        if self.cells is not None:
            self._cells_room.removeWidget(self.cells)
            self.cells.hide()
            self.cells.deleteLater()
            self.cells = None
        if not 0 <= at < len(self._tables):
            self.cells_said.setText(
                "No answer was made a table. ntc-templates know many commands of many platforms;"
                " for others give the job a TextFSM template of your own."
            )
            return
        table = self._tables[at]
        self.cells_said.setText(f"{plural(len(table.rows), 'row')} of all devices")
        self.cells = Table(
            self._desk, "job-table", cell_columns(table), lambda row: row, self._on_error
        )
        self.cells.show_rows(table.rows)
        self._cells_room.addWidget(self.cells, 1)

    def _show_output(self, parts: tuple[tuple[int, str], ...]) -> None:
        for number, text in parts:
            if number > self._heard:
                self._heard = number
                self.output.add(text)

    def _show_others(self, others: Sequence[Run]) -> None:
        """Runs of the same job first: those before it are what one compares with."""
        same = [each for each in others if self.run and each.job_id == self.run.job_id]
        rest = [each for each in others if each not in same]
        ordered = (*same, *rest)
        if tuple(each.id for each in ordered) == tuple(each.id for each in self._others):
            return
        chosen = self.other.currentData()
        self._others = tuple(ordered)
        self.other.blockSignals(True)
        self.other.clear()
        for each in ordered:
            self.other.addItem(run_text(self._desk, each), int(each.id))
        at = self.other.findData(chosen)
        self.other.setCurrentIndex(at if at >= 0 else 0 if ordered else -1)
        self.other.blockSignals(False)

    def _compare(self) -> None:
        before = self.other.currentData()
        if self.run is None or before is None:
            self.changes.show_rows(())
            self.changes_said.setText("There is no other run to compare with yet.")
            return
        self.tasks.ask(
            "compare",
            self._service.compare(self._desk.actor, run_id=self.run.id, before_id=before),
            self._show_changes,
        )

    def _show_changes(self, found: tuple[Difference, ...]) -> None:
        differing = [one for one in found if not one.is_same]
        self.changes.show_rows(differing)
        self.apart.show_diff(lines_of(differing)[:LONGEST_SHOWN])
        same = len(found) - len(differing)
        told = plural(len(differing), "answer differs", "answers differ")
        self.changes_said.setText(f"{told}, {same:,} are as before.")

    def _on_change(self) -> None:
        chosen = self.changes.selection() or tuple(self.changes.rows.all_rows())
        self.apart.show_diff(lines_of(chosen)[:LONGEST_SHOWN])

    # --- what is done --------------------------------------------------------------------

    def export_json(self) -> None:
        """Everything of the run into a file, for programs."""
        self.tasks.do("json", lambda: self._export("JSON (*.json)", "json", self._as_json))

    def export_csv(self) -> None:
        """The table of the chosen line into a file."""
        self.tasks.do("csv", lambda: self._export("CSV (*.csv)", "csv", self._as_csv))

    async def _export(self, kinds: str, end: str, made: Callable[..., object]) -> None:
        if self.run is None:
            return
        run, at = self.run, self.lines.currentIndex()
        stamp = self._desk.clock.now().strftime("%Y%m%d-%H%M")
        path = await ask_save_path(self.window(), "Export", f"job-{run.id}-{stamp}.{end}", kinds)
        if path is None:
            return
        text = await made(run, at)  # type: ignore[misc]
        await asyncio.to_thread(write_whole, path, str(text).encode())
        self._desk.notice(f"{path.name} is written.")

    async def _as_json(self, run: Run, _: int) -> str:
        found = await self._service.results(self._desk.actor, run_id=run.id)
        return await asyncio.to_thread(JobService.as_json, found)

    async def _as_csv(self, run: Run, at: int) -> str:
        tables = await self._service.tables(self._desk.actor, run_id=run.id)
        return await asyncio.to_thread(JobService.as_csv, tables[max(0, at)]) if tables else ""

    # --- wiring --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        devices = QSplitter(Qt.Orientation.Vertical)
        devices.addWidget(self.items)
        devices.addWidget(self.words)
        devices.setSizes([300, 300])
        cells, self._cells_room = QWidget(), QVBoxLayout()
        head = _row(self.lines, self.cells_said)
        self.csv_button = QPushButton("CSV…")
        self.csv_button.setToolTip("This table, for spreadsheets")
        self.csv_button.clicked.connect(self.export_csv)
        head.addWidget(self.csv_button)
        self._cells_room.setContentsMargins(0, 0, 0, 0)
        self._cells_room.setSpacing(0)
        self._cells_room.addLayout(head)
        cells.setLayout(self._cells_room)
        compare = QWidget()
        room = QVBoxLayout(compare)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(0)
        room.addLayout(_row(self.other, self.changes_said))
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.addWidget(self.changes)
        halves.addWidget(self.apart)
        room.addWidget(halves, 1)
        for name, page in (
            ("Devices", devices),
            ("Tables", cells),
            ("Output", self.output),
            ("Compare", compare),
        ):
            self.tabs.addTab(page, name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self._show_cells()

    def _wire(self) -> None:
        self.items.chosen.connect(self._read)
        self.items.opened.connect(lambda item: self.opened.emit(item.device_id))
        self.tabs.currentChanged.connect(lambda _: self.reload())
        self.lines.currentIndexChanged.connect(lambda _: self._show_cells())
        self.other.currentIndexChanged.connect(lambda _: self._compare())
        self.changes.chosen.connect(self._on_change)


def _row(choice: QComboBox, said: Label) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(GRID, GRID, GRID, GRID)
    row.setSpacing(2 * GRID)
    choice.setMinimumWidth(200)
    choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    row.addWidget(choice, 1)
    row.addWidget(said, 1)
    return row
