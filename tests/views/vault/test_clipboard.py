from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from noc_console.kernel.secret import Secret
from noc_console.views.vault.clipboard import (
    CLEAR_MS,
    SecretClipboard,
    copy_secret,
    secret_clipboard,
)
from tests.views.conftest import until


async def test_a_secret_leaves_the_clipboard_by_itself() -> None:
    held = SecretClipboard(clear_ms=20)
    held.copy(Secret("hunter2"))
    assert QGuiApplication.clipboard().text() == "hunter2"
    assert held.is_holding
    await until(lambda: not held.is_holding)
    assert QGuiApplication.clipboard().text() == ""


async def test_what_somebody_copied_meanwhile_stays() -> None:
    held = SecretClipboard()
    held.copy(Secret("hunter2"))
    QGuiApplication.clipboard().setText("an address")
    held.clear()
    assert QGuiApplication.clipboard().text() == "an address"
    assert not held.is_holding


async def test_clipboard_histories_are_told_to_look_away_and_half_a_minute_is_meant() -> None:
    copy_secret(Secret("hunter2"))
    mime = QGuiApplication.clipboard().mimeData()
    assert bytes(mime.data("x-kde-passwordManagerHint").data()) == b"secret"
    assert mime.hasFormat("ExcludeClipboardContentFromMonitorProcessing")
    assert secret_clipboard()._timer.isActive()
    assert secret_clipboard()._timer.interval() == CLEAR_MS == 30_000
    assert "hunter2" not in repr(vars(secret_clipboard()))
    secret_clipboard().clear()
    assert QGuiApplication.clipboard().text() == ""
