"""The built-in simulated ISP as the console sees it: what can be broken and what is broken."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to break the lab. `target` is link, device or site."""

    name: str
    title: str
    target: str
    does: str
    alarm: str
    """The alarm an operator should see."""


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """Something broken now. `since` is in unix seconds, the lab's own time."""

    id: str
    name: str
    target: str
    since: float
    ends_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class LabDevice:
    """A simulated device and where it answers."""

    name: str
    role: str
    vendor: str
    model: str
    site: str
    city: str
    address: str
    snmp_port: int
    ssh_port: int
    alive: bool
    ports: tuple[str, ...] = ()
    """Ports something is plugged into: what link faults may name after `name:`."""


@dataclass(frozen=True, slots=True)
class LabStatus:
    """How the lab stands. `requests` counts SNMP requests answered since it started."""

    running: bool
    devices: tuple[LabDevice, ...] = ()
    faults: tuple[ActiveFault, ...] = ()
    sites: tuple[str, ...] = ()
    requests: int = 0
    traps: int = 0
    syslog: int = 0
    started_at: float = 0.0
    seed: int = 0
    reason: str = ""
    """Why it is not running, if it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabChanged(Event):
    """Something in the lab was broken or mended; `what` is failed or mended."""

    what: str
    fault: str
    target: str
