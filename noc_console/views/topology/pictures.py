"""The map for elsewhere: a picture on the clipboard or in a file, or the network as data."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgRenderer

from noc_console.kernel.errors import Invalid
from noc_console.services.topology.exchange.document import of
from noc_console.services.topology.exchange.writing import write
from noc_console.services.topology.model import Arranged
from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.theme import look
from noc_console.views.topology import drawing_svg, svg
from noc_console.views.topology.editing import EditTool
from noc_console.views.topology.ink import ink
from noc_console.views.topology.stage import MapTool, Stage

SIZE = QSize(1920, 1080)
KINDS = (
    "PNG (*.png);;SVG (*.svg);;PDF (*.pdf);;GraphML (*.graphml);;GraphML for yEd (*.yed.graphml)"
    ";;GEXF for Gephi (*.gexf);;JSON (*.json)"
)
DATA = {".yed.graphml": "yed", ".graphml": "graphml", ".gexf": "gexf", ".json": "json"}
"""What ends how is written as which of `exchange.writing.WRITERS`."""
DPI = 96


class PicturesTool(MapTool):
    """Copies and writes what the map shows, the whole of it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        group = "Map"
        stage.add(
            Command(
                "map.copy-picture",
                "Copy the map as a picture",
                "copy",
                self.copy_picture,
                group=group,
            ),
            "Map",
        )
        stage.add(
            Command("map.export", "Export the map…", "export", self.export, "Ctrl+E", group=group),
            "Map",
        )

    def copy_picture(self) -> None:
        """The whole map on the clipboard."""
        QGuiApplication.clipboard().setImage(self._picture(SIZE))
        self.stage.desk.notice("The map is on the clipboard.")

    def _picture(self, size: QSize) -> QImage:
        """What is shown: a tool's own picture, else the whole map."""
        return self._own_picture() or self.stage.canvas.picture(size)

    def _own_picture(self) -> QImage | None:
        """Of a tool that shows something else than the network, such as a site plan."""
        pictures = (tool.picture() for tool in self.stage.tools)
        return next((picture for picture in pictures if picture is not None), None)

    def svg(self, size: QSize = SIZE, *, on_paper: bool = False) -> str:
        """The whole map as an SVG document; on paper it is light whatever the screen is."""
        scene = self.stage.canvas.scene
        sheet = next(tool.sheet for tool in self.stage.tools if isinstance(tool, EditTool))
        return svg.document(
            scene,
            size.width(),
            size.height(),
            ink(scene.shading.ramp, look().paper if on_paper else None),
            partial(drawing_svg.under, sheet),
            partial(drawing_svg.over, sheet),
        )

    def export(self) -> None:
        """Write the map to a file: as a picture, or the network as data."""
        self.stage.tasks.do("export", self._export)

    async def _export(self) -> None:
        stamp = self.stage.desk.clock.now().strftime("%Y%m%d-%H%M")
        path = await ask_save_path(
            self.stage.page.window(),
            "Export the map",
            f"map-{stamp}.png",
            KINDS,
        )
        if path is None:
            return
        await self.write_picture(path)
        self.stage.desk.notice(f"The map was written to {path.name}")

    def _drawn(self, size: QSize) -> tuple[str | QImage, QSize]:
        """What goes on paper, and how large the paper is."""
        own = self._own_picture()
        return (self.svg(size, on_paper=True), size) if own is None else (own, own.size())

    async def write_picture(self, path: Path, size: QSize = SIZE) -> None:
        """Write the map; how the name ends says as what."""
        name = path.name.lower()
        form = next((form for end, form in DATA.items() if name.endswith(end)), "")
        if form:
            stage = self.stage
            shown = Arranged(stage.shown_nodes, dict(stage.places))
            content = await asyncio.to_thread(lambda: write(of(shown, stage.view), form))
        elif name.endswith(".svg"):
            if self._own_picture() is not None:
                raise Invalid("a site plan is written as PNG or PDF")
            content = self.svg(size).encode()
        elif name.endswith(".pdf"):
            content = await asyncio.to_thread(as_pdf, *self._drawn(size))
        else:
            content = await asyncio.to_thread(_as_png, self._picture(size))
        await asyncio.to_thread(write_whole, path, content)


def as_pdf(drawn: str | QImage, size: QSize) -> bytes:
    """One page of that size: of an SVG document lines and letters stay lines and letters."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setCreator("NOC Console")
    inches = QSizeF(size.width() / DPI, size.height() / DPI)
    writer.setPageSize(QPageSize(inches, QPageSize.Unit.Inch))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    try:
        if isinstance(drawn, QImage):
            painter.drawImage(0, 0, drawn)
        else:
            QSvgRenderer(QByteArray(drawn.encode())).render(painter)
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _as_png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know no QBuffer
    return bytes(buffer.data().data())
