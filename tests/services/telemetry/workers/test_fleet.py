"""The devices in care follow the inventory, the policy and the shares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import Severity
from noc_console.services.credentials.service import CredentialService
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.model import RulesChanged
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory import store
from noc_console.services.inventory.model import DeviceChanged, Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.model import PollPolicy, Subject
from noc_console.services.telemetry.ports import AllMine, Shares
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers import fleet as module
from noc_console.services.telemetry.workers.fleet import Fleet, Rules
from noc_console.services.telemetry.workers.outbox import NOTHING_STANDS
from noc_console.services.telemetry.workers.plan import Plan
from tests.conftest import FakeClock


class Recorded(Plan):
    """A plan that remembers what it was asked for."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self.asked: list[set[int]] = []

    async def read(
        self, policy: PollPolicy, device_ids: Collection[int]
    ) -> AsyncIterator[dict[int, Subject]]:
        if device_ids:
            self.asked.append(set(device_ids))
        async for some in super().read(policy, device_ids):
            yield some


class Odd:
    """Shares that change when told to."""

    def __init__(self, mine: set[int]) -> None:
        self.ours = mine
        self._changed: Callable[[], None] = lambda: None

    def mine(self, device_id: int) -> bool:
        return device_id in self.ours

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._changed = changed
        return lambda: None

    def become(self, mine: set[int]) -> None:
        self.ours = mine
        self._changed()


class World:
    """Everything a fleet lives on."""

    def __init__(
        self,
        db: Database,
        samples: Samples,
        clock: FakeClock,
        bus: EventBus,
        actor: Actor,
        folder: Path,
    ) -> None:
        self.db, self.samples, self.clock, self.bus, self.actor = db, samples, clock, bus, actor
        self.inventory = InventoryService(db, clock=clock)
        secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
        self.credentials = CredentialService(db, secrets)
        self.telemetry = TelemetryService(db, samples, clock=clock, inventory=self.inventory)
        self.plan = Recorded(self.inventory, self.credentials, actor)
        self.public = 0

    async def add(self, number: int, *, ports: int = 1) -> int:
        if not self.public:
            added = await self.credentials.add_snmp(self.actor, community="public")
            self.public = int(added.id)
        seen = Inspected(
            address=f"127.20.1.{number}",
            port=161,
            at=self.clock.now(),
            name=f"n{number}",
            serial=str(number),
            credential_id=self.public,
            interfaces=tuple(SeenInterface(n, f"xe-{n}") for n in range(1, ports + 1)),
        )
        return int(await self.inventory.record(self.actor, inspected=seen))

    @asynccontextmanager
    async def fleet(
        self, shares: Shares | None = None, rules: Rules | None = None
    ) -> AsyncIterator[Fleet]:
        made = Fleet(
            self.plan,
            self.telemetry,
            self.samples,
            shares=shares or AllMine(),
            standing_of=lambda device_id: NOTHING_STANDS,
            rules=rules,
            clock=self.clock,
            actor=self.actor,
            steady=lambda: 1_000.0,
        )
        stop = self.bus.listen(made.hear)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(made.run())
            yield made
            task.cancel()
            stop()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """SQLite only: what is asked of the stores is proved on both elsewhere."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def world(
    db: Database,
    samples: Samples,
    clock: FakeClock,
    bus: EventBus,
    collector: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(module, "PAUSE_S", 0.01)
    return World(db, samples, clock, bus, collector, tmp_path)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_fleet_is_read_once_and_then_only_what_changed(world: World) -> None:
    one, other = await world.add(1), await world.add(2)
    async with world.fleet() as fleet:
        await until(lambda: len(fleet.wards) == 2)
        assert world.plan.asked == [{one, other}]
        await world.add(1, ports=3)
        await until(lambda: len(fleet.wards[one].subject.ports) == 3)
        third = await world.add(3)
        await until(lambda: third in fleet.wards)
        assert world.plan.asked[1:] == [{one}, {third}]
        assert all(number in fleet.schedule for number in (one, other, third))
        await world.credentials.remove(world.actor, credential_id=world.public)
        await until(lambda: not fleet.wards)
        assert len(fleet.schedule) == 0


async def test_what_the_journal_did_not_tell_is_noticed_in_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECK_EVERY_S", 0.05)
    one, other = await world.add(1), await world.add(2)
    async with world.fleet() as fleet:
        await until(lambda: len(fleet.wards) == 2)
        with world.db.engine.begin() as connection:
            connection.execute(
                update(store.devices).where(store.devices.c.id == one).values(address="127.9.9.9")
            )
        await until(lambda: fleet.wards[one].subject.target.address == "127.9.9.9")
        assert world.plan.asked[1:] == [{one}], "and nobody else was read for it"
        assert other in fleet.wards


async def test_another_rhythm_reaches_everybody_without_reading_anybody(world: World) -> None:
    one = await world.add(1)
    async with world.fleet() as fleet:
        await until(lambda: one in fleet.wards)
        await world.telemetry.set_tier(world.actor, name="hot", interval_s=5, device_ids=(one,))
        await until(lambda: fleet.wards[one].interval == 5.0)
        turn = fleet.schedule.turn_of(one)
        assert turn is not None and turn <= 1_005.0
        assert len(world.plan.asked) == 1


async def test_only_what_is_ours_is_in_care_and_what_is_no_longer_is_dropped_at_once(
    world: World,
) -> None:
    one, other = await world.add(1), await world.add(2)
    shares = Odd({one})
    async with world.fleet(shares) as fleet:
        await until(lambda: set(fleet.wards) == {one})
        assert world.plan.asked == [{one}]
        shares.become({other})
        assert not fleet.wards and one not in fleet.schedule, "at once"
        await until(lambda: set(fleet.wards) == {other})
        assert fleet.mine(other) and not fleet.mine(one)


async def test_a_device_nobody_can_ask_is_not_read_again_and_again(world: World) -> None:
    await world.add(1)
    await world.inventory.record_unknown(world.actor, name="somewhere", address="127.20.1.9")
    async with world.fleet() as fleet:
        await until(lambda: len(fleet.wards) == 1)
        await world.add(2)
        await until(lambda: len(fleet.wards) == 2)
        assert [len(asked) for asked in world.plan.asked] == [2, 1]


async def test_everybody_is_judged_by_the_rules_in_force(world: World) -> None:
    device_id = await world.add(1)
    books = [our_book(), RuleBook(())]

    async def rules(actor: Actor) -> RuleBook:
        return books[0]

    async with world.fleet(rules=rules) as fleet:
        await until(lambda: device_id in fleet.wards)
        tracker = fleet.wards[device_id].tracker
        assert tracker.unreachable() > Severity.CLEARED
        books.pop(0)
        fleet.hear([RulesChanged(family="metric", rule_id="unreachable", what="disabled")])
        await until(lambda: tracker.unreachable() is Severity.CLEARED)
        late = await world.add(2)
        fleet.hear([DeviceChanged(device_id=late, what="seen")])
        await until(lambda: late in fleet.wards)
        assert fleet.wards[late].tracker.unreachable() is Severity.CLEARED
