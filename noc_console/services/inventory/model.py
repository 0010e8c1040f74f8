"""What the network is made of: sites, devices, interfaces, links and the evidence for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.inventory.decisions import Decision
from noc_console.wire.numbers import PLAIN, Decoding

SiteId = NewType("SiteId", int)
DeviceId = NewType("DeviceId", int)
InterfaceId = NewType("InterfaceId", int)
SensorId = NewType("SensorId", int)
LinkId = NewType("LinkId", int)


class DeviceType(StrEnum):
    """The part a device plays, as far as it is known."""

    ROUTER = "router"
    SWITCH = "switch"
    OLT = "olt"
    WIRELESS = "wireless"
    FIREWALL = "firewall"
    SERVER = "server"
    POWER = "power"
    OTHER = "other"


class Reachability(StrEnum):
    """What the last polls say. Unknown is not down."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class OperStatus(IntEnum):
    """ifOperStatus of IF-MIB (RFC 2863)."""

    UP = 1
    DOWN = 2
    TESTING = 3
    UNKNOWN = 4
    DORMANT = 5
    NOT_PRESENT = 6
    LOWER_LAYER_DOWN = 7


@dataclass(frozen=True, slots=True)
class Site:
    """A place with equipment; made from sysLocation when nobody said more."""

    id: SiteId
    name: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One managed element.

    `address` and `port` are where SNMP answers; `credential_id` is what it answered to.
    A device that was only heard of (a neighbour that never answered) has no credential:
    a known unknown.
    """

    id: DeviceId
    name: str
    address: str
    port: int
    type: DeviceType = DeviceType.OTHER
    vendor: str = ""
    platform: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""
    sys_object_id: str = ""
    sys_descr: str = ""
    location: str = ""
    contact: str = ""
    engine_id: str = ""
    chassis_mac: str = ""
    site_id: SiteId | None = None
    credential_id: int | None = None
    reachability: Reachability = Reachability.UNKNOWN
    reachability_since: datetime | None = None
    booted_at: datetime | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    inspected_at: datetime | None = None
    """When it was last asked for all it has; what it said before may be out of date."""
    tags: tuple[str, ...] = ()
    """What people call it, in order; what polling reads of a device leaves them out."""

    @property
    def is_managed(self) -> bool:
        return self.credential_id is not None


@dataclass(frozen=True, slots=True)
class Interface:
    """One row of IF-MIB. Speed in bit/s; addresses as `192.0.2.1/24`.

    Index 0 (and status NOT_PRESENT) means that the device no longer has it: nothing is deleted.
    """

    id: InterfaceId
    device_id: DeviceId
    index: int
    name: str
    descr: str = ""
    alias: str = ""
    type: int = 0
    speed_bps: int = 0
    mtu: int = 0
    mac: str = ""
    admin_up: bool = True
    oper_status: OperStatus = OperStatus.UNKNOWN
    has_hc: bool = True
    """ifXTable's 64-bit counters are there."""
    addresses: tuple[str, ...] = ()
    last_change: datetime | None = None
    last_seen: datetime | None = None
    lag_index: int | None = None
    """Index of the aggregate (LAG) it is a member of."""

    @property
    def label(self) -> str:
        return (
            f"{self.name} · {self.alias}" if self.alias and self.alias != self.name else self.name
        )


class SensorKind(StrEnum):
    """What a sensor measures, and so its unit; the names are those people monitor by."""

    STATE = "state"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    FANSPEED = "fanspeed"
    VOLTAGE = "voltage"
    CURRENT = "current"
    POWER = "power"
    POWER_FACTOR = "power_factor"
    POWER_CONSUMED = "power_consumed"
    FREQUENCY = "frequency"
    CHARGE = "charge"
    RUNTIME = "runtime"
    LOAD = "load"
    PERCENT = "percent"
    COUNT = "count"
    DBM = "dbm"
    LOSS = "loss"
    SNR = "snr"
    SIGNAL = "signal"
    BER = "ber"
    QUALITY_FACTOR = "quality_factor"
    CHROMATIC_DISPERSION = "chromatic_dispersion"
    TV_SIGNAL = "tv_signal"
    BITRATE = "bitrate"
    DELAY = "delay"
    PRESSURE = "pressure"
    AIRFLOW = "airflow"
    WATERFLOW = "waterflow"
    COOLING = "cooling"
    EER = "eer"
    CPU = "cpu"
    MEMORY = "memory"
    STORAGE = "storage"
    CLIENTS = "clients"
    AP_COUNT = "ap-count"
    CAPACITY = "capacity"
    CCQ = "ccq"
    CELL = "cell"
    CHANNEL = "channel"
    DISTANCE = "distance"
    ERROR_RATE = "error-rate"
    ERROR_RATIO = "error-ratio"
    ERRORS = "errors"
    MSE = "mse"
    NOISE_FLOOR = "noise-floor"
    QUALITY = "quality"
    RADIO_FREQUENCY = "radio-frequency"
    RADIO_POWER = "radio-power"
    RATE = "rate"
    RSRP = "rsrp"
    RSRQ = "rsrq"
    RSSI = "rssi"
    SINR = "sinr"
    SSR = "ssr"
    UTILIZATION = "utilization"
    XPI = "xpi"

    @property
    def unit(self) -> str:
        """The unit of its values; "" for counts, words and bare ratios."""
        return _UNITS.get(self, "")

    @property
    def is_wireless(self) -> bool:
        """A figure of a radio."""
        return self in _WIRELESS


_UNITS: dict[SensorKind, str] = {
    SensorKind.TEMPERATURE: "°C",
    SensorKind.HUMIDITY: "%",
    SensorKind.FANSPEED: "rpm",
    SensorKind.VOLTAGE: "V",
    SensorKind.CURRENT: "A",
    SensorKind.POWER: "W",
    SensorKind.POWER_CONSUMED: "kWh",
    SensorKind.FREQUENCY: "Hz",
    SensorKind.CHARGE: "%",
    SensorKind.RUNTIME: "min",
    SensorKind.LOAD: "%",
    SensorKind.PERCENT: "%",
    SensorKind.DBM: "dBm",
    SensorKind.LOSS: "%",
    SensorKind.SNR: "dB",
    SensorKind.SIGNAL: "dBm",
    SensorKind.CHROMATIC_DISPERSION: "ps/nm",
    SensorKind.TV_SIGNAL: "dBmV",
    SensorKind.BITRATE: "b/s",
    SensorKind.DELAY: "s",
    SensorKind.PRESSURE: "kPa",
    SensorKind.AIRFLOW: "cfm",
    SensorKind.WATERFLOW: "l/min",
    SensorKind.COOLING: "W",
    SensorKind.CPU: "%",
    SensorKind.MEMORY: "%",
    SensorKind.STORAGE: "%",
    SensorKind.CAPACITY: "%",
    SensorKind.CCQ: "%",
    SensorKind.DISTANCE: "km",
    SensorKind.ERROR_RATE: "b/s",
    SensorKind.ERROR_RATIO: "%",
    SensorKind.MSE: "dB",
    SensorKind.NOISE_FLOOR: "dBm",
    SensorKind.QUALITY: "%",
    SensorKind.QUALITY_FACTOR: "dB",
    SensorKind.RADIO_FREQUENCY: "MHz",
    SensorKind.RADIO_POWER: "dBm",
    SensorKind.RATE: "b/s",
    SensorKind.RSRP: "dBm",
    SensorKind.RSRQ: "dB",
    SensorKind.RSSI: "dBm",
    SensorKind.SINR: "dB",
    SensorKind.SSR: "dB",
    SensorKind.UTILIZATION: "%",
    SensorKind.XPI: "dBm",
}

_WIRELESS = frozenset(list(SensorKind)[list(SensorKind).index(SensorKind.CLIENTS) :])


class Grade(IntEnum):
    """What a state means for the operator, whatever the device calls it."""

    UNKNOWN = 0
    GOOD = 1
    WARNING = 2
    CRITICAL = 3


State = tuple[int, int, str]
"""The device's number, its `Grade`, and the device's word for it."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """A measured value of a device and how to read it again.

    value = reading * scale + offset, where what `less` names is taken off the reading first, each
    instance times its factor. With `whole_oid` it is the share of that instance's
    reading, with `rest_oid` of both together, in percent; `is_rest` tells that what is read is
    the other part. Of STATE sensors the value is the device's own number: `states` says what
    it means.
    """

    id: SensorId
    device_id: DeviceId
    kind: SensorKind
    name: str
    oid: str
    scale: float = 1.0
    states: tuple[State, ...] = ()
    interface_id: InterfaceId | None = None
    low: float | None = None
    high: float | None = None
    last_seen: datetime | None = None
    is_logarithmic: bool = False
    """The device tells power in linear units: the value is 10·log10 of it."""
    offset: float = 0.0
    whole_oid: str = ""
    rest_oid: str = ""
    is_rest: bool = False
    warn_low: float | None = None
    warn_high: float | None = None
    group: str = ""
    entity_index: int | None = None
    """The part of the box it sits in (entPhysicalIndex)."""
    less: tuple[tuple[str, float], ...] = ()
    decoding: Decoding = PLAIN

    @property
    def oids(self) -> tuple[str, ...]:
        """The instances one reading of it takes."""
        others = (self.whole_oid, self.rest_oid, *(oid for oid, _ in self.less))
        return tuple(filter(None, (self.oid, *others)))

    def grade(self, value: float) -> Grade:
        """What a state's number means."""
        number = round(value)
        return next((Grade(g) for known, g, _ in self.states if known == number), Grade.UNKNOWN)

    def word(self, value: float) -> str:
        """The device's word for a state's number; the grade's where it has none."""
        number = round(value)
        for known, grade, word in self.states:
            if known == number:
                return word or Grade(grade).name.lower()
        return f"state {number}"


def is_current(sensor: Sensor, device: Device) -> bool:
    """Whether the device still has it: seen within a day of the last inspection.

    One table that timed out once must not end the history of what it holds.
    """
    if sensor.last_seen is None or device.inspected_at is None:
        return True
    return sensor.last_seen >= device.inspected_at - timedelta(days=1)


class EvidenceKind(StrEnum):
    """How a link came to be known, best first."""

    LLDP = "lldp"
    CDP = "cdp"
    EDP = "edp"
    FDP = "fdp"
    ISDP = "isdp"
    MNDP = "mndp"
    OSPF = "ospf"
    BGP = "bgp"
    FDB = "fdb"
    ARP = "arp"
    DESCRIPTION = "description"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One device's word about a neighbour, with the raw row it came from."""

    kind: EvidenceKind
    device_id: DeviceId
    interface_id: InterfaceId | None
    remote_device_id: DeviceId | None
    remote_interface_id: InterfaceId | None
    remote_name: str
    remote_port: str
    remote_address: str
    remote_chassis: str
    raw: str
    """The rows as read: `OID = value` a line, made visible."""
    seen_at: datetime
    id: int = 0
    remote_port_descr: str = ""
    """How the neighbour describes its port; often the name when the port id is a number."""
    is_endpoint: bool = False
    """The neighbour calls itself a telephone or a station: no part of the network."""


@dataclass(frozen=True, slots=True)
class Link:
    """A connection between two interfaces (or devices, when a port is not known).

    End `a` has the lower device id. `score` is 0–100; see `rules.score`.
    """

    id: LinkId
    a_device: DeviceId
    a_interface: InterfaceId | None
    b_device: DeviceId
    b_interface: InterfaceId | None
    score: int
    kinds: tuple[EvidenceKind, ...]
    speed_bps: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a link is there, or why it is missing: a verdict with its reasons and raw rows."""

    link: Link | None
    verdict: str
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    decisions: tuple[Decision, ...] = ()
    """What people said of the two devices' links, and still counts."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of the omnibox: what it is, where it is, what matched."""

    kind: str
    """`device`, `interface`, `address` or `mac`."""
    device_id: DeviceId
    interface_id: InterfaceId | None
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class SeenInterface:
    """A row of IF-MIB as one inspection read it; speed in bit/s, addresses as `192.0.2.1/24`."""

    index: int
    name: str
    descr: str = ""
    alias: str = ""
    type: int = 0
    speed_bps: int = 0
    mtu: int = 0
    mac: str = ""
    admin_up: bool = True
    oper_status: OperStatus = OperStatus.UNKNOWN
    has_hc: bool = True
    addresses: tuple[str, ...] = ()
    last_change: datetime | None = None
    lag_index: int | None = None


@dataclass(frozen=True, slots=True)
class SeenSensor:
    """A sensor as one inspection read it; see `Sensor` for the fields."""

    kind: SensorKind
    name: str
    oid: str
    scale: float = 1.0
    states: tuple[tuple[int, int] | State, ...] = ()
    if_index: int | None = None
    low: float | None = None
    high: float | None = None
    is_logarithmic: bool = False
    offset: float = 0.0
    whole_oid: str = ""
    rest_oid: str = ""
    is_rest: bool = False
    warn_low: float | None = None
    warn_high: float | None = None
    group: str = ""
    entity_index: int | None = None
    less: tuple[tuple[str, float], ...] = ()
    decoding: Decoding = PLAIN


@dataclass(frozen=True, slots=True)
class SeenNeighbour:
    """A device's word about a neighbour, before anyone knows which device is meant."""

    kind: EvidenceKind
    if_index: int | None = None
    remote_name: str = ""
    remote_port: str = ""
    remote_port_descr: str = ""
    remote_address: str = ""
    remote_chassis: str = ""
    raw: str = ""
    is_endpoint: bool = False
    """It calls itself a telephone or a station: no part of the network."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part with a number of its own: a card, a supply, a fan tray, an optical module."""

    place: str
    """Where it sits: what stays when it is exchanged."""
    name: str
    model: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of what an inspection found, as JSON: kept whole and shown, never searched."""

    name: str
    document: str
    at: datetime | None = None
    """When it was found; None while it is being handed in."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What one inspection of a device brought home; `record` folds it into the inventory.

    `engine_id` is hex, MACs are `aa:bb:cc:dd:ee:ff`. Without a credential it is hearsay.
    """

    address: str
    port: int
    at: datetime
    name: str = ""
    credential_id: int | None = None
    type: DeviceType = DeviceType.OTHER
    vendor: str = ""
    platform: str = ""
    model: str = ""
    version: str = ""
    serial: str = ""
    sys_object_id: str = ""
    sys_descr: str = ""
    location: str = ""
    contact: str = ""
    engine_id: str = ""
    chassis_mac: str = ""
    booted_at: datetime | None = None
    interfaces: tuple[SeenInterface, ...] = ()
    sensors: tuple[SeenSensor, ...] = ()
    neighbours: tuple[SeenNeighbour, ...] = ()
    parts: tuple[Part, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged(Event):
    """A device was added, changed, or answered differently."""

    device_id: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChanged(Event):
    """A site was given other coordinates, or lost them."""

    site_id: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChanged(Event):
    """A part of a device was put in, taken out, or exchanged for another."""

    device_id: int
    part: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityChanged(Event):
    """A device began or stopped answering."""

    device_id: int
    reachability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceStatusChanged(Event):
    """An interface went up, down or another way."""

    device_id: int
    interface_id: int
    oper_status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksChanged(Event):
    """Links of a device were found, confirmed or aged."""

    device_id: int
