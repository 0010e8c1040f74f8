"""Background maps: square pictures by zoom level, column and row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TileFacts:
    """What a file says of its tiles."""

    name: str
    least_zoom: int
    most_zoom: int
    attribution: str = ""
    """Plain text: whom to thank, wherever the tiles are shown."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees, when it told."""


class TileSet(Protocol):
    """An open file of tiles."""

    @property
    def facts(self) -> TileFacts:
        """What is in it."""

    async def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """An image file (PNG, JPEG or WebP), rows counted from the north; None where none is."""

    def close(self) -> None:
        """Let go of the file."""


OpenTiles = Callable[[Path], Awaitable[TileSet]]
"""Opens a file; raises Invalid when it is none of ours, and says why."""
