"""The map as a picture."""

from __future__ import annotations

import json
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


async def test_the_map_leaves_as_pdf_and_as_data(page: MapPage, ids: Ids, tmp_path: Path) -> None:
    await opened(page)
    pictures = page.tool(PicturesTool)
    names = ("map.pdf", "map.graphml", "map.yed.graphml", "map.gexf", "map.json")
    for name in names:
        await pictures.write_picture(tmp_path / name, QSize(800, 600))
    pdf = (tmp_path / "map.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-") and pdf.count(b"/Type /Page\n") == 1
    assert b"/Font" in pdf, "names stay letters"
    assert b"/Subtype /Image" not in pdf, "and devices stay lines"
    told = json.loads((tmp_path / "map.json").read_text())
    assert len(told["devices"]) == 38 and len(told["links"]) == 52
    for name in names[1:4]:
        text = (tmp_path / name).read_text()
        assert "pra-cr1" in text
        ElementTree.fromstring(text)
