from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import make_url, text

from noc_console.db.database import Database, journal, metadata, open_engine
from noc_console.db.tail import CHECK_EVERY_S, Tail
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from tests.conftest import FakeClock
from tests.db.test_database import NoteWritten, write
from tests.lab.impair import impaired_tcp


@pytest.fixture
async def elsewhere(db: Database, store_url: str, clock: FakeClock) -> AsyncIterator[Database]:
    """The same store as another process has it open."""
    other = Database(open_engine(store_url), clock=clock, bus=EventBus())
    yield other
    other.close()


async def test_others_commits_arrive_and_our_own_are_not_heard_twice(
    db: Database, elsewhere: Database, bus: EventBus, operator: Actor
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    tail = Tail(db, bus)
    await write(elsewhere, operator, "before the tail began")
    await tail.start()
    mine = await write(db, operator, "mine")
    theirs = await write(elsewhere, operator, "theirs")
    assert await tail.look() == 1
    assert heard == [
        NoteWritten(note_id=mine, text="mine"),
        NoteWritten(note_id=theirs, text="theirs"),
    ]
    assert await tail.look() == 0


async def test_a_running_tail_hears_by_itself(
    db: Database, elsewhere: Database, bus: EventBus, operator: Actor
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    following = asyncio.get_running_loop().create_task(Tail(db, bus).run())
    try:
        for round_ in range(100):
            await write(elsewhere, operator, f"round {round_}")
            await asyncio.sleep(0.05)
            if heard:
                break
        assert heard
    finally:
        following.cancel()
        await asyncio.wait({following})


@pytest.mark.postgres
async def test_a_slow_commit_with_a_lower_id_is_not_missed(
    postgres_url: str, clock: FakeClock, operator: Actor
) -> None:
    """On PostgreSQL ids do not follow commit order: the first to insert may be last to commit."""
    bus, heard = EventBus(), []
    bus.listen(heard.extend)
    reader = Database(open_engine(postgres_url), clock=clock, bus=bus)
    writer = Database(open_engine(postgres_url), clock=clock, bus=EventBus())
    await reader.keep(metadata.create_all)
    tail = Tail(reader, bus)
    await tail.start()
    raw = writer.engine.connect()
    slow = raw.begin()
    raw.execute(
        text(
            "INSERT INTO journal (at, tenant, actor, event, facts, origin, txid) VALUES "
            "(now(), 'acme', 'slow', 'NoteWritten', '{\"note_id\": 1, \"text\": \"slow\"}', 'x',"
            " pg_current_xact_id()::text::bigint)"
        )
    )
    quick = await write(writer, operator, "quick")
    assert await tail.look() == 0
    slow.commit()
    raw.close()
    assert await tail.look() == 2
    assert heard == [NoteWritten(note_id=1, text="slow"), NoteWritten(note_id=quick, text="quick")]
    reader.close()
    writer.close()


@pytest.mark.postgres
async def test_a_younger_transaction_with_a_lower_id_is_not_missed(
    postgres_url: str, clock: FakeClock
) -> None:
    """The older one numbers its entry later and commits first: a cursor over ids passes by."""
    bus, heard = EventBus(), []
    bus.listen(heard.extend)
    reader = Database(open_engine(postgres_url), clock=clock, bus=bus)
    await reader.keep(metadata.create_all)
    tail = Tail(reader, bus)
    await tail.start()
    older, younger = reader.engine.connect(), reader.engine.connect()
    for connection in (older, younger):
        connection.begin()
        connection.execute(text("SELECT pg_current_xact_id()"))
    for connection, number in ((younger, 1), (older, 2)):
        connection.execute(
            text(
                "INSERT INTO journal (at, tenant, actor, event, facts, origin, txid) VALUES "
                "(now(), 'acme', 'x', 'NoteWritten', "
                f'\'{{"note_id": {number}, "text": "x"}}\', \'x\', '
                "pg_current_xact_id()::text::bigint)"
            )
        )
    older.commit()
    assert await tail.look() == 1
    younger.commit()
    assert await tail.look() == 1
    assert sorted(event.note_id for event in heard) == [1, 2]
    for connection in (older, younger):
        connection.close()
    reader.close()


@pytest.mark.postgres
async def test_a_notification_brings_the_news_though_the_journal_has_to_wait(
    postgres_url: str, clock: FakeClock, operator: Actor
) -> None:
    """And none of it comes twice when the journal is read, or what the older one wrote is lost."""
    bus, heard = EventBus(), []
    bus.listen(heard.extend)
    reader = Database(open_engine(postgres_url), clock=clock, bus=bus)
    writer = Database(open_engine(postgres_url), clock=clock, bus=EventBus())
    await reader.keep(metadata.create_all)
    older = writer.engine.connect()
    following = asyncio.get_running_loop().create_task(Tail(reader, bus).run())
    try:
        await asyncio.sleep(0.5)
        older.begin()
        older.execute(  # it will notify nobody
            journal.insert().values(txid=text("pg_current_xact_id()::text::bigint")),
            {
                "at": clock.now(),
                "tenant": "acme",
                "actor": "x",
                "event": "NoteWritten",
                "facts": {"note_id": 9, "text": "older"},
                "origin": "elsewhere",
            },
        )
        await write(writer, operator, "younger")
        await until(lambda: len(heard) == 1)
        assert heard[0].text == "younger"
        await asyncio.sleep(2 * CHECK_EVERY_S)
        older.commit()
        await until(lambda: len(heard) == 2)
        await asyncio.sleep(2 * CHECK_EVERY_S)
        assert [event.text for event in heard] == ["younger", "older"]
    finally:
        following.cancel()
        await asyncio.wait({following})
        older.close()
        writer.close()
        reader.close()


@pytest.mark.postgres
async def test_what_is_too_much_for_a_notification_is_read_in_the_journal(
    postgres_url: str, clock: FakeClock, operator: Actor
) -> None:
    bus, heard = EventBus(), []
    bus.listen(heard.extend)
    reader = Database(open_engine(postgres_url), clock=clock, bus=bus)
    writer = Database(open_engine(postgres_url), clock=clock, bus=EventBus())
    await reader.keep(metadata.create_all)
    following = asyncio.get_running_loop().create_task(Tail(reader, bus).run())
    try:
        await asyncio.sleep(0.5)
        await write(writer, operator, "x" * 20_000)
        await until(lambda: len(heard) == 1)
        for number in range(200):
            await write(writer, operator, f"note {number}")
        await until(lambda: len(heard) == 201)
        await asyncio.sleep(2 * CHECK_EVERY_S)
        assert len(heard) == 201
    finally:
        following.cancel()
        await asyncio.wait({following})
        writer.close()
        reader.close()


@pytest.mark.postgres
async def test_nothing_is_lost_while_the_connection_is(
    postgres_url: str, clock: FakeClock, operator: Actor
) -> None:
    bus, heard = EventBus(), []
    bus.listen(heard.extend)
    writer = Database(open_engine(postgres_url), clock=clock, bus=EventBus())
    await writer.keep(metadata.create_all)
    url = make_url(postgres_url)
    with impaired_tcp(url.port) as proxy:
        through = url.set(port=proxy.port).render_as_string(hide_password=False)
        reader = Database(open_engine(through), clock=clock, bus=bus)
        following = asyncio.get_running_loop().create_task(Tail(reader, bus).run())
        try:
            await until(lambda: proxy.connections >= 2)  # its reader and its listener
            await asyncio.sleep(0.3)
            await write(writer, operator, "before")
            await until(lambda: len(heard) == 1)
            await asyncio.to_thread(proxy.cut)
            for number in range(5):
                await write(writer, operator, f"meanwhile {number}")
            await asyncio.sleep(0.3)
            assert len(heard) == 1
            assert not following.done()
            proxy.mend()
            await write(writer, operator, "after")
            await until(lambda: len(heard) == 7)
        finally:
            following.cancel()
            await asyncio.wait({following})
            reader.close()
    writer.close()
    texts = [event.text for event in heard]
    assert texts == ["before", *(f"meanwhile {number}" for number in range(5)), "after"]


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came about")
