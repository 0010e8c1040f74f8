"""Probes: what is asked of targets beside SNMP, how they answered, and what is too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret
from noc_console.services.probes.settings import (
    TITLES,
    PingSettings,
    ProbeKind,
    Settings,
)

ProbeId = NewType("ProbeId", int)

OF_RULE = 1 << 40
"""Probes of the rule "ping every device" have this plus the device's id as their own."""
OF_SAMPLES = 1 << 41
"""A probe's measurements lie under a device of their own, so that they never meet those of the
poller: this plus the probe's id."""


PHASES = ("name", "connect", "tls", "first_byte", "forward", "backward")
"""Parts of a request's time, and the variation each way of TWAMP."""


class ProbeState(IntEnum):
    """How the last round went; as it is stored with the samples."""

    UNKNOWN = 0
    WELL = 1
    WRONG = 2
    """It answered, but not as it should."""
    SILENT = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is too much, and how often in a row before anybody is woken."""

    loss_percent: float = 25.0
    """Of one round; 0 is off."""
    latency_ms: float = 0.0
    """The median of a round; 0 is off."""
    jitter_ms: float = 0.0
    """0 is off."""
    rounds_on: int = 3
    """Bad rounds in a row before an alarm."""
    rounds_off: int = 3
    """Good ones in a row before it clears."""
    certificate: bool = True
    """Warn 30, 14 and 7 days before a certificate ends."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that is asked again and again.

    `target` is an address, a name or (HTTP) a URL; empty for a device, whose address it is
    then. `origin` says who asks: empty any collector, `collector:NAME` or `zone:NAME`.
    """

    id: ProbeId
    kind: ProbeKind
    target: str = ""
    device_id: int | None = None
    name: str = ""
    interval_s: float = 60.0
    origin: str = ""
    is_paused: bool = False
    settings: Settings = field(default_factory=PingSettings)
    thresholds: Thresholds = field(default_factory=Thresholds)
    has_secret: bool = False
    """The RADIUS secret (and the user's password) lie in the vault."""

    @property
    def is_of_rule(self) -> bool:
        """Made by the rule "ping every device", not by hand."""
        return self.id >= OF_RULE

    @property
    def title(self) -> str:
        return TITLES[self.kind]


@dataclass(frozen=True, slots=True)
class PingRule:
    """The rule "ping every device": one rule instead of ten thousand probes made by hand."""

    is_on: bool = False
    interval_s: float = 60.0
    count: int = 5
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a probe needs that nobody may see."""

    shared: Secret = field(default_factory=lambda: Secret(""))
    password: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True, slots=True)
class Aim:
    """A probe ready to be run: where it goes, with everything it needs."""

    kind: ProbeKind
    host: str
    """An address or a name, or a URL for HTTP."""
    settings: Settings
    within_s: float = 0.0
    """Packets may be spread over this time; 0 is one burst."""
    secrets: Secrets = field(default_factory=Secrets)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of a probe told. Times are microseconds.

    A round without an answer is a value too: `state` says so and `error` why, in words.
    """

    state: ProbeState
    sent: int
    rtts_us: tuple[int, ...] = ()
    """Of the packets that were answered, in the order they were sent."""
    duplicates: int = 0
    late: int = 0
    """Answers that came after the time was up: their packets count as lost."""
    error: str = ""
    reason: str = ""
    """A class of errors to count by: timeout, refused, dns, certificate, status, …"""
    phases_us: Mapping[str, int] = field(default_factory=dict)
    """name, connect, tls, first_byte of a request; forward, backward of TWAMP."""
    facts: tuple[tuple[str, str], ...] = ()
    """What was learnt beside the times, as title and text: version, certificate, serial …"""
    expires_at: datetime | None = None
    """The end of the certificate."""

    @property
    def lost(self) -> int:
        return max(0, self.sent - len(self.rtts_us))


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """The words of a probe's last round that differed from the one before."""

    probe_id: ProbeId
    at: datetime
    state: ProbeState
    error: str = ""
    reason: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    expires_at: datetime | None = None
    by: str = ""
    """The collector that asked."""


@dataclass(frozen=True, slots=True)
class ProbeNow:
    """A probe with the newest word about it. Times in milliseconds, None when not known."""

    probe: Probe
    target: str
    """The address or URL that is asked."""
    name: str
    """The probe's own name, or its target's."""
    device_name: str = ""
    state: ProbeState = ProbeState.UNKNOWN
    at: datetime | None = None
    sent: int = 0
    lost: int = 0
    least_ms: float | None = None
    median_ms: float | None = None
    greatest_ms: float | None = None
    jitter_ms: float | None = None
    phases_ms: Mapping[str, float] = field(default_factory=dict)
    expires_at: datetime | None = None
    error: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    by: str = ""

    @property
    def loss_percent(self) -> float | None:
        return 100.0 * self.lost / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file of probes."""

    added: int
    problems: tuple[str, ...] = ()
    """A line each, with the number of the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeChanged(Event):
    """A probe was added, changed, paused, resumed, removed, or told something new."""

    probe_id: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PingRuleChanged(Event):
    """Somebody switched or changed "ping every device"."""

    is_on: bool
