"""Short messages."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from noc_console.views.shell.toast import MOST, Toast, Toasts
from tests.views.conftest import shown, until


async def test_messages_stack_at_the_corner_without_taking_the_focus() -> None:
    window = QWidget()
    line = QWidget(window)
    line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    shown(window, 800, 600)
    line.setFocus()
    toasts = Toasts(window, bottom=28)
    toasts.say("37 rows written")
    toasts.say("careful", "attention")
    toasts.say("careful", "attention")
    assert toasts.texts == ["37 rows written", "careful"]
    first, second = window.findChildren(Toast)
    assert first.geometry().bottom() < second.geometry().top()
    assert second.geometry().bottom() < 600 - 28
    assert window.focusWidget() is line
    window.resize(1000, 700)
    assert second.geometry().right() > 800


async def test_a_click_or_too_many_sends_them_away() -> None:
    window = QWidget()
    shown(window, 800, 600)
    toasts = Toasts(window, bottom=0)
    for number in range(MOST + 3):
        toasts.say(f"message {number}")
    await until(lambda: len(toasts.texts) == MOST)
    QTest.mouseClick(window.findChildren(Toast)[-1], Qt.MouseButton.LeftButton)
    await until(lambda: len(toasts.texts) == MOST - 1)


async def test_closing_the_window_with_messages_is_quiet() -> None:
    window = QWidget()
    shown(window, 800, 600)
    Toasts(window, bottom=0).say("bye")
    shiboken6.delete(window)
