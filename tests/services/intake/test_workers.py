"""From real datagrams to kept lines and a poller told to look."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import pytest

from noc_console.adapters.syslog import open_syslog_receiver
from noc_console.adapters.traps import open_trap_receiver
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.services.intake import workers
from noc_console.services.intake.model import IntakeLine, LineKind, LinesArrived, LogLine, Trap
from noc_console.services.intake.service import IntakeService
from noc_console.services.intake.workers import Hint, IntakeWorker, LinesKeeper
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.wire import ber, oid, snmp
from tests.conftest import FakeClock
from tests.services.intake.conftest import BOOK

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


async def add_device(
    inventory: InventoryService, actor: Actor, clock: FakeClock, name: str, address: str
) -> int:
    seen = Inspected(
        address=address, port=161, at=clock.now(), name=name, serial=name, credential_id=1
    )
    return int(await inventory.record(actor, inspected=seen))


@asynccontextmanager
async def running(worker: IntakeWorker) -> AsyncIterator[None]:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        yield
        task.cancel()


def noting(looks: list[int]) -> Hint:
    async def hint(devices: Sequence[int], at: datetime) -> None:
        assert at.tzinfo is not None
        looks.extend(devices)

    return hint


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


def trap_bytes(name: str) -> bytes:
    varbinds = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, b"\x01"),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode(name)),
    ]
    return snmp.encode_message(snmp.V2C, b"public", snmp.Pdu(snmp.TRAP_V2, 1, 0, 0, varbinds))


def send(data: bytes, *, source: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source, 0))
        sock.sendto(data, ("127.0.0.1", port))


async def test_n8_a_trap_of_a_known_device_makes_the_poller_look_a_forged_one_is_quarantined(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """N8: who is no device of ours stirs nobody."""
    monkeypatch.setattr(workers, "HELD_S", 0.1)
    core = await add_device(inventory, collector, clock, "core-1", "127.20.9.1")
    looks: list[int] = []
    hint = noting(looks)
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=hint, book=BOOK)
    async with AsyncExitStack() as stack:
        traps = await stack.enter_async_context(
            open_trap_receiver(worker.take_trap, clock=clock, bind="127.0.0.1", ports=(0,))
        )
        lines = await stack.enter_async_context(
            open_syslog_receiver(worker.take_line, clock=clock, bind="127.0.0.1", ports=(0,))
        )
        await stack.enter_async_context(running(worker))
        assert traps.listener and lines.listener
        send(trap_bytes(LINK_DOWN), source="127.20.9.1", port=traps.listener.port)
        send(trap_bytes(LINK_DOWN), source="127.20.9.66", port=traps.listener.port)
        send(b"<187>Mar  1 00:00:00 core-1 boom\x00", source="127.20.9.1", port=lines.listener.port)
        await until(lambda: looks != [])
        while len(await intake.recent(collector)) < 2 or not await intake.quarantine(collector):
            await asyncio.sleep(0.01)
    found = {line.kind: line for line in await intake.recent(collector)}
    assert {line.device_id for line in found.values()} == {core}
    assert looks == [core], "a forged trap stirs nobody"
    (stranger,) = await intake.quarantine(collector)
    assert (stranger.source, stranger.count) == ("127.20.9.66", 1)
    health = worker.health()
    assert (health["traps"], health["syslog"], health["dropped"]) == (2, 1, 0)


async def test_a_stranger_that_is_discovered_leaves_the_quarantine(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "LOOK_UP_AGAIN_S", 0.0)
    monkeypatch.setattr(workers, "HELD_S", 0.1)
    monkeypatch.setattr(workers, "QUARANTINE_EVERY_S", 0.1)
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=noting([]), book=BOOK)
    async with running(worker):
        worker.take_trap(Trap("127.20.9.5", clock.now(), "v2c", LINK_DOWN, 1, ()))
        while not await intake.quarantine(collector):
            await asyncio.sleep(0.01)
        await add_device(inventory, collector, clock, "new-1", "127.20.9.5")
        while await intake.quarantine(collector):
            worker.take_line(LogLine("127.20.9.5", clock.now(), 1, 6, "hello"))
            await asyncio.sleep(0.05)


async def test_devices_behind_one_address_are_told_apart_by_the_name_they_log(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    ids = [
        int(
            await inventory.record(
                collector,
                inspected=Inspected(
                    address="127.0.0.1",
                    port=port,
                    at=clock.now(),
                    name=name,
                    serial=name,
                    credential_id=1,
                ),
            )
        )
        for port, name in ((21000, "agg-1"), (21001, "agg-2"))
    ]
    looks: list[int] = []
    hint = noting(looks)
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=hint, book=BOOK)
    async with running(worker):
        worker.take_line(LogLine("127.0.0.1", clock.now(), 1, 6, "hello", host="AGG-2"))
        worker.take_trap(Trap("127.0.0.1", clock.now(), "v2c", LINK_DOWN, 1, ()))
        while len(await intake.recent(collector)) < 2:
            await asyncio.sleep(0.01)
    by_kind = {line.kind.value: line.device_id for line in await intake.recent(collector)}
    assert by_kind == {"syslog": ids[1], "trap": None}
    assert looks == []


async def test_a_flood_is_dropped_counted_and_does_not_push_out_what_is_urgent(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "WAITING", 50)
    core = await add_device(inventory, collector, clock, "core-1", "127.20.9.1")
    looks: list[int] = []
    hint = noting(looks)
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=hint, book=BOOK)
    for number in range(500):
        worker.take_line(LogLine("127.20.9.1", clock.now(), 1, 7, f"debug {number}"))
    worker.take_trap(Trap("127.20.9.1", clock.now(), "v2c", LINK_DOWN, 1, ()))
    assert worker.health()["dropped"] == 450
    assert worker.health()["drops"] == {"queue full": 450}
    async with running(worker):
        await until(lambda: looks == [core])
        while len(await intake.recent(collector)) < 51:
            await asyncio.sleep(0.01)


async def test_what_a_device_says_while_it_is_being_discovered_is_its_own(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    looks: list[int] = []
    worker = IntakeWorker(
        intake, inventory, bus=bus, actor=collector, hint=noting(looks), book=BOOK
    )
    async with running(worker):
        await asyncio.sleep(0.1)  # it has looked the inventory up, and found nobody
        worker.take_trap(Trap("127.20.9.7", clock.now(), "v2c", LINK_DOWN, 1, ()))
        await asyncio.sleep(0.3)
        new = await add_device(inventory, collector, clock, "new-1", "127.20.9.7")
        while not await intake.recent(collector, device_id=new):
            await asyncio.sleep(0.05)
    assert looks == [new]
    assert await intake.quarantine(collector) == ()


async def test_equal_words_are_one_line_with_a_count_and_told_of_now_and_then(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    await add_device(inventory, collector, clock, "core-1", "127.20.9.1")
    told: list[Event] = []
    bus.listen(lambda events: told.extend(events))
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=noting([]), book=BOOK)
    for _ in range(1_000):
        worker.take_line(LogLine("127.20.9.1", clock.now(), 1, 6, "again"))
    async with running(worker):
        while not await intake.recent(collector):
            await asyncio.sleep(0.02)
        [line] = await intake.recent(collector)
        assert (line.count, line.text) == (1_000, "again")
        await until(lambda: LinesArrived(count=1_000, quarantined=0) in told)


async def test_lines_are_packed_beside_whoever_writes_them(
    intake: IntakeService, collector: Actor, clock: FakeClock
) -> None:
    lines = tuple(
        IntakeLine(clock.now(), 7, "127.20.9.1", LineKind.SYSLOG, 6, f"n{n}") for n in range(120)
    )
    await intake.keep(collector, lines=lines)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(LinesKeeper(intake).run())
        while (await intake._lines.kept()).chunks < 2:
            await asyncio.sleep(0.02)
        task.cancel()
    assert (await intake.search(collector, text="n*")).matches == 120


async def test_a_store_that_does_not_answer_costs_no_line(
    intake: IntakeService,
    inventory: InventoryService,
    collector: Actor,
    clock: FakeClock,
    bus: EventBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await add_device(inventory, collector, clock, "core-1", "127.20.9.1")
    worker = IntakeWorker(intake, inventory, bus=bus, actor=collector, hint=noting([]), book=BOOK)
    worker.take_line(LogLine("127.20.9.1", clock.now(), 1, 6, "once"))

    async def away(*_: object, **__: object) -> None:
        raise Unreachable("the store is away", peer="store")

    with monkeypatch.context() as broken:
        broken.setattr(intake._lines, "append", away)
        with pytest.raises(Unreachable):
            await worker.run()
    assert worker.health()["queued"] == 1
    async with running(worker):  # as the supervisor starts it again
        while not await intake.recent(collector):
            await asyncio.sleep(0.02)
    assert [line.text for line in await intake.recent(collector)] == ["once"]
    assert worker.health()["queued"] == 0
