"""Where shifts, their log and handovers are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.handover import store
from noc_console.services.handover.model import (
    EntryKind,
    EntryWritten,
    HandoverChanged,
    HandoverState,
)
from tests.conftest import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVENT = EntryWritten(entry_id=1, about="", what="entry")


async def test_shifts_that_touch_a_time_are_found(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        old = await store.begin(tx, "mira", NOW - timedelta(days=3))
        await store.end(tx, old, NOW - timedelta(days=2), None)
        ended = await store.begin(tx, "mira", NOW - timedelta(hours=9))
        await store.end(tx, ended, NOW - timedelta(hours=1), 5)
        running = await store.begin(tx, "jan", NOW - timedelta(hours=2))
        tx.record(EVENT)
    async with db.read(operator) as tx:
        found = await store.shifts_since(tx, NOW - timedelta(hours=5))
        assert [shift.id for shift in found] == [running, ended]
        assert found[1].handover_id == 5
        assert await store.last_ended(tx, "mira") == NOW - timedelta(hours=1)
        assert await store.last_ended(tx, "jan") is None
        assert await store.current(tx, "mira") is None


async def test_a_handover_keeps_every_version_of_its_words(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        number = await store.add_handover(tx, shift_id=None, since=NOW, text="one", at=NOW)
        await store.write_handover(tx, number, text="two", at=NOW, is_edited=True)
        tx.record(EVENT)
    async with db.read(operator) as tx:
        kept = await store.draft_of(tx, operator.name)
        assert kept is not None
        assert (kept.text, kept.is_edited, kept.state) == ("two", True, HandoverState.DRAFT)
        assert [v.text for v in await store.versions_of(tx, number)] == ["one", "two"]
        assert await store.draft_of(tx, "jan") is None


async def test_the_log_and_the_journal_are_read_by_time(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        for minutes in range(5):
            await store.add_entry(
                tx, at=NOW + timedelta(minutes=minutes), kind=EntryKind.ENTRY, text=str(minutes)
            )
        tx.record(EVENT)
    async with db.read(operator) as tx:
        span = {"since": NOW, "until": NOW + timedelta(minutes=3)}
        assert [e.text for e in await store.log(tx, limit=2, **span)] == ["3", "2"]
        told = await store.deeds(
            tx, ("EntryWritten",), since=NOW - timedelta(days=1), until=NOW + timedelta(days=999),
            limit=9,
        )  # fmt: skip
        assert [(by, event, facts["what"]) for _, by, event, facts in told] == [
            (operator.name, "EntryWritten", "entry")
        ]


async def test_entries_of_the_journal_are_found_by_their_time_among_many(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    for number in range(40):
        clock.tick(hours=1)
        async with db.begin(operator) as tx:
            await store.add_entry(tx, at=clock.now(), kind=EntryKind.ENTRY, text="x")
            tx.record(EntryWritten(entry_id=number, about="", what="entry"))
            tx.record(HandoverChanged(handover_id=number, by="mira", what="drafted"))
    end = clock.now()
    for hours in (0, 1, 7, 39, 40, 99):
        async with db.read(operator) as tx:
            told = await store.deeds(
                tx,
                ("EntryWritten",),
                since=end - timedelta(hours=hours),
                until=end,
                limit=100,
            )
        numbers = [facts["entry_id"] for *_, facts in told]
        assert numbers == list(range(39, 39 - min(hours, 40), -1))


async def test_an_empty_journal_has_nothing_to_tell(db: Database, operator: Actor) -> None:
    async with db.read(operator) as tx:
        assert await store.deeds(tx, ("X",), since=NOW, until=NOW, limit=9) == ()
