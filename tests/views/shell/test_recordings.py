"""Opening recordings from the window, and the window of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.recordings import MOST_AT_ONCE, dropped_files, open_chosen
from noc_console.views.shell.window import MainWindow
from tests.views.conftest import shown, until
from tests.views.shell.test_window import specs
from tests.views.world import World


def dragged(*urls: str) -> QMimeData:
    carried = QMimeData()
    carried.setUrls([QUrl(url) for url in urls])
    return carried


class Opener:
    """Stands for the process a window would start; it keeps what it was asked to open."""

    def __init__(self) -> None:
        self.files: list[Path] = []

    async def __call__(self, file: Path) -> None:
        if file.suffix == ".bad":
            raise Invalid(f"{file.name} holds no recording")
        self.files.append(file)


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
async def window(desk: Desk, world: World, opener: Opener) -> MainWindow:
    sources = replace(world.sources(desk.actor), open_recording=opener)
    made = MainWindow(desk, specs(world), sources)
    shown(made, 1366, 768)
    await settled()
    return made


def drop(window: QWidget, carried: QMimeData) -> bool:
    """Drag it over the window and let go; whether the window would take it."""
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    middle = window.rect().center()
    over = QDragEnterEvent(middle, copy, carried, left, none)
    over.ignore()
    window.dragEnterEvent(over)
    if over.isAccepted():
        window.dropEvent(QDropEvent(QPointF(middle), copy, carried, left, none))
    return over.isAccepted()


def test_only_files_of_this_machine_are_taken() -> None:
    assert dropped_files(dragged("file:///a.snmprec", "file:///b")) == (
        Path("/a.snmprec"),
        Path("/b"),
    )
    assert dropped_files(dragged("file:///a", "https://example.net/b")) == ()
    assert dropped_files(QMimeData()) == ()
    assert len(dropped_files(dragged(*(f"file:///{n}" for n in range(50))))) == MOST_AT_ONCE


async def test_a_dropped_recording_is_opened(window: MainWindow, opener: Opener) -> None:
    assert drop(window, dragged("file:///a.snmprec", "file:///b.txt"))
    await settled()
    assert opener.files == [Path("/a.snmprec"), Path("/b.txt")]
    assert not drop(window, dragged("https://example.net/a.snmprec"))


async def test_a_dropped_file_that_is_no_recording_says_so(window: MainWindow) -> None:
    drop(window, dragged("file:///a.bad"))
    await settled()
    assert window.toasts.texts == ["a.bad holds no recording"]


async def test_the_command_asks_for_files_and_opens_them(
    window: MainWindow, opener: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "a.snmprec"
    path.write_text("")
    action = window.desk.actions.action("file.open_recording")
    assert action.shortcut().toString() == "Ctrl+O"
    assert window.header.open_button.isVisible()
    window.header.open_button.click()
    await until(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert name is not None
    name.setText(str(path))
    dialog.accept()
    await settled()
    assert opener.files == [path]


async def test_choosing_nothing_opens_nothing(window: MainWindow, opener: Opener) -> None:
    window.tasks.do("ask", lambda: open_chosen(window, opener))
    await until(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
    await settled()
    assert opener.files == []


async def test_a_window_that_opens_nothing_has_no_such_command(desk: Desk, world: World) -> None:
    window = MainWindow(desk, specs(world), world.sources(desk.actor))
    assert not window.acceptDrops()
    assert "file.open_recording" not in {command.id for command, _ in desk.actions.commands()}
    assert window.recording_bar.isHidden()
    assert window.header.open_button.isHidden()


async def test_the_window_of_a_recording_says_so(desk: Desk, world: World) -> None:
    sources = replace(world.sources(desk.actor), recording="sw-1.snmprec")
    window = MainWindow(desk, specs(world), sources)
    shown(window, 1366, 768)
    window.go(Route("devices"))
    await settled()
    assert "Recording sw-1.snmprec, read only" in window.windowTitle()
    assert window.recording_bar.isVisible()
    assert window.stale_strip.isHidden()
