"""The map as a picture: on the clipboard, or in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QBuffer, QSize
from PySide6.QtGui import QGuiApplication, QImage

from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.topology import svg
from noc_console.views.topology.ink import ink
from noc_console.views.topology.stage import MapTool, Stage

SIZE = QSize(1920, 1080)


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
        QGuiApplication.clipboard().setImage(self.stage.canvas.picture(SIZE))
        self.stage.desk.notice("The map is on the clipboard.")

    def svg(self, size: QSize = SIZE) -> str:
        """The whole map as an SVG document."""
        scene = self.stage.canvas.scene
        return svg.document(scene, size.width(), size.height(), ink(scene.shading.ramp))

    def export(self) -> None:
        """Write the map to a PNG or SVG file."""
        self.stage.tasks.do("export", self._export)

    async def _export(self) -> None:
        stamp = self.stage.desk.clock.now().strftime("%Y%m%d-%H%M")
        path = await ask_save_path(
            self.stage.page.window(),
            "Export the map",
            f"map-{stamp}.png",
            "PNG (*.png);;SVG (*.svg)",
        )
        if path is None:
            return
        await self.write_picture(path)
        self.stage.desk.notice(f"The map was written to {path.name}")

    async def write_picture(self, path: Path, size: QSize = SIZE) -> None:
        """Write the map; the suffix says whether as SVG or PNG."""
        if path.suffix.lower() == ".svg":
            content = self.svg(size).encode()
        else:
            content = await asyncio.to_thread(_as_png, self.stage.canvas.picture(size))
        await asyncio.to_thread(write_whole, path, content)


def _as_png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know no QBuffer
    return bytes(buffer.data().data())
