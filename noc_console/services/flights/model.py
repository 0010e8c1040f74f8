"""Changes flown to many devices: a plan, its devices in waves, and what happened to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

FlightId = NewType("FlightId", int)
TargetId = NewType("TargetId", int)

UNBORN = FlightId(0)
MOST_DEVICES = 2_000
MOST_AT_ONCE = 64


class Kind(StrEnum):
    """What is brought to the devices."""

    CHANGE = "change"
    """Lines of configuration."""
    FIRMWARE = "firmware"
    """Software, which takes a reload."""


class Phase(StrEnum):
    """Where a flight stands."""

    PLANNED = "planned"
    """Previewed; waits for an approval."""
    APPROVED = "approved"
    FLYING = "flying"
    UNDOING = "undoing"
    DONE = "done"
    UNDONE = "undone"
    """Stopped, and everything is as it was before."""
    FAILED = "failed"
    """Stopped, and something is not as it was before: somebody has to look."""
    CANCELLED = "cancelled"
    """Before anything was changed."""

    @property
    def is_over(self) -> bool:
        return self in _OVER

    @property
    def is_in_the_air(self) -> bool:
        return self in (Phase.FLYING, Phase.UNDOING)


_OVER = frozenset((Phase.DONE, Phase.UNDONE, Phase.FAILED, Phase.CANCELLED))


class Stand(StrEnum):
    """Where one device of a flight stands."""

    PLANNED = "planned"
    SAME = "same"
    """Nothing to do: it is set like that already."""
    REFUSED = "refused"
    """There is no safe way to take it back, or the lines have no place in a change."""
    CHANGING = "changing"
    """Written before the first line is sent: from here on nobody knows without looking."""
    HELD = "held"
    """Changed, and still taken back unless it is kept."""
    ASKS = "asks"
    """Held, and set otherwise than previewed: without a person's yes it is taken back."""
    KEPT = "kept"
    UNDOING = "undoing"
    UNDONE = "undone"
    """As it was before, which was looked at."""
    FAILED = "failed"
    """The change did not get there; the device is as it was before."""
    STUCK = "stuck"
    """Not as it was before, and could not be brought back."""
    UNLIKE = "unlike"
    """Ours is taken back, and the device is not as it was before: others changed it meanwhile."""
    SKIPPED = "skipped"

    @property
    def is_touched(self) -> bool:
        """Whether something may have to be taken back."""
        return self in (Stand.CHANGING, Stand.HELD, Stand.ASKS, Stand.KEPT, Stand.UNDOING)

    @property
    def is_changed(self) -> bool:
        """Whether the change stands there: its health counts."""
        return self in (Stand.HELD, Stand.ASKS, Stand.KEPT)


class Way(StrEnum):
    """How a change is taken back."""

    COMMIT = "commit-confirm"
    """The device does it by itself unless told to keep it."""
    GUARDED = "inverse and reload"
    """By the prepared inverse; a reload that is called off when all is well stands behind it."""
    INVERSE = "inverse"
    """By the prepared inverse, sent by us."""
    SAFE = "safe mode"
    """The device does it by itself once the session ends that holds the change."""
    IMAGE = "former image"
    """By booting the software from before."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Gates:
    """What must hold before the next wave begins."""

    canary_soak_s: float = 180.0
    soak_s: float = 60.0
    ports: bool = True
    """No port that was up is down."""
    sessions: bool = True
    """No routing session that stood is gone."""
    alarms: bool = True
    """No new alarm of weight about these devices."""
    traffic_drop: float = 60.0
    """Percent by which a device's traffic may fall; 0: not looked at."""
    errors: bool = True
    """Errors and discards of the ports do not rise."""

    @property
    def not_watched(self) -> tuple[str, ...]:
        """What is left out, in the operator's words: such a finding stops nothing."""
        watched = {
            "ports": self.ports,
            "routing sessions": self.sessions,
            "alarms": self.alarms,
            "errors": self.errors,
            "traffic": self.traffic_drop > 0,
        }
        return tuple(word for word, is_on in watched.items() if not is_on)


@dataclass(frozen=True, slots=True)
class Image:
    """Software as a file of the operator's."""

    name: str
    size: int
    sha512: str
    sha256: str
    version: str
    """What the device must tell once it runs."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A change to many devices."""

    id: FlightId
    title: str
    kind: Kind
    template: str
    by: str
    created_at: datetime
    variables: Mapping[str, str] = field(default_factory=dict)
    ticket: str = ""
    phase: Phase = Phase.PLANNED
    canaries: int = 1
    wave_size: int = 20
    at_once: int = 10
    confirm_minutes: int = 10
    """How long a device waits to be told that the change is to be kept."""
    undo_all: bool = True
    """Whether what earlier waves kept is taken back, too."""
    stage_only: bool = False
    """Of software: bring it there and check it, and boot nothing."""
    gates: Gates = field(default_factory=Gates)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """Waves begin between these only."""
    image: Image | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    approval: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    stop: str = ""
    """Who asked to stop and take back, and why."""
    why: str = ""
    """How it ended, in a sentence."""
    devices: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many devices stand where."""


@dataclass(frozen=True, slots=True)
class Target:
    """One device of a flight."""

    id: TargetId
    flight_id: FlightId
    device_id: int
    name: str
    address: str
    platform: str
    wave: int
    """0 are the canaries."""
    stand: Stand
    way: Way
    why: str = ""
    adds: int = 0
    removes: int = 0
    diff: str = ""
    """What is expected to change; secrets are masked."""
    did: str = ""
    """What changed in truth, read afterwards; secrets are masked."""
    attempt: int = 0
    changed_at: datetime | None = None
    until: datetime | None = None
    """When the device takes it back by itself, or we do."""
    baseline: str = ""
    """How it was just before, as JSON: what the gates compare with."""
    former: str = ""
    """Of software: what ran before (`version image`)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of a target is kept encrypted: it may hold secrets."""

    lines: tuple[str, ...] = ()
    """As they are sent."""
    inverse: tuple[str, ...] = ()
    """What brings back how it was, prepared before anything was sent."""
    before: str = ""
    """The configuration the preview was made from."""
    wanted: tuple[str, ...] = ()
    """The configuration the preview expects afterwards."""
    came: tuple[str, ...] = ()
    """The configuration read right after the lines were typed: all that differs there is ours.
    Nothing while nobody has read it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a flight's log, written before what it tells is done."""

    at: datetime
    what: str
    text: str
    target_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How a device is, as far as somebody could see."""

    answers: bool
    ports_up: frozenset[str] = frozenset()
    sessions_up: frozenset[str] = frozenset()
    octets: int | None = None
    """All its physical ports together, both ways."""
    at: float = 0.0
    """Seconds on a steady clock, for rates."""
    bps: float | None = None
    """Its traffic, where that is known without a second look."""
    errors: int | None = None
    """Errors and discards of all its physical ports together, both ways, since they are counted."""
    errors_ps: float | None = None
    """So many a second, where that is known without a second look."""
    shut: frozenset[str] = frozenset()
    """Ports that the change itself shuts: they may be down."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a gate does not open."""

    device_id: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A flight with all that happened."""

    flight: Flight
    targets: tuple[Target, ...]
    steps: tuple[Step, ...]

    @property
    def took(self) -> timedelta | None:
        if self.flight.began_at is None or self.flight.ended_at is None:
            return None
        return self.flight.ended_at - self.flight.began_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightChanged(Event):
    """A flight was planned, approved, started, stopped or ended; `what` is the new phase."""

    flight_id: int
    title: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightStepped(Event):
    """Something is about to be done, or was done, to a device of a flight."""

    flight_id: int
    target_id: int
    device_id: int
    stand: str
