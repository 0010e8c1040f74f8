"""Where boards are kept: a row each, their tiles as a document in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Row, String, Table, or_, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.boards.model import (
    Board,
    BoardId,
    Place,
    Tile,
    TileKind,
    options,
)

boards = Table(
    "boards",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("span", String, nullable=False),
    Column("tiles", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", String, nullable=False),
    Index(None, "tenant", "owner"),
)

# That a tenant was given its first boards: who removed them does not want them back.
starts = Table(
    "board_starts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


async def seen_by(tx: Tx) -> tuple[Board, ...]:
    """The actor's own boards and those of the team, by name."""
    mine = or_(boards.c.owner == tx.actor.name, boards.c.is_shared)
    query = select(boards).where(boards.c.tenant == tx.actor.tenant, mine)
    return await tx.rows(query.order_by(boards.c.name, boards.c.id), _board)


async def get(tx: Tx, board_id: int) -> Board | None:
    """A board the actor may see."""
    return await tx.one(
        select(boards).where(
            boards.c.tenant == tx.actor.tenant,
            boards.c.id == board_id,
            or_(boards.c.owner == tx.actor.name, boards.c.is_shared),
        ),
        _board,
    )


async def add(tx: Tx, board: Board) -> BoardId:
    return BoardId(await tx.insert(boards, tenant=tx.actor.tenant, **_values(board)))


async def save(tx: Tx, board: Board, *, over: int) -> bool:
    """Write a board over its version `over`; False when it moved on meanwhile."""
    where = (
        boards.c.tenant == tx.actor.tenant,
        boards.c.id == board.id,
        boards.c.version == over,
    )
    return bool(await tx.execute(boards.update().where(*where).values(**_values(board))))


async def remove(tx: Tx, board_id: int) -> None:
    await tx.execute(
        boards.delete().where(boards.c.tenant == tx.actor.tenant, boards.c.id == board_id)
    )


async def has_started(tx: Tx) -> bool:
    query = select(starts.c.at).where(starts.c.tenant == tx.actor.tenant)
    return await tx.one(query, lambda row: True) or False


async def start(tx: Tx, at: datetime) -> None:
    if not await has_started(tx):
        await tx.execute(starts.insert().values(tenant=tx.actor.tenant, at=at))


def _values(board: Board) -> dict[str, Any]:
    return {
        "name": board.name,
        "owner": board.owner,
        "is_shared": board.is_shared,
        "span": board.span,
        "tiles": [_told(tile) for tile in board.tiles],
        "version": board.version,
        "changed_at": board.changed_at,
        "changed_by": board.changed_by,
    }


def _told(tile: Tile) -> dict[str, Any]:
    place = tile.place
    return {
        "id": tile.id,
        "kind": tile.kind.value,
        "place": [place.x, place.y, place.w, place.h],
        "title": tile.title,
        "options": dict(tile.options),
        "span": tile.span,
    }


def _board(row: Row[Any]) -> Board:
    return Board(
        id=BoardId(row.id),
        name=row.name,
        owner=row.owner,
        is_shared=row.is_shared,
        tiles=tuple(tile for told in row.tiles if (tile := _tile(told)) is not None),
        span=row.span,
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


def _tile(told: Mapping[str, Any]) -> Tile | None:
    """A tile as it was kept; None for a kind that only a newer version knows."""
    if told["kind"] not in set(TileKind):
        return None
    return Tile(
        id=told["id"],
        kind=TileKind(told["kind"]),
        place=Place(*told["place"]),
        title=told["title"],
        options=options(**told["options"]),
        span=told["span"],
    )
