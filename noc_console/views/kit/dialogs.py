"""Dialogs are opened and awaited. `exec()` inside a task stops other tasks for ever (qasync #59).

Buttons say what they do ("Clear 3 alarms"), never Yes or No; Esc and Enter take the safe way
where the deed cannot be undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID


async def open_dialog(dialog: QDialog) -> bool:
    """Open it over its own window and wait; True when it was accepted.

    Cancelling the waiting task closes the dialog.
    """
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finish(result: int = 0) -> None:
        if not done.done():
            done.set_result(result)

    dialog.finished.connect(finish)
    # Deleted with its parent: nobody answers any more.
    dialog.destroyed.connect(lambda _=None: finish())
    dialog.open()
    try:
        return await done == QDialog.DialogCode.Accepted.value
    except asyncio.CancelledError:
        dialog.reject()
        raise


class Dialog(QDialog):
    """Title, what it is about, room for `body`, and a row of buttons with verbs."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, verb: str, *, is_safe: bool = True
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        self.problem = Label("", tone="attention", wrap=True)
        self.problem.hide()
        self.accept_button = QPushButton(verb)
        self.cancel_button = QPushButton("Cancel")
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        self.accept_button.setProperty("main", is_safe)
        self.accept_button.setAutoDefault(is_safe)
        self.accept_button.setDefault(is_safe)
        self.cancel_button.setAutoDefault(not is_safe)
        self.cancel_button.setDefault(not is_safe)
        self._lay_out(title, text)
        if not is_safe:
            self.cancel_button.setFocus()

    def refuse(self, text: str) -> None:
        """Say in place what is wrong and stay open."""
        self.problem.setText(text)
        self.problem.show()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._grow()
        return done

    def _grow(self) -> None:
        """Qt's least size knows nothing of words that wrap: they would lie over others."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            need = layout.minimumHeightForWidth(self.width())
            if need > self.height():
                self.resize(self.width(), need)

    def _lay_out(self, title: str, text: str) -> None:
        layout = QVBoxLayout(self)
        # Never smaller than its content: a dialog cannot be scrolled.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.addSpacerItem(QSpacerItem(440, 0))
        layout.setSpacing(GRID)
        layout.addWidget(Label(title, size="large", tone="bright"))
        if text:
            layout.addWidget(Label(text, tone="dim", wrap=True))
        layout.addLayout(self.body)
        layout.addWidget(self.problem)
        layout.addSpacing(GRID)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        layout.addLayout(buttons)


async def confirm(parent: QWidget, title: str, text: str, *, verb: str) -> bool:
    """Ask before something that cannot be undone; the safe answer is the default."""
    return await open_dialog(Dialog(parent, title, text, verb, is_safe=False))


class TextDialog(Dialog):
    """Asks for one text. `wrong` says what is wrong with it, or nothing."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        verb: str,
        *,
        value: str = "",
        placeholder: str = "",
        is_long: bool = False,
        wrong: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__(parent, title, text, verb)
        self._wrong = wrong
        self.input: QLineEdit | QPlainTextEdit
        if is_long:
            self.input = QPlainTextEdit(value)
            self.input.setTabChangesFocus(True)
            self.input.setFixedHeight(12 * GRID)
        else:
            self.input = QLineEdit(value)
        self.input.setPlaceholderText(placeholder)
        self.input.setAccessibleName(title)
        self.body.addWidget(self.input)
        self.input.setFocus()

    def value(self) -> str:
        shown = self.input
        return (shown.text() if isinstance(shown, QLineEdit) else shown.toPlainText()).strip()

    def accept(self) -> None:
        if problem := self._wrong(self.value()):
            self.refuse(problem)
        else:
            super().accept()


async def ask_text(
    parent: QWidget,
    title: str,
    text: str = "",
    *,
    verb: str,
    value: str = "",
    placeholder: str = "",
    is_long: bool = False,
    is_needed: bool = True,
) -> str | None:
    """A text from the operator, None when they turned away."""

    def wrong(given: str) -> str:
        return "This cannot be empty." if is_needed and not given else ""

    dialog = TextDialog(
        parent,
        title,
        text,
        verb,
        value=value,
        placeholder=placeholder,
        is_long=is_long,
        wrong=wrong,
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    try:
        return dialog.value() if await open_dialog(dialog) else None
    finally:
        dialog.deleteLater()


async def ask_save_path(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where to save a file; `kinds` as `CSV (*.csv);;PDF (*.pdf)`.

    The name ends as the kind that was chosen says, unless it ends as one of the others.
    """
    dialog = QFileDialog(parent, title, name, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    ends = endings(kinds)

    def rename(kind: str) -> None:
        chosen = dialog.selectedFiles()
        if chosen:
            dialog.selectFile(ending_as(Path(chosen[0]).name, ends[kind], ends.values()))

    dialog.filterSelected.connect(rename)
    try:
        if not await open_dialog(dialog):
            return None
        chosen = dialog.selectedFiles()
        if not chosen:
            return None
        path = Path(chosen[0])
        if any(path.name.lower().endswith(end) for end in ends.values()):
            return path
        return path.with_name(path.name + ends[dialog.selectedNameFilter()])
    finally:
        dialog.deleteLater()


def endings(kinds: str) -> dict[str, str]:
    """The ending of each kind of `CSV (*.csv);;PDF (*.pdf)`, by the kind."""
    return {
        kind: kind.rpartition("(*")[2].partition(" ")[0].rstrip(")") for kind in kinds.split(";;")
    }


def ending_as(name: str, end: str, known: Iterable[str]) -> str:
    """The name with another ending, in the place of the one of `known` that it has."""
    for other in sorted(known, key=len, reverse=True):
        if name.lower().endswith(other):
            return name[: len(name) - len(other)] + end
    return name + end


async def ask_open_paths(parent: QWidget, title: str, kinds: str) -> tuple[Path, ...]:
    """Which files to open; `kinds` as `Recordings (*.snmprec *.txt);;All files (*)`."""
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    try:
        if not await open_dialog(dialog):
            return ()
        return tuple(map(Path, dialog.selectedFiles()))
    finally:
        dialog.deleteLater()
