"""A search for devices: what it was asked, how far it is, what it found and what refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

RunId = NewType("RunId", int)


class RunState(StrEnum):
    """Where a run is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class TargetState(StrEnum):
    """Where one address of a run is."""

    WAITING = "waiting"
    FOUND = "found"
    KNOWN = "known"
    """Another address of a device already found."""
    FAILED = "failed"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run may do."""

    seeds: tuple[str, ...]
    """`ADDRESS[:PORT]`, names or prefixes."""
    port: int = 161
    depth: int = 8
    """How many hops from a seed; 0 asks the seeds only."""
    exclude: tuple[str, ...] = ()
    """Prefixes, or patterns of names (`lab-*`)."""
    credential_ids: tuple[int, ...] = ()
    """Which credentials to try, in order; empty means all."""
    requests_per_second: float = 25.0
    """Budget per device, after a burst to begin with."""
    within: tuple[str, ...] = ()
    """Prefixes the search does not leave; empty means anywhere but other people's routers."""
    zone: str = ""
    """Only a collector that reaches this zone searches, and what it finds new is in it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One search and how far it is."""

    id: RunId
    scope: Scope
    state: RunState
    started_at: datetime
    ended_at: datetime | None = None
    found: int = 0
    known: int = 0
    failed: int = 0
    left: int = 0
    links: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    """Failed addresses by class of reason: timeout, auth, refused, malformed."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a run that is to be asked; `address` may be a name until it is resolved."""

    address: str
    port: int
    depth: int
    via: str
    name: str = ""
    """What it was called by whoever told of it."""
    kind: str = "seed"
    """How it was heard of: `seed`, a kind of evidence, `peer` or `route`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a target; `address` is the one that was asked."""

    target: Target
    state: TargetState
    address: str
    name: str = ""
    credential: str = ""
    credential_id: int | None = None
    reason_class: str = ""
    reason: str = ""
    seconds: float = 0.0
    device_id: int | None = None


@dataclass(frozen=True, slots=True)
class DiscoveryPolicy:
    """How often the network is looked over again by itself."""

    rediscover_hours: float = 6.0
    """Zero means never."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one address of a run."""

    address: str
    port: int
    name: str
    state: TargetState
    depth: int
    via: str
    """Who told of it: `seed`, or the device and protocol."""
    credential: str
    reason: str
    seconds: float
    at: datetime | None
    device_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryProgressed(Event):
    """A run started, found something, or ended."""

    run_id: int
    state: str
    found: int
    failed: int
    left: int
