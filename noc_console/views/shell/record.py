"""Recording a device from the window: what to leave out, where to write, and how far it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QWidget

from noc_console.kernel.text import plural
from noc_console.services.inspection.recorder import Recorded, Recorder
from noc_console.services.recordings.service import RecordingService
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.dialogs import Dialog, ask_save_path, open_dialog
from noc_console.views.kit.label import ElidedLabel, Label

if TYPE_CHECKING:
    from noc_console.views.shell.window import MainWindow

SHOW_MS = 250
KINDS = "Recording (*.snmprec)"
_UNFIT = re.compile(r"[^\w.-]+")

WHAT = (
    "Everything the device answers is written to a file. Whoever has the file can open it"
    " in a console as a read-only device: File, Open recording."
)
LEFT_OUT = (
    "Names, places, descriptions, users, subscribers' addresses and the community are replaced,"
    " the same word always by the same other word. Models, versions and serial numbers stay."
)


class RecordDialog(Dialog):
    """Whether the recording may be given away."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, f"Record {name}", WHAT, "Choose a file…")
        self.redact = QCheckBox("Without secrets and customers' names")
        self.redact.setChecked(True)
        self.body.addWidget(self.redact)
        self.body.addWidget(Label(LEFT_OUT, tone="dim", wrap=True))


class ProgressDialog(Dialog):
    """How far it is; its one button stops, and what was got is kept."""

    def __init__(self, name: str, recorder: Recorder, parent: QWidget | None = None) -> None:
        super().__init__(parent, f"Recording {name}", "", "Stop and keep")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._recorder = recorder
        self.cancel_button.hide()
        self.line = ElidedLabel("")
        self.body.addWidget(self.line)
        self.finished.connect(recorder.stop)
        self._timer = QTimer(self)
        self._timer.setInterval(SHOW_MS)
        self._timer.timeout.connect(self.refresh)
        self.refresh()
        self._timer.start()

    def refresh(self) -> None:
        """Say how much there is by now."""
        recorder = self._recorder
        at = f", at {recorder.at}" if recorder.at else ""
        self.line.show_text(f"{plural(recorder.objects, 'object')}{at}")


async def record(
    window: MainWindow, recordings: RecordingService, *, device_id: int, name: str
) -> None:
    """Ask how and where to, record, and say what came of it."""
    asked = RecordDialog(name, window)
    asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with _gone_afterwards(asked):
        if not await open_dialog(asked):
            return
        redact = asked.redact.isChecked()
    wanted = f"{_UNFIT.sub('-', name).strip('-') or 'device'}.snmprec"
    file = await ask_save_path(window, f"Record {name}", wanted, KINDS)
    if file is None:
        return
    actor = window.desk.actor
    recorder = await recordings.recorder(actor, device_id=device_id, redact=redact)
    progress = ProgressDialog(name, recorder, window)
    with _gone_afterwards(progress):
        progress.show()
        # The file dialog has asked already whether a file may be written over.
        made = await recordings.write(actor, recorder=recorder, file=file, overwrite=True)
    window.toasts.say(told(made), Tone.PLAIN if made.is_whole else Tone.ATTENTION)


def told(made: Recorded) -> str:
    """What came of it, in a line."""
    written = f"{plural(made.objects, 'object')} written to {Path(made.file).name}"
    if made.is_whole:
        return written
    return f"{written}, not to the end: {made.problems[-1].why}" if made.problems else written


@contextmanager
def _gone_afterwards(dialog: Dialog) -> Iterator[None]:
    try:
        yield
    finally:
        dialog.close()
        dialog.deleteLater()
