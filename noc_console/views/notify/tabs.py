"""The tabs of the page: lists with their buttons, the dry run, the texts, the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.alarms.model import Alarm
from noc_console.services.notify.model import DryRun, LogEntry, Preview, Template
from noc_console.services.notify.settings import TITLES
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import WordButton
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.severity import severity_icon
from noc_console.views.kit.strips import Empty, EmptyState
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID
from noc_console.views.notify.columns import (
    RouteRow,
    dry_columns,
    log_columns,
    route_columns,
    template_columns,
)

R = TypeVar("R")

SEARCH_PAUSE_MS = 250
LOG_WORDS = (
    ("", "Everything"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("given up", "Given up"),
    ("dropped", "Dropped"),
    ("delayed", "Delayed"),
    ("merged", "Told together"),
    ("queued", "Queued"),
)


def bar(*parts: QWidget | None) -> QHBoxLayout:
    """A row of buttons; None is the gap in the middle."""
    row = QHBoxLayout()
    row.setContentsMargins(GRID, GRID, GRID, 0)
    row.setSpacing(GRID)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row


def action_button(action: QAction) -> QToolButton:
    """A button with words that does what its command does, and is off when that is."""
    made = WordButton()
    made.setDefaultAction(action)
    return made


class ListTab(QWidget, Generic[R]):
    """Buttons over a list, or a word that teaches while the list is empty."""

    def __init__(self, table: Table[R], buttons: Sequence[QWidget | None], empty: Empty) -> None:
        super().__init__()
        self.table = table
        self.empty = EmptyState()
        self.empty.show_empty(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar(*buttons))
        column.addWidget(self.empty, 1)
        column.addWidget(table, 1)
        self.show_rows(())

    def show_rows(self, rows: Sequence[R]) -> None:
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)


class AlarmPicker(QComboBox):
    """A standing alarm, or one that is over but on the desk."""

    MOST = 200

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Alarm")
        self.setMinimumWidth(44 * GRID)
        self.setPlaceholderText("No alarm stands")

    def show_alarms(self, alarms: Sequence[Alarm]) -> None:
        """The chosen one stays chosen while it is there."""
        before = self.currentData()
        self.blockSignals(True)
        self.clear()
        for alarm in alarms[: self.MOST]:
            words = f"{alarm.device_name} {alarm.interface_name}".strip()
            text = f"{words}: {alarm.text or alarm.condition}"[:100]
            self.addItem(severity_icon(alarm.severity), text, int(alarm.id))
        at = max(0, self.findData(before)) if self.count() else -1
        self.setCurrentIndex(at)
        self.blockSignals(False)

    def alarm_id(self) -> int | None:
        data = self.currentData()
        return None if data is None else int(data)


class RoutesTab(QWidget):
    """The ordered routes, and under them who would be told of an alarm."""

    asked = Signal(int)

    def __init__(
        self, desk: Desk, table: Table[RouteRow], buttons: Sequence[QWidget | None],
        empty: Empty, on_error: OnError,
    ) -> None:  # fmt: skip
        super().__init__()
        self.list = ListTab(table, buttons, empty)
        self.picker = AlarmPicker()
        self.dry: Table[DryRun] = Table(
            desk,
            "notify.dry",
            dry_columns(desk),
            lambda row: (row.route, row.turn, row.channel, row.contact, row.to),
            on_error,
        )
        self.answer = Label("", tone="dim")
        self.picker.currentIndexChanged.connect(lambda _: self.ask())
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(GRID)
        question = Label("Who would be told of this alarm, how and when?", tone="bright")
        column.addLayout(bar(question, self.picker, self.answer, None))
        column.addWidget(self.dry, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.list)
        split.addWidget(below)
        split.setSizes([340, 260])
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    def ask(self) -> None:
        alarm_id = self.picker.alarm_id()
        if alarm_id is None:
            self.show_answer(())
        else:
            self.asked.emit(alarm_id)

    def show_answer(self, found: Sequence[DryRun]) -> None:
        self.dry.show_rows(found)
        if self.picker.alarm_id() is None:
            self.answer.setText("")
            return
        told = [each for each in found if each.channel]
        self.answer.setText("" if told else "Nobody.")


def routes_table(desk: Desk, on_error: OnError) -> Table[RouteRow]:
    """The routes in the order they are asked."""
    made: Table[RouteRow] = Table(
        desk, "notify.routes", route_columns(), lambda row: int(row.route.id), on_error
    )
    made.sort_by_default("order")
    return made


class TextsTab(QWidget):
    """A text of each kind of channel and language, and what it looks like with a real alarm."""

    asked = Signal()

    def __init__(
        self,
        desk: Desk,
        buttons: Sequence[QWidget | None],
        places: Sequence[tuple[str, str]],
        on_error: OnError,
    ) -> None:
        super().__init__()
        self.table: Table[Template] = Table(
            desk,
            "notify.templates",
            template_columns(),
            lambda row: (row.kind.value, row.language),
            on_error,
        )
        self.subject, self.text = QLineEdit(), QPlainTextEdit()
        self.subject.setAccessibleName("Subject")
        self.text.setAccessibleName("Text")
        self.picker = AlarmPicker()
        self.shown_subject = Label("", tone="bright", wrap=True, selectable=True)
        self.shown_body = QPlainTextEdit()
        self.shown_body.setReadOnly(True)
        self.shown_body.setAccessibleName("Preview")
        self.note = Label("", tone="dim", wrap=True)
        hint = "\n".join(f"{{{{ {name} }}}}: {what}" for name, what in places)
        self.places = QPlainTextEdit(hint)
        self.places.setReadOnly(True)
        self.places.setAccessibleName("Places that are filled in")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self.asked)
        self.subject.textChanged.connect(lambda _: self._pause.start())
        self.text.textChanged.connect(self._pause.start)
        self.picker.currentIndexChanged.connect(lambda _: self._pause.start())
        self.table.chosen.connect(self._on_chosen)
        self._chosen: Template | None = None
        self._lay_out(buttons)

    def template(self) -> Template | None:
        """What is being written."""
        if self._chosen is None:
            return None
        return Template(
            self._chosen.kind,
            self._chosen.language,
            self.subject.text(),
            self.text.toPlainText(),
            is_own=True,
        )

    def is_changed(self) -> bool:
        now = self.template()
        known = self._chosen
        if now is None or known is None:
            return False
        return (now.subject, now.body) != (known.subject, known.body)

    def show_templates(self, templates: Sequence[Template]) -> None:
        self.table.show_rows(templates)
        if self.table.current() is None and templates:
            self.table.select((templates[0].kind.value, templates[0].language))
        if not self.is_changed():
            self._chosen = None
            self._on_chosen()

    def show_preview(self, preview: Preview) -> None:
        self.shown_subject.setText(preview.subject)
        self.shown_body.setPlainText(preview.body)
        self.note.setText(preview.note)
        self.note.set_tone("dim")

    def show_problem(self, text: str) -> None:
        self.note.setText(text[:1].upper() + text[1:])
        self.note.set_tone("attention")

    def _on_chosen(self) -> None:
        row = self.table.current()
        if row is None or row == self._chosen:
            return
        self._chosen = row
        self.subject.setText(row.subject)
        self.subject.setCursorPosition(0)
        self.text.setPlainText(row.body)
        self.subject.setPlaceholderText(f"{TITLES[row.kind]}, {row.language}")
        self._pause.start()

    def _lay_out(self, buttons: Sequence[QWidget | None]) -> None:
        middle, right = QWidget(), QWidget()
        writing = QVBoxLayout(middle)
        writing.setContentsMargins(GRID, GRID, GRID, GRID)
        writing.setSpacing(GRID)
        writing.addLayout(bar(*buttons))
        writing.addWidget(Label("SUBJECT", tone="faint", size="small"))
        writing.addWidget(self.subject)
        writing.addWidget(Label("TEXT", tone="faint", size="small"))
        writing.addWidget(self.text, 3)
        writing.addWidget(Label("WHAT CAN BE FILLED IN", tone="faint", size="small"))
        writing.addWidget(self.places, 2)
        looking = QVBoxLayout(right)
        looking.setContentsMargins(GRID, GRID, GRID, GRID)
        looking.setSpacing(GRID)
        looking.addWidget(Label("PREVIEW WITH", tone="faint", size="small"))
        looking.addWidget(self.picker)
        self.picker.setMinimumWidth(20 * GRID)
        looking.addWidget(self.shown_subject)
        looking.addWidget(self.shown_body, 1)
        looking.addWidget(self.note)
        split = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.table, middle, right):
            split.addWidget(part)
        split.setSizes([320, 460, 420])
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)


class LogTab(QWidget):
    """What became of messages, newest first, searched by words."""

    asked = Signal()

    def __init__(self, desk: Desk, buttons: Sequence[QWidget | None], on_error: OnError) -> None:
        super().__init__()
        self.words = QLineEdit()
        self.words.setPlaceholderText("Search all messages: subject, address, error, name")
        self.words.setAccessibleName("Search the delivery log")
        self.what = QComboBox()
        self.what.setAccessibleName("What happened")
        for key, title in LOG_WORDS:
            self.what.addItem(title, key)
        self.older = QPushButton("Older")
        self.older.setToolTip(plain_tip("Show older ones below"))
        self.table: Table[LogEntry] = Table(
            desk, "notify.log", log_columns(desk), lambda row: row.id, on_error
        )
        self.before_id = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._begin)
        self.words.textChanged.connect(lambda _: self._pause.start())
        self.what.currentIndexChanged.connect(lambda _: self._begin())
        self.older.clicked.connect(lambda _=False: self._go_back())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.words.setMinimumWidth(44 * GRID)
        column.addLayout(bar(self.words, self.what, *buttons, None, self.older))
        column.addWidget(self.table, 1)

    def query(self) -> Mapping[str, str | int]:
        return {
            "text": self.words.text().strip(),
            "what": str(self.what.currentData()),
            "before_id": self.before_id,
        }

    def show_log(self, entries: Sequence[LogEntry]) -> None:
        self.table.show_rows(entries)
        self.older.setEnabled(bool(entries))

    def _begin(self) -> None:
        self.before_id = 0
        self.asked.emit()

    def _go_back(self) -> None:
        rows = self.table.rows.rows()
        if rows:
            self.before_id = min(row.id for row in rows)
            self.asked.emit()
