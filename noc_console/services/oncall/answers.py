"""Answers of the simulator and of "who is on call" as flat lines, for a command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from noc_console.services.oncall.model import Duties, Planned, Simulation, Stretch, Watch


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on call in a rota, in words; times are the rota's own."""

    rota: str
    who: str
    until: str
    next: str
    why: str


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """One moment of an escalation."""

    at: str
    after_min: float
    step: str
    tells: str
    by: str
    why: str
    problems: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Who is woken by an alarm, and what if nobody answers."""

    policy: str
    why: tuple[str, ...]
    steps: tuple[AnswerStep, ...]
    problems: tuple[str, ...] = ()


def on_duty(watches: Iterable[Watch], duties: Duties) -> tuple[OnDuty, ...]:
    return tuple(
        OnDuty(
            rota=watch.rota.name,
            who=_who(watch.now, duties),
            until=_clock(watch.now.end, watch.rota.zone) if watch.next else "no change ahead",
            next=_who(watch.next, duties) if watch.next else "",
            why=" · ".join(filter(None, (watch.now.layer, watch.now.holiday))),
        )
        for watch in watches
    )


def answer(told: Simulation) -> Answer:
    """Times are those of the policy's zone."""
    policy = told.policy
    zone = policy.zone if policy else "UTC"
    return Answer(
        policy=policy.name if policy else "",
        why=tuple(f"{each.policy.name}: {each.why}" for each in told.verdicts),
        steps=tuple(_step(step, zone) for step in told.steps),
        problems=told.problems,
    )


def _step(step: Planned, zone: str) -> AnswerStep:
    return AnswerStep(
        at=_clock(step.at, zone),
        after_min=round(step.waited_min, 1),
        step="last" if step.step == 0 else f"{step.step} of round {step.round}",
        tells=", ".join(one.name for one in step.told) or "nobody",
        by=", ".join(step.kinds) or "every way",
        why="; ".join(dict.fromkeys(one.why for one in step.told)),
        problems="; ".join(step.problems),
    )


def _who(stretch: Stretch, duties: Duties) -> str:
    return ", ".join(duties.name_of(person) for person in stretch.people) or "nobody"


def _clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M %Z}"
