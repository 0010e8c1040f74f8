"""Tiles are moved and sized by hand and by keys; others give way and come back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from noc_console.services.boards import arranging
from noc_console.services.boards.model import Place, TileKind
from noc_console.views.boards.content import Context
from noc_console.views.boards.grid import ROW_PX, BoardGrid
from noc_console.views.boards.kinds import made
from tests.views.boards.conftest import BOARD, tile
from tests.views.conftest import shown

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def grid(context: Context) -> BoardGrid:
    grid = BoardGrid(lambda one: made(context, one))
    shown(grid, 1000, 600)
    grid.show_board(BOARD)
    return grid


def drag(
    grid: BoardGrid, number: int, columns: float, rows: float, *, by_corner: bool = False
) -> None:
    """Press, move in two steps, and do not let go yet."""
    frame = grid.frames[number]
    part = frame.grip if by_corner else frame.head
    at = part.rect().center()
    start = part.mapTo(grid, at)
    way = QPoint(round(columns * grid.cell_px), round(rows * ROW_PX))
    QTest.mousePress(part, LEFT, NONE, at)
    # What is pressed moves with the hand: each place is told from where it stands by then.
    for share in (0.5, 1.0):
        QTest.mouseMove(part, part.mapFrom(grid, start + way * share))


def drop(grid: BoardGrid, number: int, *, by_corner: bool = False) -> None:
    frame = grid.frames[number]
    QTest.mouseRelease(frame.grip if by_corner else frame.head, LEFT, NONE)


async def test_tiles_stand_on_their_cells_without_touching(grid: BoardGrid) -> None:
    rects = [frame.geometry() for frame in grid.frames.values()]
    for at, rect in enumerate(rects):
        assert grid.rect().contains(rect)
        assert not any(rect.intersects(other) for other in rects[at + 1 :])
    assert grid.frames[3].y() - grid.frames[1].y() == 4 * ROW_PX


async def test_a_drag_shows_where_the_tile_would_fall_and_who_gives_way(grid: BoardGrid) -> None:
    told = QSignalSpy(grid.arranged)
    drag(grid, 1, 8, 0)
    assert grid.drop_place == Place(8, 0, 8, 4)
    assert grid.layout_now[2] == Place(0, 0, 8, 4)  # of one size: they change places
    assert told.count() == 0
    before = grid.grab().toImage()
    drop(grid, 1)
    assert grid.drop_place is None
    assert told.count() == 1
    assert told.at(0) == [grid.layout_now, "Move tile"]
    assert grid.frames[1].geometry() == grid.rect_of(Place(8, 0, 8, 4))
    assert grid.grab().toImage() != before


async def test_who_gave_way_comes_back_when_the_tile_moves_on(grid: BoardGrid) -> None:
    drag(grid, 3, 4, -2)
    assert grid.layout_now[1] != Place(0, 0, 8, 4)
    grid._drag(3, QPoint(round(16 * grid.cell_px), 0))
    assert grid.layout_now[1] == Place(0, 0, 8, 4)
    assert grid.layout_now[2] == Place(8, 0, 8, 4)


async def test_a_tile_dropped_where_it_was_changes_nothing(grid: BoardGrid) -> None:
    told = QSignalSpy(grid.arranged)
    drag(grid, 2, 6, 3)
    grid._drag(2, QPoint(0, 0))
    drop(grid, 2)
    assert told.count() == 0
    assert grid.layout_now == BOARD.places


async def test_escape_gives_a_drag_up(grid: BoardGrid) -> None:
    told = QSignalSpy(grid.arranged)
    drag(grid, 2, 6, 3)
    QTest.keyClick(grid.frames[2], Qt.Key.Key_Escape)
    drop(grid, 2)
    assert told.count() == 0
    assert grid.layout_now == BOARD.places
    assert grid.frames[2].geometry() == grid.rect_of(BOARD.places[2])


async def test_the_corner_sizes_a_tile_down_to_what_can_be_read(grid: BoardGrid) -> None:
    drag(grid, 2, 3, 2, by_corner=True)
    drop(grid, 2, by_corner=True)
    assert grid.layout_now[2] == Place(8, 0, 11, 6)
    drag(grid, 2, -20, -20, by_corner=True)
    drop(grid, 2, by_corner=True)
    assert grid.layout_now[2] == Place(8, 0, *arranging.least(TileKind.NOTE))


async def test_a_slip_of_the_hand_moves_nothing(grid: BoardGrid) -> None:
    told = QSignalSpy(grid.arranged)
    head = grid.frames[1].head
    QTest.mousePress(head, LEFT, NONE, QPoint(20, 10))
    QTest.mouseMove(head, QPoint(22, 11))
    QTest.mouseRelease(head, LEFT, NONE, QPoint(22, 11))
    assert told.count() == 0


async def test_keys_move_and_size(grid: BoardGrid) -> None:
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    frame = grid.frames[2]
    QTest.keyClick(frame, Qt.Key.Key_Right, alt)
    assert grid.layout_now[2] == Place(9, 0, 8, 4)
    QTest.keyClick(frame, Qt.Key.Key_Down, alt)
    assert grid.layout_now[2] == Place(9, 1, 8, 4)
    QTest.keyClick(frame, Qt.Key.Key_Left, alt | shift)
    assert grid.layout_now[2] == Place(9, 1, 7, 4)
    QTest.keyClick(frame, Qt.Key.Key_Up, alt | shift)
    assert grid.layout_now[2] == Place(9, 1, 7, 3)
    for _ in range(30):
        QTest.keyClick(frame, Qt.Key.Key_Right, alt)
    assert grid.layout_now[2].right == 24


async def test_a_tile_that_did_not_change_keeps_its_content(grid: BoardGrid) -> None:
    kept, changed = grid.frames[1].content, grid.frames[2].content
    told = QSignalSpy(grid.changed)
    moved = BOARD.arranged({1: Place(0, 8, 8, 4)}).with_tile(
        tile(2, TileKind.NOTE, 8, 0, 8, 4, text="other words")
    )
    grid.show_board(moved.without(3))
    assert grid.frames[1].content is kept
    assert grid.frames[2].content is not changed
    assert set(grid.frames) == {1, 2}
    assert told.count() == 1


async def test_a_locked_board_is_only_looked_at(context: Context) -> None:
    grid = BoardGrid(lambda one: made(context, one), locked=True)
    shown(grid, 1000, 600)
    grid.show_board(BOARD)
    drag(grid, 1, 8, 0)
    QTest.keyClick(grid.frames[1], Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert grid.layout_now == BOARD.places
    assert grid.frames[1].grip.isHidden()


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(-24, 24), st.integers(-9, 9), st.booleans()),
        max_size=12,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_keys_do_the_board_stays_sound(
    bare_grid: BoardGrid, steps: list[tuple[int, int, int, bool]]
) -> None:
    bare_grid.show_board(BOARD)
    for number, columns, rows, sized in steps:
        bare_grid.nudge(number, columns, rows, sized)
        assert arranging.is_sound(bare_grid.layout_now)


@pytest.fixture
def bare_grid(context: Context) -> BoardGrid:
    return BoardGrid(lambda one: made(context, one))
