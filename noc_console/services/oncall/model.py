"""Rotas say who is on call; escalation policies say whom an alarm wakes, and when.

People are known by the numbers of their contacts: who they are and how they are reached is
kept with the notifications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import UNBORN, Alarm, AlarmId, Severity

RotaId = NewType("RotaId", int)
OverrideId = NewType("OverrideId", int)
PolicyId = NewType("PolicyId", int)

NEW = 0
"""The id of what the store has not seen yet."""

NOBODY = 0
"""Stands where a contact's number would stand: nobody."""

WEEK = frozenset(range(7))
"""Monday is 0."""


class Turn(StrEnum):
    """How a layer passes from one person to the next."""

    DAILY = "daily"
    WEEKLY = "weekly"
    PATTERN = "pattern"
    """Shifts by a word such as `DDNN----`, which each person walks through."""


class Days(StrEnum):
    """On which days a layer counts."""

    ALL = "all"
    WORKING = "not-holidays"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class Hours:
    """Part of some weekdays on the wall clock; an end not after the start is of the next day."""

    start: time
    end: time
    days: frozenset[int] = WEEK


@dataclass(frozen=True, slots=True)
class Shift:
    """What a letter of a pattern stands for; its end may lie on the next day."""

    letter: str
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Layer:
    """Some people who take turns. Of several layers the uppermost that has somebody counts."""

    name: str
    people: tuple[int, ...]
    """Contacts, in the order of their turns."""
    first_day: date
    """The first one's turn begins on this day."""
    turn: Turn = Turn.WEEKLY
    every: int = 1
    """So many days or weeks are one turn."""
    hand_over: time = time(9)
    """On the wall clock of the rota's zone; of a weekly turn on the weekday of `first_day`."""
    hours: tuple[Hours, ...] = ()
    """Only within these; empty is always. Not for patterns, whose shifts have hours already."""
    on: Days = Days.ALL
    pattern: str = ""
    """A letter a day; `-` is a day off."""
    shifts: tuple[Shift, ...] = ()
    shifted_by: int = 1
    """Days by which each person is further in the pattern than the one before."""


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """Whole days in the rota's zone, up to but not including `end`."""

    start: date
    end: date
    name: str = field(compare=False, default="")
    is_yearly: bool = False
    """It comes back on the same days of every year."""


class Reason(StrEnum):
    """Why somebody else is on call than the rota says."""

    SWAP = "swap"
    SICK = "sick"
    AWAY = "away"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Override:
    """For some time somebody takes over: everybody's duty, or only that of `instead_of`."""

    id: OverrideId
    rota_id: RotaId
    start: datetime
    end: datetime
    person: int
    """Who takes over; NOBODY when somebody falls out and nobody stands in."""
    instead_of: int = NOBODY
    """Whose duty it is otherwise; NOBODY for whoever it is."""
    reason: Reason = Reason.OTHER
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call, for one purpose: layers from the uppermost down."""

    id: RotaId
    name: str
    zone: str = "UTC"
    """An IANA time zone: hand-overs keep to its wall clock, summer and winter."""
    layers: tuple[Layer, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody in it, each once."""
        return tuple(dict.fromkeys(person for layer in self.layers for person in layer.people))


@dataclass(frozen=True, slots=True)
class Stretch:
    """The same people on call for some time, and why these. Nobody is a gap."""

    start: datetime
    end: datetime
    people: tuple[int, ...]
    layer: str = ""
    """The layer that decided; empty in a gap and where an override alone decided."""
    override: OverrideId | None = None
    holiday: str = ""

    @property
    def is_gap(self) -> bool:
        return not self.people

    @property
    def is_double(self) -> bool:
        """More than one person where one is meant: a pattern's people overlap."""
        return len(self.people) > 1


class TargetKind(StrEnum):
    """Whom a step tells."""

    PERSON = "person"
    ROTA = "rota"
    """Whoever is on call at that moment."""
    GROUP = "group"
    CHANNEL = "channel"
    """A place everybody reads, such as a chat room."""
    DESK = "desk"
    """Every open window: a message that stays, and the sound of its severity."""


@dataclass(frozen=True, slots=True)
class Target:
    kind: TargetKind
    id: int = NOBODY


@dataclass(frozen=True, slots=True)
class Step:
    """Tell these, when nobody has acknowledged for so long since the step before."""

    targets: tuple[Target, ...]
    after_min: float = 0.0
    """Minutes since the step before; of the first, since the alarm began to wait."""
    kinds: tuple[str, ...] = ()
    """Kinds of channels to reach people by, such as `sms`; empty is what each of them prefers."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which alarms a policy is for; what is empty does not matter."""

    least: Severity = Severity.MAJOR
    sites: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Types of devices, such as `router`."""
    conditions: tuple[str, ...] = ()
    customers: int = 0
    """At least so many customers hit."""
    hours: tuple[Hours, ...] = ()
    """The alarm was raised within these, on the policy's wall clock."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What happens while nobody acknowledges. The first one that matches an alarm has it."""

    id: PolicyId
    name: str
    match: Match = Match()
    steps: tuple[Step, ...] = ()
    again: int = 0
    """How many times the steps are gone through anew when they are through."""
    pause_min: float = 10.0
    """Minutes between the last step and the first one of the next round."""
    final: Step | None = None
    """When all that was in vain."""
    zone: str = "UTC"
    is_on: bool = True
    position: int = 0
    """Policies are asked in this order."""
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact, as far as being on call goes."""

    id: int
    name: str
    zone: str = ""
    is_away: bool = False
    """On leave: the notifications send them nothing."""


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    id: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Duties:
    """All that decides who is told: for the worker, the simulator and the page alike."""

    rotas: tuple[Rota, ...] = ()
    overrides: tuple[Override, ...] = ()
    policies: tuple[Policy, ...] = ()
    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    channels: tuple[Channel, ...] = ()

    def name_of(self, person: int) -> str:
        """A person's name, also of one who was removed since."""
        return next((one.name for one in self.people if one.id == person), f"contact {person}")


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody or something a step tells, and why it is this one."""

    target: Target
    contact: int = NOBODY
    """NOBODY for a channel or the desk."""
    name: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a policy at a moment."""

    number: int
    """From 0, through all rounds."""
    round: int
    """From 1; 0 for the final step."""
    step: int
    """Which step of the policy, from 1; 0 for the final one."""
    at: datetime
    told: tuple[Told, ...]
    kinds: tuple[str, ...]
    waited_min: float
    """Without acknowledgement since the alarm began to wait."""
    problems: tuple[str, ...] = ()
    """Why fewer are told than one might think: a gap, an empty group, somebody removed."""


@dataclass(frozen=True, slots=True)
class Case:
    """An alarm as policies look at it: a real one, or one supposed for the simulator."""

    severity: Severity
    site: str = ""
    type: str = ""
    condition: str = ""
    customers: int = 0
    alarm_id: AlarmId = UNBORN
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a policy is for an alarm, and why or why not."""

    policy: Policy
    matches: bool
    why: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """Who would be told of an alarm from a moment on, if nobody answered."""

    at: datetime
    case: Case
    verdicts: tuple[Verdict, ...]
    """Of the policies in their order, up to the one that has it."""
    steps: tuple[Planned, ...]
    problems: tuple[str, ...] = ()

    @property
    def policy(self) -> Policy | None:
        return next((one.policy for one in self.verdicts if one.matches), None)


class RunState(StrEnum):
    WAITING = "waiting"
    """Its next step is due at `due_at`."""
    STOPPED = "stopped"
    """Somebody acknowledged, owns or shelved it, or it is gone."""
    SPENT = "spent"
    """Every step was taken and nobody answered."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where an alarm stands with its policy."""

    alarm_id: AlarmId
    policy_id: PolicyId
    severity: Severity
    """The worst at which it waited: a worse one begins anew."""
    began_at: datetime
    next: int = 0
    """Number of the next step, through all rounds."""
    due_at: datetime | None = None
    state: RunState = RunState.WAITING
    why: str = ""
    """Of a stopped one: what stopped it."""


@dataclass(frozen=True, slots=True)
class PageOut:
    """One message of an escalation: what was due, for how many alarms, and whom it is for."""

    id: int
    key: str
    """One text for one page: handing it over twice is handing it over once."""
    at: datetime
    alarm_id: AlarmId
    others: int
    """Further alarms of the same policy and step in this message."""
    policy_id: PolicyId
    policy: str
    step: int
    round: int
    told: tuple[Told, ...]
    kinds: tuple[str, ...]
    problems: tuple[str, ...] = ()
    note: str = ""
    handed_at: datetime | None = None
    """When the notifications took it over."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alarm nobody has taken on, with the type of its device."""

    alarm: Alarm
    type: str = ""

    @property
    def case(self) -> Case:
        alarm = self.alarm
        return Case(
            severity=alarm.severity,
            site=alarm.site_name,
            type=self.type,
            condition=alarm.condition.value,
            customers=alarm.impact.customers if alarm.impact else 0,
            alarm_id=alarm.id,
            text=" · ".join(filter(None, (alarm.device_name, alarm.interface_name, alarm.text))),
        )


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is on call in a rota at a moment, and who comes next."""

    rota: Rota
    now: Stretch
    next: Stretch | None


@dataclass(frozen=True, slots=True)
class Clash:
    """One person on call in two rotas at the same time."""

    person: int
    rotas: tuple[str, str]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A rota over some time, as a calendar draws it."""

    rota: Rota
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]
    """Who is on call in the end."""
    layers: tuple[tuple[Stretch, ...], ...]
    """What each layer alone says, uppermost first."""
    overrides: tuple[Override, ...] = ()
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """Holidays out of a calendar file, and what could not be read in it."""

    holidays: tuple[Holiday, ...]
    problems: tuple[str, ...] = ()


Types = Mapping[int, str]
"""The type of each device, by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaChanged(Event):
    """A rota, its holidays or its overrides were added, changed or removed."""

    rota_id: int
    what: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """An escalation policy was added, changed or removed."""

    policy_id: int
    what: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPaged(Event):
    """A step of an escalation was taken: nobody had acknowledged."""

    alarm_id: int
    severity: int
    policy: str
    step: int
    others: int
    desk: bool
    """Every window is to say so."""
    text: str
