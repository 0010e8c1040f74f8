"""Kept filters in their table."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.filters import store
from noc_console.services.filters.model import FilterId, FilterSaved, SavedFilter

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def test_a_filter_comes_back_as_it_was_kept_and_only_in_its_tenant(
    db: Database, operator: Actor
) -> None:
    made = SavedFilter(FilterId(0), "alarms", "Night", "is=mine ü", operator.name, True, AT)
    async with db.begin(operator) as tx:
        number = await store.add(tx, made)
        tx.record(FilterSaved(filter_id=number, name=made.name, what="saved"))
    async with db.read(operator) as tx:
        found = await store.get(tx, number)
        assert found is not None and (found.name, found.text, found.changed_at) == (
            "Night",
            "is=mine ü",
            AT,
        )
    async with db.read(Actor("mira", "another", operator.rights)) as tx:
        assert await store.get(tx, number) is None
        assert await store.seen_by(tx, "alarms") == ()
