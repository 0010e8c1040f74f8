"""A device's files beside its terminal: look, fetch, send; copies with progress that go on."""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import NocError, Refused, Unreachable
from noc_console.kernel.quantity import Bytes
from noc_console.kernel.text import duration, visible
from noc_console.services.terminal.carrying import CarryService, Folder
from noc_console.services.terminal.session import Session
from noc_console.services.terminal.transferring import Entry, Exists, Moved, Progress
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import ask_open_paths, ask_text, confirm, open_dialog
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import BusyLine, Strip
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID

PAINT_MS = 200
"""A copy tells its progress far more often than anybody can see."""
Copying = Callable[[Folder, bool, Progress], Awaitable[Moved]]


class FilesPanel(QWidget):
    """The files of one session's device; opened when first seen."""

    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        carrying: CarryService,
        session: Session,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self._carrying, self._session = desk, carrying, session
        self._folder: Folder | None = None
        self._numbers = count(1)
        self.path = ""
        self.strip, self.busy_line = Strip(), BusyLine()
        self.tasks = Tasks(self, self._failed, self.busy_line.set_busy)
        self.way = Label("", tone="dim")
        self.path_line = QLineEdit()
        self.path_line.setAccessibleName("Folder of the device")
        self.table: Table[Entry] = Table(
            desk, "terminal.files", _columns(desk), lambda entry: entry.path, self._failed
        )
        self.copies = QVBoxLayout()
        self._lay_out()
        self._wire()
        self._tell_what_can_be_done()
        self.go("")

    # --- looking -----------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Show a folder; empty means where one begins."""
        self.strip.hide()
        self.tasks.ask("list", self._list(path), self._show)

    def up(self) -> None:
        self.go(posixpath.dirname(self.path.rstrip("/")) or "/")

    def refresh(self) -> None:
        self.go(self.path)

    async def _list(self, path: str) -> tuple[str, tuple[Entry, ...]]:
        folder = await self._files()
        where = path or await folder.home()
        if folder.way == "SCP":
            return where, ()
        return where, await folder.listed(where)

    async def _files(self) -> Folder:
        if self._folder is None:
            self._folder = await self._carrying.files(self.desk.actor, session=self._session)
        return self._folder

    def _show(self, found: tuple[str, tuple[Entry, ...]]) -> None:
        self.path, entries = found
        self.path_line.setText(self.path)
        self.table.show_rows(entries)
        assert self._folder is not None
        self.way.setText(self._folder.way)
        if self._folder.way == "SCP":
            self.strip.say(
                "This device has only SCP, which cannot list files. Name the file to fetch, or"
                " send one."
            )
        self._tell_what_can_be_done()

    def _opened(self, entry: Entry) -> None:
        if entry.is_folder or entry.is_link:
            self.go(entry.path)
        else:
            self.fetch()

    # --- doing -------------------------------------------------------------------------------

    def fetch(self) -> None:
        """Copy what is chosen to a folder of this machine."""
        self.tasks.do("choose", self._fetch)

    def send(self) -> None:
        """Copy files of this machine into the folder shown."""
        self.tasks.do("choose", self._send)

    def make_folder(self) -> None:
        self.tasks.do("folder", self._make_folder)

    def rename(self) -> None:
        self.tasks.do("rename", self._rename)

    def remove(self) -> None:
        self.tasks.do("remove", self._remove)

    async def _fetch(self) -> None:
        folder = await self._files()
        wanted = [entry.path for entry in self.table.selection() if not entry.is_folder]
        if folder.way == "SCP":
            name = await ask_text(self, "Fetch a file", "Its name on the device.", verb="Fetch")
            wanted = [name] if name else []
        if not wanted:
            return
        to = await self._ask_folder()
        for path in wanted if to is not None else ():
            assert to is not None
            name = posixpath.basename(path) or "file"
            self._copy(f"↓ {name}", partial(_fetched, path, to / _safe(name)))

    async def _send(self) -> None:
        for path in await ask_open_paths(self, "Send to the device", "All files (*)"):
            remote = posixpath.join(self.path, path.name)
            self._copy(f"↑ {path.name}", partial(_sent, path, remote))

    async def _make_folder(self) -> None:
        name = await ask_text(self, "New folder", f"In {self.path}", verb="Make folder")
        if name:
            await (await self._files()).make_folder(posixpath.join(self.path, name))
            self.refresh()

    async def _rename(self) -> None:
        entry = self.table.current()
        if entry is None:
            return
        name = await ask_text(self, "Rename", visible(entry.path), verb="Rename", value=entry.name)
        if name and name != entry.name:
            to = posixpath.join(posixpath.dirname(entry.path), name)
            await (await self._files()).rename(entry.path, to)
            self.refresh()

    async def _remove(self) -> None:
        chosen = self.table.selection()
        if not chosen:
            return
        what = chosen[0].name if len(chosen) == 1 else f"{len(chosen)} files"
        listed = "\n".join(visible(entry.path, limit=120) for entry in chosen[:12])
        more = f"\nand {len(chosen) - 12} more" if len(chosen) > 12 else ""
        title = f"Remove {visible(what, limit=80)} from {self._session.target.title}?"
        if await confirm(self, title, listed + more, verb=f"Remove {visible(what, limit=40)}"):
            folder = await self._files()
            try:
                for entry in chosen:
                    await folder.remove(entry)
            finally:
                self.refresh()

    async def _ask_folder(self) -> Path | None:
        place = QStandardPaths.StandardLocation.DownloadLocation
        dialog = QFileDialog(self, "Fetch into", QStandardPaths.writableLocation(place))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        try:
            if not await open_dialog(dialog) or not dialog.selectedFiles():
                return None
            return Path(dialog.selectedFiles()[0])
        finally:
            dialog.deleteLater()

    def _copy(self, name: str, copy: Copying) -> None:
        row = CopyRow(name)
        self.copies.addWidget(row)
        key = f"copy-{next(self._numbers)}"

        def begin(is_replacing: bool = False) -> None:
            row.begin()
            self.tasks.ask(key, self._copied(copy, is_replacing, row, begin), lambda _: None)

        row.stopped.connect(partial(self._stop, key, row))
        row.again.connect(begin)
        begin()

    def _stop(self, key: str, row: CopyRow) -> None:
        if self.tasks.is_asking(key):
            self.tasks.drop(key)
            row.end("stopped; what has arrived is kept, and it goes on from there", is_bad=True)
        else:
            row.hide()
            row.deleteLater()

    async def _copied(
        self,
        copy: Copying,
        is_replacing: bool,
        row: CopyRow,
        begin: Callable[[bool], None],
    ) -> None:
        folder = await self._files()
        try:
            moved = await copy(folder, is_replacing, row.show_progress)
        except Exists as error:
            title = f"Replace {visible(error.path, limit=120)}?"
            if await confirm(self, title, "There is a file of that name.", verb="Replace it"):
                begin(True)
            else:
                row.end("left as it was", is_bad=True)
            return
        except (Refused, Unreachable) as error:
            row.end(str(error), is_bad=True)
            return
        resumed = f", from {Bytes(moved.resumed_at)} on" if moved.resumed_at else ""
        row.end(f"{Bytes(moved.size)}{resumed}", is_bad=False)
        if row.name.startswith("↑"):
            self.refresh()

    # --- around ------------------------------------------------------------------------------

    def _tell_what_can_be_done(self) -> None:
        """Buttons that can do nothing now say why."""
        can_send = self.desk.actor.may("terminal.send-files")
        is_scp = self._folder is not None and self._folder.way == "SCP"
        chosen = self.table.selection()
        why_not = "" if can_send else "You may fetch files, not change them"
        needs = why_not or ("SCP cannot" if is_scp else "" if chosen else "Choose a file first")
        is_ready = self._folder is not None
        has_file = any(not entry.is_folder for entry in chosen)
        fetch_needs = "" if is_scp or has_file else "Choose a file first"
        for button, tip, problem in (
            (self.fetch_button, "Copy to this machine", fetch_needs),
            (self.send_button, "Copy from this machine", why_not),
            (self.folder_button, "Make a folder here", why_not or ("SCP cannot" if is_scp else "")),
            (self.rename_button, "Another name", needs),
            (self.remove_button, "Remove what is chosen", needs),
        ):
            button.setEnabled(is_ready and not problem)
            button.setToolTip(plain_tip(problem or tip))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, NocError):
            self._folder = None if isinstance(error, Unreachable) else self._folder
            self.strip.say(str(error), verb="Try again", act=self.refresh)
        else:
            self.strip.say("Something went wrong here.", verb="Try again", act=self.refresh)
            self.desk.report(error)
        self._tell_what_can_be_done()

    def _wire(self) -> None:
        self.path_line.returnPressed.connect(lambda: self.go(self.path_line.text().strip()))
        self.table.opened.connect(self._opened)
        self.table.chosen.connect(self._tell_what_can_be_done)
        self.up_button.clicked.connect(self.up)
        self.close_button.clicked.connect(self.closed)
        self.refresh_button.clicked.connect(self.refresh)
        for button, act in (
            (self.fetch_button, self.fetch),
            (self.send_button, self.send),
            (self.folder_button, self.make_folder),
            (self.rename_button, self.rename),
            (self.remove_button, self.remove),
        ):
            button.clicked.connect(act)
        actions = []
        deeds = (("Fetch…", self.fetch), ("Rename…", self.rename), ("Remove…", self.remove))
        for text, act in deeds:
            action = QAction(text, self)
            action.triggered.connect(act)
            actions.append(action)
        self.table.set_menu(actions)

    def _lay_out(self) -> None:
        self.setProperty("role", "below")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.up_button = IconButton("up", "To the folder above")
        self.refresh_button = IconButton("refresh", "Read the folder again")
        self.close_button = IconButton("close", "Close the files")
        self.fetch_button, self.send_button = QPushButton("Fetch…"), QPushButton("Send…")
        self.folder_button, self.rename_button = QPushButton("New folder…"), QPushButton("Rename…")
        self.remove_button = QPushButton("Remove…")
        head = QHBoxLayout()
        head.setContentsMargins(GRID, GRID, GRID, 0)
        head.setSpacing(GRID)
        head.addWidget(self.up_button)
        head.addWidget(self.path_line, 1)
        head.addWidget(self.way)
        head.addWidget(self.refresh_button)
        head.addWidget(self.close_button)
        deeds = QHBoxLayout()
        deeds.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        deeds.setSpacing(GRID // 2)
        for button in (
            self.fetch_button,
            self.send_button,
            self.folder_button,
            self.rename_button,
            self.remove_button,
        ):
            button.setProperty("compact", True)
            deeds.addWidget(button)
        deeds.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.busy_line)
        layout.addWidget(self.strip)
        layout.addLayout(head)
        layout.addLayout(deeds)
        layout.addWidget(self.table, 1)
        layout.addLayout(self.copies)


class CopyRow(QWidget):
    """One copy: its name, how far it is, how fast, and a way to stop it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._done = self._size = self._from = 0
        self._began = monotonic()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(15 * GRID)
        self.bar.setAccessibleName(f"Progress of {visible(name, limit=80)}")
        self.told = ElidedLabel("", tone="dim")
        self.again_button = QPushButton("Go on")
        self.stop_button = IconButton("close", "Stop")
        self.again, self.stopped = self.again_button.clicked, self.stop_button.clicked
        self._paint = QTimer(self)
        self._paint.setInterval(PAINT_MS)
        self._paint.timeout.connect(self._show)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, 2, GRID, 2)
        layout.addWidget(Label(visible(name, limit=60)))
        layout.addWidget(self.bar)
        layout.addWidget(self.told, 1)
        layout.addWidget(self.again_button)
        layout.addWidget(self.stop_button)

    def begin(self) -> None:
        self._began, self._from = monotonic(), -1
        self.again_button.hide()
        self._paint.start()
        self.told.show_text("…")

    def show_progress(self, done: int, size: int) -> None:
        """Called for every megabyte; painted a few times a second."""
        if self._from < 0:
            self._from = done
        self._done, self._size = done, size

    def end(self, words: str, *, is_bad: bool) -> None:
        self._paint.stop()
        self._show()
        self.told.show_text(words)
        self.told.set_tone("attention" if is_bad else "dim")
        self.again_button.setVisible(is_bad)

    def _show(self) -> None:
        share = self._done / self._size if self._size else 0.0
        self.bar.setValue(round(1000 * share))
        took = monotonic() - self._began
        rate = max(0, self._done - max(0, self._from)) / took if took > 0 else 0.0
        left = f", {duration((self._size - self._done) / rate)} left" if rate > 0 else ""
        self.told.show_text(
            f"{Bytes(self._done)} of {Bytes(self._size)}, {Bytes(int(rate))}/s{left}"
        )


async def _fetched(
    remote: str, local: Path, folder: Folder, is_replacing: bool, progress: Progress
) -> Moved:
    return await folder.fetch(remote, local, replaces=is_replacing, progress=progress)


async def _sent(
    local: Path, remote: str, folder: Folder, is_replacing: bool, progress: Progress
) -> Moved:
    return await folder.send(local, remote, replaces=is_replacing, progress=progress)


def _safe(name: str) -> str:
    """A device's name for a file as one of ours: it may not lead out of the folder."""
    kept = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name)[:200]
    return kept.lstrip(".") or "file"


def _columns(desk: Desk) -> list[Column[Entry]]:
    return [
        Column(
            "Name",
            lambda entry: visible(entry.name, limit=300),
            lambda entry: (not entry.is_folder, entry.name.lower()),
            width=260,
            stretch=True,
            icon=lambda entry: icon("folder" if entry.is_folder else "note", "icon.dim"),
        ),
        Column(
            "Size",
            lambda entry: "" if entry.is_folder else str(Bytes(entry.size)),
            lambda entry: entry.size,
            width=90,
            align=Align.RIGHT,
            export=lambda entry: str(entry.size),
        ),
        Column(
            "Changed",
            lambda entry: desk.times.absolute(entry.modified) if entry.modified else "",
            lambda entry: entry.modified,
            width=170,
            dim=True,
        ),
        Column(
            "Rights",
            lambda entry: stat.filemode(entry.mode)[1:] if entry.mode else "",
            width=90,
            mono=True,
            dim=True,
            hidden=True,
        ),
    ]
