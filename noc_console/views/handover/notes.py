"""Notes pinned to an object, wherever that object shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.events import Event
from noc_console.services.handover.model import EntryWritten, Note
from noc_console.services.handover.service import HandoverService
from noc_console.views.kit.desk import Desk, Tone
from noc_console.views.kit.dialogs import ask_text
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import IconView
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID

MOST = 5
"""Notes shown of one object; the rest is counted and found on the page “Handover”."""


class NotesPane(QWidget):
    """Put it anywhere and call `show_object`; it follows what others write by itself.

    Without notes it is one line to add one, or nothing at all where there is little room
    (`is_quiet`); without the right to see them it is nothing.
    """

    def __init__(
        self,
        desk: Desk,
        handover: HandoverService,
        *,
        is_quiet: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._handover, self._is_quiet = desk, handover, is_quiet
        self._about = self._name = ""
        self.notes: tuple[Note, ...] = ()
        self.tasks = Tasks(self, self._failed)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(GRID)
        self.more = Label("", tone="faint", size="small")
        self.add = QPushButton("Add a note…")
        self.add.setProperty("flat", True)
        self.add.setStyleSheet("QPushButton { padding: 2px 0; text-align: left; }")
        self.add.clicked.connect(self.ask)
        layout = QVBoxLayout(self)
        side = 2 * GRID if is_quiet else 0
        layout.setContentsMargins(side, side // 4, side, side // 4)
        layout.setSpacing(4)
        layout.addLayout(self._rows)
        layout.addWidget(self.more)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.more.hide()
        self.setVisible(False)
        desk.feed.arrived.connect(self._heard)
        desk.times.changed.connect(lambda: self._show(self.notes))

    def show_object(self, about: str, name: str = "") -> None:
        """The notes of an object: `device:7`, `alarm:12`; "" shows nothing."""
        self._name = name
        if about == self._about:
            return
        self._about = about
        self._show(())
        may = self._desk.actor.may("handover.see")
        self.setVisible(bool(about) and may and not self._is_quiet)
        self.add.setVisible(self._desk.actor.may("handover.write") and not self._is_quiet)
        if about and may:
            self._look()

    def ask(self) -> None:
        """Ask for a note and pin it."""
        if self._about:
            self.tasks.do("pin", lambda: self._pin(self._about, self._name))

    async def _pin(self, about: str, name: str) -> None:
        text = await ask_text(
            self.window(),
            f"Note at {name or about}",
            "It shows wherever this object shows, until somebody takes it off.",
            verb="Pin note",
            is_long=True,
        )
        if text is not None:
            await self._handover.pin(self._desk.actor, about=about, text=text, about_name=name)

    def _look(self) -> None:
        about, actor = self._about, self._desk.actor
        self.tasks.ask("notes", self._handover.notes(actor, about=(about,)), self._show)

    def _heard(self, events: tuple[Event, ...]) -> None:
        if self._about and any(
            isinstance(event, EntryWritten) and event.about == self._about for event in events
        ):
            self._look()

    def _show(self, notes: Sequence[Note]) -> None:
        self.notes = tuple(notes)
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for note in self.notes[:MOST]:
            self._rows.addWidget(self._row(note))
        if self._is_quiet:
            self.setVisible(bool(self.notes))
        rest = len(self.notes) - MOST
        self.more.setText(f"and {rest} more")
        self.more.setVisible(rest > 0)

    def _row(self, note: Note) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        line.addWidget(IconView("note", 14, "icon.dim"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(note.text, wrap=True, selectable=True))
        by = f"{note.by}, {self._desk.times.ago(note.at)} ago"
        if note.edited_by:
            by += f"; changed by {note.edited_by}"
        words.addWidget(Label(by, tone="faint", size="small"))
        line.addLayout(words, 1)
        if self._desk.actor.may("handover.write"):
            off = IconButton("close", "Take the note off")
            off.clicked.connect(lambda _=False, id=int(note.id): self._unpin(id))
            line.addWidget(off, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _unpin(self, note_id: int) -> None:
        actor = self._desk.actor
        self.tasks.do("unpin", lambda: self._handover.unpin(actor, note_id=note_id))

    def _failed(self, error: BaseException) -> None:
        self._desk.notice(str(error), Tone.ATTENTION)
