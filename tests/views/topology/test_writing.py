"""Words written in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.services.maps.model import DrawingKind, Tint
from noc_console.views.topology import shapes
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.writing import InlineText

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def opened(kind: DrawingKind = DrawingKind.NOTE) -> tuple[InlineText, list[tuple[str, str]], str]:
    over = QWidget()
    over.resize(600, 400)
    over.show()
    text, heard = InlineText(over), []  # type: ignore[var-annotated]
    text._keep = over  # type: ignore[attr-defined]  # its parent must outlive this function
    text.written.connect(lambda id, words: heard.append((id, words)))
    drawing = shapes.fresh(kind, (10, 10), (210, 90), z=0, tint=Tint.GREY)
    text.open(drawing, Camera())
    return text, heard, drawing.id


def press(text: InlineText, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QApplication.sendEvent(text, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


@pytest.mark.parametrize(
    ("kind", "modifiers"), [(DrawingKind.NOTE, CTRL), (DrawingKind.RECTANGLE, NONE)]
)
def test_enter_ends_a_title_and_ctrl_enter_a_note(
    kind: DrawingKind, modifiers: Qt.KeyboardModifier
) -> None:
    text, heard, id = opened(kind)
    text.setPlainText("hello\nthere")
    press(text, Qt.Key.Key_Return, modifiers)
    words = "hello\nthere" if kind is DrawingKind.NOTE else "hello there"
    assert heard == [(id, words)] and text.isHidden()
    text.finish()
    assert len(heard) == 1, "what is written is written once"


def test_escape_leaves_the_words_as_they_were() -> None:
    text, heard, id = opened()
    text.setPlainText("hello")
    press(text, Qt.Key.Key_Escape)
    assert heard == [(id, "")]


def test_letters_are_text_and_no_commands_of_the_map() -> None:
    text, _, _ = opened()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_P, NONE)
    event.ignore()
    QApplication.sendEvent(text, event)
    assert event.isAccepted()
