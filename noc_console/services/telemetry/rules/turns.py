"""Which sensors one poll reads: all of a router's, a fair share of an OLT's thousands."""

from __future__ import annotations

from collections.abc import Collection

from noc_console.services.inventory.model import Sensor, SensorKind

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
    """Deals out the sensors of one device, poll by poll.

    Up to `EACH_POLL` sensors are all read each time. Of more, the urgent ones are, and the
    others take turns: 2,000 sensors are read through in twenty polls.
    """

    def __init__(self, sensors: Collection[Sensor]) -> None:
        self._all = tuple(sensors)
        self._at = 0
        ranked: list[Sensor] = []
        if len(self._all) > EACH_POLL:
            ranked = sorted(self._all, key=lambda one: _RANK.get(one.kind, len(_RANK)))
        self._always = tuple(ranked[:ALWAYS])
        self._rest = tuple(ranked[ALWAYS:])

    def follow(self, sensors: Collection[Sensor]) -> Turns:
        """The same place in the round, with the sensors as the inventory has them now."""
        if tuple(sensors) == self._all:
            return self
        after = Turns(sensors)
        after._at = self._at
        return after

    def next(self) -> tuple[Sensor, ...]:
        """The sensors to read now."""
        if not self._rest:
            return self._all
        start = self._at % len(self._rest)
        end = start + EACH_POLL - ALWAYS
        self._at = end % len(self._rest)
        return (*self._always, *self._rest[start:end], *self._rest[: max(0, end - len(self._rest))])
