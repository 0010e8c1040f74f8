"""The network as a graph: devices, the links between them, and where they stand on a map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import (
    DeviceId,
    DeviceType,
    InterfaceId,
    LinkId,
    Reachability,
    SiteId,
)

MAIN_VIEW = "main"


class Projection(StrEnum):
    """How the network is laid out on the screen."""

    FORCE = "force"
    LAYERED = "layered"
    """The core on top, what hangs on it below."""
    GEOGRAPHIC = "geographic"
    PLAN = "plan"
    """One site: its rooms, racks and what is mounted where."""


def kept_as(view: str, projection: Projection) -> str:
    """The name under which a map's positions in a projection are kept."""
    return view if projection is Projection.FORCE else f"{view}/{projection.value}"


class LinkState(StrEnum):
    """What the two ends say. One end down is down; no word at all is unknown."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Node:
    """A device as the map shows it."""

    device_id: DeviceId
    name: str
    type: DeviceType
    address: str = ""
    site_id: SiteId | None = None
    site: str = ""
    reachability: Reachability = Reachability.UNKNOWN
    severity: Severity = Severity.CLEARED
    """The worst of its active alarms."""
    alarms: int = 0
    is_managed: bool = True
    """False for a device only heard of from its neighbours."""
    members: tuple[DeviceId, ...] = ()
    """The devices a collapsed group stands for; its own id is negative then."""
    parts: tuple[Node, ...] = ()
    """The same devices as they are, in the order of `members`."""
    inside: int = 0
    """Links between the members of a collapsed group: nobody sees them."""
    group: str = ""
    """What a collapsed group is: `site:3`, `ring:…`, `tree:…`."""
    facts: tuple[tuple[str, str], ...] = ()
    """All that is known of a part that is no device of the inventory: a splitter, an ONU."""

    @property
    def is_passive(self) -> bool:
        """Shown and told of, but not to be asked, selected or moved."""
        return bool(self.facts)


@dataclass(frozen=True, slots=True)
class State:
    """How a device is: the part of a node that changes hundreds of times a second."""

    reachability: Reachability
    severity: Severity = Severity.CLEARED
    alarms: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: the device, and the port as far as it is known."""

    device_id: DeviceId
    interface_id: InterfaceId | None = None
    port: str = ""
    is_aggregate: bool = False
    """A LAG: what it carries is carried by its members as well."""
    lag_index: int | None = None
    """ifIndex of the LAG it is or belongs to; None when it is in none, or nobody told."""


@dataclass(frozen=True, slots=True)
class Light:
    """Received light in dBm, and the module's own limits as far as it tells them."""

    dbm: float
    low: float | None = None
    high: float | None = None

    @property
    def margin(self) -> float | None:
        """dB to the nearer limit; below zero it is outside. None without limits."""
        low = None if self.low is None else self.dbm - self.low
        high = None if self.high is None else self.high - self.dbm
        return min((room for room in (low, high) if room is not None), default=None)


@dataclass(frozen=True, slots=True)
class Load:
    """How busy and how healthy a link is, from `a` to `b` and back; None when nobody knows."""

    ab_bps: float | None = None
    """bit/s."""
    ba_bps: float | None = None
    state: LinkState = LinkState.UNKNOWN
    at: datetime | None = None
    """When the newest of it was measured."""
    ab_errors: float | None = None
    """Frames a second that `a` failed to send or `b` received broken."""
    ba_errors: float | None = None
    ab_discards: float | None = None
    """Frames a second thrown away for want of room, by `a` sending or `b` receiving."""
    ba_discards: float | None = None
    ab_light: Light | None = None
    """What arrives at `b`; of several lanes the worst."""
    ba_light: Light | None = None
    """What arrives at `a`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A link as the map shows it."""

    link_id: LinkId
    a: End
    b: End
    speed_bps: int
    """The slower end; 0 when no end told."""
    score: int
    """How well the link is proven, 0–100 (`inventory.model.Link`)."""
    kinds: tuple[str, ...] = ()
    load: Load = Load()
    parts: tuple[Edge, ...] = ()
    """The links a bundle stands for, in its own direction; its own id is negative then."""

    @property
    def ab_share(self) -> float | None:
        """Utilisation from `a` to `b`, 0–1; above 1 when the speed told is wrong."""
        return share(self.load.ab_bps, self.speed_bps)

    @property
    def ba_share(self) -> float | None:
        """Utilisation from `b` to `a`."""
        return share(self.load.ba_bps, self.speed_bps)

    @property
    def is_counted(self) -> bool:
        """Whether a port of it is known, so that counters are to be expected.

        Without them something is missing; on a link of unknown ports nothing is.
        """
        return (
            self.a.interface_id is not None
            or self.b.interface_id is not None
            or any(part.is_counted for part in self.parts)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A site that has devices; coordinates in degrees where known."""

    site_id: SiteId
    name: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """The network at one moment."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    places: tuple[Place, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a device stands, in map units: one is one pixel at scale 1, y grows downwards.

    A pinned device was put there by a person; a new layout leaves it alone.
    """

    x: float
    y: float
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """A device and where to put it; None takes it off the map until the next layout."""

    device_id: DeviceId
    position: Position | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a map looked like when it was last laid out as a whole."""

    devices: int = 0
    links: int = 0
    at: datetime | None = None
    touched: bool = False
    """A person has moved something since: the map is theirs."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A map ready to draw: the graph and a position for every device of it."""

    graph: Graph
    positions: dict[DeviceId, Position]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapChanged(Event):
    """Devices were placed on a map; `what` is `arranged`, `placed` or `undone`."""

    view: str
    devices: int
    what: str


def share(bps: float | None, speed_bps: int) -> float | None:
    """Utilisation 0–1, or None when the rate or the speed is not known."""
    return None if bps is None or speed_bps <= 0 else bps / speed_bps
