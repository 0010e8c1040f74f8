"""Where named prefixes are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, String, Table, UniqueConstraint, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.kernel.errors import Conflict, NotFound
from noc_console.services.flows.model import FlowPrefix, FlowPrefixId, PrefixLine, PrefixRole

flow_prefixes = Table(
    "flow_prefixes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("owner", String, nullable=False),
    UniqueConstraint("tenant", "prefix"),
    sqlite_autoincrement=True,
)


async def all_prefixes(tx: Tx) -> tuple[FlowPrefix, ...]:
    """Every named prefix, in the order of the names."""
    table = flow_prefixes
    statement = select(table).where(table.c.tenant == tx.actor.tenant)
    return await tx.rows(statement.order_by(table.c.name, table.c.prefix), _prefix)


async def get(tx: Tx, id: int) -> FlowPrefix:
    table = flow_prefixes
    found = await tx.one(
        select(table).where(table.c.tenant == tx.actor.tenant, table.c.id == id), _prefix
    )
    if found is None:
        raise NotFound(f"there is no named prefix {id}")
    return found


async def add(tx: Tx, line: PrefixLine) -> FlowPrefixId:
    """Conflict when the prefix has a name already."""
    await _must_be_free(tx, line.prefix)
    return FlowPrefixId(await tx.insert(flow_prefixes, tenant=tx.actor.tenant, **_values(line)))


async def change(tx: Tx, id: int, line: PrefixLine) -> None:
    await _must_be_free(tx, line.prefix, but=id)
    table = flow_prefixes
    await tx.execute(
        table.update()
        .where(table.c.tenant == tx.actor.tenant, table.c.id == id)
        .values(**_values(line))
    )


async def remove(tx: Tx, ids: Sequence[int]) -> int:
    table = flow_prefixes
    return await tx.execute(
        table.delete().where(table.c.tenant == tx.actor.tenant, table.c.id.in_(ids))
    )


async def put(tx: Tx, lines: Sequence[PrefixLine]) -> tuple[int, int]:
    """Add what is new and change what differs; how many of each."""
    table, tenant = flow_prefixes, tx.actor.tenant

    def write(connection: Connection) -> tuple[int, int]:
        known = {
            row.prefix: row
            for row in connection.execute(select(table).where(table.c.tenant == tenant))
        }
        new = [line for line in lines if line.prefix not in known]
        other = [
            line
            for line in lines
            if (row := known.get(line.prefix)) is not None
            and (row.name, row.role, row.owner) != (line.name, line.role.value, line.owner)
        ]
        if new:
            connection.execute(
                table.insert(), [{"tenant": tenant, **_values(line)} for line in new]
            )
        for line in other:
            connection.execute(
                table.update()
                .where(table.c.tenant == tenant, table.c.prefix == line.prefix)
                .values(**_values(line))
            )
        return len(new), len(other)

    added, changed = await tx.work(write, writes=False)
    tx.wrote |= bool(added or changed)
    return added, changed


async def _must_be_free(tx: Tx, prefix: str, *, but: int | None = None) -> None:
    table = flow_prefixes
    taken = await tx.one(
        select(table).where(table.c.tenant == tx.actor.tenant, table.c.prefix == prefix), _prefix
    )
    if taken is not None and taken.id != but:
        raise Conflict(f"{prefix} is named already: {taken.name}")


def _values(line: PrefixLine) -> dict[str, str]:
    return {
        "prefix": line.prefix,
        "name": line.name,
        "role": line.role.value,
        "owner": line.owner,
    }


def _prefix(row: Row[Any]) -> FlowPrefix:
    return FlowPrefix(
        id=FlowPrefixId(row.id),
        prefix=row.prefix,
        name=row.name,
        role=PrefixRole(row.role),
        owner=row.owner,
    )
