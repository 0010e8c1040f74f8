"""Opening recordings: the command, files dropped on the window, and what a window of one says."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QHBoxLayout, QWidget

from noc_console.views.kit.dialogs import ask_open_paths
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import IconView
from noc_console.views.kit.theme import GRID

KINDS = "Recordings (*.snmprec *.snmpwalk *.walk *.txt *.log);;All files (*)"
MOST_AT_ONCE = 8
"""Files opened together: each is a window."""

Opener = Callable[[Path], Coroutine[Any, Any, None]]


def title_of(name: str) -> str:
    """What a window of a recording is called."""
    return f"Recording {name}, read only"


class RecordingBar(QWidget):
    """A quiet line above the pages of a recording: that it is one, and what that means."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setFixedHeight(32)
        self.name = Label(title_of(name), tone="bright")
        self.what = Label(
            "Values stand still, nothing is asked of the network and nothing is kept.", tone="dim"
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        layout.setSpacing(GRID)
        layout.addWidget(IconView("play", 16, "icon.dim"))
        layout.addWidget(self.name)
        layout.addWidget(self.what)
        layout.addStretch()
        self.setVisible(bool(name))


def dropped_files(dropped: QMimeData) -> tuple[Path, ...]:
    """The files of this machine in what is dragged; nothing when there is anything else."""
    if not dropped.hasUrls():
        return ()
    urls = dropped.urls()
    if not all(url.isLocalFile() for url in urls):
        return ()
    return tuple(Path(url.toLocalFile()) for url in urls)[:MOST_AT_ONCE]


async def open_chosen(parent: QWidget, opener: Opener) -> None:
    """Ask for files and open each in a window of its own."""
    await open_all(await ask_open_paths(parent, "Open recording", KINDS), opener)


async def open_all(files: Sequence[Path], opener: Opener) -> None:
    """Open each; the first that is no recording says so and the rest wait for another try."""
    for file in files[:MOST_AT_ONCE]:
        await opener(file)
