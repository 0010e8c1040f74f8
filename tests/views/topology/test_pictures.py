"""The map as a picture."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage

from noc_console.views.topology.page import MapPage
from noc_console.views.topology.pictures import PicturesTool
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


async def test_the_map_is_written_as_svg_and_png(page: MapPage, ids: Ids, tmp_path: Path) -> None:
    await opened(page)
    pictures = page.tool(PicturesTool)
    await pictures.write_picture(tmp_path / "map.svg", QSize(800, 600))
    await pictures.write_picture(tmp_path / "map.png", QSize(800, 600))
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    assert root.get("width") == "800"
    image = QImage(str(tmp_path / "map.png"))
    assert (image.width(), image.height()) == (1600, 1200)


async def test_the_map_is_copied(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.tool(PicturesTool).copy_picture()
    assert QGuiApplication.clipboard().image().width() == 3840
