"""The picture of the network behind the window: larger than it, shifted while panning.

A new picture is drawn behind the one on screen, in slices of a few milliseconds, and takes
its place when it is done: however large the network, the hand never waits for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

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
"""What comes into the picture is drawn when the window has moved this far on it, in pixels."""
AHEAD = 48
"""So much more of it at most, in pixels: strips cost more by their number than by their width."""
STRIP_LIMIT = 0.3
"""A larger part of the picture than this is not drawn while the hand waits."""
SLICE_MS = 2.0


@dataclass(slots=True)
class _Work:
    """A picture that is being drawn, or a strip of one."""

    steps: Iterator[None]
    painter: QPainter
    picture: QPixmap
    camera: Camera
    spent_ms: float = 0.0
    late: list[tuple[Ints, Ints]] = field(default_factory=list)
    """What changed since it was begun."""
    view: View | None = None
    """Of a strip: what it shows, and where in the picture it belongs."""
    shift: tuple[int, int] = (0, 0)
    """Of a strip: how far the picture moves to make room for it, in its pixels."""

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
        self._strip: _Work | None = None
        self._spare: QPixmap | None = None

    @property
    def is_drawing(self) -> bool:
        return self._work is not None

    @property
    def is_extending(self) -> bool:
        """What comes into the picture is being drawn."""
        return self._strip is not None

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
            return self._extend(scene, budget_ms)
        if _draw_on(work, budget_ms):
            return True
        work.close()
        self._work = None
        self._spare, self.picture, self.camera = self.picture, work.picture, work.camera
        self.last_ms = work.spent_ms
        self.drawn += 1
        if work.late:
            self.add(scene, *_once(work.late))
        return False

    def __del__(self) -> None:
        # Forgotten in the middle of a picture, it lets go of the painter first: Qt crashes when
        # what is painted on goes before.
        self.stop()

    def stop(self) -> None:
        """Give up the picture that is under way."""
        self._drop_strip()
        if self._work is not None:
            self._work.close()
            self._spare = self._work.picture
            self._work = None

    # -- parts ----------------------------------------------------------------------------

    def follow(self, scene: Scene, camera: Camera) -> bool:
        """See to it that the picture reaches beyond the window; False if too much is missing.

        What is about to come into the window is drawn in slices beside the picture and put to it
        when it is done, or at once when the window is faster.
        """
        picture, ratio = self.picture, self.ratio
        if picture is None:
            return False
        dx, dy = self._moved(camera)
        if self._strip is not None and max(abs(dx), abs(dy)) > MARGIN * ratio:
            self._extend(scene, 1e9)
            dx, dy = self._moved(camera)
        if max(abs(dx), abs(dy)) < SCROLL_AT * ratio:
            return True
        parts = abs(dx) / picture.width() + abs(dy) / picture.height()
        if parts > STRIP_LIMIT or not self._artist().can_add(scene, camera):
            self._drop_strip()
            return False
        if self._strip is None:
            self._begin_strip(scene, dx, dy)
        while max(abs(dx), abs(dy)) > MARGIN * ratio:
            self._extend(scene, 1e9)
            dx, dy = self._moved(camera)
            if max(abs(dx), abs(dy)) > MARGIN * ratio:
                self._begin_strip(scene, dx, dy)
        return True

    def _moved(self, camera: Camera) -> tuple[int, int]:
        """How far the window is from the middle of the picture, in its pixels."""
        return (
            round((camera.x - self.camera.x) * self.ratio),
            round((camera.y - self.camera.y) * self.ratio),
        )

    def _begin_strip(self, scene: Scene, dx: int, dy: int) -> None:
        """Begin with what is missing the longer way, and some more that way."""
        picture, ratio = self.picture, self.ratio
        assert picture is not None
        width, height = picture.width(), picture.height()
        most = round(AHEAD * ratio)
        if abs(dx) >= abs(dy):
            dx, dy = dx + max(-most, min(most, dx)), 0
            part = QRect(0 if dx > 0 else width + dx, 0, abs(dx), height)
        else:
            dx, dy = 0, dy + max(-most, min(most, dy))
            part = QRect(0, 0 if dy > 0 else height + dy, width, abs(dy))
        camera = self.camera.panned(dx / ratio, dy / ratio)
        view = replace(self._view(camera, picture.size(), ratio), part=part)
        strip = QPixmap(part.size())
        painter = QPainter(strip)
        painter.translate(-part.left(), -part.top())
        steps = self._artist().steps(painter, scene, view)
        self._strip = _Work(steps, painter, strip, camera, view=view, shift=(dx, dy))

    def _extend(self, scene: Scene, budget_ms: float) -> bool:
        """Draw on at the strip; when it is done it becomes part of the picture."""
        work, picture = self._strip, self.picture
        if work is None or picture is None:
            return False
        if _draw_on(work, budget_ms):
            return True
        work.close()
        self._strip = None
        view = work.view
        assert view is not None and view.part is not None
        picture.scroll(*work.shift, picture.rect())
        self.camera = work.camera
        painter = QPainter(picture)
        try:
            painter.drawPixmap(view.part.topLeft(), work.picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._artist().finish_part(painter, view)
        finally:
            painter.end()
        if work.late:
            self.add(scene, *_once(work.late))
        return False

    def _drop_strip(self) -> None:
        if self._strip is not None:
            self._strip.close()
            self._strip = None

    def add(self, scene: Scene, devices: Ints, links: Ints) -> None:
        """Draw what looks different now over the picture."""
        for work in (self._work, self._strip):
            if work is not None:
                work.late.append((devices, links))
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


def _draw_on(work: _Work, budget_ms: float) -> bool:
    """For a while; whether there is more to do."""
    began = time.perf_counter()
    while True:
        more = next(work.steps, work) is not work
        spent = (time.perf_counter() - began) * 1000
        if not more or spent >= budget_ms:
            break
    work.spent_ms += spent
    return more


def _once(late: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Each device and link that changed, once."""
    devices, links = (np.unique(np.concatenate(some)) for some in zip(*late, strict=True))
    return devices, links


def _whole(size: QSize, ratio: float) -> QSize:
    return QSize(
        round((size.width() + 2 * MARGIN) * ratio), round((size.height() + 2 * MARGIN) * ratio)
    )
