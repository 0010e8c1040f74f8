"""Text on screen that is never taken for HTML: a device's name may hold anything."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from noc_console.kernel.text import visible


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is; Qt would take `<img …>` in it for markup."""
    shown = "<br>".join(escape(visible(line)) for line in text[:4096].splitlines())
    return f"<qt>{shown}</qt>" if shown else ""


class Label(QLabel):
    """Plain text. `tone` is dim, faint, bright, attention or link; `size` small, large, title."""

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        size: str = "",
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setProperty("scale", size)
        self.setProperty("tone", tone)

    def set_tone(self, tone: str) -> None:
        """Another tone, at once."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class ElidedLabel(Label):
    """One line that gives way: cut with … when narrow, whole in its tool tip."""

    def __init__(
        self, text: str = "", *, tone: str = "", size: str = "", parent: QWidget | None = None
    ) -> None:
        self._whole = text
        super().__init__(text, tone=tone, size=size, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        self._whole = visible(text)
        self._elide()
        self.updateGeometry()

    def whole(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        wide = min(24, self.sizeHint().width())
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        cut = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 24)
        )
        if cut != self.text():
            self.setText(cut)
        self.setToolTip(plain_tip(self._whole) if cut != self._whole else "")
