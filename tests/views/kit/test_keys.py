"""Keys that mean one thing in a widget and another in the window around it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from noc_console.views.kit.keys import claims_alt_arrows
from tests.views.conftest import shown

ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


class Mover(QWidget):
    """Moves something by Alt and the arrows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.moved = 0

    def event(self, event: QEvent) -> bool:
        return claims_alt_arrows(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.moved += event.key() == Qt.Key.Key_Left


def test_the_widget_gets_its_arrows_and_the_window_the_rest() -> None:
    window = QWidget()
    mover, back = Mover(window), []
    QShortcut(QKeySequence("Alt+Left"), window).activated.connect(lambda: back.append(1))
    shown(window)
    mover.setFocus()
    QTest.keyClick(mover, Qt.Key.Key_Left, ALT)
    assert mover.moved == 1 and not back


@pytest.mark.parametrize(("key", "held"), [(Qt.Key.Key_Left, NONE), (Qt.Key.Key_A, ALT)])
def test_other_keys_are_nobody_s_yet(key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
    event.ignore()
    assert not claims_alt_arrows(event) and not event.isAccepted()
