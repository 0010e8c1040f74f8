"""Alarm rules as data: what is watched, where, from when on it is an alarm, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import AlarmObject, Condition, Severity


class Family(StrEnum):
    """What a rule listens to."""

    METRIC = "metric"
    """Measured values."""
    EVENT = "event"
    """Traps, log lines and flows."""


class Kind(StrEnum):
    """How a rule of measured values decides."""

    THRESHOLD = "threshold"
    """Too much or too little, with hysteresis and patience."""
    STATE = "state"
    """A word of the device: down, failed, restarted."""
    CHANGE = "change"
    """So much more or less than some time ago."""
    BASELINE = "baseline"
    """Not as usual at this time."""
    ABSENCE = "absence"
    """No value any more."""
    TREND = "trend"
    """At this pace the limit is reached in so many days."""


class Origin(StrEnum):
    """Whose a rule is."""

    PACK = "ours"
    """As it came with the program."""
    CHANGED = "changed"
    """It came with the program, and somebody here changed it."""
    OWN = "own"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule on the list, whichever family it is of. All words are for people."""

    id: str
    """Unique over all families: lower-case words with hyphens."""
    title: str
    family: Family
    kind: str
    """A `Kind`, or `trap`, `syslog`, `flow`."""
    watches: str
    """The measure, or the pattern."""
    scope: str
    """Where it applies; empty is everywhere."""
    condition: str
    levels: str
    """`major ≥ 95 %, minor ≥ 80 %`."""
    severity: Severity
    """The worst it raises."""
    is_enabled: bool = True
    origin: Origin = Origin.PACK
    remedy: str = ""
    """What to do when it rings."""
    toml: str = ""
    """The rule as it stands in a file."""
    alarms: int = 0
    """That came in the last seven days."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule applies. Every key that is given must fit; within a key any entry does.

    Words are patterns without case: `*` and `?` stand for any letters, `!` in front excludes.
    """

    types: tuple[str, ...] = ()
    """Device types: router, switch, olt …"""
    vendors: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Of devices."""
    interfaces: tuple[str, ...] = ()
    """Names of interfaces."""
    aliases: tuple[str, ...] = ()
    """Their descriptions, where operators write what a line is: `cust-*`, `*core*`."""
    interface_types: tuple[int, ...] = ()
    """ifType numbers (IANAifType-MIB)."""
    linked: bool | None = None
    """Interfaces that lead to a device we know, or those that do not."""
    speed_min: float = 0.0
    """bit/s."""
    speed_max: float = 0.0
    """bit/s; 0 is without end."""
    sensors: tuple[str, ...] = ()
    """Names or groups of sensors."""
    probes: tuple[str, ...] = ()
    """Names, kinds or targets of probes."""
    collectors: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many keys narrow it: the narrower of two rules decides."""
        return sum(getattr(self, name) != getattr(EVERYWHERE, name) for name in _KEYS)

    @property
    def is_of_ports(self) -> bool:
        """It asks for something of an interface."""
        return any(getattr(self, name) != getattr(EVERYWHERE, name) for name in PORT_KEYS)


_KEYS = tuple(Scope.__dataclass_fields__)
PORT_KEYS = ("interfaces", "aliases", "interface_types", "linked", "speed_min", "speed_max")
EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Level:
    """Raised at or beyond `raise_at`, held until back at or before `clear_at`.

    In the unit of the measure; of trends days, of changes what `Rule.share` says, of baselines
    standard deviations.
    """

    severity: Severity
    raise_at: float
    clear_at: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of measured values."""

    id: str
    title: str
    kind: Kind
    measure: str
    """What is watched: a name out of `measures.MEASURES`."""
    condition: Condition
    levels: tuple[Level, ...]
    """Worst first."""
    scope: Scope = field(default_factory=Scope)
    below: bool = False
    """Too little is the problem."""
    both: bool = False
    """Of baselines: less than usual is a problem as well as more."""
    need: int = 2
    of: int = 3
    """So many of the last so many values must agree before anything moves, either way."""
    on_delay_s: float = 0.0
    """A problem must last so long before it is an alarm."""
    off_delay_s: float = 0.0
    """It must be gone for so long before the alarm clears."""
    within: timedelta = timedelta(0)
    """Of changes: compared with so long ago. Of absences: silent for so long. Of baselines and
    trends: learnt from so long."""
    share: bool = False
    """Of changes: per cent of the value before, instead of its unit."""
    least: float | None = None
    """A value at which (or beyond which) nothing is judged: few errors, little traffic."""
    target: float | None = None
    """Of trends: the value they run towards."""
    device_limits: bool = False
    """Limits the device gives of itself win over the levels."""
    is_mute: bool = False
    """Here nothing is raised: it silences wider rules of the same condition and measure."""
    is_enabled: bool = True
    text: str = ""
    """With placeholders: {value} {unit} {limit} {object} {device} {usual} {days}; empty is the
    measure's own words."""
    remedy: str = ""
    origin: Origin = Origin.PACK
    file: str = ""
    at: int = 0
    """Its place in the order of the files."""

    @property
    def severity(self) -> Severity:
        """The worst it raises."""
        return max((level.severity for level in self.levels), default=Severity.CLEARED)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One step in the history of a rule."""

    id: int
    rule_id: str
    at: datetime
    by: str
    what: str
    """made, changed, enabled, disabled, removed, undone, imported."""
    toml: str
    """The rule from then on; empty when it was removed (or went back to ours)."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A stretch of time in which a rule would have held an alarm."""

    about: AlarmObject
    severity: Severity
    """The worst of it."""
    start: datetime
    end: datetime | None
    """None when it still stood at the end of the span."""
    value: float
    """The worst value within."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a rule would have done in a span of the past."""

    rule_id: str
    start: datetime
    end: datetime
    firings: tuple[Firing, ...]
    """Oldest first; at most `MOST_FIRINGS` of them, the newest."""
    objects: int
    """Looked at."""
    skipped: int = 0
    """Objects beyond what one replay looks at."""
    total: int = 0
    """Firings, even those not listed."""
    kept: int = 0
    """Real alarms of this condition at that time that the rule would have raised, too."""
    lost: int = 0
    """Real alarms of this condition that it would not have raised."""
    new: int = 0
    """Firings without a real alarm beside them."""
    resolution_s: float = 0.0
    """0: every poll; else means of so many seconds."""
    notes: tuple[str, ...] = ()

    @property
    def per_day(self) -> float:
        days = (self.end - self.start) / timedelta(days=1)
        return self.total / days if days > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChanged(Event):
    """Rules were made, changed or taken back; whoever judges by them reads them anew."""

    family: str
    rule_id: str
    what: str
