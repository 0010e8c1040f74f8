"""The window's book of intents, with a store that comes and goes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import func, select

from noc_console.db.database import Database, metadata, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Conflict, NotFound, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms import book as module
from noc_console.services.alarms.book import IntentBook
from noc_console.services.alarms.intent_file import IntentFile
from noc_console.services.alarms.intents import Done, Intent, IntentsChanged, Refusal, Verb
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.alarms.tables import alarm_intents
from tests.conftest import FakeClock
from tests.lab import postgres

REPO = Path(__file__).resolve().parents[3]
AWAY = Unreachable("the store does not answer", peer="store")


class Store:
    """Stands for a store that answers or not at the test's word; a real one is further down."""

    def __init__(self) -> None:
        self.is_away = False
        self.carried: list[str] = []
        self.answer: Done | BaseException = Done(changed=1)
        self.hangs = asyncio.Event()
        self.hangs.set()

    async def carry(self, intent: Intent) -> Done:
        await self.hangs.wait()
        if self.is_away:
            raise AWAY
        self.carried.append(intent.text)
        if isinstance(self.answer, Done):
            return self.answer
        raise self.answer


def intent(text: str, clock: FakeClock) -> Intent:
    return Intent(Verb.COMMENT, (1, 2), "mira", "acme", clock.now(), text)


@pytest.fixture
def told(bus: EventBus) -> list[IntentsChanged]:
    kept: list[IntentsChanged] = []

    def listen(events: Sequence[Event]) -> None:
        kept.extend(event for event in events if isinstance(event, IntentsChanged))

    bus.listen(listen)
    return kept


@asynccontextmanager
async def running(
    folder: Path, bus: EventBus, carry: object, *, patience_s: float = 0.05
) -> AsyncIterator[IntentBook]:
    book = IntentBook(
        IntentFile(folder),
        bus=bus,
        carry=carry,  # type: ignore[arg-type]
        patience_s=patience_s,
        again_s=0.01,
    )
    async with asyncio.TaskGroup() as group:
        work = group.create_task(book.run())
        try:
            yield book
        finally:
            work.cancel()


async def until(fits: object, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not fits():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_while_the_store_answers_nothing_waits_and_nothing_is_left_on_disk(
    tmp_path: Path, bus: EventBus, clock: FakeClock, told: list[IntentsChanged]
) -> None:
    store = Store()
    async with running(tmp_path, bus, store.carry, patience_s=5) as book:
        assert await book.take(intent("a", clock)) == Done(changed=1)
        await until(lambda: sum(path.stat().st_size for path in tmp_path.iterdir()) == 0)
        assert book.waiting() == ()
    assert told == []
    assert list(tmp_path.iterdir()) == []


async def test_what_waits_is_carried_out_in_order_once_the_store_is_back(
    tmp_path: Path, bus: EventBus, clock: FakeClock, told: list[IntentsChanged]
) -> None:
    store = Store()
    store.is_away = True
    async with running(tmp_path, bus, store.carry) as book:
        for text in "abc":
            assert await book.take(intent(text, clock)) == Done(waiting=True)
        assert [one.text for one in book.waiting()] == ["a", "b", "c"]
        store.is_away = False
        await until(lambda: told[-1].waiting == 0)
    assert store.carried == ["a", "b", "c"]
    assert [event.waiting for event in told] == [1, 2, 3, 2, 1, 0]


async def test_a_store_that_hangs_does_not_hold_up_who_acts(
    tmp_path: Path, bus: EventBus, clock: FakeClock
) -> None:
    store = Store()
    store.hangs.clear()
    async with running(tmp_path, bus, store.carry) as book:
        assert (await book.take(intent("a", clock))).waiting
        store.hangs.set()
        await until(lambda: not book.waiting())
    assert store.carried == ["a"]


async def test_a_refusal_is_raised_while_somebody_waits_and_told_later(
    tmp_path: Path, bus: EventBus, clock: FakeClock, told: list[IntentsChanged]
) -> None:
    store = Store()
    store.answer = NotFound("there is no alarm 1")
    async with running(tmp_path, bus, store.carry) as book:
        with pytest.raises(NotFound):
            await book.take(intent("a", clock))
        assert told == []
        store.is_away = True
        assert (await book.take(intent("b", clock))).waiting
        store.is_away = False
        await until(lambda: told[-1].refused)
    assert told[-1].refused == ("comment of 2 alarms, meant at 00:00:00 UTC: there is no alarm 1")


async def test_what_came_too_late_is_told_in_a_sentence(
    tmp_path: Path, bus: EventBus, clock: FakeClock, told: list[IntentsChanged]
) -> None:
    store = Store()
    store.is_away = True
    store.answer = Done(refused=(Refusal(1, "it grew worse"), Refusal(2, "it grew worse")))
    async with running(tmp_path, bus, store.carry) as book:
        await book.take(intent("a", clock))
        store.is_away = False
        await until(lambda: told[-1].refused)
    assert told[-1].refused == (
        "comment of 2 alarms, meant at 00:00:00 UTC, came too late for 2 alarms: it grew worse"
    )


async def test_a_bug_in_one_intent_does_not_hold_up_the_others(
    tmp_path: Path, bus: EventBus, clock: FakeClock
) -> None:
    store = Store()
    store.answer = ZeroDivisionError("a bug")
    async with running(tmp_path, bus, store.carry, patience_s=5) as book:
        with pytest.raises(ZeroDivisionError):
            await book.take(intent("a", clock))
        store.answer = Broken("our data contradicts itself")
        with pytest.raises(Broken):
            await book.take(intent("b", clock))
        store.answer = Done(changed=1)
        assert await book.take(intent("c", clock)) == Done(changed=1)


async def test_a_book_has_an_end(
    tmp_path: Path, bus: EventBus, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    store = Store()
    store.is_away = True
    async with running(tmp_path, bus, store.carry) as book:
        await book.take(intent("a", clock))
        with pytest.raises(Conflict):
            await book.take(intent("b", clock))


async def test_a_disk_that_takes_nothing_is_said_at_once(
    tmp_path: Path, bus: EventBus, clock: FakeClock
) -> None:
    (tmp_path / "intents").write_text("a file where the folder should be")
    store = Store()
    async with running(tmp_path / "other", bus, store.carry):
        pass
    book = IntentBook(IntentFile(tmp_path / "intents"), bus=bus, carry=store.carry)
    with pytest.raises(Broken):
        await book.take(intent("a", clock))
    assert book.waiting() == ()


async def test_the_next_window_carries_out_what_the_last_one_left(
    tmp_path: Path, bus: EventBus, clock: FakeClock, told: list[IntentsChanged]
) -> None:
    store = Store()
    store.is_away = True
    async with running(tmp_path, bus, store.carry) as book:
        await book.take(intent("a", clock))
        await book.take(intent("b", clock))
    store.is_away = False
    async with running(tmp_path, bus, store.carry) as heir:
        await until(lambda: store.carried == ["a", "b"])
        await until(lambda: not heir.waiting())
    assert list(tmp_path.iterdir()) == []


WINDOW = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.book import IntentBook
from noc_console.services.alarms.intent_file import IntentFile
from noc_console.services.alarms.intents import Intent, Verb

async def carry(intent):
    raise Unreachable("the store does not answer", peer="store")

async def main():
    book = IntentBook(IntentFile(Path(sys.argv[1])), bus=EventBus(), carry=carry, patience_s=0.05)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    async with asyncio.TaskGroup() as group:
        group.create_task(book.run())
        for verb in (Verb.ACKNOWLEDGE, Verb.COMMENT):
            done = await book.take(Intent(verb, (1,), "mira", "acme", at, "seen"))
            print(done.waiting, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_what_a_killed_window_promised_is_carried_out_by_the_next_one(
    db: Database, tmp_path: Path, bus: EventBus, clock: FakeClock, operator: Actor
) -> None:
    desk = AlarmService(db, clock=clock)
    report = AlarmReport(AlarmObject(7), Condition.CPU, Severity.MAJOR, "busy")
    await desk.apply(operator, reports=(report,))
    folder = tmp_path / "intents"
    window = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WINDOW, str(folder)), cwd=REPO, stdout=asyncio.subprocess.PIPE
    )
    assert window.stdout is not None
    promised = 0
    while promised < 2:
        line = await window.stdout.readline()
        assert line, "the window ended before it promised anything"
        promised += line == b"True\n"
    window.kill()
    await window.wait()
    clock.tick(minutes=1)
    for _ in range(2):  # the window after that finds nothing left to do
        async with running(folder, bus, desk.carry) as book:
            await until(lambda: not any(path.stat().st_size for path in folder.iterdir()))
            await until(lambda: not book.waiting())
    (alarm,) = await desk.active(operator)
    assert (alarm.acked_by, alarm.comments) == ("mira", 1)


# --- a real server, stopped and started -------------------------------------------------------


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    if postgres.binaries() is None:
        pytest.fail("PostgreSQL is not installed: run `make test`, which installs it")
    with (
        TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as folder,
        postgres.server(Path(folder)) as made,
    ):
        yield made


@pytest.mark.postgres
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_store_that_is_gone_loses_no_acknowledgement_and_doubles_none(
    server: postgres.Server,
    tmp_path: Path,
    bus: EventBus,
    clock: FakeClock,
    operator: Actor,
    mode: str,
) -> None:
    url = postgres.new_database(server.url)
    db = Database(open_engine(url), clock=clock, bus=bus)
    await db.keep(metadata.create_all)
    desk = AlarmService(db, clock=clock)
    reports = tuple(
        AlarmReport(AlarmObject(device), Condition.UNREACHABLE, Severity.MAJOR, "silent")
        for device in range(1, 41)
    )
    await desk.apply(operator, reports=reports)
    ids = [int(alarm.id) for alarm in await desk.active(operator)]
    async with running(tmp_path, bus, desk.carry, patience_s=0.2) as book:
        desk.wait_in(book)
        async with asyncio.TaskGroup() as group:
            # Some before, some while it goes down, some while it is away: none knows which.
            acting = group.create_task(_act(desk, operator, clock, ids))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(server.stop, mode)
        assert acting.result(), "the server was away while somebody acted"
        assert await asyncio.to_thread(server.start)
        clock.tick(minutes=1)
        await until(lambda: not desk.waiting(), 60)
    db.close()
    await _each_is_there_once(url, clock, operator, ids)


async def _each_is_there_once(url: str, clock: FakeClock, actor: Actor, ids: list[int]) -> None:
    db = Database(open_engine(url), clock=clock, bus=EventBus())
    desk = AlarmService(db, clock=clock)
    for alarm in await desk.active(actor):
        story = [step.what for step in await desk.history(actor, alarm_id=int(alarm.id))]
        assert sorted(story) == ["acknowledged", "commented", "raised"], alarm.id
        assert (alarm.acked_by, alarm.comments) == ("mira", 1)
    async with db.read(actor) as tx:
        assert await tx.scalar(select(func.count()).select_from(alarm_intents)) == 2 * len(ids)
    db.close()


async def _act(desk: AlarmService, actor: Actor, clock: FakeClock, ids: list[int]) -> int:
    """Acknowledge and comment one alarm after the other, several at a time; how many waited."""

    async def one(alarm_id: int) -> int:
        first = await desk.acknowledge(actor, alarm_ids=(alarm_id,))
        second = await desk.comment(actor, alarm_ids=(alarm_id,), text="on my way")
        return int(first.waiting) + int(second.waiting)

    waited = 0
    for start in range(0, len(ids), 10):
        clock.time += timedelta(milliseconds=1)
        waited += sum(await asyncio.gather(*map(one, ids[start : start + 10])))
    return waited
