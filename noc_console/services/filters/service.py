"""What people do with filters: keep them, share them, throw them away."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NotFound
from noc_console.kernel.operation import operation
from noc_console.services.filters import rules, store
from noc_console.services.filters.model import (
    FilterId,
    FilterRemoved,
    FilterSaved,
    SavedFilter,
)


class FilterService:
    """Keeps the filters of lists by name."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("filters.list", right="filters.see")
    async def saved(self, actor: Actor, *, of: str = "alarms") -> tuple[SavedFilter, ...]:
        """List the kept filters of a list: one's own and those others share."""
        async with self._db.read(actor) as tx:
            return await store.seen_by(tx, rules.checked_list(of))

    @operation("filters.save")
    async def save(
        self, actor: Actor, *, name: str, text: str, of: str = "alarms", is_shared: bool = False
    ) -> SavedFilter:
        """Keep a filter under a name; one's own of that name is replaced.

        The text is as in a link to the list: `severity=critical|major site="North gate" -lab`.
        """
        of, name = rules.checked_list(of), rules.checked_name(name)
        text, now = rules.checked_text(text), self._clock.now()
        async with self._db.begin(actor) as tx:
            own = [one for one in await store.seen_by(tx, of) if one.owner == actor.name]
            old = next((one for one in own if one.name == name), None)
            number = old.id if old else FilterId(0)
            made = SavedFilter(number, of, name, text, actor.name, is_shared, now)
            if old is None:
                made = replace(made, id=await store.add(tx, made))
            else:
                await store.save(tx, made)
            what = "changed" if old else "saved"
            tx.record(FilterSaved(filter_id=made.id, name=name, what=what))
            return made

    @operation("filters.share", right="filters.save")
    async def share(self, actor: Actor, *, filter_id: int, is_shared: bool = True) -> SavedFilter:
        """Offer a filter to everybody, or to oneself only again."""
        async with self._db.begin(actor) as tx:
            old = await _own(tx, filter_id)
            made = replace(old, is_shared=is_shared, changed_at=self._clock.now())
            await store.save(tx, made)
            what = "shared" if is_shared else "taken back"
            tx.record(FilterSaved(filter_id=made.id, name=made.name, what=what))
            return made

    @operation("filters.remove", right="filters.save")
    async def remove(self, actor: Actor, *, filter_id: int) -> None:
        """Throw a filter of one's own away."""
        async with self._db.begin(actor) as tx:
            old = await _own(tx, filter_id)
            await store.remove(tx, filter_id)
            tx.record(FilterRemoved(filter_id=filter_id, name=old.name))


async def _own(tx: Tx, filter_id: int) -> SavedFilter:
    found = await store.get(tx, filter_id)
    if found is None:
        raise NotFound(f"there is no filter {filter_id}")
    rules.must_own(found, tx.actor.name)
    return found
