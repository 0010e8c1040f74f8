"""The poller: every device on time, a dead one in nobody's way.

One loop hands out turns; each turn is a task of its own behind the slots of its lane. What the
turns find waits in the outbox, which another loop writes about once a second.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, steady_s
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.kernel.trace import span
from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import DeviceId, Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.budget import PER_SECOND, Budget
from noc_console.services.telemetry.model import (
    BudgetUse,
    Ints,
    Lane,
    Reading,
    ScheduleNow,
    TierNow,
)
from noc_console.services.telemetry.ports import AllMine, Shares, SnmpReader
from noc_console.services.telemetry.rules import schedule, truth
from noc_console.services.telemetry.rules.ledger import Ledger
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.telemetry.workers.asking import Asker, Steady
from noc_console.services.telemetry.workers.fleet import Fleet, Rules
from noc_console.services.telemetry.workers.lanes import SILENT_AT_ONCE, Lanes, Seat
from noc_console.services.telemetry.workers.looks import Looks
from noc_console.services.telemetry.workers.outbox import (
    STORE_TROUBLE,
    Outbox,
    first_line,
    insist,
)
from noc_console.services.telemetry.workers.plan import Plan
from noc_console.services.telemetry.workers.ward import Ward

_log = structlog.get_logger("poller")

WRITE_EVERY_S = 0.5
RECONCILE_EVERY_S = 10.0
TRUTH_EVERY_S = 5.0
WORST = 50
"""Devices the schedule's truth names."""


@dataclass(slots=True)
class Figures:
    """What the poller says about itself, since it started unless said otherwise."""

    polls: int = 0
    failures: int = 0
    bugs: int = 0
    watched: int = 0


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
        shares: Shares | None = None,
        budget: Budget | None = None,
        rules: Rules | None = None,
    ) -> None:
        self._clock = clock
        self._steady = steady
        self._bus = bus
        self._asker = Asker(reader, clock=clock, steady=steady)
        self._outbox = Outbox(samples=samples, inventory=inventory, alarms=alarms, actor=actor)
        self._fleet = Fleet(
            Plan(inventory, credentials, actor),
            telemetry,
            samples,
            shares=shares or AllMine(),
            standing_of=self._outbox.standing_of,
            rules=rules,
            clock=clock,
            actor=actor,
            steady=steady,
        )
        self._ledger = Ledger()
        self._shared = budget or Budget(samples, clock=clock, steady=steady)
        self._looks = Looks(
            self._fleet,
            samples,
            budget=self._shared,
            ledger=self._ledger,
            clock=clock,
            steady=steady,
            look=self._look,
        )
        self._telemetry = telemetry
        self._actor = actor
        self._lanes = Lanes(_slots(self._fleet))
        self._told: dict[str, Any] = {}
        self._told_at = float("-inf")
        self.figures = Figures()
        self._asking: set[int] = set()

    # From outside

    def asking(self) -> frozenset[int]:
        """Devices that are being asked at this moment, even those that are ours no longer."""
        return frozenset(self._asking)

    def hint(self, device_id: int) -> None:
        """Something may have happened there (a trap said so): look soon."""
        self._looks.hint(device_id)

    def health(self) -> Mapping[str, Any]:
        """For the collector's pulse."""
        now, wards = self._steady(), self._fleet.wards
        if now - self._told_at >= TRUTH_EVERY_S:
            self._told, self._told_at = truth.to_json(self.schedule_now()), now
        return {
            "devices": len(wards),
            "unreachable": sum(ward.down for ward in wards.values()),
            "due_late_s": round(self._told["lateness"]["max_s"], 3),
            "polls": self.figures.polls,
            "failures": self.figures.failures,
            "dropped_polls": self._outbox.dropped,
            "polls_written": self._outbox.written,
            "polls_unwritten": self._outbox.unwritten,
            "schedule": self._told,
        }

    def schedule_now(self) -> ScheduleNow:
        """What the schedule does in truth."""
        now, wards = self._steady(), self._fleet.wards
        lateness, budget = self._ledger.lateness(now), self._budget(now)
        span = self._ledger.span_s(now)
        return ScheduleNow(
            collector=self._actor.name,
            at=self._clock.now(),
            devices=len(wards),
            polls_per_s=round(lateness.turns / span, 2),
            requests_per_s=round((budget.polling + budget.watching) / span, 2),
            lateness=lateness,
            lanes=dict(Counter(ward.lane for ward in wards.values())),
            waiting=self._lanes.waiting,
            breakers=dict(Counter(ward.breaker for ward in wards.values())),
            failures=self._ledger.failures(now),
            tiers=self._tiers(now),
            troubled=tuple(
                ward.trouble(now, self._fleet.schedule.turn_of(number))
                for number, ward in heapq.nlargest(WORST, wards.items(), key=_how_bad)
            ),
            budget=budget,
        )

    def _budget(self, now: float) -> BudgetUse:
        busiest = heapq.nlargest(10, self._fleet.wards.items(), key=lambda item: item[1].requests)
        return replace(
            self._ledger.budget(PER_SECOND, now),
            spent_most=tuple(
                (DeviceId(number), round(ward.requests / 60, 3)) for number, ward in busiest
            ),
        )

    def _tiers(self, now: float) -> tuple[TierNow, ...]:
        """Every tier there is a device of, and those without any."""
        counts: Counter[str] = Counter()
        soonest: dict[str, float] = {}
        for number, ward in self._fleet.wards.items():
            name, due = ward.rhythm.tier, self._fleet.schedule.turn_of(number)
            counts[name] += 1
            if due is not None:
                soonest[name] = min(due, soonest.get(name, due))
        late, policy = self._ledger.late(now), self._fleet.policy
        paces = {tier.name: tier.interval_s for tier in policy.tiers} | {"": policy.interval_s}
        return tuple(
            TierNow(
                name,
                pace,
                counts[name],
                late[name],
                round(soonest[name] - now, 2) if name in soonest else None,
            )
            for name, pace in paces.items()
        )

    async def run(self) -> None:
        """Forever, until cancelled. What waits to be written is written on the way out."""
        stop_listening = self._bus.listen(self._fleet.hear)
        try:
            await self._outbox.reconcile()
            # The number of slots is policy too, but one that counts from the next start.
            self._fleet.policy = await self._telemetry.policy(self._actor)
            self._lanes = Lanes(_slots(self._fleet))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._fleet.run())
                group.create_task(self._keep_writing())
                group.create_task(self._looks.run(group))
                await self._hand_out_turns(group)
        finally:
            stop_listening()
            try:
                await self._outbox.flush()
            except STORE_TROUBLE as error:
                _log.warning("last measurements not written", reason=first_line(error))

    # Turns

    async def _hand_out_turns(self, group: asyncio.TaskGroup) -> None:
        fleet = self._fleet
        while True:
            beat("turns")
            for device_id, due in fleet.schedule.due(self._steady()):
                ward = fleet.wards.get(device_id)
                if ward is not None and not ward.busy:
                    ward.busy, ward.due = True, due
                    group.create_task(self._turn(ward))
            fleet.awake.clear()
            wait = fleet.schedule.wait(self._steady(), longest=1.0)
            try:
                async with asyncio.timeout(wait):
                    await fleet.awake.wait()
            except TimeoutError:
                pass

    async def _turn(self, ward: Ward) -> None:
        """One device's turn, whatever comes of it."""
        device_id = int(ward.subject.device.id)
        again: float | None = None
        try:
            async with self._lanes.seat(ward.lane, patience_s=ward.patience_s) as seat:
                if self._fleet.mine(device_id):
                    self._asking.add(device_id)
                    self._begin(ward)
                    with span("poll", device=device_id):
                        again = await self._ask(ward, seat)
                elif self._fleet.wards.get(device_id) is ward:
                    self._fleet.drop([device_id])
        except Exception as error:  # noqa: BLE001 - one odd device must not stop the others
            self.figures.bugs += 1
            _log.exception("poll failed", device=ward.subject.device.name, error=str(error))
        finally:
            ward.busy = False
            self._asking.discard(device_id)
            if self._fleet.wards.get(device_id) is ward:
                self._next_turn(ward, again)

    def _begin(self, ward: Ward) -> None:
        now = ward.began = self._steady()
        if ward.down:
            return  # a sign of life is no poll
        late = max(0.0, now - ward.due)
        self._ledger.turn(late, interval=ward.interval, tier=ward.rhythm.tier, now=now)

    def _next_turn(self, ward: Ward, again: float | None) -> None:
        device_id = int(ward.subject.device.id)
        now, interval = self._steady(), ward.interval
        turn = None
        if ward.down:
            longest = self._fleet.policy.backed_off_s
            pause = schedule.backed_off(ward.misses, interval=interval, longest=longest)
            turn = ward.began + pause if pause > interval else None
        if turn is None:
            turn = schedule.next_turn(device_id, interval=interval, now=now)
        if ward.is_hinted:
            ward.is_hinted = False
            again = self._looks.least_s(ward)
        if again is not None:
            turn = min(turn, ward.began + again)
        self._fleet.schedule.put(device_id, max(turn, now))
        if turn - now < 1.0:
            self._fleet.awake.set()

    async def _ask(self, ward: Ward, seat: Seat) -> float | None:
        """Ask one device; the answer is how soon another look would help, if it would."""
        self.figures.polls += 1
        if ward.down and not await self._asker.gives_sign(ward.subject, rounds=1):
            self.figures.failures += 1
            self._lost(ward, f"{ward.subject.target.peer} still does not answer")
            return None
        sensors = ward.turns.next(ward.began)
        requests = ward.cost(len(sensors))
        ward.charge(requests, now=ward.began)
        if ward.bucket is not None:  # somebody beside us asks it: let them know
            self._shared.spend(ward.subject.target.peer, requests, polling=True)
        self._ledger.requests("polling", requests, now=ward.began)
        try:
            reading = await self._asker.read(ward.subject, ward.asked, sensors)
        except Unreachable as error:
            return await self._missed(ward, seat, error)
        ward.took(self._steady() - ward.began)
        return self._answered(ward, reading)

    async def _missed(self, ward: Ward, seat: Seat, error: Unreachable) -> float | None:
        """A poll went unanswered: lost on the way, or is nobody there? Ask for any sign of life.

        Among the silent, however healthy it was: certainty takes longer than patience.
        """
        self.figures.failures += 1
        reason = "auth" if isinstance(error, AuthRejected) else error.reason
        ward.missed(reason)
        self._ledger.failed(reason, now=self._steady())
        rounds = max(2, 2 * (self._fleet.policy.down_after - 1))
        if not isinstance(error, AuthRejected):
            seat.free()
            async with self._lanes.seat(Lane.SILENT, patience_s=ward.patience_s):
                answers = await self._asker.gives_sign(ward.subject, rounds=rounds)
            if answers:
                ward.misses = 0
                return self._soon(ward)
        self._lost(ward, str(error))
        return None

    def _lost(self, ward: Ward, why: str) -> None:
        """It is certain that the device does not answer."""
        device_id = int(ward.subject.device.id)
        ward.misses += 1
        if not ward.down:
            ward.down = True
            ward.is_known_up = False
            self._outbox.reach(device_id, Reachability.DOWN, self._clock.now())
        about = ward.tracker.about()
        severity = ward.tracker.unreachable()
        stands = (about.key, Condition.UNREACHABLE) in self._outbox.standing_of(device_id)
        if severity > Severity.CLEARED and not stands:
            self._outbox.report(AlarmReport(about, Condition.UNREACHABLE, severity, why))
        at_ms = round(self._clock.now().timestamp() * 1000)
        self._outbox.keep(device_id, at_ms, ward.tracker.lost())

    def _answered(self, ward: Ward, reading: Reading) -> float | None:
        is_first = ward.tracker.uptime is None
        device_id = int(ward.subject.device.id)
        standing = self._outbox.standing_of(device_id)
        outcome = ward.tracker.take(reading, standing)
        self._outbox.keep(device_id, reading.at_ms, outcome)
        ward.misses = 0
        ward.down = False
        if not ward.is_known_up:
            ward.is_known_up = True
            self._outbox.reach(device_id, Reachability.UP, self._clock.now())
        if standing:
            about = ward.tracker.about()
            if (about.key, Condition.UNREACHABLE) in standing:
                mended = Severity.CLEARED
                self._outbox.report(
                    AlarmReport(about, Condition.UNREACHABLE, mended, "answers again")
                )
        if outcome.confirm:
            return self._soon(ward)
        return schedule.SECOND_LOOK_S if is_first and self._fleet.is_small() else None

    def _soon(self, ward: Ward) -> float:
        """How soon to look again when one reading is not enough."""
        return min(10.0, ward.interval / 4)

    async def _look(self, ward: Ward, rows: Ints | None) -> None:
        """A fast reading of some interfaces, or of all; a failure hastens the regular poll."""
        fleet = self._fleet
        device_id = int(ward.subject.device.id)
        try:
            async with self._lanes.seat(ward.lane, patience_s=ward.patience_s):
                if not fleet.mine(device_id):
                    return
                self._asking.add(device_id)
                self.figures.watched += 1
                if rows is None:
                    reading = await self._asker.read_table(ward.subject, ward.asked)
                else:
                    reading = await self._asker.read_ports(ward.subject, rows)
            outcome = ward.tracker.take(reading, self._outbox.standing_of(device_id))
            self._outbox.keep(device_id, reading.at_ms, outcome)
        except Unreachable:
            # The regular poll comes a little sooner, to find out why.
            fleet.schedule.hasten(device_id, self._steady() + self._soon(ward))
        except Exception as error:  # noqa: BLE001 - as in _turn
            self.figures.bugs += 1
            _log.exception("look failed", device=ward.subject.device.name, error=str(error))
        finally:
            ward.busy = False
            self._asking.discard(device_id)
            passed_over = ward.is_hinted or device_id not in fleet.schedule
            ward.is_hinted = False
            if fleet.wards.get(device_id) is ward and passed_over:
                # Its turn came, or a hint, while we looked.
                fleet.schedule.put(device_id, self._steady())
                fleet.awake.set()

    # Writing

    async def _keep_writing(self) -> None:
        reconciled = self._steady()
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await insist("writing", self._outbox.flush, strand="writing")
            every = min(RECONCILE_EVERY_S, self._fleet.policy.interval_s)
            if self._steady() - reconciled >= every:
                await insist("alarms", self._outbox.reconcile, strand="writing")
                reconciled = self._steady()


def _slots(fleet: Fleet) -> dict[Lane, int]:
    policy = fleet.policy
    return {
        Lane.FAST: policy.concurrency,
        Lane.SLOW: policy.slow_concurrency,
        Lane.SILENT: SILENT_AT_ONCE,
    }


def _how_bad(item: tuple[int, Ward]) -> tuple[bool, int, float]:
    ward = item[1]
    return ward.down, ward.misses, ward.response_s
