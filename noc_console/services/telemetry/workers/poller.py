"""The poller: every device on time, a dead one in nobody's way.

One loop hands out turns; each turn is a task of its own behind a common limit. What the turns
find waits in the outbox, which another loop writes about once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, LatestValues, Resolution, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.credentials.model import CredentialChanged
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import (
    DeviceChanged,
    Interface,
    LinksChanged,
    Reachability,
    SensorKind,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import PollPolicy, PollPolicyChanged, Reading, Subject
from noc_console.services.telemetry.ports import SnmpReader
from noc_console.services.telemetry.rules import rates, schedule
from noc_console.services.telemetry.rules.rates import Track, Uptime
from noc_console.services.telemetry.rules.schedule import Bucket, Schedule
from noc_console.services.telemetry.rules.tracker import Tracker, unreachable_severity, width_of
from noc_console.services.telemetry.rules.turns import Turns
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers.asking import (
    PER_GET,
    Asker,
    Questions,
    Steady,
    names_for,
    questions,
)
from noc_console.services.telemetry.workers.outbox import Outbox
from noc_console.services.telemetry.workers.plan import FEW, Plan
from noc_console.services.telemetry.workers.steady import steady_s

_log = structlog.get_logger("poller")

WRITE_EVERY_S = 0.5
RECONCILE_EVERY_S = 10.0
REPLAN_EVERY_S = 60.0
SOONEST_S = 2.0
"""A device that keeps sending traps is not asked more often than this."""
LONGEST_PATIENCE_S = 10.0
"""Between two attempts to reach a store that does not answer."""
_STORE_TROUBLE = (Unreachable, OperationalError, InterfaceError)
_COUNTERS = INTERFACE.columns[:8]


class Ward:
    """One device in the poller's care."""

    def __init__(self, subject: Subject, tracker: Tracker) -> None:
        self.subject = subject
        self.tracker = tracker
        self.asked: Questions = questions(subject.interfaces)
        self.turns = Turns(subject.sensors)
        self.busy = False
        self.is_hinted = False
        """Something happened there while it was asked: ask once more."""
        self.misses = 0
        self.down = subject.device.reachability is Reachability.DOWN
        self.is_known_up = subject.device.reachability is Reachability.UP
        self.began = 0.0
        self.bucket: Bucket | None = None
        self.watched_at = 0.0

    def follow(self, subject: Subject) -> None:
        """The inventory has another word on the device. A discovery may have reached it."""
        self.subject = subject
        self.tracker.follow(subject)
        self.is_known_up = subject.device.reachability is Reachability.UP
        self.down &= not self.is_known_up
        self.asked = questions(subject.interfaces)
        self.turns = self.turns.follow(subject.sensors)

    def interval(self, policy: PollPolicy) -> float:
        """The policy's, or less where 32-bit counters would wrap twice unseen."""
        narrow = (width_of(port) for port in self.subject.interfaces if not port.has_hc)
        wanted = (rates.wrap_interval(width, longest=policy.interval_s) for width in narrow)
        return min(wanted, default=policy.interval_s)


@dataclass(slots=True)
class Figures:
    """What the poller says about itself, since it started unless said otherwise."""

    polls: int = 0
    failures: int = 0
    bugs: int = 0
    watched: int = 0
    late_s: float = 0.0
    """The latest turn of the last round, in seconds behind its time."""


class Poller:
    """Polls every device the inventory can reach, until cancelled."""

    def __init__(
        self,
        *,
        inventory: InventoryService,
        credentials: CredentialService,
        alarms: AlarmService,
        telemetry: TelemetryService,
        samples: Samples,
        reader: SnmpReader,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        steady: Steady = steady_s,
    ) -> None:
        self._telemetry = telemetry
        self._samples = samples
        self._clock = clock
        self._actor = actor
        self._steady = steady
        self._bus = bus
        self._plan = Plan(inventory, credentials, actor)
        self._asker = Asker(reader, clock=clock, steady=steady)
        self._outbox = Outbox(samples=samples, inventory=inventory, alarms=alarms, actor=actor)
        self._policy = PollPolicy()
        self._schedule = Schedule(self._policy.interval_s)
        self._devices: dict[int, Ward] = {}
        self._slots = asyncio.Semaphore(self._policy.concurrency)
        self._awake = asyncio.Event()
        self._changed: set[int] = set()
        self._all_changed = True
        self._replan = asyncio.Event()
        self.figures = Figures()

    # From outside

    def hint(self, device_id: int) -> None:
        """Something may have happened there (a trap said so): look soon."""
        ward = self._devices.get(device_id)
        if ward is None:
            return
        if ward.busy:
            ward.is_hinted = True
            return
        soonest = max(self._steady(), ward.began + self._least())
        self._schedule.hasten(device_id, soonest)
        self._awake.set()

    def health(self) -> Mapping[str, float | int]:
        """For the collector's pulse."""
        return {
            "devices": len(self._devices),
            "unreachable": sum(ward.down for ward in self._devices.values()),
            "due_late_s": round(self.figures.late_s, 3),
            "polls": self.figures.polls,
            "failures": self.figures.failures,
            "dropped_polls": self._outbox.dropped,
        }

    async def run(self) -> None:
        """Forever, until cancelled. What waits to be written is written on the way out."""
        self._all_changed = True
        self._devices.clear()
        stop_listening = self._bus.listen(self._hear)
        try:
            await self._outbox.reconcile()
            await self._read_plan()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_plan())
                group.create_task(self._keep_writing())
                group.create_task(self._serve_wishes(group))
                await self._hand_out_turns(group)
        finally:
            stop_listening()
            try:
                await self._outbox.flush()
            except _STORE_TROUBLE as error:
                _log.warning("last measurements not written", reason=_first_line(error))

    # Turns

    async def _hand_out_turns(self, group: asyncio.TaskGroup) -> None:
        while True:
            due = self._schedule.due(self._steady())
            if due:
                self.figures.late_s = max(late for _, late in due)
            for device_id, _ in due:
                ward = self._devices.get(device_id)
                if ward is not None and not ward.busy:
                    ward.busy = True
                    group.create_task(self._turn(ward))
            self._awake.clear()
            wait = self._schedule.wait(self._steady(), longest=1.0)
            try:
                async with asyncio.timeout(wait):
                    await self._awake.wait()
            except TimeoutError:
                pass

    async def _turn(self, ward: Ward) -> None:
        """One device's turn, whatever comes of it."""
        device_id = int(ward.subject.device.id)
        again: float | None = None
        try:
            async with self._slots:
                ward.began = self._steady()
                again = await self._ask(ward)
        except Exception as error:  # noqa: BLE001 - one odd device must not stop the others
            self.figures.bugs += 1
            _log.exception("poll failed", device=ward.subject.device.name, error=str(error))
        finally:
            ward.busy = False
            if self._devices.get(device_id) is ward:
                self._next_turn(ward, again)

    def _next_turn(self, ward: Ward, again: float | None) -> None:
        device_id = int(ward.subject.device.id)
        now = self._steady()
        interval = ward.interval(self._policy)
        if ward.down:
            longest = self._policy.backed_off_s
            pause = schedule.backed_off(ward.misses, interval=interval, longest=longest)
            turn = ward.began + pause if pause > interval else None
        else:
            turn = None
        if turn is None:
            turn = schedule.next_turn(device_id, interval=interval, now=now)
        if ward.is_hinted:
            ward.is_hinted = False
            again = self._least()
        if again is not None:
            turn = min(turn, ward.began + again)
        self._schedule.put(device_id, max(turn, now))
        self._awake.set()

    def _least(self) -> float:
        """Hints ask a device no more often than this, seconds."""
        return min(SOONEST_S, self._policy.interval_s)

    async def _ask(self, ward: Ward) -> float | None:
        """Ask one device; the answer is how soon another look would help, if it would."""
        self.figures.polls += 1
        if ward.down and not await self._asker.gives_sign(ward.subject, rounds=1):
            self.figures.failures += 1
            self._lost(ward, f"{ward.subject.target.peer} still does not answer")
            return None
        try:
            reading = await self._asker.read(ward.subject, ward.asked, ward.turns.next())
        except Unreachable as error:
            return await self._missed(ward, error)
        return self._answered(ward, reading)

    async def _missed(self, ward: Ward, error: Unreachable) -> float | None:
        """A poll went unanswered: lost on the way, or is nobody there? Ask for any sign of life."""
        self.figures.failures += 1
        rounds = max(2, 2 * (self._policy.down_after - 1))
        if not isinstance(error, AuthRejected) and await self._asker.gives_sign(
            ward.subject, rounds=rounds
        ):
            ward.misses = 0
            return self._soon()
        self._lost(ward, str(error))
        return None

    def _lost(self, ward: Ward, why: str) -> None:
        """It is certain that the device does not answer."""
        ward.misses += 1
        if not ward.down:
            ward.down = True
            ward.is_known_up = False
            now = self._clock.now()
            self._outbox.reach(int(ward.subject.device.id), Reachability.DOWN, now)
        about = ward.tracker.about()
        if (about.key, Condition.UNREACHABLE) not in self._outbox.standing:
            severity = unreachable_severity(ward.subject.device.type)
            self._outbox.report(AlarmReport(about, Condition.UNREACHABLE, severity, why))
        at_ms = round(self._clock.now().timestamp() * 1000)
        self._outbox.keep(int(ward.subject.device.id), at_ms, ward.tracker.lost())

    def _answered(self, ward: Ward, reading: Reading) -> float | None:
        is_first = ward.tracker.uptime is None
        outcome = ward.tracker.take(reading, self._outbox.standing)
        device_id = int(ward.subject.device.id)
        self._outbox.keep(device_id, reading.at_ms, outcome)
        ward.misses = 0
        ward.down = False
        if not ward.is_known_up:
            ward.is_known_up = True
            self._outbox.reach(device_id, Reachability.UP, self._clock.now())
        about = ward.tracker.about()
        if (about.key, Condition.UNREACHABLE) in self._outbox.standing:
            text = "answers again"
            self._outbox.report(AlarmReport(about, Condition.UNREACHABLE, Severity.CLEARED, text))
        if outcome.confirm:
            return self._soon()
        return schedule.SECOND_LOOK_S if is_first else None

    def _soon(self) -> float:
        """How soon to look again when one reading is not enough."""
        return min(10.0, self._policy.interval_s / 4)

    # What somebody looks at

    async def _serve_wishes(self, group: asyncio.TaskGroup) -> None:
        async def serve() -> None:
            for device_id, ports in (await self._wished()).items():
                ward = self._devices.get(device_id)
                if ward is not None and self._may_look(ward, ports):
                    ward.busy = True
                    group.create_task(self._look(ward, ports))

        while True:
            await self._insist("wishes", serve)
            await asyncio.sleep(self._policy.watched_interval_s / 4)

    async def _wished(self) -> dict[int, tuple[Interface, ...]]:
        """Interfaces to look at by device; all of them when the device itself is wished for."""
        found: dict[int, tuple[Interface, ...]] = {}
        for wish in await self._samples.wishes(self._clock.now()):
            ward = self._devices.get(wish.device_id)
            if ward is None:
                continue
            ports = ward.subject.interfaces
            if wish.kind == INTERFACE.name:
                ports = tuple(port for port in ports if int(port.id) in wish.subject_ids)
            if ports and len(ports) > len(found.get(wish.device_id, ())):
                found[wish.device_id] = ports
        return found

    def _may_look(self, ward: Ward, ports: Sequence[Interface]) -> bool:
        """Once an interval, not while it is asked already, and within its budget."""
        now = self._steady()
        if ward.busy or ward.down or now - ward.watched_at < self._policy.watched_interval_s:
            return False
        if ward.bucket is None:
            ward.bucket = Bucket(self._policy.watched_budget, now=now)
        cost = min(_cost(ports), ward.asked.requests)
        if not ward.bucket.take(cost, now=now):
            return False
        ward.watched_at = now
        return True

    async def _look(self, ward: Ward, ports: Sequence[Interface]) -> None:
        """A fast reading. When it fails, the regular poll will find out why."""
        device_id = int(ward.subject.device.id)
        try:
            async with self._slots:
                self.figures.watched += 1
                if _cost(ports) < ward.asked.requests:
                    reading = await self._asker.read_ports(ward.subject, ports)
                else:
                    reading = await self._asker.read_table(ward.subject, ward.asked)
            outcome = ward.tracker.take(reading, self._outbox.standing)
            self._outbox.keep(device_id, reading.at_ms, outcome)
        except Unreachable:
            # The regular poll comes a little sooner, to find out why.
            self._schedule.hasten(device_id, self._steady() + self._soon())
        except Exception as error:  # noqa: BLE001 - as in _turn
            self.figures.bugs += 1
            _log.exception("look failed", device=ward.subject.device.name, error=str(error))
        finally:
            ward.busy = False
            passed_over = ward.is_hinted or device_id not in self._schedule
            ward.is_hinted = False
            if self._devices.get(device_id) is ward and passed_over:
                # Its turn came, or a hint, while we looked.
                self._schedule.put(device_id, self._steady())
                self._awake.set()

    # Writing

    async def _keep_writing(self) -> None:
        reconciled = self._steady()
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self._insist("writing", self._outbox.flush)
            if self._steady() - reconciled >= min(RECONCILE_EVERY_S, self._policy.interval_s):
                await self._insist("alarms", self._outbox.reconcile)
                reconciled = self._steady()

    async def _insist(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Try until the store answers: polling goes on meanwhile, and what it finds waits."""
        pause = 0.5
        while True:
            try:
                return await work()
            except _STORE_TROUBLE as error:
                _log.warning("the store does not answer", at=what, reason=_first_line(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PATIENCE_S)

    # What there is to poll

    def _hear(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, DeviceChanged | LinksChanged):
                if isinstance(event, LinksChanged) or event.what != "seen":
                    self._changed.add(event.device_id)
                    self._replan.set()
            elif isinstance(event, CredentialChanged | PollPolicyChanged):
                self._all_changed = True
                self._replan.set()

    async def _keep_plan(self) -> None:
        while True:
            try:
                async with asyncio.timeout(REPLAN_EVERY_S):
                    await self._replan.wait()
            except TimeoutError:
                self._all_changed = True
            began = self._steady()
            await self._insist("plan", self._read_plan)
            # Discovery changes many devices in a row: reading the plan must not become the work.
            await asyncio.sleep(max(1.0, 4 * (self._steady() - began)))

    async def _read_plan(self) -> None:
        self._replan.clear()
        changed, self._changed = self._changed, set()
        everything, self._all_changed = self._all_changed or len(changed) > FEW, False
        try:
            await self._read_subjects(None if everything else changed)
        except BaseException:
            self._changed |= changed
            self._all_changed |= everything
            raise

    async def _read_subjects(self, wanted: set[int] | None) -> None:
        """Take up what the inventory says of these devices, or of all."""
        policy = await self._telemetry.policy(self._actor)
        if wanted is None:
            subjects = await self._plan.everything(policy)
            self._drop(self._devices.keys() - subjects.keys())
        else:
            subjects = await self._plan.some(policy, wanted)
            self._drop((wanted - subjects.keys()) & self._devices.keys())
        if policy.interval_s != self._policy.interval_s:
            self._schedule.change_interval(policy.interval_s, now=self._steady())
        self._policy = policy
        for number, subject in subjects.items():
            if number in self._devices:
                self._devices[number].follow(subject)
        await self._take_on([s for n, s in subjects.items() if n not in self._devices])

    def _drop(self, device_ids: Iterable[int]) -> None:
        for number in list(device_ids):
            self._devices.pop(number, None)
            self._schedule.remove(number)

    async def _take_on(self, subjects: Collection[Subject]) -> None:
        """New devices, with what the store remembers of them: a restart loses no rate."""
        if not subjects:
            return
        settled = max(self._policy.settled_s, 2 * self._policy.interval_s)
        memory = await self._remember(subjects)
        for subject in subjects:
            tracker = Tracker(subject, settled_after_s=settled)
            memory.restore(tracker, self._outbox.standing)
            number = int(subject.device.id)
            self._devices[number] = Ward(subject, tracker)
            self._schedule.add(number, now=self._steady())
        self._awake.set()

    async def _remember(self, subjects: Collection[Subject]) -> Memory:
        ports = [int(port.id) for subject in subjects for port in subject.interfaces]
        optics = [
            int(sensor.id)
            for subject in subjects
            for sensor in subject.sensors
            if sensor.kind is SensorKind.DBM
        ]
        now = self._clock.now()
        return Memory(
            now=now,
            steady=self._steady(),
            ports=await self._samples.latest(INTERFACE, ports),
            devices=await self._samples.latest(DEVICE, [int(s.device.id) for s in subjects]),
            light=await self._usual_light(optics, now),
        )

    async def _usual_light(self, sensor_ids: Sequence[int], now: datetime) -> dict[int, float]:
        """The best hour of the last three days, dBm by sensor."""
        if not sensor_ids:
            return {}
        found = await self._samples.series_of(
            SENSOR, sensor_ids, now - timedelta(days=3), now, resolution=Resolution.HOUR
        )
        best = {}
        for number, series in found.items():
            values = series.values["value"]
            known = values[values == values]
            if len(known):
                best[number] = float(known.max()) / 1000
        return best


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store of measurements remembers of devices the poller takes on."""

    now: datetime
    steady: float
    ports: LatestValues
    devices: LatestValues
    light: Mapping[int, float]

    def restore(self, tracker: Tracker, standing: Mapping[tuple[str, Condition], Severity]) -> None:
        """Give a tracker its memory back."""
        subject = tracker.subject
        device = self.devices.get(int(subject.device.id))
        if device is not None and device.values["uptime_s"] is not None:
            tracker.uptime = Uptime(float(device.values["uptime_s"]), self._ago(device.at))
        for port in subject.interfaces:
            word = self.ports.get(int(port.id))
            epoch = None if word is None else word.values["epoch"]
            if word is not None and epoch is not None:
                values = tuple(word.values[column] for column in _COUNTERS)
                tracker.tracks[int(port.id)] = Track(self._ago(word.at), values, epoch)
        tracker.remember_light(
            {int(s.id): self.light[int(s.id)] for s in subject.sensors if int(s.id) in self.light},
            at=self.steady,
        )
        tracker.remember_up(
            int(port.id)
            for port in subject.interfaces
            if (tracker.about(port).key, Condition.INTERFACE_DOWN) in standing
        )

    def _ago(self, at: datetime) -> float:
        return self.steady - max(0.0, (self.now - at).total_seconds())


def _cost(ports: Sequence[Interface]) -> int:
    """Datagrams it takes to GET these interfaces one by one."""
    return -(-(1 + sum(len(names_for(port)) for port in ports)) // PER_GET)


def _first_line(error: BaseException) -> str:
    """Drivers write essays, some with the statement in them."""
    return str(error).partition("\n")[0][:200]
