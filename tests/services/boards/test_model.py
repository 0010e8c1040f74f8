"""A board is a value: what changes makes a new one."""

from __future__ import annotations

from noc_console.services.boards.model import NEW, Board, Place, Tile, TileKind, options

CLOCK = Tile(1, TileKind.CLOCK, Place(0, 0, 4, 2))
NOTE = Tile(2, TileKind.NOTE, Place(4, 0, 4, 2), options=options(text="shift of 8"))
BOARD = Board(NEW, "Night", tiles=(CLOCK, NOTE))


def test_places_meet_when_they_share_a_cell_and_not_when_they_touch() -> None:
    assert Place(0, 0, 4, 2).meets(Place(3, 1, 4, 2))
    assert not Place(0, 0, 4, 2).meets(Place(4, 0, 4, 2))
    assert not Place(0, 0, 4, 2).meets(Place(0, 2, 4, 2))


def test_an_option_is_changed_and_an_empty_one_goes() -> None:
    assert NOTE.option("text") == "shift of 8"
    assert NOTE.with_options(text="shift of 12", tone="dim").options == (
        ("text", "shift of 12"),
        ("tone", "dim"),
    )
    assert NOTE.with_options(text="").options == ()
    assert CLOCK.option("zone", "UTC") == "UTC"


def test_a_tile_is_added_changed_and_taken_away_by_its_number() -> None:
    moved = BOARD.arranged({2: Place(0, 4, 4, 2)})
    assert moved.tile(1) == CLOCK
    assert moved.places[2] == Place(0, 4, 4, 2)
    assert BOARD.next_id == 3
    assert BOARD.with_tile(Tile(3, TileKind.MAP, Place(0, 2, 4, 4))).next_id == 4
    assert BOARD.with_tile(NOTE.with_options(text="x")).tile(2) == NOTE.with_options(text="x")
    assert BOARD.without(1).tiles == (NOTE,)
    assert BOARD.without(1).tile(1) is None
