"""The devices in the poller's care: read once, then only what changed of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Resolution, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.events import Event
from noc_console.kernel.heartbeat import beat, rest
from noc_console.services.credentials.model import CredentialChanged
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.model import RulesChanged
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import DeviceChanged, LinksChanged, SensorKind
from noc_console.services.telemetry.model import PollPolicy, PollPolicyChanged, Subject
from noc_console.services.telemetry.ports import Shares
from noc_console.services.telemetry.rules.outcome import Standing
from noc_console.services.telemetry.rules.schedule import FIRST_ROUND_S, Schedule, next_turn
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers.asking import Steady
from noc_console.services.telemetry.workers.outbox import insist
from noc_console.services.telemetry.workers.plan import Plan
from noc_console.services.telemetry.workers.ward import Memory, Ward

Rules = Callable[[Actor], Awaitable[RuleBook]]
"""Reads the rules for alarms that are in force."""

CHECK_EVERY_S = 300.0
"""Between two looks whether the journal told of everything."""
PAUSE_S = 1.0
"""Between two readings of what changed, at least."""
FIRST_PACE = 200.0
"""Devices a second in the first round: a collector that starts is no storm."""
SMALL_FLEET = 1_000
"""So many devices may get two looks at once, for a rate within seconds."""


class Fleet:
    """Knows which devices there are, which of them are ours, and whose turn comes when."""

    def __init__(
        self,
        plan: Plan,
        telemetry: TelemetryService,
        samples: Samples,
        *,
        shares: Shares,
        standing_of: Callable[[int], Standing],
        rules: Rules | None = None,
        clock: Clock,
        actor: Actor,
        steady: Steady,
    ) -> None:
        self._plan = plan
        self._telemetry = telemetry
        self._samples = samples
        self._shares = shares
        self._standing_of = standing_of
        self._rules = rules
        self._book = our_book()
        self._rules_changed = rules is not None
        self._clock = clock
        self._actor = actor
        self._steady = steady
        self.policy = PollPolicy()
        self.schedule = Schedule()
        self.wards: dict[int, Ward] = {}
        self.awake = asyncio.Event()
        """Somebody may be due sooner than thought."""
        self._known: dict[int, int] = {}
        """Of every device there is, ours or not: the sign it had when we looked last."""
        self._unaskable: set[int] = set()
        """Without an address or a credential, when we looked last."""
        self._changed: set[int] = set()
        self._everything = True
        self._check = True
        self._policy_changed = True
        self._replan = asyncio.Event()
        self._has_begun = False
        """The first round is over: what comes now is new, or was another collector's."""
        self._caught_up = 0.0
        """When the last of the overdue has its turn: they come one after the other."""

    def mine(self, device_id: int) -> bool:
        """Whether we may ask this device at this moment."""
        return self._shares.mine(device_id)

    def hear(self, events: Sequence[Event]) -> None:
        """The journal: what it tells of is read anew, and nothing else."""
        for event in events:
            if isinstance(event, DeviceChanged | LinksChanged):
                # "seen" as well: an inspection may have found interfaces and sensors.
                self._changed.add(event.device_id)
            elif isinstance(event, CredentialChanged):
                self._everything = True
            elif isinstance(event, PollPolicyChanged):
                self._policy_changed = True
            elif isinstance(event, RulesChanged):
                self._rules_changed = self._rules is not None
            else:
                continue
            self._replan.set()

    async def run(self) -> None:
        """Take on what there is and follow every change, until cancelled."""
        self.drop(list(self.wards))
        self._known.clear()
        self._has_begun = False
        self._everything = self._policy_changed = True
        self._rules_changed = self._rules is not None
        self._replan.set()
        stop = self._shares.listen(self._shares_changed)
        try:
            while True:
                await self._wait_for_changes()
                began = self._steady()
                await insist("plan", self._follow, strand="plan")
                # Discovery changes many devices in a row: reading them must not become the work.
                await asyncio.sleep(max(PAUSE_S, 4 * (self._steady() - began)))
        finally:
            stop()

    async def _wait_for_changes(self) -> None:
        rest("plan")
        try:
            async with asyncio.timeout(CHECK_EVERY_S):
                await self._replan.wait()
        except TimeoutError:
            self._check = True

    def drop(self, device_ids: Iterable[int]) -> None:
        """These are not ours (any more)."""
        for number in list(device_ids):
            self.wards.pop(number, None)
            self.schedule.remove(number)

    def is_small(self) -> bool:
        """Whether everybody can be asked again within seconds."""
        return len(self.wards) <= SMALL_FLEET

    def _shares_changed(self) -> None:
        """Other devices are ours: those that are not are dropped at once."""
        self.drop([number for number in self.wards if not self._shares.mine(number)])
        self._replan.set()

    async def _follow(self) -> None:
        self._replan.clear()
        changed, self._changed = self._changed, set()
        everything, self._everything = self._everything, False
        check, self._check = self._check, False
        adopt, self._policy_changed = self._policy_changed, False
        reread, self._rules_changed = self._rules_changed, False
        try:
            if reread and self._rules is not None:
                await self._judge_by(await self._rules(self._actor))
            if adopt:
                self._adopt(await self._telemetry.policy(self._actor))
            await self._read(changed, everything=everything, check=check)
            self._has_begun |= bool(self.wards)
        except BaseException:
            self._changed |= changed
            self._everything |= everything
            self._check |= check
            self._policy_changed |= adopt
            self._rules_changed |= reread
            raise

    async def _judge_by(self, book: RuleBook) -> None:
        """Other rules for alarms, for everybody."""
        self._book = book
        for count, ward in enumerate(list(self.wards.values())):
            ward.tracker.adopt(book)
            if count % 20 == 19:
                await asyncio.sleep(0)

    def _adopt(self, policy: PollPolicy) -> None:
        self.policy = policy
        now = self._steady()
        for number, ward in self.wards.items():
            ward.adopt(policy)
            self.schedule.change_interval(number, ward.interval, now=now)

    async def _read(self, changed: Collection[int], *, everything: bool, check: bool) -> None:
        """Take up what the inventory says of whatever changed, and of what became ours."""
        wanted = set(changed)
        if everything or check:
            signs = await self._plan.signs()
            old, self._known = self._known, signs
            wanted |= {n for n, sign in signs.items() if everything or old.get(n) != sign}
            wanted |= old.keys() - signs.keys()
        wanted |= self._known.keys() - self.wards.keys() - self._unaskable
        wanted = {number for number in wanted if self._shares.mine(number)}
        found: set[int] = set()
        async for subjects in self._plan.read(self.policy, wanted):
            found |= subjects.keys()
            self._known.update((n, self._known.get(n, 0)) for n in subjects)
            await self._take_up(subjects)
            beat("plan")
            # Others' turns come between two portions.
            await asyncio.sleep(0)
        self.drop(wanted - found)
        self._unaskable = (self._unaskable - wanted) | (wanted - found)

    async def _take_up(self, subjects: Mapping[int, Subject]) -> None:
        fresh = {}
        for number, subject in subjects.items():
            ward = self.wards.get(number)
            if ward is None:
                fresh[number] = subject
            else:
                ward.follow(subject, self.policy)
                self.schedule.change_interval(number, ward.interval, now=self._steady())
        if fresh:
            await self._take_on(fresh)

    async def _take_on(self, subjects: Mapping[int, Subject]) -> None:
        """New devices, with what the store remembers of them: a restart loses no rate.

        Those we take over from another collector go on at their places in the interval; who
        is overdue, because the other one fell, is asked at once, the longest waiting first.
        """
        memory = await self._remember(subjects.values())
        now = self._steady()
        within = max(FIRST_ROUND_S, len(self._known) / FIRST_PACE)
        spreads = not self._has_begun and self.is_small()
        overdue: list[tuple[float, int]] = []
        for number, subject in subjects.items():
            if not self._shares.mine(number):
                continue
            ward = self.wards[number] = Ward(subject, self.policy, self._book)
            memory.restore(ward, self._standing_of(number))
            age = memory.age_s(number)
            if age is None or spreads:
                self.schedule.add(number, interval=ward.interval, now=now, within=within)
                continue
            self.schedule.join(number, interval=ward.interval, now=now)
            begun = next_turn(number, interval=ward.interval, now=now) - ward.interval
            # Polls are late at times, never early: the one before this turn is well before it.
            if memory.steady - age < begun - ward.interval / 10:
                overdue.append((age, number))
        for _, number in sorted(overdue, reverse=True):
            self._caught_up = max(self._caught_up, now) + 1 / FIRST_PACE
            self.schedule.hasten(number, self._caught_up)
        self.awake.set()

    async def _remember(self, subjects: Collection[Subject]) -> Memory:
        ports = [number for subject in subjects for number in subject.ports.ids.tolist()]
        sensors = [int(sensor.id) for subject in subjects for sensor in subject.sensors]
        optics = [
            int(sensor.id)
            for subject in subjects
            for sensor in subject.sensors
            if sensor.kind is SensorKind.DBM
        ]
        now, samples = self._clock.now(), self._samples
        return Memory(
            now=now,
            steady=self._steady(),
            ports=await samples.latest(INTERFACE, ports),
            devices=await samples.latest(DEVICE, [int(s.device.id) for s in subjects]),
            sensors=await samples.latest(SENSOR, sensors),
            light=await self._usual_light(optics),
        )

    async def _usual_light(self, sensor_ids: Sequence[int]) -> dict[int, float]:
        """The best hour of the last three days, dBm by sensor."""
        if not sensor_ids:
            return {}
        now = self._clock.now()
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
