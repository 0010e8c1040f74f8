from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, String, Table, func, select

from noc_console.db.database import Database, database_url, journal, metadata, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.kernel.events import Event, EventBus

notes = Table(
    "test_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("text", String, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    note_id: int
    text: str


async def write(db: Database, actor: Actor, text: str) -> int:
    async with db.begin(actor) as tx:
        number = await tx.insert(notes, tenant=actor.tenant, text=text)
        tx.record(NoteWritten(note_id=number, text=text))
    return number


async def count(db: Database, actor: Actor) -> int:
    async with db.read(actor) as tx:
        return int(await tx.scalar(select(func.count()).select_from(notes)))


async def test_what_is_written_is_journaled_and_published_after_the_commit(
    db: Database, operator: Actor, bus: EventBus
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    async with db.begin(operator) as tx:
        number = await tx.insert(notes, tenant="acme", text="hello")
        tx.record(NoteWritten(note_id=number, text="hello"))
        assert heard == []
    assert heard == [NoteWritten(note_id=number, text="hello")]
    async with db.read(operator) as tx:
        [entry] = await tx.rows(select(journal), lambda row: (row.actor, row.event, row.facts))
    assert entry == ("mira", "NoteWritten", {"note_id": number, "text": "hello"})


async def test_a_silent_write_is_refused(db: Database, operator: Actor) -> None:
    with pytest.raises(Broken, match="without recording why"):
        async with db.begin(operator) as tx:
            await tx.insert(notes, tenant="acme", text="quiet")
    assert await count(db, operator) == 0


async def test_a_reader_that_writes_is_refused(db: Database, operator: Actor) -> None:
    with pytest.raises(Broken, match="read transaction wrote"):
        async with db.read(operator) as tx:
            await tx.insert(notes, tenant="acme", text="sly")
    assert await count(db, operator) == 0


async def test_an_error_takes_everything_back_and_tells_nobody(
    db: Database, operator: Actor, bus: EventBus
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    with pytest.raises(ZeroDivisionError):
        async with db.begin(operator) as tx:
            await tx.insert(notes, tenant="acme", text="half")
            tx.record(NoteWritten(note_id=1, text="half"))
            raise ZeroDivisionError
    assert await count(db, operator) == 0
    assert heard == []
    await write(db, operator, "the lane still works")


async def test_a_cancelled_writer_leaves_nothing_and_frees_the_lane(
    db: Database, operator: Actor
) -> None:
    inside = asyncio.Event()

    async def slow() -> None:
        async with db.begin(operator) as tx:
            await tx.insert(notes, tenant="acme", text="slow")
            tx.record(NoteWritten(note_id=1, text="slow"))
            inside.set()
            await asyncio.sleep(60)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(slow())
        await inside.wait()
        task.cancel()
    assert await count(db, operator) == 0
    await asyncio.wait_for(write(db, operator, "next"), 5)
    assert await count(db, operator) == 1


async def test_writers_wait_for_each_other_and_none_is_lost(db: Database, operator: Actor) -> None:
    await asyncio.gather(*(write(db, operator, f"note {n}") for n in range(40)))
    assert await count(db, operator) == 40


async def test_a_page_reads_while_someone_writes(db: Database, operator: Actor) -> None:
    async with db.begin(operator) as tx:
        await tx.insert(notes, tenant="acme", text="open")
        tx.record(NoteWritten(note_id=1, text="open"))
        assert await asyncio.wait_for(count(db, operator), 5) == 0
    assert await count(db, operator) == 1


@pytest.mark.parametrize("url", ["mysql://u:S3CR3T@h/d", "no url at all", ""])
def test_a_store_is_sqlite_or_postgresql_and_the_error_keeps_the_password(url: str) -> None:
    with pytest.raises(Broken) as refused:
        database_url(url)
    assert "S3CR3T" not in str(refused.value)


def test_both_spellings_of_postgresql_are_the_same_driver() -> None:
    assert database_url("postgresql://h/d").drivername == "postgresql+psycopg"
    assert database_url("postgresql+psycopg://h/d").drivername == "postgresql+psycopg"


async def test_an_error_of_the_database_does_not_print_values(
    db: Database, operator: Actor
) -> None:
    with pytest.raises(Exception, match="test_notes") as failed:
        async with db.begin(operator) as tx:
            await tx.insert(notes, tenant=None, text="S3CR3T")
    assert "S3CR3T" not in str(failed.value)


def test_an_engine_opens_without_touching_the_file(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/none.db").dispose()
    assert not (tmp_path / "none.db").exists()


async def test_cancelling_at_any_moment_leaves_lanes_that_work(
    db: Database, operator: Actor
) -> None:
    """A page's newest question cancels the older one wherever it is, also while it begins."""
    loop = asyncio.get_running_loop()
    for turn in range(60):
        asking = loop.create_task(count(db, operator))
        writing = loop.create_task(write(db, operator, f"turn {turn}"))
        for _ in range(turn % 12):
            await asyncio.sleep(0)
        asking.cancel()
        writing.cancel()
        await asyncio.wait({asking, writing})
    before = await count(db, operator)
    await write(db, operator, "last")
    assert await asyncio.gather(*(count(db, operator) for _ in range(8))) == [before + 1] * 8
