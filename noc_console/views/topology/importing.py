"""Taking a network in from a file: what it would do, then doing it, with a way to stop."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget
from shiboken6 import isValid

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import plural
from noc_console.services.topology.exchange.document import Document
from noc_console.services.topology.exchange.reading import LARGEST, read
from noc_console.services.topology.importing import BroughtIn, Preview
from noc_console.services.topology.model import Placement
from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import Dialog, ask_open_paths, open_dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.topology.stage import MapTool, Stage

KINDS = (
    "Networks (*.graphml *.xml *.json *.csv);;GraphML (*.graphml *.xml);;"
    "NetBox and LibreNMS (*.json *.csv);;All files (*)"
)
MOST_PROBLEMS = 5


class ImportTool(MapTool):
    """`Import a network…`: GraphML, our JSON, exports of NetBox and LibreNMS."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._service, self._maps = stage.services.importing, stage.services.maps
        self.bar = ImportBar()
        self.bar.cancel_button.clicked.connect(self.cancel)
        stage.add(
            Command(
                "map.import",
                "Import a network…",
                "folder",
                self.choose,
                right="inventory.record",
                group="Map",
            ),
            "Map",
        )

    def choose(self) -> None:
        """Ask for the files; those that belong together at once."""
        self.stage.tasks.do("import choose", self._choose)

    async def _choose(self) -> None:
        page = self.stage.page
        paths = await ask_open_paths(page.window(), "Import a network", KINDS)
        if paths:
            await self.offer(paths)

    async def offer(self, paths: tuple[Path, ...]) -> None:
        """Read files, say what importing them would do, and do it when that is wanted."""
        stage = self.stage
        document = await asyncio.to_thread(_read, paths)
        preview = await self._service.preview(stage.desk.actor, document)
        if preview.is_empty:
            stage.desk.notice(
                f"All {preview.devices:,} devices and links of {preview.title or 'the file'}"
                " are known already."
            )
            return
        dialog = ImportDialog(stage.page, preview)
        try:
            wanted = await open_dialog(dialog)
        finally:
            dialog.deleteLater()
        if wanted:
            stage.open_bar(self.bar)
            stage.tasks.ask("import", self._bring_in(document), self._brought_in)

    def cancel(self) -> None:
        """Stop; what is in stays in, and importing again goes on from there."""
        self.stage.tasks.drop("import")
        self.stage.open_bar(None)
        self.stage.desk.notice("Import stopped. What came in so far stays; import again to go on.")

    async def _bring_in(self, document: Document) -> tuple[Document, BroughtIn]:
        actor = self.stage.desk.actor
        try:
            done = await self._service.bring_in(actor, document, self._report)
            await self._keep_map(document, done)
        finally:
            if isValid(self.bar):
                self.stage.open_bar(None)
        return document, done

    async def _keep_map(self, document: Document, done: BroughtIn) -> None:
        """An own map of what came in, with the places the file had."""
        actor = self.stage.desk.actor
        taken = {one.name.lower() for one in await self._maps.maps(actor)}
        name = _free(document.title or "Imported", taken)
        ids = tuple(int(device) for device in set(done.devices.values()))
        made = await self._maps.create(actor, name=name, device_ids=ids)
        moves = tuple(Placement(device, at) for device, at in done.positions.items())
        if moves:
            await self.stage.services.topology.place(actor, moves=moves, view=made.view)

    def _report(self, done: int, whole: int) -> None:
        if isValid(self.bar):
            self.bar.tell(done, whole)

    def _brought_in(self, answer: tuple[Document, BroughtIn]) -> None:
        document, done = answer
        self.stage.desk.notice(
            f"{plural(done.new_devices, 'device')} and {plural(done.new_links, 'link')} imported."
            f" The map “{document.title or 'Imported'}” shows them."
        )
        self.stage.reload()


class ImportBar(QWidget):
    """How far it is, under the map."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.progress = QProgressBar()
        self.progress.setFormat("Importing… %v of %m")
        self.cancel_button = QPushButton("Cancel")
        line = QHBoxLayout(self)
        line.setContentsMargins(2 * GRID, 6, GRID, 6)
        line.addWidget(self.progress, 1)
        line.addWidget(self.cancel_button)

    def tell(self, done: int, whole: int) -> None:
        self.progress.setRange(0, max(whole, 1))
        self.progress.setValue(done)


class ImportDialog(Dialog):
    """What it would do, and what the reader could not use."""

    def __init__(self, parent: QWidget, preview: Preview) -> None:
        verb = f"Import {plural(preview.new_devices, 'device')}"
        if not preview.new_devices:
            verb = f"Import {plural(preview.new_links, 'link')}"
        super().__init__(
            parent,
            f"Import {preview.title or 'a network'}",
            "Devices come in as not managed yet: a discovery of their addresses fills them in."
            " What the inventory knows already stays as it is.",
            verb,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        told = [
            f"{plural(preview.devices, 'device')}, {preview.known:,} of them known already",
            f"{plural(preview.links, 'link')}, {preview.new_links:,} of them new",
        ]
        if preview.merged:
            told.append(
                f"{preview.merged:,} parallel links name no ports: each pair becomes one link"
            )
        for line in told:
            self.body.addWidget(Label(line, wrap=True))
        for line in preview.problems[:MOST_PROBLEMS]:
            self.body.addWidget(Label(line, tone="attention", wrap=True))


def _free(name: str, taken: set[str]) -> str:
    name = name[:60]
    wanted, number = name, 2
    while wanted.lower() in taken:
        wanted, number = f"{name} {number}", number + 1
    return wanted


def _read(paths: tuple[Path, ...]) -> Document:
    files = []
    for path in paths:
        try:
            if path.stat().st_size > LARGEST:
                raise Invalid(f"{path.name} is larger than {LARGEST >> 20} MiB", field="files")
            files.append((path.name, path.read_bytes()))
        except OSError as error:
            raise Invalid(f"{path.name} cannot be read: {error.strerror}", field="files") from error
    return read(files)
