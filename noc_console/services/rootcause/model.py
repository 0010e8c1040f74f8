"""Root causes: the network as a cause travels through it, and what was concluded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.kernel.events import Event
from noc_console.kernel.money import Money
from noc_console.services.alarms.model import AlarmId, AlarmReport, Fold, Impact
from noc_console.services.inventory.model import DeviceType, Reachability


@dataclass(frozen=True, slots=True)
class Box:
    """A device, as far as causes care."""

    device_id: int
    name: str
    type: DeviceType = DeviceType.OTHER
    site_id: int | None = None
    site: str = ""
    zone: int = 0
    """Which collectors ask it; 0 is the common zone."""
    is_managed: bool = True


@dataclass(frozen=True, slots=True)
class Plug:
    """One end of a cable; the port is None where nobody knows it."""

    device_id: int
    port: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cable:
    """A link between two devices.

    A logical one is known from addresses and sessions only (BGP, OSPF, ARP): it says that two
    devices talk, not that nothing stands between them.
    """

    a: Plug
    b: Plug
    is_logical: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """What does not change with an alarm: devices, cables, and where the collectors stand."""

    boxes: tuple[Box, ...] = ()
    cables: tuple[Cable, ...] = ()
    vantage: frozenset[int] = frozenset()
    """Devices the collectors hang on. Where none is known, the core of the network counts."""
    addresses: Mapping[str, int] = field(default_factory=dict)
    """Whose an address is, for the peers of sessions."""
    bundles: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The members of each LAG, as ports."""
    onus: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """How many ONUs each PON port (by OLT and place, as `0/1/3`) is known to have."""
    onu_trees: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """The PON port of each ONU, by OLT and serial number or name in small letters."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The only rules about time; seconds."""

    settle_s: float = 180.0
    """A device behind a fault that still counts as answering proves another way only after this
    long: until then it may simply not have been asked again (three polls of a minute)."""
    same_cut_s: float = 900.0
    """Both ends of a cut say so at about the same time. What a dead device said of its port longer
    before or after the other end is an old story: nobody can ask it any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who depends on one thing: customers and what they have."""

    customers: int = 0
    services: int = 0
    priority: int = 0
    revenue: Money | None = None
    """A month; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class Book:
    """Who hangs on which device, and on which port of it; nobody is in both."""

    devices: Mapping[int, Held] = field(default_factory=dict)
    ports: Mapping[int, Held] = field(default_factory=dict)
    of_device: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The ports among `ports` that each device has."""

    def ports_of(self, devices: Iterable[int]) -> set[int]:
        """Ports with customers of these devices."""
        return {port for device in devices for port in self.of_device.get(device, ())}


@dataclass(frozen=True, slots=True)
class Findings:
    """What changed with the last look: what to write, what to raise, when to look again."""

    folds: tuple[Fold, ...] = ()
    impacts: Mapping[AlarmId, Impact | None] = field(default_factory=dict)
    reports: tuple[AlarmReport, ...] = ()
    """Alarms about common causes that no device reports itself, to raise or to clear."""
    next_at: datetime | None = None
    """When time alone may change the verdict; None if it cannot."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an alarm is folded, or why it stands for itself; one sentence a step."""

    alarm_id: AlarmId
    root_id: AlarmId | None
    verdict: str
    steps: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    """Devices from the alarm's own to where the way to the collectors ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageChanged(Event):
    """Somebody said which devices the collectors hang on."""

    devices: int


Answers = Mapping[int, Reachability]
"""How devices answer, by id; who is missing is unknown."""
