"""Words written in place, on the map."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from noc_console.services.maps.model import Drawing, DrawingKind
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.drawing import NOTE_PX, on_screen

LEAST_WIDTH, LEAST_HEIGHT = 160, 44
TITLE_HEIGHT = 30


class InlineText(QPlainTextEdit):
    """Over a note or the title of an area. Leaving it, or Ctrl+Enter, writes; Esc does not."""

    written = Signal(str, str)  # drawing's id, text

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._id = ""
        self._before = ""
        self._is_line = False
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Text of the drawing")
        self.setPlaceholderText("Write…")
        self.installEventFilter(self)
        self.hide()

    def open(self, drawing: Drawing, camera: Camera) -> None:
        """Begin writing in a drawing."""
        self._id, self._before = drawing.id, drawing.text
        self._is_line = drawing.kind is not DrawingKind.NOTE
        box = on_screen(drawing, camera).toRect()
        px = 13 if self._is_line else max(11, min(40, round(NOTE_PX * camera.scale)))
        self.setFont(look().font(px))
        height = TITLE_HEIGHT if self._is_line else max(box.height(), LEAST_HEIGHT)
        self.setGeometry(box.x(), box.y(), max(box.width(), LEAST_WIDTH), height)
        self.setPlainText(drawing.text)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus()

    def finish(self) -> None:
        """Write what stands there now."""
        if self._id:
            id, self._id = self._id, ""
            text = self.toPlainText()
            self.hide()
            if self._is_line:
                text = " ".join(text.split("\n"))
            self.written.emit(id, text)

    def cancel(self) -> None:
        """Leave the words as they were."""
        if self._id:
            id, self._id = self._id, ""
            self.hide()
            self.written.emit(id, self._before)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self:
            if event.type() is QEvent.Type.FocusOut:
                self.finish()
            elif isinstance(event, QKeyEvent) and event.type() in (
                QEvent.Type.KeyPress,
                QEvent.Type.ShortcutOverride,
            ):
                return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ends = is_enter and (
            self._is_line or bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        )
        if not ends and event.key() != Qt.Key.Key_Escape:
            # Everything typed here is text, never a command of the map.
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if ends:
            self.finish()
        else:
            self.cancel()
        return True
