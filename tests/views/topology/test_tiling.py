"""A background of tiles."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QObject
from PySide6.QtGui import QColor, QImage, QPainter

from noc_console.adapters.tiles import open_tiles
from noc_console.services.topology import mercator
from noc_console.views.kit.tasks import Tasks, settled
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.tiling import KEPT, TileLayer, decoded, dimmed

WATER, PAPER = QColor("#5a90b0"), QColor("#ffffff")


def picture(color: QColor, side: int = 256) -> bytes:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(color)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know no QBuffer
    return bytes(buffer.data().data())


def world(path: Path, zooms: int, *, without: tuple[int, int, int] | None = None) -> Path:
    """Every tile of the first zoom levels: the north is water, the south is paper."""
    north, south = picture(WATER), picture(PAPER)
    rows = [
        (zoom, column, (1 << zoom) - 1 - row, north if zoom and row < 1 << (zoom - 1) else south)
        for zoom in range(zooms)
        for column in range(1 << zoom)
        for row in range(1 << zoom)
        if (zoom, column, row) != without
    ]
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer,"
            " tile_data blob)"
        )
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    file.close()
    return path


async def layer(tmp_path: Path, zooms: int = 3, **more: tuple[int, int, int]) -> TileLayer:
    owner = QObject()
    problems: list[BaseException] = []
    made = TileLayer(
        await open_tiles(world(tmp_path / "w.mbtiles", zooms, **more)),
        Tasks(owner, problems.append),
        lambda: repaints.append(1),
        owner,
    )
    made.owner = owner  # type: ignore[attr-defined]  # or it would be gone with this function
    return made


repaints: list[int] = []


@pytest.fixture(autouse=True)
def _none_yet() -> None:
    repaints.clear()


def drawn(layer: TileLayer, camera: Camera) -> QImage:
    image = QImage(600, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    layer.paint(painter, camera, 600, 600)
    painter.end()
    return image


def at_zoom(zoom: float) -> Camera:
    """The middle of the world in the middle of 600 pixels."""
    return Camera(mercator.TILE * 2**zoom / mercator.WORLD, 300, 300)


async def loaded(layer: TileLayer, camera: Camera) -> QImage:
    drawn(layer, camera)
    for _ in range(20):
        layer._fetch()
        await settled()
        if not layer._wanted:
            break
    return drawn(layer, camera)


async def test_painting_never_waits_and_arrivals_repaint_the_map(tmp_path: Path) -> None:
    tiles = await layer(tmp_path)
    assert drawn(tiles, at_zoom(1)).pixelColor(300, 100) == QColor("#ff00ff")
    image = await loaded(tiles, at_zoom(1))
    assert image.pixelColor(300, 100) != QColor("#ff00ff")
    tiles._arrived.timeout.emit()
    assert repaints
    tiles.close()


async def test_north_is_up(tmp_path: Path) -> None:
    tiles = await layer(tmp_path)
    image = await loaded(tiles, at_zoom(2))
    ground = look().color("surface.field")
    north, south = image.pixelColor(300, 100), image.pixelColor(300, 500)
    assert south.rgb() == ground.rgb()
    assert north.rgb() != south.rgb()
    tiles.close()


async def test_beyond_the_finest_tiles_the_finest_are_enlarged(tmp_path: Path) -> None:
    tiles = await layer(tmp_path, zooms=2)
    image = await loaded(tiles, at_zoom(6))
    assert image.pixelColor(300, 100).rgb() != image.pixelColor(300, 500).rgb()
    assert QColor("#ff00ff") not in (image.pixelColor(5, 5), image.pixelColor(595, 595))
    tiles.close()


async def test_a_missing_tile_is_taken_from_a_coarser_one_and_asked_for_once(
    tmp_path: Path,
) -> None:
    tiles = await layer(tmp_path, zooms=3, without=(2, 1, 1))
    await loaded(tiles, at_zoom(1))
    image = await loaded(tiles, at_zoom(2))
    assert image.pixelColor(200, 200) != QColor("#ff00ff")
    drawn(tiles, at_zoom(2))
    assert not tiles._wanted
    tiles.close()


async def test_no_more_tiles_are_kept_than_may_be(tmp_path: Path) -> None:
    tiles = await layer(tmp_path)
    for at in range(KEPT + 30):
        tiles._keep((9, at, 0), None)
    assert len(tiles._kept) == KEPT
    tiles.close()


def test_what_is_no_picture_or_a_huge_one_is_no_tile() -> None:
    assert decoded(b"") is None and decoded(b"\x89PNG\r\n\x1a\n broken") is None
    assert decoded(picture(PAPER, 1100)) is None
    assert decoded(picture(PAPER, 512)) is not None


@pytest.mark.parametrize("is_bright", [True, False])
def test_a_background_is_hardly_there(is_bright: bool) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (64, 64, 4), np.uint8)
    image = QImage(noise.tobytes(), 64, 64, 256, QImage.Format.Format_RGB32)
    ground, ink = QColor("#0c1116"), QColor("#98a6b5")
    made = dimmed(image, ground, ink, is_bright)
    colors = [made.pixelColor(x, y) for x in range(0, 64, 7) for y in range(0, 64, 7)]
    assert max(color.lightness() for color in colors) < 100
    assert max(abs(color.red() - color.blue()) for color in colors) < 60
