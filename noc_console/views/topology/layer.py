"""The picture of the network behind the window: larger than it, shifted while panning.

A new picture is drawn behind the one on screen, in slices of a few milliseconds, and takes
its place when it is done: however large the network, the hand never waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from noc_console.views.topology.camera import Camera
from noc_console.views.topology.painter import MapPainter, View
from noc_console.views.topology.scene import Scene

Ints = NDArray[np.int64]

MARGIN = 96
"""How much larger than the window the picture is on each side, in pixels."""
SCROLL_AT = 32
"""The picture is shifted when the window has moved this far on it, in pixels."""
STRIP_LIMIT = 0.3
"""A larger part of the picture than this is not drawn while the hand waits."""
SLICE_MS = 2.0


@dataclass(slots=True)
class _Work:
    """A picture that is being drawn."""

    steps: Iterator[None]
    painter: QPainter
    picture: QPixmap
    camera: Camera
    spent_ms: float = 0.0
    late: list[tuple[Ints, Ints]] = field(default_factory=list)
    """What changed since it was begun."""

    def close(self) -> None:
        """Stop; the generator puts the painter in order first."""
        if hasattr(self.steps, "close"):
            self.steps.close()
        self.painter.end()


class Layer:
    """Keeps the picture, shifts it, draws it anew, and draws changes over it."""

    def __init__(
        self,
        view: Callable[[Camera, QSize, float], View],
        artist: Callable[[], MapPainter],
    ) -> None:
        """`view` tells what to draw for a camera on a picture of a size; `artist` who draws."""
        self._view, self._artist = view, artist
        self.picture: QPixmap | None = None
        self.camera = Camera()
        self.ratio = 1.0
        self.is_stale = True
        """What it shows is out of date."""
        self.last_ms = 0.0
        """How long the last whole picture took to draw, in all its slices."""
        self.drawn = 0
        """Whole pictures so far."""
        self._work: _Work | None = None
        self._spare: QPixmap | None = None

    @property
    def is_drawing(self) -> bool:
        return self._work is not None

    @property
    def is_late(self) -> bool:
        """A picture is being drawn, but of something that has changed since."""
        return self._work is not None and self.is_stale

    def fits(self, size: QSize, ratio: float) -> bool:
        """Whether there is a picture for a window of this size."""
        return self.picture is not None and self.picture.size() == _whole(size, ratio)

    # -- whole pictures -------------------------------------------------------------------

    def draw(self, scene: Scene, camera: Camera, size: QSize, ratio: float) -> None:
        """The whole picture, now."""
        self.begin(scene, camera, size, ratio)
        while self.advance(scene, 1e9):
            pass

    def begin(self, scene: Scene, camera: Camera, size: QSize, ratio: float) -> None:
        """Start a new picture; one that is under way is given up."""
        self.stop()
        whole = _whole(size, ratio)
        # Fresh memory costs milliseconds when it is first written: the old picture's is used.
        picture, self._spare = self._spare, None
        if picture is None or picture.size() != whole:
            picture = QPixmap(whole)
        painter = QPainter(picture)
        view = self._view(camera, whole, ratio)
        self._work = _Work(self._artist().steps(painter, scene, view), painter, picture, camera)
        self.ratio = ratio
        self.is_stale = False

    def advance(self, scene: Scene, budget_ms: float = SLICE_MS) -> bool:
        """Draw on for a while; whether there is more to do."""
        work = self._work
        if work is None:
            return False
        began = time.perf_counter()
        while True:
            more = next(work.steps, self) is not self
            spent = (time.perf_counter() - began) * 1000
            if not more or spent >= budget_ms:
                break
        work.spent_ms += spent
        if more:
            return True
        work.close()
        self._work = None
        self._spare, self.picture, self.camera = self.picture, work.picture, work.camera
        self.last_ms = work.spent_ms
        self.drawn += 1
        if work.late:
            told = zip(*work.late, strict=True)
            devices, links = (np.unique(np.concatenate(some)) for some in told)
            self.add(scene, devices, links)
        return False

    def __del__(self) -> None:
        # Forgotten in the middle of a picture, it lets go of the painter first: Qt crashes when
        # what is painted on goes before.
        self.stop()

    def stop(self) -> None:
        """Give up the picture that is under way."""
        if self._work is not None:
            self._work.close()
            self._spare = self._work.picture
            self._work = None

    # -- parts ----------------------------------------------------------------------------

    def follow(self, scene: Scene, camera: Camera) -> bool:
        """Shift the picture after the window and draw what comes into it; False if too much."""
        picture = self.picture
        if picture is None:
            return False
        ratio = self.ratio
        dx = round((camera.x - self.camera.x) * ratio)
        dy = round((camera.y - self.camera.y) * ratio)
        if max(abs(dx), abs(dy)) < SCROLL_AT * ratio:
            return True
        width, height = picture.width(), picture.height()
        # One way a frame, the longer first, unless the other is running out as well.
        if min(abs(dx), abs(dy)) < 2 * SCROLL_AT * ratio:
            dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
        parts = abs(dx) / width + abs(dy) / height
        if parts > STRIP_LIMIT or not self._artist().can_add(scene, camera):
            return False
        picture.scroll(dx, dy, picture.rect())
        self.camera = self.camera.panned(dx / ratio, dy / ratio)
        if dx:
            self._strip(scene, QRect(0 if dx > 0 else width + dx, 0, abs(dx), height))
        if dy:
            left, wide = max(0, dx), width - abs(dx)
            self._strip(scene, QRect(left, 0 if dy > 0 else height + dy, wide, abs(dy)))
        return True

    def _strip(self, scene: Scene, part: QRect) -> None:
        picture = self.picture
        assert picture is not None
        view = self._view(self.camera, picture.size(), self.ratio)
        view = View(
            view.camera, view.paper, view.as_sites, view.as_regions, view.marks, view.behind, part
        )
        painter = QPainter(picture)
        try:
            for _ in self._artist().steps(painter, scene, view):
                pass
        finally:
            painter.end()

    def add(self, scene: Scene, devices: Ints, links: Ints) -> None:
        """Draw what looks different now over the picture."""
        if self._work is not None:
            self._work.late.append((devices, links))
        picture = self.picture
        if picture is None or not self._artist().can_add(scene, self.camera):
            return
        view = self._view(self.camera, picture.size(), self.ratio)
        painter = QPainter(picture)
        try:
            self._artist().add(painter, scene, view, devices, links)
        finally:
            painter.end()

    # -- on the window --------------------------------------------------------------------

    def blit(self, painter: QPainter, camera: Camera, window: QRect) -> bool:
        """The picture as the camera sees it; whether it covers the window."""
        picture = self.picture
        if picture is None:
            return False
        part = camera.scale / self.camera.scale
        x = camera.x - (self.camera.x + MARGIN) * part
        y = camera.y - (self.camera.y + MARGIN) * part
        wide, high = picture.width() / self.ratio * part, picture.height() / self.ratio * part
        target = QRectF(x, y, wide, high)
        covers = target.contains(QRectF(window))
        if not covers:
            painter.fillRect(window, self._artist().ink.ground)
        painter.drawPixmap(target, picture, QRectF(picture.rect()))
        return covers


def _whole(size: QSize, ratio: float) -> QSize:
    return QSize(
        round((size.width() + 2 * MARGIN) * ratio), round((size.height() + 2 * MARGIN) * ratio)
    )
