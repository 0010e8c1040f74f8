"""A secret on the clipboard, for half a minute, and kept out of clipboard histories."""

from __future__ import annotations

import hashlib
import secrets

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from noc_console.kernel.secret import Secret

CLEAR_MS = 30_000
_HINTS = (
    # What the clipboard managers of KDE, Windows and macOS heed.
    ("x-kde-passwordManagerHint", b"secret"),
    ("ExcludeClipboardContentFromMonitorProcessing", b"1"),
    ("org.nspasteboard.ConcealedType", b"1"),
)


class SecretClipboard(QObject):
    """Puts a secret on the clipboard and takes it off again, unless something else is there.

    It remembers a salted hash of what it put there, not the text.
    """

    def __init__(self, parent: QObject | None = None, *, clear_ms: int = CLEAR_MS) -> None:
        super().__init__(parent)
        self._salt = secrets.token_bytes(16)
        self._mark = b""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(clear_ms)
        self._timer.timeout.connect(self.clear)
        app = QGuiApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.clear)

    @property
    def is_holding(self) -> bool:
        return bool(self._mark)

    def copy(self, secret: Secret) -> None:
        text = secret.reveal()
        mime = QMimeData()
        mime.setText(text)
        for kind, value in _HINTS:
            mime.setData(kind, value)
        self._mark = self._marked(text)
        QGuiApplication.clipboard().setMimeData(mime)
        self._timer.start()

    def clear(self) -> None:
        """Now: the time is over, the vault was locked, or the window leaves."""
        self._timer.stop()
        if not self._mark:
            return
        clipboard = QGuiApplication.clipboard()
        if secrets.compare_digest(self._marked(clipboard.text()), self._mark):
            clipboard.clear()
        self._mark = b""

    def _marked(self, text: str) -> bytes:
        return hashlib.sha256(self._salt + text.encode("utf-8", "replace")).digest()


_shared: list[SecretClipboard] = []


def secret_clipboard() -> SecretClipboard:
    """The one of this window: a second copy starts the half minute anew."""
    if not _shared:
        _shared.append(SecretClipboard(QGuiApplication.instance()))
    return _shared[0]


def copy_secret(secret: Secret) -> None:
    """Copy it; it is taken off the clipboard after 30 s, when the vault locks and at the end."""
    secret_clipboard().copy(secret)
