"""The crash report: what happened, what it means, and details to copy. Never a bare traceback."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QWidget
from shiboken6 import isValid

from noc_console import __version__
from noc_console.kernel.errors import NocError
from noc_console.kernel.text import redact
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.theme import look

logger = logging.getLogger(__name__)
LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One failure with the number under which the log knows it."""

    id: str
    title: str
    text: str
    details: str


def describe(error: BaseException) -> CrashReport:
    """A report of a failure; what looks like a secret is dots already."""
    number = uuid.uuid4().hex[:12]
    is_ours = isinstance(error, NocError)
    trace = "".join(traceback.format_exception(error))
    details = (
        f"Report {number}\n"
        f"noc-console {__version__}, Python {platform.python_version()}, Qt {qVersion()},"
        f" {platform.platform()}\n\n{trace}"
    )
    return CrashReport(
        id=number,
        title="Something needs repair" if is_ours else "Something went wrong",
        text=redact(str(error))
        if is_ours
        else "An action failed because of a mistake in the console. What was saved before is"
        " safe, the rest of the console goes on. Please send the details to whoever looks"
        " after it.",
        details=redact(details)[-LIMIT:],
    )


class CrashDialog(Dialog):
    """Shows one report; Copy puts the redacted details on the clipboard."""

    def __init__(self, report: CrashReport, parent: QWidget | None) -> None:
        super().__init__(parent, report.title, report.text, "Close")
        self.setWindowModality(Qt.WindowModality.NonModal)  # alarms stay in reach (U24)
        self.report = report
        self.cancel_button.hide()
        self.details = QPlainTextEdit(report.details)
        self.details.setReadOnly(True)
        self.details.setFont(look().mono(11))
        self.details.setMinimumSize(620, 220)
        self.copy_button = QPushButton(f"Copy details ({report.id})")
        self.copy_button.clicked.connect(self._copy)
        line = QHBoxLayout()
        line.addWidget(self.copy_button)
        line.addStretch()
        self.body.addWidget(self.details)
        self.body.addLayout(line)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.details)
        self.copy_button.setText("Copied")


class CrashReporter:
    """Where bugs end: logged under a number, shown once at a time.

    Give `report` to a desk, `hook` to `sys.excepthook` and `loop_handler` to the loop.
    """

    def __init__(self, window: Callable[[], QWidget | None]) -> None:
        self._window = window
        self.dialog: CrashDialog | None = None

    def report(self, error: BaseException) -> None:
        told = describe(error)
        logger.error("report %s: %s", told.id, type(error).__name__, exc_info=error)
        # One dialog at a time: a failure in a repaint must not pile up a hundred of them.
        if self.dialog is not None and isValid(self.dialog) and self.dialog.isVisible():
            return
        self.dialog = CrashDialog(told, self._window())
        self.dialog.show()

    def hook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error.with_traceback(trace))

    def loop_handler(self, loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            logger.error("event loop: %s", context.get("message"))
