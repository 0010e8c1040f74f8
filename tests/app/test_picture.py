"""Pictures of pages and of the window, as files other programs can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage

from noc_console.app.config import Config
from noc_console.app.gui import on_qt
from noc_console.app.picture import Picture, route_of, take
from noc_console.kernel.errors import Broken, Invalid
from noc_console.views.kit.desk import Route
from noc_console.views.kit.theme import look


@pytest.fixture(autouse=True)
def dark_again() -> Iterator[None]:
    yield
    look().use("dark")


def taken(config: Config, file: Path, view: str = "lab", theme: str = "dark") -> Path:
    picture = Picture(view=view, theme=theme, width=640, height=400)
    on_qt(lambda: take(config, picture, file))
    return file


def colours(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


@pytest.mark.parametrize("view", ["lab", "alarms", "window/discovery"])
def test_a_png_has_the_size_and_shows_something(config: Config, tmp_path: Path, view: str) -> None:
    image = QImage(str(taken(config, tmp_path / "view.png", view)))
    assert (image.width(), image.height()) >= (640, 400)
    assert len(colours(image)) > 20


def test_light_and_dark_differ(config: Config, tmp_path: Path) -> None:
    dark = QImage(str(taken(config, tmp_path / "dark.png", theme="dark")))
    light = QImage(str(taken(config, tmp_path / "light.png", theme="light")))
    assert dark.pixelColor(5, 395).lightness() < 80 < 175 < light.pixelColor(5, 395).lightness()


def test_an_svg_is_xml_with_shapes_and_text(config: Config, tmp_path: Path) -> None:
    root = ElementTree.parse(taken(config, tmp_path / "view.svg", "discovery")).getroot()
    assert root.tag.endswith("svg")
    assert root.get("viewBox") == "0 0 640 400"
    drawn = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert {"path", "text"} & set(drawn)
    assert len(drawn) > 10


def test_a_pdf_is_one_page(config: Config, tmp_path: Path) -> None:
    written = taken(config, tmp_path / "view.pdf", "discovery").read_bytes()
    assert written.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", written)) == 1
    assert b"%%EOF" in written[-32:]


def test_a_view_that_is_not_there_is_named_with_those_that_are(
    config: Config, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match=r"no view 'nowhere': choose map, devices"):
        taken(config, tmp_path / "view.png", "nowhere")
    assert not (tmp_path / "view.png").exists()


def test_a_file_that_cannot_be_written_is_named(config: Config, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="could not be written"):
        taken(config, tmp_path / "no such folder" / "view.png")


def test_a_view_may_be_about_an_object_or_a_text() -> None:
    assert route_of("map") == Route("map")
    assert route_of("device/7") == Route("device", id=7)
    assert route_of("alarms/critical") == Route("alarms", text="critical")
