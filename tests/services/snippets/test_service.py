"""Snippets are kept, shared and put on the bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.snippets.model import Snippet, SnippetId, SnippetKind, Variant
from noc_console.services.snippets.service import SnippetService
from tests.conftest import FakeClock

NOOR = Actor("noor", "acme", frozenset({ALL_RIGHTS}))


@pytest.fixture
def service(db: Database, clock: FakeClock) -> SnippetService:
    return SnippetService(db, clock=clock)


async def test_a_snippet_is_kept_and_gets_variants(
    service: SnippetService, operator: Actor
) -> None:
    await service.save(operator, name="ports", text="show interfaces", folder="Look")
    made = await service.save(
        operator, name="ports", text="show interfaces terse", platform="Junos"
    )
    assert made.variants == (
        Variant("*", "show interfaces"),
        Variant("junos", "show interfaces terse"),
    )
    assert made.folder == "Look"
    assert await service.snippets(operator) == (made,)


async def test_shared_snippets_are_used_by_all_and_changed_by_their_owner(
    service: SnippetService, operator: Actor
) -> None:
    made = await service.save(operator, name="ports", text="x")
    assert await service.snippets(NOOR) == ()
    made = await service.share(operator, snippet_id=made.id)
    assert await service.snippets(NOOR) == (made,)
    with pytest.raises(NotAllowed):
        await service.put(NOOR, snippet=replace(made, name="mine"))
    with pytest.raises(NotAllowed):
        await service.remove(NOOR, snippet_id=made.id)
    own = await service.save(NOOR, name="ports", text="y")
    assert own.id != made.id


async def test_a_button_is_given_and_taken_and_a_snippet_removed(
    service: SnippetService, operator: Actor
) -> None:
    made = await service.save(operator, name="ports", text="x")
    assert (await service.put_on_bar(operator, snippet_id=made.id)).is_on_bar
    assert not (await service.put_on_bar(operator, snippet_id=made.id, is_on_bar=False)).is_on_bar
    await service.remove(operator, snippet_id=made.id)
    assert await service.snippets(operator) == ()
    with pytest.raises(NotFound):
        await service.remove(operator, snippet_id=made.id)


async def test_a_macro_may_hold_control_keys_and_a_text_may_not(
    service: SnippetService, operator: Actor
) -> None:
    keys = Snippet(SnippetId(0), "m", (Variant("*", '[["keys", "\\u0003"]]'),), SnippetKind.MACRO)
    kept = await service.put(operator, snippet=keys)
    assert kept.kind is SnippetKind.MACRO
    with pytest.raises(Invalid):
        await service.save(operator, name="t", text="a\x03")


async def test_who_may_only_see_may_not_save(service: SnippetService) -> None:
    reader = Actor("rita", "acme", frozenset({"snippets.see"}))
    assert await service.snippets(reader) == ()
    with pytest.raises(NotAllowed):
        await service.save(reader, name="a", text="b")
    with pytest.raises(NotAllowed):
        await service.put(reader, snippet=Snippet(SnippetId(0), "a", (Variant("*", "b"),)))
