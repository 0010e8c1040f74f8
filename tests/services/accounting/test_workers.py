"""From the listener to the store, the backups and the peers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.services.accounting import workers
from noc_console.services.accounting.model import Accounted, Trouble
from noc_console.services.accounting.service import AccountingService
from noc_console.services.accounting.workers import Bookkeeper
from noc_console.services.credentials.service import CredentialService
from noc_console.services.intake.model import ConfigChangesHeard
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock
from tests.services.accounting.conftest import Meet
from tests.services.accounting.test_rules import heard


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is was proved beside the store."""
    return f"sqlite:///{tmp_path}/noc.db"


@asynccontextmanager
async def running(book: Bookkeeper) -> AsyncIterator[None]:
    """The worker as a supervisor runs it, without one."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(book.run()), group.create_task(book.follow())]
        yield
        for task in tasks:
            task.cancel()


async def ready(book: Bookkeeper, credentials: CredentialService, operator: Actor) -> None:
    await credentials.add_tacacs(operator, shared_secret="tac-key")
    assert await book.learn()


def typed(clock: FakeClock, command: str, device_id: int, **fields: object) -> Accounted:
    return heard(command, device_id=device_id, received_at=clock.now(), **fields)


async def test_a_device_hears_kept_only_of_what_is_in_the_store(
    book: Bookkeeper,
    accounting: AccountingService,
    credentials: CredentialService,
    operator: Actor,
    clock: FakeClock,
    meet: Meet,
) -> None:
    device = await meet("core-1", address="192.0.2.1")
    await ready(book, credentials, operator)
    answers: list[bool] = []
    book.take(typed(clock, "username x secret 0 hunter22", device), answers.append)
    assert answers == [], "not before it is written"
    await book.write()
    assert answers == [True]
    [kept] = await accounting.commands(operator)
    assert "hunter22" not in kept.command and kept.is_change and kept.device_id == device
    assert book.health() == {"accounted": 1}


async def test_what_the_store_does_not_take_is_answered_with_no(
    book: Bookkeeper,
    credentials: CredentialService,
    operator: Actor,
    clock: FakeClock,
    meet: Meet,
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = await meet("core-1", address="192.0.2.1")
    await ready(book, credentials, operator)
    answers: list[bool] = []

    async def gone(work: object) -> None:
        raise Unreachable("the store does not answer", peer="store")

    with monkeypatch.context() as patched:
        # A store that is away cannot be had on a file: only this one call is replaced.
        patched.setattr(db, "keep", gone)
        book.take(typed(clock, "commit", device), answers.append)
        with pytest.raises(Unreachable):
            await book.write()
    assert answers == [False] and book.dropped == {"not kept": 1}
    book.take(typed(clock, "commit", device), answers.append)
    await book.write()
    assert answers == [False, True]


async def test_no_more_waits_than_there_is_room_for(
    book: Bookkeeper, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WAITING", 2)
    answers: list[bool] = []
    for _ in range(3):
        book.take(typed(clock, "commit", 1), answers.append)
    assert answers == [False] and book.dropped == {"queue full": 1}


async def test_a_change_is_told_at_once_and_what_follows_at_its_end(
    book: Bookkeeper,
    intake: IntakeService,
    credentials: CredentialService,
    operator: Actor,
    clock: FakeClock,
    bus: EventBus,
    meet: Meet,
) -> None:
    device = await meet("core-1", address="192.0.2.1")
    await ready(book, credentials, operator)
    told: list[Event] = []
    bus.listen(told.extend)
    began = clock.now()
    for second, command in enumerate(("show clock", "configure terminal", "hostname x", "end")):
        clock.time = began + timedelta(seconds=second)
        book.take(typed(clock, command, device), lambda _: None)
        await book.write()
        await book.tell_changes(float(second))

    async def changes() -> list[tuple[str, str, str, float]]:
        found = await intake.changes_of(
            operator, device_id=device, start=began, end=began + timedelta(hours=1)
        )
        return [(c.who, c.how, c.text, (c.at - began).total_seconds()) for c in found]

    way = "AAA: 198.51.100.9, tty2"
    assert await changes() == [("mira", way, "configure terminal", 1.0)]
    await book.tell_changes(10.0)
    assert await changes() == [
        ("mira", way, "configure terminal", 1.0),
        ("mira", way, "hostname x", 2.0),
    ]
    await book.tell_changes(100.0)
    assert len(await changes()) == 2
    devices = [e.device_ids for e in told if isinstance(e, ConfigChangesHeard)]
    assert devices == [(device,), (device,)]


async def test_who_was_not_heard_and_why_is_written_down(
    book: Bookkeeper,
    accounting: AccountingService,
    credentials: CredentialService,
    operator: Actor,
    clock: FakeClock,
    meet: Meet,
) -> None:
    device = await meet("core-1", address="192.0.2.1")
    await ready(book, credentials, operator)
    book.refused("192.0.2.1", Trouble.OTHER_KEY)
    for _ in range(3):
        book.refused("203.0.113.9", Trouble.STRANGER)
    await book.tell_peers()
    told = {one.source: one for one in await accounting.peers(operator)}
    assert told["192.0.2.1"].problem == "other key" and told["192.0.2.1"].device_id == device
    assert told["203.0.113.9"].refused == 3 and told["203.0.113.9"].device_id is None
    book.take(typed(clock, "commit", device, source="192.0.2.1"), lambda _: None)
    await book.write()
    await book.tell_peers()
    told = {one.source: one for one in await accounting.peers(operator)}
    assert told["192.0.2.1"].problem == "" and told["192.0.2.1"].records == 1
    assert book.dropped == {"other key": 1, "unknown device": 3}


async def test_keys_and_devices_are_learnt_while_it_runs(
    book: Bookkeeper,
    accounting: AccountingService,
    credentials: CredentialService,
    operator: Actor,
    clock: FakeClock,
    meet: Meet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "LEARN_PAUSE_S", 0.01)
    async with asyncio.timeout(30), running(book):
        await book.until(wanted=False)
        added = await credentials.add_tacacs(operator, shared_secret="tac-key")
        await book.until(wanted=True)
        assert book.known("192.0.2.1") is None
        device = await meet("core-1", address="192.0.2.1")
        while (known := book.known("192.0.2.1")) is None:
            await asyncio.sleep(0.01)
        assert known.device_id == device and len(known.keys) == 1
        kept = asyncio.Event()
        book.take(typed(clock, "commit", device), lambda is_kept: kept.set())
        await kept.wait()
        assert len(await accounting.commands(operator)) == 1
        await credentials.remove(operator, credential_id=int(added.id))
        await book.until(wanted=False)
        assert book.known("192.0.2.1") is None


async def test_a_vault_that_does_not_open_leaves_what_was_known(
    book: Bookkeeper,
    credentials: CredentialService,
    operator: Actor,
    meet: Meet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await meet("core-1", address="192.0.2.1")
    await ready(book, credentials, operator)

    async def shut(actor: Actor) -> tuple[()]:
        raise Broken("the vault's key is gone")

    monkeypatch.setattr(credentials, "tacacs_keys", shut)
    assert not await book.learn()
    assert book.is_wanted and book.known("192.0.2.1") is not None
