"""What lies under and over the map besides the network, and how parts of it are marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtGui import QPainter

from noc_console.views.topology.camera import Camera


class Drawn(Protocol):
    """Something painted with the map. Widget pixels; `camera` turns map units into them."""

    def paint(self, painter: QPainter, camera: Camera, width: int, height: int) -> None:
        """Paint what is in view: x from 0 to `width`, y from 0 to `height`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one device or link is set off: a colour of the theme, a word beside it."""

    tint: str = "accent.plain"
    text: str = ""
    """Short: `2 ms`, `+1.4G`, `gone`. Never the only difference: colour and text go together."""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """Parts of the map set off from the rest, which is dimmed when `dim` is set.

    Numbers are those of the scene. Trouble stays at full strength on a dimmed map.
    """

    devices: Mapping[int, Mark] = field(default_factory=dict)
    links: Mapping[int, Mark] = field(default_factory=dict)
    dim: bool = False

    def __bool__(self) -> bool:
        return bool(self.devices or self.links)


NO_MARKS = Marks()
