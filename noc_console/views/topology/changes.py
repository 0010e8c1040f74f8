"""Changes of single devices and links: gathered for a moment, drawn over the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer

from noc_console.services.inventory.model import DeviceId

if TYPE_CHECKING:
    from noc_console.views.topology.canvas import MapCanvas

Ints = NDArray[np.int64]

GATHER_MS = 60
"""Changes are gathered for so long."""
FRESH_MS = 800
"""What was drawn over the picture is drawn properly after this."""
MANY = 600
"""More changes at once than this make a new picture."""
_NONE: Ints = np.empty(0, np.int64)


class Changes:
    """Puts newer looks into the scene and sees to it that they are drawn."""

    def __init__(self, canvas: MapCanvas) -> None:
        self._canvas = canvas
        self._told: list[tuple[Ints, Ints]] = []
        self.gathering = _timer(canvas, GATHER_MS)
        self.gathering.timeout.connect(self.draw)
        self.freshening = _timer(canvas, FRESH_MS)
        self.freshening.timeout.connect(canvas.repaint_map)

    def forget(self) -> None:
        """Another scene is shown: what was told of the old one is void."""
        self._told.clear()

    def looks(self, numbers: Ints, looks: Ints) -> None:
        """Newer looks of devices, by number."""
        self._tell(self._canvas.scene.put_looks(numbers, looks), _NONE)

    def shades(self, numbers: Ints, shades: Ints) -> None:
        """Newer shades of links, by number."""
        self._tell(_NONE, self._canvas.scene.put_shades(numbers, shades))

    def looks_of(self, looks: Mapping[DeviceId, int]) -> None:
        """Newer looks by device; those in a collapsed group change the group's ring."""
        scene = self._canvas.scene
        told = scene.member_looks(looks)
        numbers = np.fromiter(told, np.int64, len(told))
        changed = scene.put_looks(numbers, np.fromiter(told.values(), np.int64, len(told)))
        self._tell(np.union1d(changed, numbers[scene.count[numbers] > 0]), _NONE)

    def _tell(self, devices: Ints, links: Ints) -> None:
        if len(devices) or len(links):
            self._told.append((devices, links))
            if not self.gathering.isActive():
                self.gathering.start()

    def draw(self) -> None:
        """Draw what changed over the picture; a new one when it is too much for that."""
        if not self._told:
            return
        canvas = self._canvas
        devices = np.unique(np.concatenate([devices for devices, _ in self._told]))
        links = np.unique(np.concatenate([links for _, links in self._told]))
        self._told.clear()
        canvas.painter().prepare(canvas.scene)
        if canvas.shows_sites or len(devices) + len(links) > MANY:
            canvas.data_changed()
            return
        canvas.layer.add(canvas.scene, devices, links)
        if not self.freshening.isActive():
            self.freshening.start()
        canvas.update()


def _timer(canvas: MapCanvas, every_ms: int) -> QTimer:
    timer = QTimer(canvas)
    timer.setSingleShot(True)
    timer.setInterval(every_ms)
    return timer
