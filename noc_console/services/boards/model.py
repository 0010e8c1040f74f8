"""Boards: what somebody wants to see at a glance, tile by tile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

BoardId = NewType("BoardId", int)

NEW = BoardId(0)
"""The id of a board the store has not seen yet."""

COLUMNS = 24
"""A board is so many cells wide, whatever the width of the window."""

SPANS = ("1h", "6h", "24h", "7d", "30d", "1y")
"""Spans of time a board or a tile looks back."""


class TileKind(StrEnum):
    """What a tile shows."""

    GRAPH = "graph"
    TOP = "top"
    NUMBER = "number"
    ALARM_COUNTS = "alarm-counts"
    ALARMS = "alarms"
    MAP = "map"
    SMOKE = "smoke"
    HEAT = "heat"
    CLOCK = "clock"
    NOTE = "note"
    COLLECTORS = "collectors"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands, in cells from the top left, and how large it is."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    def meets(self, other: Place) -> bool:
        """Whether two places share a cell."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )


Options = tuple[tuple[str, str], ...]
"""What a kind of tile wants to know, by name: plain words, sorted."""


def options(**told: str) -> Options:
    """Options as they are kept: sorted, without what is empty."""
    return tuple(sorted((key, value) for key, value in told.items() if value))


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing on a board. `id` is unique within it and stays with the tile."""

    id: int
    kind: TileKind
    place: Place
    title: str = ""
    """The operator's own; empty is what the kind says by itself."""
    options: Options = ()
    span: str = ""
    """Its own span of time; empty is the board's."""

    def option(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.options if key == name), default)

    def with_options(self, **told: str) -> Tile:
        """The tile with these options changed; an empty one is taken away."""
        return replace(self, options=options(**{**dict(self.options), **told}))


@dataclass(frozen=True, slots=True)
class Board:
    """A board of one person, or of the team."""

    id: BoardId
    name: str
    owner: str = ""
    is_shared: bool = False
    tiles: tuple[Tile, ...] = ()
    span: str = "24h"
    version: int = 0
    """Grows with every change: who saves an older one is told."""
    changed_at: datetime | None = None
    changed_by: str = ""

    def tile(self, tile_id: int) -> Tile | None:
        return next((tile for tile in self.tiles if tile.id == tile_id), None)

    @property
    def places(self) -> dict[int, Place]:
        return {tile.id: tile.place for tile in self.tiles}

    def arranged(self, places: Mapping[int, Place]) -> Board:
        """The board with its tiles at these places; tiles not named stay."""
        return replace(
            self,
            tiles=tuple(
                replace(tile, place=places.get(tile.id, tile.place)) for tile in self.tiles
            ),
        )

    def with_tile(self, tile: Tile) -> Board:
        """The board with this tile instead of the one of its id, or beside the others."""
        if self.tile(tile.id) is None:
            return replace(self, tiles=(*self.tiles, tile))
        return replace(self, tiles=tuple(tile if old.id == tile.id else old for old in self.tiles))

    def without(self, tile_id: int) -> Board:
        return replace(self, tiles=tuple(tile for tile in self.tiles if tile.id != tile_id))

    @property
    def next_id(self) -> int:
        return max((tile.id for tile in self.tiles), default=0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChanged(Event):
    """A board was added, changed, shared, kept to its owner again, or removed."""

    board_id: int
    what: str
    name: str
