"""The handover: drafted by itself, changed by a person, handed over, signed by the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from noc_console.services.handover.model import Handover, HandoverState
from noc_console.services.handover.service import HandoverService
from noc_console.views.handover.exporting import KINDS, content
from noc_console.views.handover.rows import handover_columns
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_save_path, confirm
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import Label
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, MONO_FAMILY

SAVE_MS = 1_500
"""Words are kept this long after the last key: a power cut costs a sentence."""


class HandoverPane(QWidget):
    """Handovers on the left, the words of the chosen one on the right."""

    def __init__(
        self,
        desk: Desk,
        handover: HandoverService,
        on_error: OnError,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._handover = desk, handover
        self.tasks = Tasks(self, on_error)
        self.shown: Handover | None = None
        self._wanted: int | None = None
        self.table: Table[Handover] = Table(
            desk,
            "handovers",
            handover_columns(desk),
            lambda one: one.id,
            on_error,
            hint="Filter   from:jan",
        )
        self.head = Label("", tone="bright", size="large")
        self.said = Label("", tone="dim", wrap=True)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("Words of the handover")
        self.text.setPlaceholderText("Press “Draft” and it is written from what stands.")
        font = QFont(MONO_FAMILY)
        font.setPixelSize(12)
        self.text.setFont(font)
        self.draft_button = QPushButton("Draft")
        self.hand_button = QPushButton("Hand over")
        self.take_button = QPushButton("Take over")
        self.copy_button = QPushButton("Copy")
        self.export_button = QPushButton("Export…")
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(SAVE_MS)
        self._lay_out()
        self._wire()
        self._show(None)

    def show_handovers(self, handovers: Sequence[Handover]) -> None:
        """What there is; the chosen one stays chosen, and what is being typed stays typed."""
        self.table.show_rows(handovers)
        if self._wanted is not None and self.table.select(self._wanted):
            self._wanted = None
        if self.table.current() is None and handovers:
            self.table.select(handovers[0].id)
        self._on_chosen()

    def choose(self, handover_id: int) -> None:
        """Choose one, now or when it is there."""
        if not self.table.select(handover_id):
            self._wanted = handover_id

    # --- what is done ------------------------------------------------------------------------

    def draft(self) -> None:
        """Write one's draft from what is known now; a person's words are asked for first."""
        self.tasks.do("draft", self._draft, self._drafted)

    async def _draft(self) -> Handover | None:
        shown, anew = self.shown, False
        is_mine = shown is not None and shown.state is HandoverState.DRAFT
        if shown is not None and is_mine and (shown.is_edited or self._is_changed()):
            anew = await confirm(
                self.window(),
                "Draft the handover anew",
                "Your words are replaced. Those before stay among its versions.",
                verb="Draft anew",
            )
            if not anew:
                return None
            await self._save()
        return await self._handover.draft_in(
            self._desk.actor, zone=self._desk.times.zone(), anew=anew
        )

    def _drafted(self, made: Handover | None) -> None:
        if made is not None:
            self.choose(made.id)
            self._show(made)

    def hand_over(self) -> None:
        """The words stay from then on, and one's shift ends."""
        self.tasks.do("hand", self._hand_over, self._handed)

    async def _hand_over(self) -> Handover | None:
        shown = self.shown
        if shown is None or shown.state is not HandoverState.DRAFT:
            shown = await self._handover.draft_in(self._desk.actor, zone=self._desk.times.zone())
            return shown  # to be read before it is handed over
        if not await confirm(
            self.window(),
            "Hand over",
            "The words stay as they are from then on, and your shift ends. The next shift signs"
            " that it has read them.",
            verb="Hand over",
        ):
            return None
        await self._save()
        return await self._handover.hand_over(self._desk.actor, handover_id=shown.id)

    def _handed(self, done: Handover | None) -> None:
        if done is None:
            return
        self.choose(done.id)
        self._show(done)
        if done.state is HandoverState.HANDED:
            self._desk.notice("Handed over. Your shift is over.")

    def take_over(self) -> None:
        """Sign the chosen handover."""
        shown = self.shown
        if shown is not None and shown.state is HandoverState.HANDED:
            number, actor = shown.id, self._desk.actor
            self.tasks.do(
                "take", lambda: self._handover.take_over(actor, handover_id=number), self._show
            )

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def export(self) -> None:
        self.tasks.do("export", self._export)

    async def _export(self) -> None:
        shown, text = self.shown, self.text.toPlainText()
        if shown is None:
            return
        stamp = (shown.handed_at or shown.created_at).strftime("%Y%m%d-%H%M")
        path = await ask_save_path(self.window(), "Export", f"handover-{stamp}.md", KINDS)
        if path is not None:
            made = await asyncio.to_thread(content, text, path)
            await asyncio.to_thread(write_whole, path, made)
            self._desk.notice(f"The handover was written to {path.name}")

    def save(self) -> None:
        """Keep what was typed."""
        self.tasks.do("save", self._save)

    async def _save(self) -> None:
        self._saving.stop()
        shown, text = self.shown, self.text.toPlainText()
        if shown is None or not self._is_changed() or not text.strip():
            return
        kept = await self._handover.edit(self._desk.actor, handover_id=shown.id, text=text)
        if self.shown is not None and self.shown.id == kept.id:
            self.shown = kept

    # --- how it works --------------------------------------------------------------------------

    def _is_changed(self) -> bool:
        shown = self.shown
        if shown is None or shown.state is not HandoverState.DRAFT:
            return False
        return self.text.toPlainText().strip() != shown.text.strip()

    def _on_chosen(self) -> None:
        chosen = self.table.current()
        same = chosen is not None and self.shown is not None and chosen.id == self.shown.id
        if same and self._is_changed():
            return  # what is being typed is not swept away by a reload
        if self._is_changed():
            self.save()
        self._show(chosen)

    def _show(self, one: Handover | None) -> None:
        self.shown = one
        is_draft = one is not None and one.state is HandoverState.DRAFT
        may = self._desk.actor.may("handover.write")
        self.text.setReadOnly(not is_draft or not may)
        text = "" if one is None else one.text
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
        self._saving.stop()
        self.draft_button.setVisible(may)
        self.draft_button.setText("Draft anew" if is_draft else "Draft mine")
        self.hand_button.setVisible(may and is_draft)
        self.take_button.setVisible(may and one is not None and one.state is HandoverState.HANDED)
        for button in (self.copy_button, self.export_button):
            button.setEnabled(one is not None)
        self.head.setText("No handover yet" if one is None else f"Handover of {one.by}")
        self.said.setText(self._words(one))

    def _words(self, one: Handover | None) -> str:
        times = self._desk.times
        if one is None:
            return "It drafts itself from open alarms, who has them, maintenance and notes."
        if one.state is HandoverState.DRAFT:
            return f"A draft. It tells what happened since {times.absolute(one.since)[:16]}."
        handed = f"Handed over {times.absolute(one.handed_at)[:16]}"
        if one.state is HandoverState.HANDED:
            return f"{handed}; nobody has signed it yet."
        return f"{handed}; {one.taken_by} took over {times.absolute(one.taken_at)[:16]}."

    def _wire(self) -> None:
        self.table.chosen.connect(self._on_chosen)
        self.text.textChanged.connect(self._typed)
        self._saving.timeout.connect(self.save)
        for button, act in (
            (self.draft_button, self.draft),
            (self.hand_button, self.hand_over),
            (self.take_button, self.take_over),
            (self.copy_button, self.copy),
            (self.export_button, self.export),
        ):
            button.clicked.connect(lambda _=False, act=act: act())

    def _typed(self) -> None:
        if self._is_changed():
            self._saving.start()

    def _lay_out(self) -> None:
        right = QWidget()
        right.setProperty("role", "side")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(right)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.head)
        column.addWidget(self.said)
        column.addWidget(self.text, 1)
        line = QHBoxLayout()
        self.hand_button.setProperty("main", True)
        self.take_button.setProperty("main", True)
        for button in (self.take_button, self.hand_button, self.draft_button):
            line.addWidget(button)
        line.addStretch()
        line.addWidget(self.copy_button)
        line.addWidget(self.export_button)
        column.addLayout(line)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([380, 820])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
