"""Who polls what: the collectors alive, the zones they reach, and their shares of the devices.

The devices of a zone are cut into 128 shards. A collector holds a lease, which it renews
every two seconds, and with it the shards it took; a shard without an owner is anybody's who
reaches its zone. What must be done once by somebody (tidying, say) is a duty, held the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

ZoneId = NewType("ZoneId", int)

COMMON = ZoneId(0)
"""The zone of everything that was put into no other: what every collector reaches."""

SHARDS = 128
"""Of each zone: enough to divide it evenly among a dozen collectors."""


class Duty(StrEnum):
    """Work of which one collector must do it, whichever."""

    DESK = "desk"
    """Alarms that quieten or come back from the shelf by themselves."""
    SAMPLES = "samples"
    """Compacting and pruning of the measurements."""
    DISCOVERY = "discovery"
    """Beginning the regular look over the network; searches are leased one by one."""
    ZONES = "zones"
    """The alarm about zones that nobody reaches."""
    NOTIFY = "notify"
    """Messages to people: exactly one sends."""
    CONFIGS = "configs"
    """Judging configurations by the rules, and letting go of old versions."""
    JOBS = "jobs"
    """Jobs at devices: one collector begins and does them."""
    FLIGHTS = "flights"
    """Changes flown to devices: one pilot at a time."""


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """One leased thing: a shard of a zone (by its number) or a duty (by its name)."""

    zone: ZoneId
    item: str

    @property
    def duty(self) -> Duty | None:
        return None if self.item.isdigit() else Duty(self.item)


def shard_of(device_id: int) -> int:
    """Ids are given out one after the other, so the remainder divides them most evenly."""
    return device_id % SHARDS


class CollectorState(StrEnum):
    """What a collector does at the moment."""

    ACTIVE = "active"
    STANDBY = "standby"
    """Lives and polls nothing: there is nothing for it, or (a window's own) others do it."""
    DRAINING = "draining"
    """Told to hand over what it has, or has done so."""
    GONE = "gone"
    """Its lease ran out: killed, frozen or cut off. Others have what it had."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A name for what only certain collectors reach, e.g. a POP behind NAT."""

    id: ZoneId
    name: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A collector alive: one process (`instance`) under a name nobody else has meanwhile.

    `label` is the name, or `name~2` where a second process was started under it.
    """

    instance: str
    name: str
    label: str
    host: str
    pid: int
    is_child: bool
    """Started by a window: takes part only while no collector of its own right does."""
    since: datetime
    age_s: float
    """Since it was renewed last, by the database's clock."""
    is_live: bool = True
    is_watched: bool = False
    """It holds a connection whose end tells others at once that the process ended."""
    watch_key: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What was decided about a collector, by its name; it outlives its processes."""

    name: str
    zones: frozenset[ZoneId] = frozenset()
    """What it reaches beside the common zone."""
    only_zones: bool = False
    """It reaches its zones only: the common one is not its."""
    is_draining: bool = False

    def serves(self, zone: ZoneId) -> bool:
        return not self.only_zones if zone == COMMON else zone in self.zones


@dataclass(frozen=True, slots=True)
class CollectorShare:
    """One collector with its part of the work, for people."""

    name: str
    """Its label: `noc-1`, or `noc-1~2` for a second process of that name."""
    state: CollectorState
    host: str
    pid: int
    instance: str
    since: datetime | None
    """When its process joined; None once it is gone."""
    heard_s: float | None
    """Seconds since its last sign of life, by the database's clock; None if never."""
    zones: tuple[str, ...]
    """Names of the zones it reaches beside the common one."""
    only_zones: bool
    shards: int
    devices: int
    duties: tuple[Duty, ...]
    is_child: bool
    is_me: bool
    """The collector of this machine's settings: a window's own, or the one that asks."""


@dataclass(frozen=True, slots=True)
class ZoneShare:
    """One zone with who serves it, for people. The common zone comes first, named `common`."""

    id: ZoneId
    name: str
    devices: int
    sites: tuple[str, ...]
    """Sites that are in it as a whole."""
    collectors: tuple[str, ...]
    """Names of those that may serve it, alive or not; of the common zone, those alive."""
    alive: int
    """How many of them are alive and take part."""
    unheld: int
    """Shards that nobody holds at this moment."""

    @property
    def is_unserved(self) -> bool:
        """It has devices and nobody polls them: unreachable for want of a collector, not down."""
        return self.devices > 0 and self.alive == 0


@dataclass(frozen=True, slots=True)
class Unserved:
    """A zone with devices that no living collector reaches, and which devices those are."""

    zone: Zone
    device_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorsChanged(Event):
    """Something was decided about a collector: drained, resumed, forgotten, a zone given."""

    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesChanged(Event):
    """A zone appeared or went, or devices moved in or out of one."""

    zone_id: int
    what: str
