"""Rotas and policies as documents: plain values for the store, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import (
    Days,
    Holiday,
    Hours,
    Layer,
    Match,
    Policy,
    Shift,
    Step,
    Target,
    TargetKind,
    Told,
    Turn,
)

Document = Mapping[str, Any]


def layer_document(made: Layer) -> dict[str, Any]:
    return {
        "name": made.name,
        "people": list(made.people),
        "first_day": made.first_day.isoformat(),
        "turn": made.turn.value,
        "every": made.every,
        "hand_over": _clock(made.hand_over),
        "hours": [_hours_document(each) for each in made.hours],
        "on": made.on.value,
        "pattern": made.pattern,
        "shifts": [[one.letter, _clock(one.start), _clock(one.end)] for one in made.shifts],
        "shifted_by": made.shifted_by,
    }


def layer(told: Document) -> Layer:
    return Layer(
        name=told["name"],
        people=tuple(told["people"]),
        first_day=date.fromisoformat(told["first_day"]),
        turn=Turn(told["turn"]),
        every=told["every"],
        hand_over=time.fromisoformat(told["hand_over"]),
        hours=tuple(map(_hours, told["hours"])),
        on=Days(told["on"]),
        pattern=told["pattern"],
        shifts=tuple(
            Shift(letter, time.fromisoformat(start), time.fromisoformat(end))
            for letter, start, end in told["shifts"]
        ),
        shifted_by=told["shifted_by"],
    )


def holiday_document(made: Holiday) -> list[Any]:
    return [made.start.isoformat(), made.end.isoformat(), made.name, made.is_yearly]


def holiday(told: list[Any]) -> Holiday:
    start, end, name, is_yearly = told
    return Holiday(date.fromisoformat(start), date.fromisoformat(end), name, is_yearly)


def policy_document(made: Policy) -> dict[str, Any]:
    wanted = made.match
    return {
        "match": {
            "least": wanted.least.name.lower(),
            "sites": list(wanted.sites),
            "types": list(wanted.types),
            "conditions": list(wanted.conditions),
            "customers": wanted.customers,
            "hours": [_hours_document(each) for each in wanted.hours],
        },
        "steps": [_step_document(step) for step in made.steps],
        "again": made.again,
        "pause_min": made.pause_min,
        "final": None if made.final is None else _step_document(made.final),
    }


def policy_parts(told: Document) -> dict[str, Any]:
    """What of a policy is kept as a document, by the names of its fields."""
    match = told["match"]
    return {
        "match": Match(
            least=Severity[match["least"].upper()],
            sites=tuple(match["sites"]),
            types=tuple(match["types"]),
            conditions=tuple(match["conditions"]),
            customers=match["customers"],
            hours=tuple(map(_hours, match["hours"])),
        ),
        "steps": tuple(map(_step, told["steps"])),
        "again": told["again"],
        "pause_min": told["pause_min"],
        "final": None if told["final"] is None else _step(told["final"]),
    }


def told_document(one: Told) -> dict[str, Any]:
    return {
        "kind": one.target.kind.value,
        "id": one.target.id,
        "contact": one.contact,
        "name": one.name,
        "why": one.why,
    }


def told(kept: Document) -> Told:
    target = Target(TargetKind(kept["kind"]), kept["id"])
    return Told(target, kept["contact"], kept["name"], kept["why"])


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "targets": [[target.kind.value, target.id] for target in step.targets],
        "after_min": step.after_min,
        "kinds": list(step.kinds),
    }


def _step(kept: Document) -> Step:
    return Step(
        targets=tuple(Target(TargetKind(kind), number) for kind, number in kept["targets"]),
        after_min=kept["after_min"],
        kinds=tuple(kept["kinds"]),
    )


def _hours_document(hours: Hours) -> list[Any]:
    return [_clock(hours.start), _clock(hours.end), sorted(hours.days)]


def _hours(kept: list[Any]) -> Hours:
    start, end, days = kept
    return Hours(time.fromisoformat(start), time.fromisoformat(end), frozenset(days))


def _clock(at: time) -> str:
    return at.isoformat(timespec="minutes")
