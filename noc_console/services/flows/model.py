"""What flows are asked about, and what the answers look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

FlowPrefixId = NewType("FlowPrefixId", int)


class Dimension(StrEnum):
    """What flows are summed up by."""

    SOURCE = "source"
    DESTINATION = "destination"
    CONVERSATION = "conversation"
    SOURCE_PREFIX = "source-prefix"
    DESTINATION_PREFIX = "destination-prefix"
    SOURCE_AS = "source-as"
    DESTINATION_AS = "destination-as"
    APPLICATION = "application"
    PROTOCOL = "protocol"
    IN_INTERFACE = "in-interface"
    OUT_INTERFACE = "out-interface"
    EXPORTER = "exporter"
    DSCP = "dscp"
    CUSTOMER = "customer"


class PrefixRole(StrEnum):
    """What a named prefix is to us."""

    CUSTOMER = "customer"
    OWN = "own"
    UPSTREAM = "upstream"
    PEER = "peer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FlowPrefix:
    """A network with a name. Longest match wins; `owner` names the customer or partner."""

    id: FlowPrefixId
    prefix: str
    name: str
    role: PrefixRole = PrefixRole.OTHER
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PrefixLine:
    """A prefix with its name before it is kept: a form filled in, a good line of an import."""

    prefix: str
    name: str
    role: PrefixRole
    owner: str


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line of an import that could not be taken, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. Lines that are wrong keep nothing else from being taken."""

    added: int
    changed: int
    wrong: tuple[WrongLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """Octets, packets and flows, sampling already multiplied."""

    bytes: int = 0
    packets: int = 0
    flows: int = 0

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(
            self.bytes + other.bytes, self.packets + other.packets, self.flows + other.flows
        )


@dataclass(frozen=True, slots=True)
class Talker:
    """One of the top ones."""

    label: str
    traffic: Traffic
    where: tuple[str, ...] = ()
    """The filters that leave only this one; empty when there are none."""
    detail: str = ""
    """What is known besides: prefix, owner, description of an interface."""
    device_id: int | None = None
    interface_id: int | None = None


@dataclass(frozen=True, slots=True)
class TopTalkers:
    """The top ones of a stretch of time, greatest first, and what is left."""

    by: Dimension
    start: datetime
    end: datetime
    talkers: tuple[Talker, ...]
    rest: Traffic
    """All others, and those too small to be kept one by one."""
    total: Traffic
    untold: Traffic = field(default_factory=Traffic)
    """Part of `rest` that was too small to be kept with all its properties: a filter may have
    missed some of it. Zero means the answer is exact."""


@dataclass(frozen=True, slots=True)
class FlowSeries:
    """The same over time: average rates in bits a second, per step."""

    step_s: int
    times: tuple[datetime, ...]
    """The beginnings of the steps."""
    labels: tuple[str, ...]
    rates: tuple[tuple[float, ...], ...]
    """Per label, a rate for each step."""
    rest: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FlowView:
    """Top ones and their course, of one reading."""

    top: TopTalkers
    series: FlowSeries


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who sends flows, and how well: a collector's own word, at most a minute old."""

    address: str
    collector: str
    last_at: datetime
    version: str
    """The protocols it spoke, e.g. `NetFlow v9`."""
    device: str = ""
    device_id: int | None = None
    """None for one that is no device of ours: it is counted and otherwise not believed."""
    datagrams: int = 0
    flows: int = 0
    lost: int = 0
    """What its sequence numbers miss: datagrams, or flows (v5), or records (IPFIX)."""
    lost_share: float = 0.0
    malformed: int = 0
    templates: int = 0
    waiting: int = 0
    """Data sets that came before their template."""
    given_up: int = 0
    """Data sets whose template never came."""
    sampling: tuple[int, ...] = ()
    """The rates it told: one of so many packets."""
    throttled: int = 0
    flows_per_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPrefixesChanged(Event):
    """Named prefixes were added, changed or removed."""

    count: int
    what: str
