"""Tiles in sight load one after another; one that fails hides no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from noc_console.kernel.errors import Unreachable
from noc_console.services.boards.model import Board, BoardId, TileKind
from noc_console.views.boards import view as module
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.view import BoardView
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.views.boards.conftest import tile
from tests.views.conftest import shown, until

COUNTS = [tile(at, TileKind.NUMBER, 0, (at - 1) * 4, 6, 4, count="devices") for at in range(1, 31)]
BOARD = Board(BoardId(1), "Long", tiles=tuple(COUNTS))


@pytest.fixture
async def view(desk: Desk, services: BoardServices) -> BoardView:
    made = BoardView(desk, services)
    shown(made, 900, 500)
    made._turn.stop()  # turns are taken by hand here
    made.show_board(BOARD)
    return made


def loaded(view: BoardView) -> set[int]:
    return {n for n, frame in view.grid.frames.items() if frame.content.figure.text == "5"}


async def test_one_tile_a_turn_is_asked_from_the_top_and_none_out_of_sight(
    view: BoardView,
) -> None:
    seen = len(view.in_sight())
    assert 3 <= seen <= 5
    for turn in range(1, 10):
        view.refresh_next()
        await settled()
        assert loaded(view) == set(range(1, min(turn, seen) + 1))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert 30 in {frame.tile.id for frame in view.in_sight()}
    view.refresh_next()
    await settled()
    assert len(loaded(view)) == seen + 1


async def test_turns_come_by_themselves_while_it_is_seen(view: BoardView) -> None:
    view.hide()
    assert not view._turn.isActive()
    view.show()
    assert view._turn.isActive()
    assert view._turn.interval() == module.STAGGER_MS == 50
    await until(lambda: len(loaded(view)) >= 3)


async def test_what_is_due_again_is_asked_again(view: BoardView) -> None:
    for _ in range(6):
        view.refresh_next()
        await settled()
    asked: list[int] = []

    async def load() -> object:
        asked.append(1)
        return view.grid.frames[1].content.figure

    view.grid.frames[1].content.load = load  # type: ignore[method-assign]
    view.refresh_next()
    await settled()
    assert asked == []
    view.refresh_all()
    view.refresh_next()
    await settled()
    assert asked == [1]
    view.show_board(replace(BOARD, span="7d"))
    view.refresh_next()
    await settled()
    assert asked == [1, 1]


async def test_a_tile_that_cannot_be_asked_says_so_alone(
    view: BoardView, bugs: list[BaseException]
) -> None:
    async def load() -> object:
        raise Unreachable("the store does not answer", peer="store")

    view.grid.frames[1].content.load = load  # type: ignore[method-assign]
    for _ in range(3):
        view.refresh_next()
        await settled()
    assert "does not answer" in view.grid.frames[1].name.whole()
    assert loaded(view) == {2, 3}
    assert bugs == []


async def test_a_bug_in_a_tile_is_reported_and_the_others_go_on(
    view: BoardView, bugs: list[BaseException]
) -> None:
    async def load() -> object:
        raise ZeroDivisionError("in a tile")

    view.grid.frames[1].content.load = load  # type: ignore[method-assign]
    for _ in range(3):
        view.refresh_next()
        await settled()
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]
    assert loaded(view) == {2, 3}


async def test_an_answer_for_a_tile_that_is_gone_is_dropped(view: BoardView) -> None:
    view.refresh_next()
    view.show_board(BOARD.without(1))
    await settled()
    assert 1 not in view.grid.frames


async def test_opening_a_tile_leads_to_what_it_is_about(view: BoardView, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    view.grid.opened.emit(2)
    view.grid.opened.emit(99)
    assert went == [Route("devices")]
    QTest.qWait(0)
