from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from noc_console.kernel.secret import Secret
from noc_console.views.kit.theme import look
from noc_console.views.vault import reveal
from noc_console.views.vault.clipboard import SecretClipboard
from noc_console.views.vault.reveal import DOTS, SHOWN_S, AgainDialog, RevealDialog
from tests.views.conftest import shown


class Front(RevealDialog):
    """Off screen no window is ever in front: the test says which is."""

    in_front = True

    def is_in_front(self) -> bool:
        return self.in_front


async def test_a_secret_is_shown_for_fifteen_seconds() -> None:
    assert SHOWN_S == 15
    dialog = Front(None, "core", Secret("hunter2"))
    shown(dialog)
    assert dialog._timer.interval() == 1000
    assert dialog.text.text() == "hunter2"
    for left in range(14, 0, -1):
        dialog._timer.timeout.emit()
        assert f"in {left} s" in dialog.time.text()
    text = dialog.text
    dialog._timer.timeout.emit()
    assert dialog.result() == QDialog.DialogCode.Rejected
    assert text.text() == DOTS
    assert not dialog._secret


async def test_it_is_dots_while_another_window_is_in_front() -> None:
    dialog = Front(None, "core", Secret("hunter2"))
    shown(dialog)
    dialog.in_front = False
    dialog.refresh()
    assert dialog.text.text() == DOTS
    dialog.in_front = True
    dialog.refresh()
    assert dialog.text.text() == "hunter2"
    dialog.close_button.click()


async def test_a_copy_says_how_long_it_lasts() -> None:
    clipboard = SecretClipboard()
    dialog = Front(None, "core", Secret("hunter2"), clipboard=clipboard)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "hunter2"
    assert "30 s" in dialog.note.text()
    clipboard.clear()


async def test_the_pass_phrase_is_asked_again() -> None:
    dialog = AgainDialog(None, "Show core?", "", "Show")
    dialog.accept_button.click()
    assert not dialog.problem.isHidden()
    dialog.phrase.setText("x")
    dialog.accept_button.click()
    assert dialog.result() == 1


async def test_windows_is_asked_to_leave_it_out_of_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is no Windows here: what it would be asked is written down."""
    asked: list[tuple[int, int]] = []

    class User32:
        def SetWindowDisplayAffinity(self, window: int, how: int) -> int:
            asked.append((window, how))
            return 1

    class Libraries:
        user32 = User32()

    dialog = RevealDialog(None, "core", Secret("x"))
    assert not reveal.keep_out_of_pictures(dialog)
    monkeypatch.setattr(reveal.ctypes, "windll", Libraries(), raising=False)
    assert reveal.keep_out_of_pictures(dialog)
    assert asked == [(int(dialog.winId()), 0x11)]
    dialog.reject()


async def test_a_secret_stands_in_letters_of_one_width_that_cannot_be_taken_for_others() -> None:
    dialog = Front(None, "core", Secret("lI1O0"))
    shown(dialog)
    family = dialog.text.font().family()
    assert family == look().mono().family()
    dialog.reject()
