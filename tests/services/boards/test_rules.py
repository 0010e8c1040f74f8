"""Tiles never lie over one another, never outside, and come back when what drove them leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.boards import rules
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
def layouts(draw: st.DrawFn) -> rules.Layout:
    """Sound layouts: places thrown in one after another, each giving way to those before."""
    layout: rules.Layout = {}
    for number in range(draw(st.integers(1, 12))):
        layout = rules.put(layout, number, draw(PLACES))
    return layout


@given(layouts(), PLACES)
@settings(max_examples=150, deadline=None)
def test_no_move_ever_lays_a_tile_over_another_or_outside(
    layout: rules.Layout, place: Place
) -> None:
    moved = rules.put(layout, 0, place)
    assert rules.is_sound(layout)
    assert rules.is_sound(moved)
    assert moved[0] == rules.inside(place)
    assert set(moved) == set(layout)


@given(layouts(), st.lists(PLACES, min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_dropping_a_tile_back_restores_everything(layout: rules.Layout, way: list[Place]) -> None:
    for place in way:  # what a drag shows on its way is worked out from where it began
        assert rules.is_sound(rules.put(layout, 0, place))
    assert rules.put(layout, 0, layout[0]) == layout


@given(layouts(), PLACES)
@settings(max_examples=80, deadline=None)
def test_who_is_not_in_the_way_stays(layout: rules.Layout, place: Place) -> None:
    wanted = rules.inside(place)
    moved = rules.put(layout, 0, place)
    if not any(at.meets(wanted) for number, at in layout.items() if number):
        assert {**moved, 0: None} == {**layout, 0: None}
    for number, at in layout.items():
        if number and at.bottom <= wanted.y and not at.meets(wanted) and layout[0].y >= at.bottom:
            assert moved[number] == at


@given(layouts())
@settings(max_examples=80, deadline=None)
def test_tidying_is_sound_leaves_nothing_lower_and_is_done_once(layout: rules.Layout) -> None:
    tidy = rules.tidied(layout)
    assert rules.is_sound(tidy)
    assert all(tidy[number].y <= place.y for number, place in layout.items())
    assert rules.tidied(tidy) == tidy


@given(layouts(), st.integers(1, COLUMNS), st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_a_new_tile_finds_a_place_of_its_own(layout: rules.Layout, w: int, h: int) -> None:
    place = rules.first_free(layout, w, h)
    assert (place.w, place.h) == (w, h)
    assert rules.is_sound({**layout, 99: place})


def test_two_tiles_of_one_size_change_places() -> None:
    layout = {1: Place(0, 0, 6, 4), 2: Place(12, 0, 6, 4)}
    assert rules.put(layout, 1, Place(12, 0, 6, 4)) == {
        1: Place(12, 0, 6, 4),
        2: Place(0, 0, 6, 4),
    }


def test_what_is_below_moves_down_only_as_far_as_it_must() -> None:
    layout = {1: Place(0, 0, 8, 2), 2: Place(8, 0, 8, 4), 3: Place(8, 4, 4, 2)}
    assert rules.put(layout, 1, Place(8, 0, 8, 2)) == {
        1: Place(8, 0, 8, 2),
        2: Place(8, 2, 8, 4),
        3: Place(8, 6, 4, 2),
    }


def test_a_place_keeps_the_least_size_of_its_kind() -> None:
    small = rules.inside(Place(23, 0, 1, 1), smallest=rules.least(TileKind.GRAPH))
    assert (small.w, small.h) == rules.LEAST_OF_OTHERS
    assert small.right <= COLUMNS
    assert rules.least(TileKind.CLOCK) == (3, 2)


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
        rules.checked(wrong)


def test_a_board_that_can_be_kept_comes_back() -> None:
    assert rules.checked(replace(GOOD, name=" Night ")) == GOOD
    assert rules.height(GOOD.places) == 2
