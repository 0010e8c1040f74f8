"""Where snippets are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Row, String, Table, or_, select

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.snippets.model import Snippet, SnippetId, SnippetKind, Variant

snippets = Table(
    "terminal_snippets",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("folder", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("is_on_bar", Boolean, nullable=False),
    Column("has_enter", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "tenant", "owner"),
    sqlite_autoincrement=True,
)


async def seen_by(tx: Tx) -> tuple[Snippet, ...]:
    """The actor's own and the shared ones, by folder and name."""
    mine = or_(snippets.c.owner == tx.actor.name, snippets.c.is_shared)
    query = select(snippets).where(snippets.c.tenant == tx.actor.tenant, mine)
    return await tx.rows(
        query.order_by(snippets.c.folder, snippets.c.name, snippets.c.id), _snippet
    )


async def get(tx: Tx, snippet_id: int) -> Snippet | None:
    mine = or_(snippets.c.owner == tx.actor.name, snippets.c.is_shared)
    where = (snippets.c.tenant == tx.actor.tenant, snippets.c.id == snippet_id, mine)
    return await tx.one(select(snippets).where(*where), _snippet)


async def add(tx: Tx, snippet: Snippet) -> SnippetId:
    return SnippetId(await tx.insert(snippets, tenant=tx.actor.tenant, **_values(snippet)))


async def save(tx: Tx, snippet: Snippet) -> None:
    where = (snippets.c.tenant == tx.actor.tenant, snippets.c.id == snippet.id)
    await tx.execute(snippets.update().where(*where).values(**_values(snippet)))


async def remove(tx: Tx, snippet_id: int) -> None:
    where = (snippets.c.tenant == tx.actor.tenant, snippets.c.id == snippet_id)
    await tx.execute(snippets.delete().where(*where))


def _values(snippet: Snippet) -> dict[str, Any]:
    return {
        "owner": snippet.owner,
        "is_shared": snippet.is_shared,
        "folder": snippet.folder,
        "name": snippet.name,
        "kind": snippet.kind.value,
        "variants": [[one.platform, one.text] for one in snippet.variants],
        "is_on_bar": snippet.is_on_bar,
        "has_enter": snippet.has_enter,
        "changed_at": snippet.changed_at,
    }


def _snippet(row: Row[Any]) -> Snippet:
    return Snippet(
        SnippetId(row.id),
        row.name,
        tuple(Variant(platform, text) for platform, text in row.variants),
        SnippetKind(row.kind),
        row.folder,
        row.owner,
        row.is_shared,
        row.is_on_bar,
        row.has_enter,
        row.changed_at,
    )
