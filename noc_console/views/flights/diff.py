"""A diff as text, its lines that come and go in ink of their own."""

from __future__ import annotations

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from noc_console.kernel.text import visible
from noc_console.views.kit.theme import look

COMES, GOES, PLACE = "accent.strong", "attention.plain", "text.faint"


class DiffText(QPlainTextEdit):
    """Read only; what a device said is shown, never interpreted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setProperty("docked", True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("What changes")
        self._inks = _Inks(self.document())
        self._dress()
        look().changed.connect(self._dress)

    def show_diff(self, text: str) -> None:
        """Show a diff; the same one keeps its place."""
        shown = "\n".join(visible(line) for line in text.split("\n"))
        if shown != self.toPlainText():
            self.setPlainText(shown)

    def _dress(self) -> None:
        self.setFont(look().mono())
        self._inks.rehighlight()


class _Inks(QSyntaxHighlighter):
    """By the first character of a line."""

    def highlightBlock(self, text: str) -> None:
        token = {"+": COMES, "-": GOES, "@": PLACE}.get(text[:1])
        if token is None:
            return
        ink = QTextCharFormat()
        ink.setForeground(look().color(token))
        self.setFormat(0, len(text), ink)
