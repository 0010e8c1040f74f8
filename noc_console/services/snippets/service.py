"""What people do with snippets: keep them, share them, put them on the bar."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.services.snippets import filling, store
from noc_console.services.snippets.model import (
    Snippet,
    SnippetId,
    SnippetRemoved,
    SnippetSaved,
    Variant,
)


class SnippetService:
    """Keeps what is typed again and again."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("snippets.list", right="snippets.see")
    async def snippets(self, actor: Actor) -> tuple[Snippet, ...]:
        """List snippets and macros: one's own and those others share."""
        async with self._db.read(actor) as tx:
            return await store.seen_by(tx)

    @operation("snippets.save")
    async def save(
        self,
        actor: Actor,
        *,
        name: str,
        text: str,
        platform: str = "*",
        folder: str = "",
        is_shared: bool = False,
        is_on_bar: bool = False,
    ) -> Snippet:
        """Keep a text for platforms of a pattern; one's own snippet of that name gets it, too."""
        async with self._db.read(actor) as tx:
            old = _own(await store.seen_by(tx), filling.checked_name(name), actor)
        given = Variant(platform.strip().lower() or "*", text)
        others = [] if old is None else [v for v in old.variants if v.platform != given.platform]
        made = Snippet(
            old.id if old else SnippetId(0),
            name,
            (*others, given),
            folder=folder or (old.folder if old else ""),
            is_shared=is_shared or bool(old and old.is_shared),
            is_on_bar=is_on_bar or bool(old and old.is_on_bar),
        )
        return await self.put(actor, snippet=made)

    async def put(self, actor: Actor, *, snippet: Snippet) -> Snippet:
        """Keep a snippet as it is; id 0 is new, or replaces one's own of that name."""
        actor.require("snippets.save")
        made = replace(
            snippet,
            name=filling.checked_name(snippet.name),
            folder=snippet.folder.strip()[: filling.LONGEST_NAME],
            variants=filling.checked_variants(snippet.variants, snippet.kind),
            owner=actor.name,
            changed_at=self._clock.now(),
        )
        async with self._db.begin(actor) as tx:
            same = _own(await store.seen_by(tx), made.name, actor)
            old = await _existing(tx, made.id) if made.id else same
            if old is not None:
                filling.must_own(old, actor.name)
            made = replace(made, id=old.id if old else SnippetId(0))
            if old is None:
                made = replace(made, id=await store.add(tx, made))
            else:
                await store.save(tx, made)
            what = "changed" if old else "saved"
            tx.record(SnippetSaved(snippet_id=made.id, name=made.name, what=what))
            return made

    @operation("snippets.share", right="snippets.save")
    async def share(self, actor: Actor, *, snippet_id: int, is_shared: bool = True) -> Snippet:
        """Let everybody use a snippet, or only oneself again."""
        async with self._db.read(actor) as tx:
            old = await _existing(tx, snippet_id)
        return await self.put(actor, snippet=replace(old, is_shared=is_shared))

    @operation("snippets.put-on-bar", right="snippets.save")
    async def put_on_bar(self, actor: Actor, *, snippet_id: int, is_on_bar: bool = True) -> Snippet:
        """Give a snippet a button below terminals, or take the button away."""
        async with self._db.read(actor) as tx:
            old = await _existing(tx, snippet_id)
        return await self.put(actor, snippet=replace(old, is_on_bar=is_on_bar))

    @operation("snippets.remove", right="snippets.save")
    async def remove(self, actor: Actor, *, snippet_id: int) -> None:
        """Throw a snippet of one's own away."""
        async with self._db.begin(actor) as tx:
            old = await _existing(tx, snippet_id)
            filling.must_own(old, actor.name)
            await store.remove(tx, snippet_id)
            tx.record(SnippetRemoved(snippet_id=snippet_id, name=old.name))


def _own(snippets: tuple[Snippet, ...], name: str, actor: Actor) -> Snippet | None:
    return next((one for one in snippets if one.owner == actor.name and one.name == name), None)


async def _existing(tx: Tx, snippet_id: int) -> Snippet:
    if found := await store.get(tx, snippet_id):
        return found
    raise NotFound(f"there is no snippet {snippet_id}")
