"""Which sensors one poll reads: all of a router's, a fair share of an OLT's thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from noc_console.services.inventory.model import DeviceType, Sensor, SensorKind
from noc_console.services.telemetry.rules.tiers import Rhythm, is_subscribers_light, least_between

EACH_POLL = 256
"""Sensors one poll reads at most: eight requests of 32 instances."""
ALWAYS = 160
"""Of these, so many are the same every time: what alarms are made of, most urgent first."""

_URGENT = (
    SensorKind.CPU,
    SensorKind.MEMORY,
    SensorKind.STATE,
    SensorKind.CHARGE,
    SensorKind.TEMPERATURE,
    SensorKind.RUNTIME,
    SensorKind.FANSPEED,
    SensorKind.DBM,
)
_RANK = {kind: rank for rank, kind in enumerate(_URGENT)}


class Turns:
    """Deals out the sensors of one device, poll by poll. Times are steady seconds.

    Up to `EACH_POLL` sensors are all read each time. Of more, the urgent ones are, and the
    others take turns: 2,000 sensors are read through in twenty polls. Those that have a slower
    rhythm than their device are read when they are due, the light of an OLT's subscribers
    never twice within the hour.
    """

    __slots__ = ("_always", "_at", "_due", "_rest", "_rhythm", "_seldom", "_spacing", "sensors")

    def __init__(self, type: DeviceType, sensors: Sequence[Sensor], rhythm: Rhythm) -> None:
        self.sensors = tuple(sensors)
        self._rhythm = rhythm
        self._at = 0
        often, seldom, spacing = [], [], []
        for sensor in self.sensors:
            least = least_between(type, sensor, rhythm)
            if least <= rhythm.interval_s:
                often.append(sensor)
                continue
            seldom.append(sensor)
            # A poll that comes a little early must not put a reading off by a whole round;
            # an ONU's limit is one that nothing bends.
            is_onu = is_subscribers_light(type, sensor)
            spacing.append(least if is_onu else least - rhythm.interval_s / 2)
        self._seldom = tuple(seldom)
        self._spacing = np.array(spacing)
        self._due = np.full(len(seldom), -np.inf)
        if len(often) > EACH_POLL:
            often.sort(key=lambda one: _RANK.get(one.kind, len(_RANK)))
            self._always, self._rest = tuple(often[:ALWAYS]), tuple(often[ALWAYS:])
        else:
            self._always, self._rest = tuple(often), ()

    def follow(self, type: DeviceType, sensors: Sequence[Sensor], rhythm: Rhythm) -> Turns:
        """The same place in the round, with the sensors as the inventory has them now."""
        if tuple(sensors) == self.sensors and rhythm == self._rhythm:
            return self
        after = Turns(type, sensors, rhythm)
        after._at = self._at
        after.remember(
            {
                int(sensor.id): due - spacing
                for sensor, due, spacing in zip(
                    self._seldom, self._due.tolist(), self._spacing.tolist(), strict=True
                )
            }
        )
        return after

    @property
    def has_seldom(self) -> bool:
        """Whether some sensors have a slower rhythm than their device."""
        return bool(self._seldom)

    def remember(self, read_at: Mapping[int, float]) -> None:
        """When sensors were read last, by id: a restart of ours is no reason to ask again."""
        last = [read_at.get(int(sensor.id), -np.inf) for sensor in self._seldom]
        self._due = np.array(last) + self._spacing

    def next(self, now: float) -> tuple[Sensor, ...]:
        """The sensors to read now; they count as read."""
        chosen = self._always + self._next_of_rest()
        room = EACH_POLL - len(chosen)
        if not self._seldom or room <= 0:
            return chosen
        ripe = np.flatnonzero(self._due <= now)
        # Who has waited longest comes first, so that everyone's turn comes.
        ripe = ripe[np.argsort(self._due[ripe], kind="stable")][:room]
        self._due[ripe] = now + self._spacing[ripe]
        return chosen + tuple(self._seldom[place] for place in ripe.tolist())

    def _next_of_rest(self) -> tuple[Sensor, ...]:
        if not self._rest:
            return ()
        # Sensors with a slower rhythm need some room as well.
        share = EACH_POLL - ALWAYS if not self._seldom else (EACH_POLL - ALWAYS) // 2
        start = self._at % len(self._rest)
        end = start + share
        self._at = end % len(self._rest)
        return (*self._rest[start:end], *self._rest[: max(0, end - len(self._rest))])
