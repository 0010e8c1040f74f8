"""A background map under the network: tiles, dimmed to a whisper of the theme's own colours.

Painting never waits: what is not there yet is taken from a coarser tile, and fetched and
decoded off the UI thread. Arrivals repaint the map a few times a second at most.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QTimer
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from noc_console.services.topology import mercator
from noc_console.services.topology.tiles import TileSet
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera

KEPT = 384
"""Decoded tiles of 256 pixels: about 100 MB at most."""
MOST_AT_ONCE = 220
"""Tiles of one picture; with more, a coarser level will do."""
LARGEST_SIDE = 1024
COARSER = 8
REPAINT_MS = 200
STRENGTH = 0.34
"""How far towards the dim text colour the strongest line of the background goes."""
CHROMA = 0.10
BRIGHT = 118.0

Key = tuple[int, int, int]


class TileLayer(QObject):
    """Paints what is in view of a tile set, and fetches what is missing."""

    def __init__(
        self, tiles: TileSet, tasks: Tasks, repaint: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.tiles = tiles
        self._tasks = tasks
        self._kept: OrderedDict[Key, QImage | None] = OrderedDict()
        self._wanted: dict[Key, None] = {}
        self._is_bright: bool | None = None
        self._soon = _once(self, 0, self._fetch)
        self._arrived = _once(self, REPAINT_MS, repaint)
        look().changed.connect(self._forget)

    def close(self) -> None:
        """Let go of the file."""
        self._tasks.drop("tiles")
        look().changed.disconnect(self._forget)
        self.tiles.close()

    # -- painting -------------------------------------------------------------------------

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """Every tile in view, or the part of a coarser one that stands for it."""
        zoom = self._zoom(camera, width, height)
        if zoom is None:
            return
        for column, row in _in_view(camera, zoom, width, height):
            key = (zoom, column, row)
            if key not in self._kept:
                self._wanted[key] = None
            self._paint_tile(painter, camera, key)
        if self._wanted and not self._tasks.is_asking("tiles"):
            self._soon.start()

    def _zoom(self, camera: Camera, width: int, height: int) -> int | None:
        facts = self.tiles.facts
        zoom = max(min(round(mercator.zoom_of(camera.scale)), facts.most_zoom), facts.least_zoom)
        side = mercator.tile_side(zoom) * camera.scale
        # Far out, the coarsest level there is may still be too many tiles to be worth it.
        return zoom if (width / side + 2) * (height / side + 2) <= MOST_AT_ONCE else None

    def _paint_tile(self, painter: QPainter, camera: Camera, key: Key) -> None:
        zoom, column, row = key
        box = _box(camera, key)
        for up in range(min(COARSER, zoom) + 1):
            found = self._kept.get((zoom - up, column >> up, row >> up))
            if found is None:
                continue
            self._kept.move_to_end((zoom - up, column >> up, row >> up))
            part = found.width() / (1 << up)
            x, y = (column & ((1 << up) - 1)) * part, (row & ((1 << up) - 1)) * part
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, part != box.width())
            painter.drawImage(box, found, QRectF(x, y, part, part))
            return

    # -- fetching -------------------------------------------------------------------------

    def _fetch(self) -> None:
        if self._wanted and not self._tasks.is_asking("tiles"):
            wanted = tuple(self._wanted)[-MOST_AT_ONCE:]
            self._wanted.clear()
            self._tasks.ask("tiles", self._load(wanted), lambda _: self._next())

    def _next(self) -> None:
        if self._wanted:
            self._soon.start()

    async def _load(self, wanted: tuple[Key, ...]) -> None:
        for key in wanted:
            if key in self._kept:
                continue
            content = await self.tiles.tile(*key)
            self._keep(key, None if content is None else await self._decoded(content))

    async def _decoded(self, content: bytes) -> QImage | None:
        theme = look()
        ground, ink = theme.color("surface.field"), theme.color("text.dim")
        image = await asyncio.to_thread(decoded, content)
        if image is None:
            return None
        if self._is_bright is None:
            self._is_bright = await asyncio.to_thread(_mean, image) > BRIGHT
        return await asyncio.to_thread(dimmed, image, ground, ink, self._is_bright)

    def _keep(self, key: Key, image: QImage | None) -> None:
        self._kept[key] = image
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if not self._arrived.isActive():
            self._arrived.start()

    def _forget(self) -> None:
        """The theme changed: what is kept has the old one's colours."""
        self._kept.clear()


def _once(owner: QObject, after_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer


def _box(camera: Camera, key: Key) -> QRectF:
    """Where a tile lies on the widget, at whole pixels so that no seam shows."""
    zoom, column, row = key
    side, half = mercator.tile_side(zoom), mercator.WORLD / 2
    left = round((column * side - half) * camera.scale + camera.x)
    top = round((row * side - half) * camera.scale + camera.y)
    right = round(((column + 1) * side - half) * camera.scale + camera.x)
    bottom = round(((row + 1) * side - half) * camera.scale + camera.y)
    return QRectF(left, top, right - left, bottom - top)


def _in_view(camera: Camera, zoom: int, width: int, height: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles a window shows."""
    side, half, last = mercator.tile_side(zoom), mercator.WORLD / 2, (1 << zoom) - 1
    left, top = camera.to_map(0, 0)
    right, bottom = camera.to_map(width, height)
    for row in range(
        max(0, math.floor((top + half) / side)), min(last, math.floor((bottom + half) / side)) + 1
    ):
        for column in range(
            max(0, math.floor((left + half) / side)),
            min(last, math.floor((right + half) / side)) + 1,
        ):
            yield column, row


def decoded(content: bytes) -> QImage | None:
    """A tile's picture; None when it is broken, or larger than any tile."""
    held = QByteArray(content)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not (0 < size.width() <= LARGEST_SIDE and 0 < size.height() <= LARGEST_SIDE):
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)


def _pixels(image: QImage) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width()]


def _mean(image: QImage) -> float:
    """How bright a picture is, 0–255."""
    return float(_pixels(image)[..., :3].mean())


def dimmed(image: QImage, ground: QColor, ink: QColor, is_bright: bool) -> QImage:
    """The picture's lines in tones between `ground` and `ink`, and a breath of its colours.

    What is usual in it (white paper, a dark photograph) becomes the ground itself.
    """
    pixels = _pixels(image)[..., :3].astype(np.float32)
    luma = pixels @ np.array([0.0722, 0.7152, 0.2126], np.float32)
    strength = ((255.0 - luma) if is_bright else luma) / 255.0 * STRENGTH
    low = np.array([ground.blue(), ground.green(), ground.red()], np.float32)
    high = np.array([ink.blue(), ink.green(), ink.red()], np.float32)
    toned = low + (high - low) * strength[..., None] + (pixels - luma[..., None]) * CHROMA
    out = np.full((image.height(), image.width(), 4), 255, np.uint8)
    out[..., :3] = np.clip(toned, 0, 255)
    made = QImage(
        out.tobytes(), image.width(), image.height(), 4 * image.width(), QImage.Format.Format_RGB32
    )
    return made.copy()
