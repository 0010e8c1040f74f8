"""What is kept of a board outlives the versions of the program."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.boards import store
from noc_console.services.boards.model import NEW, Board, BoardChanged, Place, Tile, TileKind

TILE = Tile(1, TileKind.CLOCK, Place(0, 0, 4, 2))


async def test_a_tile_of_a_kind_only_a_newer_version_knows_is_left_out(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        number = await store.add(tx, Board(NEW, "Night", owner=operator.name, tiles=(TILE,)))
        told = store._told(TILE)
        await tx.execute(
            store.boards.update()
            .where(store.boards.c.id == number)
            .values(tiles=[told, {**told, "id": 2, "kind": "hologram"}])
        )
        tx.record(BoardChanged(board_id=number, what="added", name="Night"))
    async with db.read(operator) as tx:
        found = await store.get(tx, number)
    assert found is not None
    assert found.tiles == (TILE,)


async def test_a_board_is_written_over_the_version_that_was_read_only(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        board = Board(NEW, "Night", owner=operator.name, version=1)
        number = await store.add(tx, board)
        saved = Board(number, "Day", owner=operator.name, version=2)
        assert await store.save(tx, saved, over=1)
        assert not await store.save(tx, saved, over=1)
        tx.record(BoardChanged(board_id=number, what="added", name="Night"))
