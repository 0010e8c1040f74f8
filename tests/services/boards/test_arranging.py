"""Tiles never lie over one another, never outside, and come back when what drove them leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.boards import arranging
from noc_console.services.boards.model import (
    COLUMNS,
    NEW,
    Board,
    Place,
    Tile,
    TileKind,
    options,
)

PLACES = st.builds(
    Place,
    st.integers(-3, COLUMNS + 3),
    st.integers(-3, 30),
    st.integers(1, COLUMNS + 3),
    st.integers(1, 12),
)


@st.composite
def layouts(draw: st.DrawFn) -> arranging.Layout:
    """Sound layouts: places thrown in one after another, each giving way to those before."""
    layout: arranging.Layout = {}
    for number in range(draw(st.integers(1, 12))):
        layout = arranging.put(layout, number, draw(PLACES))
    return layout


@given(layouts(), PLACES)
@settings(max_examples=150, deadline=None)
def test_no_move_ever_lays_a_tile_over_another_or_outside(
    layout: arranging.Layout, place: Place
) -> None:
    moved = arranging.put(layout, 0, place)
    assert arranging.is_sound(layout)
    assert arranging.is_sound(moved)
    assert moved[0] == arranging.inside(place)
    assert set(moved) == set(layout)


@given(layouts(), st.lists(PLACES, min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_dropping_a_tile_back_restores_everything(
    layout: arranging.Layout, way: list[Place]
) -> None:
    for place in way:  # what a drag shows on its way is worked out from where it began
        assert arranging.is_sound(arranging.put(layout, 0, place))
    assert arranging.put(layout, 0, layout[0]) == layout


@given(layouts(), PLACES)
@settings(max_examples=80, deadline=None)
def test_who_is_not_in_the_way_stays(layout: arranging.Layout, place: Place) -> None:
    wanted = arranging.inside(place)
    moved = arranging.put(layout, 0, place)
    if not any(at.meets(wanted) for number, at in layout.items() if number):
        assert {**moved, 0: None} == {**layout, 0: None}
    for number, at in layout.items():
        if number and at.bottom <= wanted.y and not at.meets(wanted) and layout[0].y >= at.bottom:
            assert moved[number] == at


@given(layouts())
@settings(max_examples=80, deadline=None)
def test_tidying_is_sound_leaves_nothing_lower_and_is_done_once(layout: arranging.Layout) -> None:
    tidy = arranging.tidied(layout)
    assert arranging.is_sound(tidy)
    assert all(tidy[number].y <= place.y for number, place in layout.items())
    assert arranging.tidied(tidy) == tidy


@given(layouts(), st.integers(1, COLUMNS), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_a_new_tile_finds_a_place_of_its_own(layout: arranging.Layout, w: int, h: int) -> None:
    place = arranging.first_free(layout, w, h)
    assert (place.w, place.h) == (w, h)
    assert arranging.is_sound({**layout, 99: place})


def test_two_tiles_of_one_size_change_places() -> None:
    layout = {1: Place(0, 0, 6, 4), 2: Place(12, 0, 6, 4)}
    assert arranging.put(layout, 1, Place(12, 0, 6, 4)) == {
        1: Place(12, 0, 6, 4),
        2: Place(0, 0, 6, 4),
    }


def test_what_is_below_moves_down_only_as_far_as_it_must() -> None:
    layout = {1: Place(0, 0, 8, 2), 2: Place(8, 0, 8, 4), 3: Place(8, 4, 4, 2)}
    assert arranging.put(layout, 1, Place(8, 0, 8, 2)) == {
        1: Place(8, 0, 8, 2),
        2: Place(8, 2, 8, 4),
        3: Place(8, 6, 4, 2),
    }


def test_a_place_keeps_the_least_size_of_its_kind() -> None:
    small = arranging.inside(Place(23, 0, 1, 1), smallest=arranging.least(TileKind.GRAPH))
    assert (small.w, small.h) == arranging.LEAST_OF_OTHERS
    assert small.right <= COLUMNS
    assert arranging.least(TileKind.CLOCK) == (3, 2)


GOOD = Board(NEW, "Night", tiles=(Tile(1, TileKind.CLOCK, Place(0, 0, 4, 2)),))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, name="   "),
        replace(GOOD, name="x" * 81),
        replace(GOOD, span="3 weeks"),
        replace(GOOD, tiles=(*GOOD.tiles, replace(GOOD.tiles[0], id=2))),
        replace(GOOD, tiles=(*GOOD.tiles, replace(GOOD.tiles[0], place=Place(8, 0, 4, 2)))),
        replace(GOOD, tiles=(replace(GOOD.tiles[0], place=Place(22, 0, 4, 2)),)),
        replace(GOOD, tiles=(replace(GOOD.tiles[0], options=options(text="x" * 4001)),)),
        replace(GOOD, tiles=(replace(GOOD.tiles[0], span="soon"),)),
        replace(
            GOOD,
            tiles=tuple(Tile(n, TileKind.CLOCK, Place(0, n * 2, 4, 2)) for n in range(61)),
        ),
    ],
)
def test_a_board_that_cannot_be_kept_is_refused(wrong: Board) -> None:
    with pytest.raises(Invalid):
        arranging.checked(wrong)


def test_a_board_that_can_be_kept_comes_back() -> None:
    assert arranging.checked(replace(GOOD, name=" Night ")) == GOOD
    assert arranging.height(GOOD.places) == 2
