"""The page of boards: kept as one goes, taken back, shared, and never lost to another's change."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.boards.model import Board, Place, TileKind
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.gallery import Gallery
from noc_console.views.boards.page import BoardsPage
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.tasks import settled
from tests.views.boards.conftest import BOARD, tile
from tests.views.conftest import shown, until

ADA = Actor("ada", "acme", frozenset({"*"}))


@pytest.fixture
async def page(desk: Desk, services: BoardServices) -> BoardsPage:
    made = BoardsPage(desk, services)
    shown(made, 1200, 800)
    await settled()
    return made


@pytest.fixture
async def mine(page: BoardsPage, services: BoardServices, desk: Desk) -> BoardsPage:
    """The page with a board of three tiles."""
    kept = await services.boards.keep(desk.actor, board=BOARD)
    page.open(int(kept.id))
    await until(lambda: page.board is not None and page.board.name == "Night")
    await settled()
    return page


async def saved(page: BoardsPage) -> None:
    await until(lambda: not page._unsaved)
    await settled()


async def stored(page: BoardsPage):
    assert page.board is not None
    return await page._boards.board(page.desk.actor, board_id=int(page.board.id))


async def test_the_first_visit_finds_boards_made_of_the_network(page: BoardsPage) -> None:
    assert [board.name for board in page.boards] == ["Network now", "Optics", "Transit and peering"]
    assert page.board is not None
    assert page.board.name == "Network now"
    assert len(page.view.grid.frames) == len(page.board.tiles)
    assert page.owner.whole() == "shared with the team by mira"


async def test_what_is_moved_is_kept_and_taken_back(mine: BoardsPage) -> None:
    mine.view.grid.nudge(1, 16, 0, False)
    assert mine.view.grid.layout_now[1] == Place(16, 0, 8, 4)
    await saved(mine)
    assert (await stored(mine)).places[1] == Place(16, 0, 8, 4)
    assert mine.buttons["undo"].isEnabled()
    mine.undo.undo()
    await saved(mine)
    assert (await stored(mine)).places == BOARD.places
    assert mine.view.grid.layout_now == BOARD.places
    mine.undo.redo()
    await saved(mine)
    assert (await stored(mine)).places[1] == Place(16, 0, 8, 4)


async def test_quick_changes_end_in_the_last_one(mine: BoardsPage) -> None:
    for _ in range(5):
        mine.view.grid.nudge(3, 1, 0, False)
    await saved(mine)
    assert (await stored(mine)).places[3] == Place(5, 4, 8, 4)
    assert mine.board is not None
    assert mine.board.version == (await stored(mine)).version


async def test_what_was_looked_up_before_a_change_was_kept_takes_nothing_back(
    mine: BoardsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, may_answer = mine._look, asyncio.Event()

    async def slowly() -> tuple[Board, ...]:
        found = await look()
        looked.set()
        await may_answer.wait()
        return found

    looked = asyncio.Event()
    monkeypatch.setattr(mine, "_look", slowly)
    mine.mark_stale()
    await looked.wait()
    mine.view.grid.nudge(1, 16, 0, False)
    await until(lambda: not mine._unsaved)
    may_answer.set()
    await settled()
    assert mine.view.grid.layout_now[1] == Place(16, 0, 8, 4)
    assert mine.buttons["undo"].isEnabled()


async def test_tiles_are_added_duplicated_and_removed(mine: BoardsPage) -> None:
    mine.add(tile(0, TileKind.CLOCK, 0, 0, 5, 3))
    await saved(mine)
    assert mine.board is not None
    new = mine.board.tiles[-1]
    assert (new.id, new.place) == (4, Place(16, 0, 5, 3))
    mine.copy_tile(4)
    mine.remove_tile(1)
    await saved(mine)
    kept = await stored(mine)
    assert [one.id for one in kept.tiles] == [2, 3, 4, 5]
    mine.tidy()
    await saved(mine)
    assert (await stored(mine)).places[3] == Place(0, 0, 8, 4)


async def test_another_span_is_kept_with_the_board(mine: BoardsPage) -> None:
    mine.chips["7d"].click()
    await saved(mine)
    assert (await stored(mine)).span == "7d"
    assert mine.view.board.span == "7d"
    mine.undo.undo()
    await saved(mine)
    assert mine.chips["24h"].isChecked()


async def test_who_was_quicker_is_not_overwritten(
    mine: BoardsPage, services: BoardServices
) -> None:
    assert mine.board is not None
    shared = await services.boards.share(mine.desk.actor, board_id=int(mine.board.id))
    mine.mark_stale()
    await settled()
    mine.desk.feed.blockSignals(True)  # their change has not been heard of yet
    theirs = await services.boards.change(ADA, board=shared.without(1))
    mine.view.grid.nudge(2, 1, 0, False)
    await settled()
    assert "ada changed Night meanwhile" in mine.strip.text.text()
    mine.strip.button.click()
    await settled()
    assert await stored(mine) == theirs
    assert set(mine.view.grid.frames) == {2, 3}


async def test_a_change_of_a_colleague_shows_by_itself(
    mine: BoardsPage, services: BoardServices
) -> None:
    assert mine.board is not None
    shared = await services.boards.share(mine.desk.actor, board_id=int(mine.board.id))
    await services.boards.change(ADA, board=replace(shared, name="Day").without(3))
    await until(lambda: set(mine.view.grid.frames) == {1, 2})
    assert mine.chooser.text().startswith("Day")


async def test_boards_are_shared_copied_and_opened_by_route(mine: BoardsPage) -> None:
    assert mine.owner.whole() == "only yours"
    mine.share()
    await until(lambda: mine.owner.whole().startswith("shared"))
    night = mine.board
    assert night is not None
    mine.duplicate()
    await until(lambda: mine.board is not None and mine.board.name == "Copy of Night")
    mine.visit(Route("boards", id=int(night.id)))
    assert mine.board.name == "Night"
    mine.visit(Route("boards", text="optics"))
    assert mine.board.name == "Optics"


async def test_an_empty_board_teaches(page: BoardsPage, services: BoardServices) -> None:
    made = await services.boards.add(page.desk.actor, name="Bare")
    page.open(int(made.id))
    await until(lambda: page.is_empty)
    page.add(tile(0, TileKind.CLOCK, 0, 0, 5, 3))
    assert not page.is_empty


async def test_the_gallery_adds_what_was_chosen(mine: BoardsPage) -> None:
    mine.add_tile()
    await until(lambda: _gallery(mine))
    gallery = _gallery(mine)
    gallery.choose(TileKind.CLOCK)
    gallery.accept_button.click()
    await saved(mine)
    assert (await stored(mine)).tiles[-1].kind is TileKind.CLOCK


def _gallery(page: BoardsPage):
    found = page.window().findChildren(Gallery)
    return found[0] if found else None


async def test_a_board_goes_to_the_whole_screen_and_back(mine: BoardsPage) -> None:
    mine.present()
    assert mine.wall is not None
    assert mine.wall.scenes[0].shots() == ("Night",)
    mine.rotate()
    assert mine.wall.scenes[0].shots()[0] == "Night"
    assert len(mine.wall.scenes[0].shots()) == 4
    QTest.keyClick(mine.wall, Qt.Key.Key_Escape)
    assert mine.wall is None


async def test_who_may_only_look_changes_nothing(
    services: BoardServices, desk: Desk, page: BoardsPage
) -> None:
    looking = {"boards.see", "telemetry.see", "inventory.read", "alarms.see", "topology.graph"}
    looker = Actor("lin", "acme", frozenset(looking))
    other = BoardsPage(make_desk(looker, desk.feed, clock=desk.clock), services)
    shown(other, 1200, 800)
    await settled()
    assert other.board is not None
    before = other.board
    other.remove_tile(1)
    other.tidy()
    assert other.buttons["add"].isHidden()
    other.choose_span("7d")
    assert other.view.board.span == "7d"
    assert await services.boards.board(looker, board_id=int(before.id)) == before
