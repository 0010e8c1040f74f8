"""Boards of one's own and of the team, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.boards.model import (
    NEW,
    Board,
    BoardChanged,
    Place,
    Tile,
    TileKind,
    options,
)
from noc_console.services.boards.service import BoardService
from tests.conftest import FakeClock

ADA = Actor("ada", "acme", frozenset({"*"}))
EVE = Actor("eve", "other", frozenset({"*"}))
TILES = (
    Tile(1, TileKind.NOTE, Place(0, 0, 6, 3), "Rota", options(text="call <b>Ada</b>")),
    Tile(
        2, TileKind.GRAPH, Place(6, 0, 12, 6), options=options(curves="interface:1/in"), span="7d"
    ),
)


async def ready(actor: Actor) -> tuple[Board, ...]:
    return (Board(NEW, "Network now", tiles=TILES), Board(NEW, "Optics"))


@pytest.fixture
def boards(db: Database, clock: FakeClock) -> BoardService:
    return BoardService(db, clock=clock, ready=ready)


async def test_a_board_comes_back_as_it_was_kept(boards: BoardService, operator: Actor) -> None:
    made = await boards.keep(operator, board=Board(NEW, "Night", tiles=TILES, span="7d"))
    found = await boards.board(operator, board_id=made.id)
    assert found == made
    assert found.tiles == TILES
    assert (found.owner, found.version, found.changed_by) == (operator.name, 1, operator.name)


async def test_what_is_ones_own_is_seen_by_nobody_else_until_it_is_shared(
    boards: BoardService, operator: Actor
) -> None:
    made = await boards.add(operator, name="Mine")
    assert await boards.boards(ADA) == ()
    with pytest.raises(NotFound):
        await boards.board(ADA, board_id=made.id)
    await boards.share(operator, board_id=made.id)
    assert [board.name for board in await boards.boards(ADA)] == ["Mine"]
    assert await boards.boards(EVE) == ()
    with pytest.raises(Conflict):
        await boards.share(ADA, board_id=made.id, with_team=False)
    await boards.share(operator, board_id=made.id, with_team=False)
    assert await boards.boards(ADA) == ()


async def test_who_saves_an_older_board_is_told_and_nothing_is_lost(
    boards: BoardService, operator: Actor
) -> None:
    made = await boards.keep(operator, board=Board(NEW, "Team", tiles=TILES))
    made = await boards.share(operator, board_id=made.id)
    theirs = await boards.change(ADA, board=replace(made, tiles=TILES[:1]))
    with pytest.raises(Conflict, match="ada changed Team"):
        await boards.change(operator, board=replace(made, span="1h"))
    assert await boards.board(operator, board_id=made.id) == theirs
    again = await boards.change(operator, board=replace(theirs, span="1h"))
    assert (again.span, again.version, again.tiles) == ("1h", made.version + 2, TILES[:1])


async def test_a_change_cannot_share_or_give_away_a_board(
    boards: BoardService, operator: Actor
) -> None:
    made = await boards.add(operator, name="Mine")
    saved = await boards.change(operator, board=replace(made, is_shared=True, owner="ada"))
    assert (saved.is_shared, saved.owner) == (False, operator.name)


async def test_a_copy_is_ones_own(boards: BoardService, operator: Actor) -> None:
    made = await boards.keep(operator, board=Board(NEW, "Team", tiles=TILES))
    await boards.share(operator, board_id=made.id)
    copy = await boards.duplicate(ADA, board_id=made.id)
    assert (copy.name, copy.owner, copy.is_shared) == ("Copy of Team", "ada", False)
    assert copy.tiles == TILES


async def test_boards_are_renamed_and_removed(boards: BoardService, operator: Actor) -> None:
    made = await boards.add(operator, name="Night")
    named = await boards.rename(operator, board_id=made.id, name="Day")
    assert named.name == "Day"
    await boards.remove(operator, board_id=made.id)
    with pytest.raises(NotFound):
        await boards.board(operator, board_id=made.id)


async def test_the_first_boards_are_made_once_and_again_when_asked(
    boards: BoardService, operator: Actor
) -> None:
    made = await boards.start(operator)
    assert [board.name for board in made] == ["Network now", "Optics"]
    assert all(board.is_shared for board in made)
    for board in made:
        await boards.remove(operator, board_id=board.id)
    assert await boards.start(operator) == ()
    assert await boards.boards(operator) == ()
    assert len(await boards.start(operator, again=True)) == 2


async def test_every_change_is_told(boards: BoardService, operator: Actor, bus: EventBus) -> None:
    told: list[Event] = []
    bus.listen(told.extend)
    made = await boards.add(operator, name="Night")
    await boards.change(operator, board=replace(made, span="1h"))
    await boards.share(operator, board_id=made.id)
    await boards.remove(operator, board_id=made.id)
    assert [event.what for event in told if isinstance(event, BoardChanged)] == [
        "added",
        "changed",
        "shared",
        "removed",
    ]


async def test_who_may_only_look_changes_nothing(boards: BoardService, operator: Actor) -> None:
    made = await boards.add(operator, name="Night")
    await boards.share(operator, board_id=made.id)
    looker = Actor("lin", "acme", frozenset({"boards.see"}))
    assert len(await boards.boards(looker)) == 1
    with pytest.raises(NotAllowed):
        await boards.change(looker, board=made)
    with pytest.raises(NotAllowed):
        await boards.keep(looker, board=made)
