"""Records of devices, appended and let go of when they are old; and who told them.

Both are written without a journal: the records are one themselves, of what happened elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    select,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.accounting.model import Moment, Peer, PeerNews, Record

_OF_RECORD = tuple(each.name for each in fields(Record))

records = Table(
    "accounting_records",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("moment", String, nullable=False),
    Column("user", String, nullable=False),
    Column("port", String, nullable=False),
    Column("address", String, nullable=False),
    Column("privilege", Integer, nullable=False),
    Column("service", String, nullable=False),
    Column("task", String, nullable=False),
    Column("command", Text, nullable=False),
    Column("is_change", Boolean, nullable=False),
    Column("source", String, nullable=False),
    Column("started_at", UtcDateTime),
    Column("elapsed_s", Integer),
    Index(None, "tenant", "device_id", "at"),
    Index(None, "tenant", "at"),
    sqlite_autoincrement=True,
)

peers = Table(
    "accounting_peers",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("device_id", BigId),
    Column("records", BigId, nullable=False),
    Column("refused", BigId, nullable=False),
    Column("problem", String, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)


def append(connection: Connection, tenant: str, wanted: Sequence[Record]) -> int:
    """Add records; how many."""
    rows = [
        {name: value for name, value in asdict(one).items() if name != "id"}
        | {"tenant": tenant, "moment": one.moment.value}
        for one in wanted
    ]
    if rows:
        connection.execute(records.insert(), rows)
    return len(rows)


def count_in(connection: Connection, tenant: str, news: Sequence[PeerNews], *, most: int) -> None:
    """Add to what is known of peers; strangers heard of longest ago make room for new ones."""
    for each in news:
        mine = (peers.c.tenant == tenant, peers.c.source == each.source)
        last = {"last_at": each.at, "device_id": each.device_id, "problem": each.problem}
        known = connection.execute(
            peers.update()
            .where(*mine)
            .values(
                records=peers.c.records + each.records,
                refused=peers.c.refused + each.refused,
                **last,
            )
        )
        if not known.rowcount:
            first = {"tenant": tenant, "source": each.source, "first_at": each.at}
            counts = {"records": each.records, "refused": each.refused}
            connection.execute(peers.insert().values(**first, **counts, **last))
    strangers = (peers.c.tenant == tenant, peers.c.device_id.is_(None))
    total = connection.execute(
        select(func.count()).select_from(peers).where(*strangers)
    ).scalar_one()
    if total > most:
        oldest = select(peers.c.source).where(*strangers).order_by(peers.c.last_at)
        gone = [source for (source,) in connection.execute(oldest.limit(total - most))]
        connection.execute(peers.delete().where(peers.c.tenant == tenant, peers.c.source.in_(gone)))


async def found(
    tx: Tx,
    *,
    device_ids: Collection[int] = (),
    user: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    changes: bool = False,
    limit: int,
) -> tuple[Record, ...]:
    """Records that fit everything given, the newest of them, oldest first."""
    query = select(records).where(records.c.tenant == tx.actor.tenant)
    if device_ids:
        query = query.where(records.c.device_id.in_(sorted(device_ids)))
    if user:
        query = query.where(records.c.user == user)
    if start is not None:
        query = query.where(records.c.at >= start)
    if end is not None:
        query = query.where(records.c.at <= end)
    if changes:
        query = query.where(records.c.is_change)
    query = query.order_by(records.c.at.desc(), records.c.id.desc()).limit(limit)
    return (await tx.rows(query, _record))[::-1]


async def all_peers(tx: Tx) -> tuple[Peer, ...]:
    """Everybody who spoke, the latest first."""
    query = select(peers).where(peers.c.tenant == tx.actor.tenant)
    return await tx.rows(query.order_by(peers.c.last_at.desc()), _peer)


async def forget(tx: Tx, *, before: datetime, most: int) -> int:
    """Let go of records from before, and of the oldest beyond so many; how many."""
    mine = records.c.tenant == tx.actor.tenant
    gone = await tx.execute(records.delete().where(mine, records.c.at < before))
    newest = select(records.c.id).where(mine).order_by(records.c.id.desc())
    last = await tx.scalar(newest.offset(most).limit(1))
    if last is not None:
        gone += await tx.execute(records.delete().where(mine, records.c.id <= last))
    return gone


def _record(row: Row[Any]) -> Record:
    kept = {name: getattr(row, name) for name in _OF_RECORD}
    return Record(**kept | {"moment": Moment(row.moment)})


def _peer(row: Row[Any]) -> Peer:
    return Peer(**{each.name: getattr(row, each.name) for each in fields(Peer)})
