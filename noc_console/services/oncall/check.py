"""What makes a rota, an override or a policy one that works; raises Invalid and names the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.oncall.model import (
    NOBODY,
    WEEK,
    Hours,
    Layer,
    Override,
    Policy,
    Rota,
    Step,
    TargetKind,
    Turn,
)
from noc_console.services.oncall.rules.ical import MOST_HOLIDAYS
from noc_console.services.oncall.rules.turns import zone_of

LONGEST_NAME = 80
MOST_LAYERS = 20
MOST_PEOPLE = 200
LONGEST_PATTERN = 366
MOST_SHIFTS = 12
MOST_HOURS = 30
MOST_STEPS = 50
MOST_TARGETS = 50
MOST_ROUNDS = 1_000
LONGEST_WAIT_MIN = 7 * 24 * 60.0
LONGEST_OVERRIDE = timedelta(days=366)
_NOTE = 300


def checked_rota(rota: Rota) -> Rota:
    """A rota as it may be kept."""
    zone_of(rota.zone)
    if len(rota.layers) > MOST_LAYERS:
        raise Invalid(f"a rota has up to {MOST_LAYERS} layers", field="layers")
    if len(rota.holidays) > MOST_HOLIDAYS:
        raise Invalid(f"a rota keeps up to {MOST_HOLIDAYS:,} holidays", field="holidays")
    for holiday in rota.holidays:
        if holiday.end <= holiday.start:
            raise Invalid(
                f"{holiday.name or holiday.start} ends before it begins", field="holidays"
            )
    layers = tuple(_layer(layer) for layer in rota.layers)
    return replace(
        rota,
        name=_name(rota.name, "rota"),
        layers=layers,
        holidays=tuple(sorted(rota.holidays)),
    )


def checked_override(override: Override) -> Override:
    """An override as it may be kept."""
    _aware(override.start, "start")
    _aware(override.end, "end")
    if override.end <= override.start:
        raise Invalid("the end comes before the start", field="end")
    if override.end - override.start > LONGEST_OVERRIDE:
        raise Invalid(f"an override lasts up to {LONGEST_OVERRIDE.days} days", field="end")
    if override.person == NOBODY and override.instead_of == NOBODY:
        raise Invalid("say who takes over, or who falls out", field="person")
    if override.person == override.instead_of:
        raise Invalid("nobody takes over from themselves", field="person")
    return replace(override, note=visible(override.note.strip(), limit=_NOTE))


def checked_policy(policy: Policy) -> Policy:
    """A policy as it may be kept."""
    zone_of(policy.zone)
    if not policy.steps:
        raise Invalid("a policy has at least one step", field="steps")
    if len(policy.steps) > MOST_STEPS:
        raise Invalid(f"a policy has up to {MOST_STEPS} steps", field="steps")
    if not 0 <= policy.again <= MOST_ROUNDS:
        raise Invalid(f"steps are repeated up to {MOST_ROUNDS:,} times", field="again")
    if policy.again and policy.pause_min < 1:
        raise Invalid("rounds are at least a minute apart", field="pause_min")
    if not 0 <= policy.pause_min <= LONGEST_WAIT_MIN:
        raise Invalid("rounds are at most a week apart", field="pause_min")
    if policy.match.customers < 0:
        raise Invalid("customers are counted from 0", field="customers")
    _hours(policy.match.hours)
    for step in (*policy.steps, *([policy.final] if policy.final else [])):
        _step(step)
    return replace(policy, name=_name(policy.name, "policy"))


def _layer(layer: Layer) -> Layer:
    name = _name(layer.name, "layer")
    if not layer.people:
        raise Invalid(f"nobody is in the layer {name}", field="people")
    if len(layer.people) > MOST_PEOPLE:
        raise Invalid(f"a layer has up to {MOST_PEOPLE} people", field="people")
    if NOBODY in layer.people:
        raise Invalid("a place without a person", field="people")
    if not 1 <= layer.every <= 52:
        raise Invalid("a turn lasts 1 to 52 days or weeks", field="every")
    if not 0 <= layer.shifted_by <= LONGEST_PATTERN:
        raise Invalid(f"people are shifted by up to {LONGEST_PATTERN} days", field="shifted_by")
    _hours(layer.hours)
    if layer.turn is Turn.PATTERN:
        _pattern(layer)
    return replace(layer, name=name)


def _pattern(layer: Layer) -> None:
    if not 0 < len(layer.pattern) <= LONGEST_PATTERN:
        raise Invalid("write the pattern, a letter a day, such as DDNN----", field="pattern")
    if len(layer.shifts) > MOST_SHIFTS:
        raise Invalid(f"a pattern has up to {MOST_SHIFTS} shifts", field="shifts")
    letters = {shift.letter for shift in layer.shifts}
    if any(len(letter) != 1 or letter in "- " for letter in letters):
        raise Invalid("a shift has one letter of its own", field="shifts")
    if len(letters) < len(layer.shifts):
        raise Invalid("two shifts have the same letter", field="shifts")
    unknown = sorted(set(layer.pattern) - letters - {"-"})
    if unknown:
        raise Invalid(f"say from when to when {unknown[0]!r} works", field="pattern")
    if not letters & set(layer.pattern):
        raise Invalid("nobody ever works in this pattern", field="pattern")


def _hours(hours: tuple[Hours, ...]) -> None:
    if len(hours) > MOST_HOURS:
        raise Invalid(f"up to {MOST_HOURS} stretches of hours", field="hours")
    if any(not each.days or not each.days <= WEEK for each in hours):
        raise Invalid("choose at least one weekday", field="hours")


def _step(step: Step) -> None:
    if not step.targets:
        raise Invalid("a step tells somebody", field="targets")
    if len(step.targets) > MOST_TARGETS:
        raise Invalid(f"a step tells up to {MOST_TARGETS}", field="targets")
    if any(each.id <= 0 and each.kind is not TargetKind.DESK for each in step.targets):
        raise Invalid("choose whom a step tells", field="targets")
    if not 0 <= step.after_min <= LONGEST_WAIT_MIN:
        raise Invalid("steps are 0 minutes to a week apart", field="after_min")


def _name(text: str, what: str) -> str:
    name = visible(text.strip(), limit=LONGEST_NAME)
    if not name:
        raise Invalid(f"give the {what} a name", field="name")
    return name


def _aware(at: datetime, field: str) -> None:
    if at.tzinfo is None:
        raise Invalid("a moment needs its time zone", field=field)
