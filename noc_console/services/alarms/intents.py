"""What people want of alarms, as values that can wait: who, what, which, when.

An intent is carried out once, at once or when the store is back, and merged with what others
did meanwhile. Pure: values in, verdicts out. What is promised:

- the same intent twice is one (its id is kept with what it did);
- acknowledgements of one alarm come in any order: the earliest has the credit, of equal
  moments the one whose name sorts first;
- comments are always kept; of who works on it, its ticket, its shelf and its suppression,
  each by itself, what was said last counts, whatever arrives last;
- what was meant for less than what stands there now does nothing, and that is told: an
  acknowledgement or shelving of before it grew worse, a clearing of before it was seen again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.text import visible
from noc_console.services.alarms import rules
from noc_console.services.alarms.model import Alarm, AlarmPolicy

TEXT_LIMIT = 500
TICKET_LIMIT = 60
MOST_ALARMS = 200_000
"""Of one intent."""

LATE = timedelta(seconds=5)
"""An intent that is older when it is carried out has waited."""


class Verb(StrEnum):
    """What can be wanted of an alarm."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    OWN = "own"
    DISOWN = "disown"
    TICKET = "ticket"
    COMMENT = "comment"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    SUPPRESS = "suppress"
    RELEASE = "release"
    CLEAR = "clear"


STEPS = {
    Verb.ACKNOWLEDGE: "acknowledged",
    Verb.UNACKNOWLEDGE: "unacknowledged",
    Verb.OWN: "owned",
    Verb.DISOWN: "disowned",
    Verb.TICKET: "ticketed",
    Verb.COMMENT: "commented",
    Verb.SHELVE: "shelved",
    Verb.UNSHELVE: "unshelved",
    Verb.SUPPRESS: "suppressed",
    Verb.RELEASE: "released",
    Verb.CLEAR: "cleared",
}
"""The step of the history each leaves."""

RIVALS = {
    Verb.UNACKNOWLEDGE: ("unacknowledged",),
    Verb.ACKNOWLEDGE: ("unacknowledged",),
    Verb.OWN: ("owned", "disowned"),
    Verb.DISOWN: ("owned", "disowned"),
    Verb.TICKET: ("ticketed",),
    Verb.SHELVE: ("shelved", "unshelved"),
    Verb.UNSHELVE: ("shelved", "unshelved"),
    Verb.SUPPRESS: ("suppressed", "released"),
    Verb.RELEASE: ("suppressed", "released"),
}
"""The steps that speak of the same: of these what was said last counts."""

_SAID_ANYWAY = frozenset({Verb.OWN, Verb.DISOWN, Verb.TICKET, Verb.UNSHELVE, Verb.RELEASE})
"""Come late and changing nothing, they still outdo what was said before and arrives after."""

_NEEDS_TEXT = {
    Verb.COMMENT: "a comment needs a text",
    Verb.SHELVE: "say why the alarm is shelved",
    Verb.SUPPRESS: "say why the alarm is suppressed",
    Verb.CLEAR: "say why the alarm is cleared",
}


@dataclass(frozen=True, slots=True)
class Intent:
    """Somebody wants something of some alarms."""

    verb: Verb
    alarm_ids: tuple[int, ...]
    by: str
    tenant: str
    at: datetime
    text: str = ""
    """The comment, the reason, the number of the ticket."""
    until: datetime | None = None
    """When shelving ends."""
    with_folded: bool = False
    """Also of what is folded under these alarms."""
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an intent did nothing to an alarm."""

    alarm_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an intent."""

    changed: int = 0
    """How many alarms are different now."""
    waiting: bool = False
    """Kept on this machine until the store answers."""
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentsChanged(Event):
    """In this window: how many intents wait for the store, and what those carried out late
    could not do, as sentences for the operator."""

    waiting: int
    refused: str = ""


def checked(intent: Intent, *, policy: AlarmPolicy) -> Intent:
    """The intent with its text made safe to show; Invalid says what is wrong with it."""
    text = visible(intent.text.strip(), limit=TEXT_LIMIT)
    if not text and (why := _NEEDS_TEXT.get(intent.verb)):
        raise Invalid(why, field="text" if intent.verb is Verb.COMMENT else "reason")
    if intent.verb is Verb.TICKET and len(text) > TICKET_LIMIT:
        raise Invalid(f"a ticket's number has up to {TICKET_LIMIT} characters", field="number")
    if intent.verb is Verb.SHELVE:
        longest = timedelta(seconds=policy.shelve_s)
        if intent.until is None or not timedelta() < intent.until - intent.at <= longest:
            hours = policy.shelve_s / 3600
            raise Invalid(f"an alarm can be shelved for up to {hours:g} h", field="minutes")
    if len(intent.alarm_ids) > MOST_ALARMS:
        raise Invalid(f"that is more than {MOST_ALARMS:,} alarms at once", field="alarm_ids")
    return replace(intent, text=text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an intent makes of an alarm: the alarm, the step of its history, and its text.

    Without a step nothing happens.
    """

    alarm: Alarm
    step: str = ""
    text: str = ""
    refused: str = ""


def decide(
    alarm: Alarm,
    intent: Intent,
    *,
    now: datetime,
    said: Mapping[str, datetime] | None = None,
) -> Verdict:
    """What becomes of one alarm. `said` tells of an intent that waited when each step of the
    alarm's history was last taken; for one that is carried out at once it is not needed.
    """
    if (why := _too_late(alarm, intent, now=now, said=said or {})) is not None:
        words = f"{intent.verb} came late: {why}"
        told = f"{words} ({intent.text})" if intent.text else words
        return Verdict(alarm, "noted", visible(told, limit=TEXT_LIMIT), refused=why)
    late = is_late(intent, now)
    if intent.verb is Verb.ACKNOWLEDGE and alarm.acked_by and not late:
        return Verdict(alarm)
    changed = _carry_out(alarm, intent)
    if changed == alarm and not (late and intent.verb in _SAID_ANYWAY):
        return Verdict(alarm)
    return Verdict(changed, _step(alarm, changed, intent), _text(alarm, intent))


def is_late(intent: Intent, now: datetime) -> bool:
    """Whether the intent has waited, so that others may have acted meanwhile."""
    return now - intent.at > LATE


def _too_late(
    alarm: Alarm, intent: Intent, *, now: datetime, said: Mapping[str, datetime]
) -> str | None:
    """Why what was wanted then makes no sense now; None when it does."""
    verb, at = intent.verb, intent.at
    if not is_late(intent, now) or verb is Verb.COMMENT:
        return None
    grew = alarm.worse_at or alarm.first_seen
    if verb in {Verb.ACKNOWLEDGE, Verb.SHELVE} and at < grew:
        return f"it grew worse at {_time(grew)}"
    if verb is Verb.CLEAR and alarm.is_active and at < alarm.last_seen:
        return f"it was seen again at {_time(alarm.last_seen)}"
    if verb is Verb.SHELVE and intent.until is not None and intent.until <= now:
        return f"its time was up at {_time(intent.until)}"
    if verb is Verb.UNACKNOWLEDGE and alarm.acked_at is not None and at < alarm.acked_at:
        return f"{alarm.acked_by} acknowledged it at {_time(alarm.acked_at)}"
    for step in RIVALS.get(verb, ()):
        last = said.get(step)
        if last is not None and at < last:
            return f"it was {step} at {_time(last)}"
    return None


def _carry_out(alarm: Alarm, intent: Intent) -> Alarm:
    by, at = intent.by, intent.at
    match intent.verb:
        case Verb.ACKNOWLEDGE:
            return rules.acknowledge(alarm, by=by, at=at)
        case Verb.UNACKNOWLEDGE:
            return rules.unacknowledge(alarm)
        case Verb.OWN:
            return rules.own(alarm, by=by, at=at)
        case Verb.DISOWN:
            return rules.disown(alarm)
        case Verb.TICKET:
            return rules.ticket(alarm, intent.text)
        case Verb.COMMENT:
            return rules.comment(alarm)
        case Verb.SHELVE:
            return rules.shelve(alarm, until=intent.until or at)
        case Verb.UNSHELVE:
            return rules.unshelve(alarm)
        case Verb.SUPPRESS:
            return rules.suppress(alarm, by=by)
        case Verb.RELEASE:
            return rules.release(alarm)
        case Verb.CLEAR:
            return rules.clear(alarm, by=by, at=at)


def _step(before: Alarm, after: Alarm, intent: Intent) -> str:
    """Clearing what has cleared by itself only acknowledges it."""
    if intent.verb is Verb.CLEAR and before.is_active == after.is_active:
        return "acknowledged"
    return STEPS[intent.verb]


def _text(alarm: Alarm, intent: Intent) -> str:
    """The step's text; taking over and taking away say from whom."""
    parts = [intent.text]
    if intent.verb is Verb.OWN and alarm.owner and alarm.owner != intent.by:
        parts.append(f"taken over from {alarm.owner}")
    if intent.verb is Verb.DISOWN and alarm.owner and alarm.owner != intent.by:
        parts.append(f"it was {alarm.owner}'s")
    if intent.verb is Verb.ACKNOWLEDGE and alarm.acked_by:
        parts.append(f"earlier than {alarm.acked_by}")
    if intent.verb is Verb.TICKET and not intent.text and alarm.ticket:
        parts.append(f"no longer {alarm.ticket}")
    return ", ".join(part for part in parts if part)


def _time(at: datetime) -> str:
    return f"{at:%H:%M:%S} UTC"
