"""Snippets come back from the store as they went in."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.snippets import store
from noc_console.services.snippets.model import (
    Snippet,
    SnippetId,
    SnippetKind,
    SnippetSaved,
    Variant,
)
from tests.conftest import FakeClock


async def test_every_field_comes_back_and_other_tenants_see_nothing(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    made = Snippet(
        SnippetId(1),
        "größe",
        (Variant("*", "a\nb"), Variant("junos", "ü")),
        SnippetKind.MACRO,
        "Folder",
        operator.name,
        True,
        True,
        False,
        clock.now(),
    )
    async with db.begin(operator) as tx:
        number = await store.add(tx, made)
        tx.record(SnippetSaved(snippet_id=number, name=made.name, what="saved"))
    async with db.read(operator) as tx:
        assert await store.get(tx, number) == made
    stranger = Actor("mira", "other", frozenset({ALL_RIGHTS}))
    async with db.read(stranger) as tx:
        assert await store.get(tx, number) is None
        assert await store.seen_by(tx) == ()
