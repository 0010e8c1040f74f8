"""The page of the shift: what changed since one's last, the handover, the log, and the notes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.services.handover.model import (
    Changes,
    Entry,
    EntryWritten,
    Handover,
    HandoverChanged,
    HandoverState,
    Note,
    Shift,
    ShiftChanged,
)
from noc_console.services.handover.service import HandoverService
from noc_console.views.handover.rows import (
    ChangeRow,
    change_columns,
    change_rows,
    log_columns,
    note_columns,
    route_of,
    shift_text,
)
from noc_console.views.handover.writing import HandoverPane
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_text
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID

SINCE = (
    ("Since my last shift", 0.0),
    ("Last 4 hours", 4.0),
    ("Last 12 hours", 12.0),
    ("Last 24 hours", 24.0),
    ("Last 3 days", 72.0),
    ("Last 7 days", 168.0),
)
COMMANDS = (
    ("begin", "Begin my shift", "play", "B", "handover.write"),
    ("hand", "Hand over…", "forward", "H", "handover.write"),
    ("take", "Take over", "check", "T", "handover.write"),
    ("write", "Write into the log", "comment", "W", "handover.write"),
    ("pin", "Pin a note…", "note", "P", "handover.write"),
    ("edit-note", "Change the note…", "edit", "E", "handover.write"),
    ("unpin", "Take the note off", "trash", "Del", "handover.write"),
    ("end", "End my shift without a handover", "stop", "", "handover.write"),
)
CHANGED, WRITING, LOG, NOTES = range(4)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything the page shows, read together."""

    changes: Changes
    rows: tuple[ChangeRow, ...]
    shift: Shift | None
    handovers: tuple[Handover, ...]
    log: tuple[Entry, ...]
    notes: tuple[Note, ...]


class HandoverPage(Page):
    """Reads anew every minute while it is seen: what changed goes on changing."""

    watches = (ShiftChanged, EntryWritten, HandoverChanged)
    refresh_s = 60.0

    def __init__(
        self, desk: Desk, handover: HandoverService, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self._handover = handover
        self.changes: Changes | None = None
        self.shift: Shift | None = None
        self.who = ElidedLabel("", tone="bright", size="large")
        self.in_short = Label("", tone="dim", wrap=True)
        self.span = QComboBox()
        self.begin_button = QPushButton("Begin my shift")
        self.hand_button = QPushButton("Hand over…")
        self.tabs = QTabWidget()
        self.changed: Table[ChangeRow] = Table(
            desk, "handover-changes", change_columns(desk), lambda row: row.key, self.show_error,
            hint="Filter   kind:new   who:jan   -kind:network",
        )  # fmt: skip
        self.writing = HandoverPane(desk, handover, self.show_error)
        self.log: Table[Entry] = Table(
            desk, "handover-log", log_columns(desk), lambda entry: entry.id, self.show_error,
            hint="Filter   by:jan   object:core",
        )  # fmt: skip
        self.notes: Table[Note] = Table(
            desk, "handover-notes", note_columns(desk), lambda note: note.id, self.show_error,
            hint="Filter   object:core",
        )  # fmt: skip
        self.line = QLineEdit()
        self._build()
        self._add_commands()
        self._wire()

    # --- what is shown -----------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("handover", self._look(), self._show)

    def visit(self, route: Route) -> None:
        """`log`, `notes` or `write` choose a tab; an id chooses that handover."""
        tabs = {"log": LOG, "notes": NOTES, "write": WRITING, "changes": CHANGED}
        if route.text in tabs:
            self.tabs.setCurrentIndex(tabs[route.text])
        elif route.text:
            self.tabs.setCurrentIndex(CHANGED)
            self.changed.set_filter(route.text)
        if route.id is not None:
            self.tabs.setCurrentIndex(WRITING)
            self.writing.choose(route.id)

    def repaint_times(self) -> None:
        self.mark_stale()

    async def _look(self) -> _Seen:
        actor, hours = self.desk.actor, float(self.span.currentData())
        since = self.desk.clock.now() - timedelta(hours=hours) if hours else None
        changes = await self._handover.changes(actor, since=since)
        return _Seen(
            changes=changes,
            rows=await asyncio.to_thread(change_rows, changes),
            shift=await self._handover.shift(actor),
            handovers=await self._handover.handovers(actor),
            log=await self._handover.log(actor),
            notes=changes.notes,
        )

    def _show(self, seen: _Seen) -> None:
        self.changes, self.shift = seen.changes, seen.shift
        self.changed.show_rows(seen.rows)
        self.log.show_rows(seen.log)
        self.notes.show_rows(seen.notes)
        self.writing.show_handovers(seen.handovers)
        self.who.show_text(shift_text(self.desk, seen.shift, seen.changes.on_shift))
        self.in_short.setText(self._short(seen.changes))
        self.begin_button.setVisible(seen.shift is None and self._may())
        self.hand_button.setVisible(seen.shift is not None and self._may())
        self.tabs.setTabText(CHANGED, f"What changed  {len(seen.rows):,}")
        self.tabs.setTabText(NOTES, f"Notes  {len(seen.notes):,}" if seen.notes else "Notes")
        self._tell_unsigned(seen.handovers)
        self._on_note()

    def _short(self, changes: Changes) -> str:
        """The whole of it in a sentence."""
        alarms, since = changes.alarms, self.desk.times.absolute(changes.since)[:16]
        standing = alarms.came + alarms.still
        works = sum(slot.state.value == "now" for slot in changes.works)
        parts = [
            f"{plural(alarms.came + alarms.passed, 'alarm')} came",
            f"{alarms.gone + alarms.passed:,} went",
            f"{standing:,} stand" if standing != 1 else "1 stands",
        ]
        if works:
            parts.append(f"{plural(works, 'maintenance')} under way")
        if changes.network:
            total = len(changes.network) + changes.more_network
            parts.append(plural(total, "change of the network", "changes of the network"))
        return f"Since {since}: {', '.join(parts)}."

    def _tell_unsigned(self, handovers: Sequence[Handover]) -> None:
        waiting = next((one for one in handovers if one.state is HandoverState.HANDED), None)
        if waiting is None:
            if self.strip.button.text() == "Read it":
                self.strip.hide()
            return
        when = self.desk.times.clock_time(waiting.handed_at)
        self.strip.say(
            f"{waiting.by} handed over at {when}, and nobody has taken over yet.",
            verb="Read it",
            act=lambda: self._read(waiting),
        )

    def _read(self, one: Handover) -> None:
        self.tabs.setCurrentIndex(WRITING)
        self.writing.choose(one.id)

    # --- what is done ------------------------------------------------------------------------

    def begin(self) -> None:
        actor = self.desk.actor
        self.tasks.do("shift", lambda: self._handover.begin_shift(actor))

    def end(self) -> None:
        actor = self.desk.actor
        self.tasks.do("shift", lambda: self._handover.end_shift(actor))

    def hand(self) -> None:
        """Show the draft, made if there is none; the same again hands it over."""
        was_there = self.tabs.currentIndex() == WRITING
        self.tabs.setCurrentIndex(WRITING)
        shown = self.writing.shown
        if was_there and shown is not None and shown.state is HandoverState.DRAFT:
            self.writing.hand_over()
        else:
            self.writing.draft()

    def take(self) -> None:
        self.tabs.setCurrentIndex(WRITING)
        self.writing.take_over()

    def write(self) -> None:
        self.tabs.setCurrentIndex(LOG)
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _write_line(self) -> None:
        text, actor = self.line.text().strip(), self.desk.actor
        if text:
            self.line.clear()
            self.tasks.do(
                "write",
                lambda: self._handover.write(actor, text=text),
                on_error=lambda error: self._give_back(text, error),
            )

    def _give_back(self, text: str, error: BaseException) -> None:
        """What could not be written is not lost."""
        if not self.line.text():
            self.line.setText(text)
        self.show_error(error)

    def pin(self) -> None:
        """A note at the object of the chosen row, or at one that is named."""
        row = self.changed.current() if self.tabs.currentIndex() == CHANGED else None
        self.tasks.do("pin", lambda: self._pin(row))

    async def _pin(self, row: ChangeRow | None) -> None:
        about, name = "", ""
        if row is not None and row.alarm is not None:
            about, name = f"alarm:{row.alarm.id}", row.object
        else:
            named = await ask_text(
                self.window(),
                "Pin a note",
                "To what? An object by its kind and number, or a ticket.",
                verb="Go on",
                placeholder="device:7   site:3   ticket:CHG-7",
            )
            if named is None:
                return
            about = name = named
        text = await ask_text(self.window(), f"Note at {name}", verb="Pin note", is_long=True)
        if text is not None:
            await self._handover.pin(self.desk.actor, about=about, text=text, about_name=name)

    def edit_note(self) -> None:
        if note := self._note():
            self.tasks.do("note", lambda: self._edit_note(note))

    async def _edit_note(self, note: Note) -> None:
        text = await ask_text(
            self.window(),
            f"Note at {note.about_name or note.about}",
            verb="Change note",
            value=note.text,
            is_long=True,
        )
        if text is not None:
            await self._handover.edit_note(self.desk.actor, note_id=note.id, text=text)

    def unpin(self) -> None:
        if note := self._note():
            actor = self.desk.actor
            self.tasks.do("note", lambda: self._handover.unpin(actor, note_id=note.id))

    def _note(self) -> Note | None:
        return self.notes.current() if self.tabs.currentIndex() == NOTES else None

    def _on_note(self) -> None:
        for name in ("edit-note", "unpin"):
            self.desk.actions.action(f"handover.{name}").setEnabled(
                self._note() is not None and self._may()
            )

    def _open(self, row: ChangeRow) -> None:
        if row.route is not None:
            self.desk.go(row.route)

    def _go(self, about: str) -> None:
        if (route := route_of(about)) is not None:
            self.desk.go(route)

    def _may(self) -> bool:
        return self.desk.actor.may("handover.write")

    # --- wiring --------------------------------------------------------------------------------

    def _build(self) -> None:
        top = QWidget()
        top.setProperty("role", "toolbar")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(top)
        line.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        line.setSpacing(GRID)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.who)
        words.addWidget(self.in_short)
        line.addLayout(words, 1)
        for text, hours in SINCE:
            self.span.addItem(text, hours)
        self.span.setAccessibleName("Since when")
        self.begin_button.setProperty("main", True)
        self.hand_button.setProperty("main", True)
        for widget in (self.span, self.begin_button, self.hand_button):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.tabs.addTab(self.changed, "What changed")
        self.tabs.addTab(self.writing, "Handover")
        self.tabs.addTab(self._log_tab(), "Shift log")
        self.tabs.addTab(self.notes, "Notes")
        self.body.addWidget(top)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.changed)
        self.changed.sort_by_default("kind")
        self.log.sort_by_default("when", Qt.SortOrder.DescendingOrder)

    def _log_tab(self) -> QWidget:
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget()
        bar.setProperty("role", "toolbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QHBoxLayout(bar)
        inside.setContentsMargins(GRID + 4, 6, GRID, 6)
        self.line.setPlaceholderText("What happened? Enter writes it into the log, for good")
        self.line.setAccessibleName("New line of the shift log")
        self.line.setMaxLength(4_000)
        self.line.setVisible(self._may())
        inside.addWidget(self.line)
        column.addWidget(bar)
        column.addWidget(self.log, 1)
        return tab

    def _add_commands(self) -> None:
        made = {
            name: self.desk.actions.add(
                Command(
                    f"handover.{name}", text, icon, getattr(self, name.replace("-", "_")), keys,
                    right, "Handover",
                ),
                self,
            )
            for name, text, icon, keys, right in COMMANDS
        }  # fmt: skip
        self.changed.set_menu([made["pin"]])
        self.notes.set_menu([made["edit-note"], made["unpin"]])
        self.log.set_menu([made["write"]])

    def _wire(self) -> None:
        self.span.currentIndexChanged.connect(lambda _: self.reload())
        self.begin_button.clicked.connect(lambda _=False: self.begin())
        self.hand_button.clicked.connect(lambda _=False: self.hand())
        self.line.returnPressed.connect(self._write_line)
        self.changed.opened.connect(self._open)
        self.log.opened.connect(lambda entry: self._go(entry.about))
        self.notes.opened.connect(lambda note: self._go(note.about))
        self.notes.chosen.connect(self._on_note)
        self.tabs.currentChanged.connect(lambda _: self._on_note())
