"""What an analysis of the network tells: ways, weak points, what would fail, who needs whom.

Everything here is a value with names in it, so that a terminal can show it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import LinkState

BUSY = 0.8
"""From this share on a link asks for a look."""
FULL = 1.0


class Weight(StrEnum):
    """What makes a way short."""

    HOPS = "hops"
    SPEED = "speed"
    """Inverse speed, as OSPF counts: 100 Gb/s costs 1."""
    LOAD = "load"
    """Inverse of the speed that is still free."""


class Disjoint(StrEnum):
    """What redundant ways must not have in common."""

    DEVICES = "devices"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of a way, in the direction of travel."""

    link_id: LinkId
    from_id: DeviceId
    from_device: str
    from_port: str
    to_id: DeviceId
    to_device: str
    to_port: str
    state: LinkState
    speed_bps: int
    """0 when no end told."""
    there_bps: float | None
    back_bps: float | None
    latency_ms: float | None
    """What light in fibre needs at least between the two sites; None without coordinates."""
    parallel: int = 0
    """How many more links there are between the same two devices."""
    is_bottleneck: bool = False

    @property
    def there(self) -> float | None:
        """Utilisation in the direction of travel, 0–1."""
        return _share(self.there_bps, self.speed_bps)

    @property
    def back(self) -> float | None:
        """Utilisation against it."""
        return _share(self.back_bps, self.speed_bps)


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two devices; without hops there is none that is not down."""

    by: Weight
    hops: tuple[Hop, ...] = ()
    cost: float = 0.0
    free_bps: float | None = None
    """What its narrowest link can still carry; None when no link tells speed and load."""
    latency_ms: float | None = None
    """The sum of the hops'; None when one of them is not known."""

    @property
    def links(self) -> tuple[LinkId, ...]:
        return tuple(hop.link_id for hop in self.hops)

    @property
    def devices(self) -> tuple[DeviceId, ...]:
        """Every device on the way, both ends included."""
        return (*(hop.from_id for hop in self.hops), *(hop.to_id for hop in self.hops[-1:]))


@dataclass(frozen=True, slots=True)
class Ways:
    """Redundant ways between two devices, the cheapest first."""

    ways: tuple[Way, ...]
    wanted: int
    disjoint: Disjoint
    verdict: str
    """How many there are, and what all of them need when they are fewer than wanted."""
    needed_devices: tuple[DeviceId, ...] = ()
    """Between the two: whatever way is taken, it passes these."""
    needed_links: tuple[LinkId, ...] = ()


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """How much depends on one device."""

    device_id: DeviceId
    name: str
    criticality: float
    """0–1; see `rules.weak.criticality`."""
    centrality: float
    """0–1: how much of the traffic between all pairs would pass; see `rules.weak.centrality`."""
    is_articulation: bool
    """Without it the network has more parts than with it."""
    parts: int
    """How many parts would be left of the network it is in."""
    cuts: int
    """Devices that would lose their way to the core."""
    customers: int | None
    """Customers that would be cut off, its own included; None when not known."""
    degree: int


@dataclass(frozen=True, slots=True)
class WeakLink:
    """A link without which the network falls in two."""

    link_id: LinkId
    a_id: DeviceId
    a: str
    b_id: DeviceId
    b: str
    cuts: int
    customers: int | None


@dataclass(frozen=True, slots=True)
class WeakPoints:
    """Devices by criticality, and every link that nothing can stand in for."""

    devices: tuple[WeakPoint, ...]
    links: tuple[WeakLink, ...]
    articulations: int
    bridges: int
    core: tuple[str, ...]
    """Towards what `cuts` counts."""
    is_estimate: bool = False
    """Centralities are estimated from some starts: the network is too large for all."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """A device that would lose its way to the core."""

    device_id: DeviceId
    name: str
    site: str
    customers: int | None


@dataclass(frozen=True, slots=True)
class Shifted:
    """A link that would carry more."""

    link_id: LinkId
    a_id: DeviceId
    a: str
    b_id: DeviceId
    b: str
    speed_bps: int
    added_ab_bps: float
    added_ba_bps: float
    ab_bps: float
    """With what is added."""
    ba_bps: float
    share: float | None
    """The busier direction afterwards, 0–1 or more; None when the speed is not known."""
    before: float | None
    """The busier direction now."""

    @property
    def added_bps(self) -> float:
        return max(self.added_ab_bps, self.added_ba_bps)

    @property
    def is_busy(self) -> bool:
        return self.share is not None and self.share >= BUSY

    @property
    def is_full(self) -> bool:
        return self.share is not None and self.share >= FULL


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would happen if devices and links failed. Nothing was changed."""

    verdict: str
    failed_devices: tuple[str, ...]
    failed_links: tuple[str, ...]
    parts_before: int
    parts: int
    cut: tuple[CutOff, ...]
    customers: int | None
    shifted: tuple[Shifted, ...]
    """The busiest afterwards first."""
    lost_bps: float
    """Load that finds no other way."""
    unknown: int
    """Failed links whose load nobody knows: the true shift is larger."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A device towards the core."""

    device_id: DeviceId
    name: str
    hops: int
    """Away from what was asked about."""
    is_needed: bool
    """No way to the core goes round it."""
    is_core: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What a device or link needs, and what needs it."""

    verdict: str
    of: str
    devices: tuple[DeviceId, ...]
    """The device itself, or both ends of the link, the upper one first."""
    upstream: tuple[Upstream, ...]
    needed_links: tuple[LinkId, ...]
    """Links no way to the core goes round."""
    ways_links: tuple[LinkId, ...]
    """The links of the shortest ways to the core."""
    downstream: tuple[CutOff, ...]
    downstream_links: tuple[LinkId, ...]
    """Links between what would be cut off, and towards it."""
    customers: int | None
    is_core: bool = False


@dataclass(frozen=True, slots=True)
class Deduction:
    """What costs health, and how much."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Connectivity:
    """How many must fail at least until the network falls apart."""

    count: int
    is_least: bool = False
    """At least so many; more was not looked for."""

    def __str__(self) -> str:
        return f"{self.count} or more" if self.is_least else str(self.count)


@dataclass(frozen=True, slots=True)
class Health:
    """The network as a whole: how it holds together, and what to do about it."""

    health: int
    """0–100; see `rules.resilience.health`."""
    label: str
    """excellent, good, fair or poor."""
    deductions: tuple[Deduction, ...]
    resilience: float
    """0–0.7; see `rules.resilience.resilience`."""
    advice: tuple[str, ...]
    devices: int
    links: int
    components: int
    density: float
    """2E/(N(N-1)), 0–1."""
    node_connectivity: Connectivity
    edge_connectivity: Connectivity
    diameter: Connectivity | None
    """The longest of all shortest ways in the largest part, in hops."""
    articulations: int
    bridges: int
    congested: tuple[LinkId, ...]
    alone: tuple[DeviceId, ...]
    """Devices outside the largest part."""


def _share(bps: float | None, speed_bps: int) -> float | None:
    return None if bps is None or speed_bps <= 0 else bps / speed_bps
