"""What people do with boards."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.boards import arranging, store
from noc_console.services.boards.model import NEW, Board, BoardChanged, BoardId

Ready = Callable[[Actor], Coroutine[Any, Any, tuple[Board, ...]]]
"""Makes the boards everybody starts with, out of what the network has."""


class BoardService:
    """Boards of one's own and of the team."""

    def __init__(self, db: Database, *, clock: Clock, ready: Ready | None = None) -> None:
        self._db = db
        self._clock = clock
        self._ready = ready

    @operation("boards.list", right="boards.see")
    async def boards(self, actor: Actor) -> tuple[Board, ...]:
        """List your own boards and those of the team."""
        async with self._db.read(actor) as tx:
            return await store.seen_by(tx)

    @operation("boards.show", right="boards.see")
    async def board(self, actor: Actor, *, board_id: int) -> Board:
        """Show one board: its tiles and where they stand."""
        async with self._db.read(actor) as tx:
            return await _existing(tx, board_id)

    @operation("boards.add", right="boards.change")
    async def add(self, actor: Actor, *, name: str) -> Board:
        """Make an empty board of your own."""
        return await self.keep(actor, board=Board(NEW, name))

    async def keep(self, actor: Actor, *, board: Board) -> Board:
        """Add a board with its tiles, as one's own."""
        actor.require("boards.change")
        made = arranging.checked(
            replace(
                board,
                id=NEW,
                owner=actor.name,
                version=1,
                changed_at=self._clock.now(),
                changed_by=actor.name,
            )
        )
        async with self._db.begin(actor) as tx:
            return await self._add(tx, made)

    async def change(self, actor: Actor, *, board: Board) -> Board:
        """Write a board with its tiles, name and span over the version that was read.

        Raises Conflict when somebody else changed it since: nothing of theirs is lost.
        """
        actor.require("boards.change")
        wanted = arranging.checked(board)
        async with self._db.begin(actor) as tx:
            kept = await _existing(tx, board.id)
            saved = replace(wanted, owner=kept.owner, is_shared=kept.is_shared)
            return await self._save(tx, kept, saved, over=board.version, what="changed")

    @operation("boards.rename", right="boards.change")
    async def rename(self, actor: Actor, *, board_id: int, name: str) -> Board:
        """Give a board another name."""
        async with self._db.begin(actor) as tx:
            kept = await _existing(tx, board_id)
            named = arranging.checked(replace(kept, name=name))
            return await self._save(tx, kept, named, over=kept.version, what="renamed")

    @operation("boards.share")
    async def share(self, actor: Actor, *, board_id: int, with_team: bool = True) -> Board:
        """Share a board with the team, or keep it to its owner again."""
        async with self._db.begin(actor) as tx:
            kept = await _existing(tx, board_id)
            if kept.owner != actor.name and not with_team:
                raise Conflict(f"only {kept.owner} can keep this board from the team")
            shared = replace(kept, is_shared=with_team)
            what = "shared" if with_team else "unshared"
            return await self._save(tx, kept, shared, over=kept.version, what=what)

    @operation("boards.duplicate", right="boards.change")
    async def duplicate(self, actor: Actor, *, board_id: int, name: str = "") -> Board:
        """Make a board of your own out of another."""
        kept = await self.board(actor, board_id=board_id)
        copied = name or f"Copy of {kept.name}"[: arranging.LONGEST_NAME]
        return await self.keep(actor, board=replace(kept, name=copied, is_shared=False))

    @operation("boards.remove", right="boards.change")
    async def remove(self, actor: Actor, *, board_id: int) -> None:
        """Remove a board."""
        async with self._db.begin(actor) as tx:
            kept = await _existing(tx, board_id)
            await store.remove(tx, board_id)
            tx.record(BoardChanged(board_id=board_id, what="removed", name=kept.name))

    @operation("boards.start", right="boards.change")
    async def start(self, actor: Actor, *, again: bool = False) -> tuple[Board, ...]:
        """Make the boards everybody starts with, once; `again` makes them anew.

        They are made of what the network has: a board about light needs transceivers.
        """
        if self._ready is None:
            return ()
        async with self._db.read(actor) as tx:
            if not again and await store.has_started(tx):
                return ()
        made = await self._ready(actor)
        now, found = self._clock.now(), []
        async with self._db.begin(actor) as tx:
            if await store.has_started(tx) and not again:
                return ()  # another window was quicker
            if made:
                await store.start(tx, now)
            for board in made:
                fresh = replace(
                    board,
                    owner=actor.name,
                    is_shared=True,
                    version=1,
                    changed_at=now,
                    changed_by=actor.name,
                )
                found.append(await self._add(tx, arranging.checked(fresh)))
        return tuple(found)

    async def _add(self, tx: Tx, board: Board) -> Board:
        number = await store.add(tx, board)
        tx.record(BoardChanged(board_id=number, what="added", name=board.name))
        return replace(board, id=BoardId(number))

    async def _save(self, tx: Tx, kept: Board, board: Board, *, over: int, what: str) -> Board:
        saved = replace(
            board, version=over + 1, changed_at=self._clock.now(), changed_by=tx.actor.name
        )
        if kept.version != over or not await store.save(tx, saved, over=over):
            raise Conflict(f"{kept.changed_by} changed {kept.name} meanwhile")
        tx.record(BoardChanged(board_id=board.id, what=what, name=board.name))
        return saved


async def _existing(tx: Tx, board_id: int) -> Board:
    if (found := await store.get(tx, board_id)) is not None:
        return found
    raise NotFound(f"there is no board {board_id}")
