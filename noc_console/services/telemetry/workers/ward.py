"""One device in the poller's care, and what the store remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from noc_console.db.samples import LatestValues
from noc_console.services.alarms.model import Condition
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import DeviceId, Reachability
from noc_console.services.telemetry.model import (
    Breaker,
    Lane,
    PollPolicy,
    Subject,
    TroubledDevice,
)
from noc_console.services.telemetry.rules import rates, tiers
from noc_console.services.telemetry.rules.outcome import Standing
from noc_console.services.telemetry.rules.ports import width_of
from noc_console.services.telemetry.rules.rates import Tracks, Uptime
from noc_console.services.telemetry.rules.schedule import Bucket
from noc_console.services.telemetry.rules.tracker import Tracker
from noc_console.services.telemetry.rules.turns import Turns
from noc_console.services.telemetry.workers.asking import PER_GET, Questions, questions
from noc_console.services.telemetry.workers.plan import patience_s

SLOW_AFTER = 2
"""Turns in a row that took longer than their patience make a device slow; as many prompt ones
make it a healthy one again."""


class Ward:
    """One device in the poller's care."""

    __slots__ = (
        "asked",
        "began",
        "bucket",
        "busy",
        "down",
        "due",
        "failures",
        "interval",
        "is_hinted",
        "is_known_up",
        "is_slow",
        "misses",
        "requests",
        "response_s",
        "rhythm",
        "subject",
        "tracker",
        "turns",
        "unusual",
        "watched_at",
        "why",
    )

    def __init__(self, subject: Subject, policy: PollPolicy, book: RuleBook | None = None) -> None:
        self.subject = subject
        settled = max(policy.settled_s, 2 * policy.interval_s)
        self.tracker = Tracker(subject, settled_after_s=settled, book=book or our_book())
        self.busy = False
        self.is_hinted = False
        """Something happened there while it was asked: ask once more."""
        self.misses = 0
        self.failures = 0
        self.why = ""
        self.down = subject.device.reachability is Reachability.DOWN
        self.is_known_up = subject.device.reachability is Reachability.UP
        self.is_slow = False
        self.unusual = 0
        """Turns in a row that do not fit the lane."""
        self.began = self.due = self.watched_at = 0.0
        self.response_s = self.requests = 0.0
        self.bucket: Bucket | None = None
        self.turns = Turns(subject.device.type, (), tiers.rhythm_of(subject.device, policy))
        self.adopt(policy)

    def follow(self, subject: Subject, policy: PollPolicy) -> None:
        """The inventory has another word on the device. A discovery may have reached it."""
        self.subject = subject
        self.tracker.follow(subject)
        self.is_known_up = subject.device.reachability is Reachability.UP
        self.down &= not self.is_known_up
        self.adopt(policy)

    def adopt(self, policy: PollPolicy) -> None:
        """How often it is asked: the policy's word, or less where counters would wrap unseen."""
        subject = self.subject
        device, ports = subject.device, subject.ports
        self.rhythm = tiers.rhythm_of(device, policy, site_name=subject.site_name)
        pace = self.rhythm.interval_s
        self.interval = (
            pace if ports.wide.all() else rates.wrap_interval(width_of(ports), longest=pace)
        )
        patience = patience_s(pace)
        if subject.target.timeout_s != patience:
            target = replace(subject.target, timeout_s=patience)
            self.subject = replace(subject, target=target)
        self.asked: Questions = questions(ports)
        self.turns = self.turns.follow(device.type, subject.sensors, self.rhythm)

    @property
    def patience_s(self) -> float:
        """How long a turn may take before it counts as slow."""
        return self.subject.target.timeout_s

    @property
    def lane(self) -> Lane:
        """Where it waits for its turn."""
        return Lane.SILENT if self.down else Lane.SLOW if self.is_slow else Lane.FAST

    @property
    def breaker(self) -> Breaker:
        """Whether it is asked for everything."""
        if self.down:
            return Breaker.OPEN
        return Breaker.HALF_OPEN if self.misses else Breaker.CLOSED

    def took(self, seconds: float) -> None:
        """A whole turn with an answer took so long."""
        self.response_s += (seconds - self.response_s) / (4 if self.response_s else 1)
        if (seconds > self.patience_s) == self.is_slow:
            self.unusual = 0
            return
        self.unusual += 1
        if self.unusual >= SLOW_AFTER:
            self.is_slow, self.unusual = not self.is_slow, 0

    def missed(self, reason: str) -> None:
        """A poll came to nothing."""
        self.failures += 1
        self.why = reason

    def cost(self, sensors: int) -> int:
        """Datagrams a poll of everything takes, with so many instances of sensors."""
        table = self.asked.requests if self.asked.keys else 0
        return table + -(-sensors // PER_GET)

    def charge(self, requests: float, *, now: float) -> None:
        """It was asked so much by us; kept as a mean a minute."""
        per_minute = requests * 60 / max(self.interval, 1e-3)
        self.requests += (per_minute - self.requests) / (8 if self.requests else 1)
        if self.bucket is not None:
            self.bucket.spend(requests, now=now)

    def trouble(self, now: float, due: float | None) -> TroubledDevice:
        """What the schedule's page says of it."""
        return TroubledDevice(
            device_id=DeviceId(int(self.subject.device.id)),
            lane=self.lane,
            breaker=self.breaker,
            tier=self.rhythm.tier,
            response_s=round(self.response_s, 4),
            requests=round(self.requests, 1),
            misses=self.misses,
            failures=self.failures,
            why=self.why,
            next_due_s=None if due is None else round(due - now, 2),
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """What the store of measurements remembers of devices the poller takes on."""

    now: datetime
    steady: float
    ports: LatestValues
    devices: LatestValues
    sensors: LatestValues
    light: Mapping[int, float]

    def restore(self, ward: Ward, standing: Standing) -> None:
        """Give a ward its memory back."""
        tracker, subject = ward.tracker, ward.subject
        device = self.devices.get(int(subject.device.id))
        if device is not None and device.values["uptime_s"] is not None:
            tracker.uptime = Uptime(float(device.values["uptime_s"]), self._ago(device.at))
        self._restore_counters(tracker)
        tracker.remember_light(
            {int(s.id): self.light[int(s.id)] for s in subject.sensors if int(s.id) in self.light},
            at=self.steady,
        )
        tracker.remember_up(
            number
            for key, condition in standing
            if condition is Condition.INTERFACE_DOWN and (number := _interface_of(key)) is not None
        )
        if ward.turns.has_seldom:
            ward.turns.remember(
                {
                    int(sensor.id): self._ago(word.at)
                    for sensor in subject.sensors
                    if (word := self.sensors.get(int(sensor.id))) is not None
                }
            )

    def age_s(self, device_id: int) -> float | None:
        """How long ago the device was polled by anybody; None when never."""
        word = self.devices.get(device_id)
        return None if word is None else (self.now - word.at).total_seconds()

    def _restore_counters(self, tracker: Tracker) -> None:
        known = tracker.subject.ports.ids
        if not len(known) or not len(self.ports.ids):
            return
        first, last = np.searchsorted(self.ports.ids, (known[0], known[-1] + 1)).tolist()
        ids = self.ports.ids[first:last]
        table = self.ports.table[first:last]
        ago = self.now.timestamp() - self.ports.at_ms[first:last] / 1000
        found = Tracks(self.steady - np.maximum(ago, 0.0), table[:, :8].copy(), table[:, 9].copy())
        tracker.remember_counters(found, ids)

    def _ago(self, at: datetime) -> float:
        return self.steady - max(0.0, (self.now - at).total_seconds())


def _interface_of(key: str) -> int | None:
    number = key.partition("/interface:")[2]
    return int(number) if number.isdecimal() else None
