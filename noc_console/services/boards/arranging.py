"""How tiles share a board: none over another, none outside, and who gives way. Pure.

A layout is {tile id: place}. Tiles stay where people put them: nothing floats up by itself, and
what gave way to a tile on its way comes back when the tile moves on, because every step of a
drag is worked out from the layout before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.boards.model import COLUMNS, SPANS, Board, Place, TileKind

Layout = dict[int, Place]

MOST_TILES = 60
MOST_ROWS = 4_000
TALLEST = 48
LONGEST_NAME = 80
LONGEST_OPTION = 4_000
MOST_OPTIONS = 24

LEAST: dict[TileKind, tuple[int, int]] = {
    TileKind.NUMBER: (3, 3),
    TileKind.CLOCK: (3, 2),
    TileKind.NOTE: (3, 2),
    TileKind.ALARM_COUNTS: (4, 2),
}
"""The least width and height of a kind; others need `LEAST_OF_OTHERS`."""
LEAST_OF_OTHERS = (4, 4)


def least(kind: TileKind) -> tuple[int, int]:
    """The smallest size in which a kind can be read."""
    return LEAST.get(kind, LEAST_OF_OTHERS)


def inside(place: Place, *, smallest: tuple[int, int] = (1, 1)) -> Place:
    """The nearest place within the board, no smaller than `smallest`."""
    w = min(max(place.w, smallest[0]), COLUMNS)
    h = min(max(place.h, smallest[1]), TALLEST)
    return Place(min(max(place.x, 0), COLUMNS - w), max(place.y, 0), w, h)


def put(layout: Mapping[int, Place], tile: int, place: Place) -> Layout:
    """The layout with one tile at `place`; those in its way give way.

    A single tile in the way changes places with it where that fits; otherwise what is in the
    way moves down, and what is below it too, as far as it must.
    """
    place = inside(place)
    others = {number: at for number, at in layout.items() if number != tile}
    in_way = [number for number, at in others.items() if at.meets(place)]
    if not in_way:
        return {**layout, tile: place}
    if (swapped := _swapped(layout, tile, place, in_way)) is not None:
        return swapped
    return {tile: place, **_pushed_down(others, place)}


def _swapped(
    layout: Mapping[int, Place], tile: int, place: Place, in_way: list[int]
) -> Layout | None:
    """Both change places, when the other is as large as the place it gets."""
    home = layout.get(tile)
    if home is None or len(in_way) != 1:
        return None
    other = layout[in_way[0]]
    if (other.w, other.h) != (home.w, home.h) or (other.x, other.y) != (place.x, place.y):
        return None
    return {**layout, tile: place, in_way[0]: replace(home)} if not home.meets(place) else None


def _pushed_down(others: Mapping[int, Place], first: Place) -> Layout:
    """Everyone at the first free row at or below their own, from the top to the bottom."""
    fixed, moved = [first], dict[int, Place]()
    order = sorted(others.items(), key=lambda item: (item[1].y, item[1].x, item[0]))
    for number, at in order:
        free = _dropped(at, fixed)
        fixed.append(free)
        moved[number] = free
    return moved


def _dropped(at: Place, fixed: list[Place]) -> Place:
    """The place moved down until it meets nothing."""
    while met := [other.bottom for other in fixed if other.meets(at)]:
        at = replace(at, y=min(met))
    return at


def first_free(layout: Mapping[int, Place], w: int, h: int) -> Place:
    """Where a new tile of that size goes: the first gap from the top left."""
    taken = list(layout.values())
    lowest = max((place.bottom for place in taken), default=0)
    for y in range(lowest + 1):
        x = 0
        while x + w <= COLUMNS:
            wanted = Place(x, y, w, h)
            met = next((other for other in taken if other.meets(wanted)), None)
            if met is None:
                return wanted
            x = met.right
    return Place(0, lowest, w, h)


def tidied(layout: Mapping[int, Place]) -> Layout:
    """Every tile as far up as it goes, those above first."""
    fixed: list[Place] = []
    found: Layout = {}
    for number, at in sorted(layout.items(), key=lambda item: (item[1].y, item[1].x, item[0])):
        y = max(
            (
                other.bottom
                for other in fixed
                if other.x < at.right and at.x < other.right and other.y < at.bottom
            ),
            default=0,
        )
        found[number] = replace(at, y=y)
        fixed.append(found[number])
    return found


def height(layout: Mapping[int, Place]) -> int:
    """Rows in use."""
    return max((place.bottom for place in layout.values()), default=0)


def is_sound(layout: Mapping[int, Place]) -> bool:
    """Whether no tile lies over another and none outside."""
    places = list(layout.values())
    for at, place in enumerate(places):
        if place != inside(place) or place.bottom > MOST_ROWS:
            return False
        if any(place.meets(other) for other in places[at + 1 :]):
            return False
    return True


def checked(board: Board) -> Board:
    """The board as it may be kept. Raises Invalid."""
    name = visible(board.name.strip(), limit=LONGEST_NAME)
    if not name or len(board.name) > LONGEST_NAME:
        raise Invalid(f"a board's name has 1 to {LONGEST_NAME} characters", field="name")
    if board.span not in SPANS:
        raise Invalid(f"a span is one of {', '.join(SPANS)}", field="span")
    if len(board.tiles) > MOST_TILES:
        raise Invalid(f"a board has at most {MOST_TILES} tiles", field="tiles")
    if len({tile.id for tile in board.tiles}) < len(board.tiles):
        raise Invalid("two tiles have the same number", field="tiles")
    if not is_sound(board.places):
        raise Invalid("tiles lie over one another or outside the board", field="tiles")
    for tile in board.tiles:
        sizes = [*map(len, dict(tile.options).values()), *map(len, dict(tile.options))]
        if len(tile.options) > MOST_OPTIONS or max(sizes, default=0) > LONGEST_OPTION:
            raise Invalid("a tile is told too much", field="tiles")
        if len(tile.title) > LONGEST_NAME or (tile.span and tile.span not in SPANS):
            raise Invalid("a tile's title is too long or its span unknown", field="tiles")
    return replace(board, name=name)
