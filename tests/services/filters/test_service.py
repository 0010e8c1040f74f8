"""Kept filters, on both databases."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.filters.service import FilterService
from tests.conftest import FakeClock

TEXT = "severity=critical  -lab"


@pytest.fixture
def filters(db: Database, clock: FakeClock) -> FilterService:
    return FilterService(db, clock=clock)


@pytest.fixture
def colleague(operator: Actor) -> Actor:
    return Actor("ann", operator.tenant, operator.rights)


async def test_a_filter_is_kept_and_saved_again_under_its_name(
    filters: FilterService, operator: Actor
) -> None:
    kept = await filters.save(operator, name=" Night ", text=TEXT)
    again = await filters.save(operator, name="Night", text="is=mine", is_shared=True)
    assert again.id == kept.id and kept.text == "severity=critical -lab"
    (one,) = await filters.saved(operator)
    assert (one.name, one.text, one.owner, one.is_shared) == ("Night", "is=mine", "mira", True)


async def test_a_filter_belongs_to_its_list(filters: FilterService, operator: Actor) -> None:
    await filters.save(operator, name="Night", text=TEXT)
    await filters.save(operator, name="Full", text="util:>80", of="top")
    assert [one.name for one in await filters.saved(operator)] == ["Night"]
    assert [one.name for one in await filters.saved(operator, of="top")] == ["Full"]
    with pytest.raises(Invalid):
        await filters.saved(operator, of="No such")


async def test_a_colleague_sees_a_shared_filter_and_may_not_change_it(
    filters: FilterService, operator: Actor, colleague: Actor
) -> None:
    mine = await filters.save(operator, name="Night", text=TEXT)
    assert await filters.saved(colleague) == ()
    with pytest.raises(NotFound):
        await filters.remove(colleague, filter_id=mine.id)
    await filters.share(operator, filter_id=mine.id)
    assert [one.id for one in await filters.saved(colleague)] == [mine.id]
    with pytest.raises(NotAllowed, match="mira"):
        await filters.remove(colleague, filter_id=mine.id)
    theirs = await filters.save(colleague, name="Night", text=TEXT)
    assert theirs.id != mine.id
    await filters.share(operator, filter_id=mine.id, is_shared=False)
    assert [one.id for one in await filters.saved(colleague)] == [theirs.id]


async def test_a_removed_filter_is_gone(filters: FilterService, operator: Actor) -> None:
    kept = await filters.save(operator, name="Night", text=TEXT)
    await filters.remove(operator, filter_id=kept.id)
    assert await filters.saved(operator) == ()
