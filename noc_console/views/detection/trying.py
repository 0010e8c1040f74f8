"""Try a line: what the event rules make of a log line or a trap, and of those that were kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QStackedWidget,
    QWidget,
)

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import duration, plural
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events.model import Sense
from noc_console.services.intake.model import LineKind
from noc_console.services.intake.trying import (
    EventReplay,
    EventTrialService,
    Fired,
    Match,
    Tried,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_color, severity_icon, severity_word
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.kit.times import iso

R = TypeVar("R")

WIDTH = 1_060
TABLE_HEIGHT = 26 * GRID
SPANS = {
    "hour": timedelta(hours=1),
    "8 hours": timedelta(hours=8),
    "day": timedelta(days=1),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
}
LINE_HINT = "%BGP-5-ADJCHANGE: neighbor 192.0.2.1 Down BGP Notification sent"
VARBINDS_HINT = "1.3.6.1.2.1.15.3.1.2.192.0.2.1=1"
WORDS = {Sense.RAISE: "raises", Sense.CLEAR: "clears", Sense.NOTICE: "notes"}
SYSLOG = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")


@dataclass(frozen=True, slots=True)
class Shown:
    """A match with its place: two rules may say the same."""

    number: int
    match: Match


class TryDialog(Dialog):
    """The question above, the answer below; nothing that happens here raises an alarm."""

    def __init__(
        self,
        parent: QWidget | None,
        desk: Desk,
        trials: EventTrialService,
        actor: Actor,
        *,
        clock: Clock,
        rule: tuple[str, str] | None = None,
        device_names: Mapping[int, str] | None = None,
    ) -> None:
        """`rule` is the id and text of one that is tried alone, as when it is being written."""
        what = "all rules in force" if rule is None else f"the rule {rule[0]} alone"
        super().__init__(
            parent,
            "Try a line",
            f"Tries {what} on a log line or a trap, or on those that were kept. It raises nothing.",
            "Try",
        )
        self._trials, self._actor, self._clock = trials, actor, clock
        self._toml = "" if rule is None else rule[1]
        self._names = device_names or {}
        self.tasks = Tasks(self, self._show_error, self._on_busy)
        self.kind = QComboBox()
        self.line = QPlainTextEdit()
        self.trap = QLineEdit()
        self.varbinds = QPlainTextEdit()
        self.authentic = QCheckBox("by SNMPv3 or TLS, which prove the sender")
        self.understood = Label("", tone="dim", wrap=True, selectable=True)
        self.matches: Table[Shown] = Table(
            desk, "detection.tried", _match_columns(), lambda row: row.number, self._show_error
        )
        self.fired: Table[Fired] = Table(
            desk, "detection.fired", self._fired_columns(), _fired_key, self._show_error
        )
        self.answer = QStackedWidget()
        self.span = QComboBox()
        self.replay_button = QPushButton("Replay")
        self._lay_out_form()
        self.accept_button.clicked.disconnect()
        self.accept_button.clicked.connect(lambda _=False: self.try_now())
        self.replay_button.clicked.connect(lambda _=False: self.replay())
        self.cancel_button.setText("Close")
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self._show_kind()

    # --- what is done ------------------------------------------------------------------------

    def try_now(self) -> None:
        """Ask what the rules make of what was typed."""
        self.problem.hide()
        is_trap = self.kind.currentData() == LineKind.TRAP
        bound = tuple(filter(None, map(str.strip, self.varbinds.toPlainText().splitlines())))
        work = self._trials.try_line(
            self._actor,
            line="" if is_trap else self.line.toPlainText(),
            trap=self.trap.text() if is_trap else "",
            varbinds=bound if is_trap else (),
            authentic=self.authentic.isChecked(),
            toml=self._toml,
        )
        self.tasks.ask("try", work, self._show_tried)

    def replay(self) -> None:
        """Ask what the rules would have raised from the lines and traps kept."""
        self.problem.hide()
        start = self._clock.now() - SPANS[self.span.currentText()]
        work = self._trials.replay(self._actor, start=start, toml=self._toml)
        self.tasks.ask("try", work, self._show_replay)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter tries from wherever the hands are."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.try_now()
            return
        super().keyPressEvent(event)

    # --- what is shown -----------------------------------------------------------------------

    def _show_tried(self, tried: Tried) -> None:
        self.understood.setText(understood(tried))
        self.matches.show_rows([Shown(n, match) for n, match in enumerate(tried.matches)])
        self.answer.setCurrentWidget(self.matches)

    def _show_replay(self, told: EventReplay) -> None:
        self.understood.setText(summary(told))
        self.fired.show_rows(list(reversed(told.fired)))
        self.answer.setCurrentWidget(self.fired)

    def _show_kind(self) -> None:
        is_trap = self.kind.currentData() == LineKind.TRAP
        self.form.setRowVisible(self.line, not is_trap)
        self.form.setRowVisible(self.trap, is_trap)
        self.form.setRowVisible(self.varbinds, is_trap)
        (self.trap if is_trap else self.line).setFocus()

    def _show_error(self, error: BaseException) -> None:
        field = {"trap": self.trap, "varbinds": self.varbinds, "line": self.line}
        if isinstance(error, Invalid) and error.field in field:
            field[error.field].setFocus()
        self.refuse(str(error) or type(error).__name__)

    def _on_busy(self, busy: bool) -> None:
        self.accept_button.setEnabled(not busy)
        self.replay_button.setEnabled(not busy)

    # --- how it is laid out ------------------------------------------------------------------

    def _lay_out_form(self) -> None:
        self.body.addSpacerItem(QSpacerItem(WIDTH, 0))
        self.kind.addItem("Log line", LineKind.SYSLOG)
        self.kind.addItem("Trap", LineKind.TRAP)
        for box, hint, rows in ((self.line, LINE_HINT, 1), (self.varbinds, VARBINDS_HINT, 3)):
            box.setPlaceholderText(hint)
            box.setTabChangesFocus(True)
            box.setFixedHeight((2 * rows + 4) * GRID)
        self.trap.setPlaceholderText("1.3.6.1.2.1.15.0.2")
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * GRID)
        self.form.setVerticalSpacing(GRID)
        self.kind.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.form.addRow("What", self.kind)
        self.form.addRow("Line", self.line)
        self.form.addRow("OID", self.trap)
        self.form.addRow("Varbinds", self.varbinds)
        self.form.addRow("Heard", self.authentic)
        self.body.addLayout(self.form)
        again = QHBoxLayout()
        again.addWidget(Label("Or what was kept in the last", tone="dim"))
        self.span.addItems(list(SPANS))
        self.span.setCurrentText("day")
        self.span.setAccessibleName("Span to replay")
        again.addWidget(self.span)
        again.addWidget(self.replay_button)
        again.addStretch()
        self.body.addLayout(again)
        self.body.addWidget(self.understood)
        for table in (self.matches, self.fired):
            table.setFixedHeight(TABLE_HEIGHT)
            self.answer.addWidget(table)
        self.body.addWidget(self.answer)
        for button in (self.replay_button, self.cancel_button):
            button.setAutoDefault(False)

    def _fired_columns(self) -> Sequence[Column[Fired]]:
        def device(one: Fired) -> str:
            number = one.device_id
            return "" if number is None else self._names.get(number, f"device {number}")

        return (
            _severity("Severity", lambda one: one.severity),
            Column("Rule", lambda one: one.rule_id, width=190),
            Column("Device", device, width=130),
            Column("Object", lambda one: one.about, width=140),
            Column("From", lambda one: f"{one.start.astimezone():%m-%d %H:%M:%S}",
                   sort=lambda one: one.start, export=lambda one: iso(one.start), width=120),
            Column("For", lasted, sort=_length, width=90, align=Align.RIGHT),
            Column("Times", lambda one: f"{one.count:,}", sort=lambda one: one.count, width=64,
                   align=Align.RIGHT),
            Column("Line", lambda one: one.line, width=260, stretch=True, mono=True),
        )  # fmt: skip


def understood(tried: Tried) -> str:
    """How what was typed is understood, in a line or two."""
    parts = [f"{SYSLOG[tried.severity]} {tried.kind.value}"]
    if tried.name:
        parts.append(tried.name)
    if tried.app and tried.app.lstrip("%") != tried.name:
        parts.append(f"of {tried.app}")
    head = f"{' '.join(parts)}: {tried.text}"
    if not tried.matches:
        return f"{head}\nNo rule fits: it is kept and raises nothing."
    return head


def summary(told: EventReplay) -> str:
    """What a replay came to."""
    lines = plural(told.lines, "line")
    if not told.lines:
        return "Nothing was kept in that time."
    if not told.complete:
        lines = f"the newest {lines}, not all of that time"
    noisy = ", ".join(f"{rule} {count:,}" for rule, count in told.by_rule[:4])
    rate = f"{told.per_day:,.0f}" if told.per_day >= 10 else f"{told.per_day:.1f}"
    text = f"{plural(told.total, 'alarm')} from {lines}: {rate} a day."
    if told.total > len(told.fired):
        text += f" The newest {len(told.fired):,} are shown."
    return f"{text} Most by {noisy}." if noisy else text


def lasted(one: Fired) -> str:
    """How long it stood."""
    seconds = _length(one)
    return "stands" if seconds is None else duration(seconds)


def outcome(match: Match) -> str:
    """What the desk would get of it."""
    if match.is_config_change:
        return "kept as a change of the set-up"
    if match.poll_decides:
        return "the poller looks, the poll decides"
    if match.sense is Sense.CLEAR:
        return "clears"
    if match.sense is Sense.NOTICE:
        return "the poller looks" if match.looks else "only kept"
    word = severity_word(match.believed)
    if match.believed < match.severity:
        return f"{word}, {severity_word(match.severity)} once proved"
    return word


def ending(match: Match) -> str:
    """What would clear it."""
    parts = list(match.cleared_by[:3])
    if len(match.cleared_by) > 3:
        parts.append(f"{len(match.cleared_by) - 3} more")
    if match.clear_after_s:
        parts.append(f"{duration(match.clear_after_s)} without another")
    return "; ".join(parts)


def _match_columns() -> Sequence[Column[Shown]]:
    return (
        _severity("Severity", lambda row: row.match.believed),
        Column("Rule", lambda row: row.match.rule_id or row.match.title, width=200),
        Column("Does", lambda row: WORDS[row.match.sense], width=70, hidden=True),
        Column("Outcome", lambda row: outcome(row.match), width=170),
        Column("Condition", lambda row: row.match.condition, width=140),
        Column("Object", lambda row: row.match.about, width=150),
        Column("Text", lambda row: row.match.text, width=240, stretch=True),
        Column("Cleared by", lambda row: ending(row.match), width=240,
               tip=lambda row: "\n".join(row.match.cleared_by)),
        Column("Words", lambda row: ", ".join(f"{k}={v}" for k, v in row.match.words), width=160,
               hidden=True),
    )  # fmt: skip


def _severity(title: str, of: Callable[[R], Severity]) -> Column[R]:
    def ink(row: R) -> QColor | None:
        return severity_color(of(row)) if of(row) else None

    return Column(
        title,
        lambda row: severity_word(of(row)) if of(row) else "",
        sort=lambda row: -of(row),
        width=96,
        icon=lambda row: severity_icon(of(row)) if of(row) else None,
        color=ink,
    )


def _fired_key(one: Fired) -> tuple[str, int | None, str, datetime]:
    return one.rule_id, one.device_id, one.about, one.start


def _length(one: Fired) -> float | None:
    return None if one.end is None else (one.end - one.start).total_seconds()
