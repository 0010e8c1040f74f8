"""What makes the desk noisy, and what would make it quiet: a remedy proposed for each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from noc_console.services.alarms.load import (
    ACTED,
    BRIEF_S,
    CHATTERS,
    Flags,
    Floats,
    Ints,
    Steps,
    Thing,
)
from noc_console.services.alarms.model import Condition

MOST = 10
IGNORED_FROM = 5
"""Fewer annunciations than this nobody acted on say nothing yet."""
LONGEST_DELAY_S = 300.0
"""A longer delay than this would hide real trouble."""

MEASURED = frozenset(
    {
        Condition.UTILISATION,
        Condition.ERRORS,
        Condition.CPU,
        Condition.MEMORY,
        Condition.TEMPERATURE,
        Condition.OPTICAL_POWER,
        Condition.PROBE_LATENCY,
        Condition.PROBE_LOSS,
    }
)
"""Conditions that are a value against a level, for which a dead-band helps."""


class Kind(StrEnum):
    """In what way something is noise."""

    NOISY = "noisy"
    CHATTERING = "chattering"
    FLEETING = "fleeting"
    STALE = "stale"
    IGNORED = "ignored"


class Deed(StrEnum):
    """What a remedy asks for."""

    DELAY = "delay"
    HOLD = "hold"
    DEAD_BAND = "dead-band"
    LOWER = "lower"
    REPAIR = "repair"
    SHELVE = "shelve"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would make it quiet; `seconds` of a delay."""

    deed: Deed
    text: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Noise:
    """One object and condition, and how it behaved in the span."""

    thing: Thing
    spoke: int
    """Annunciations."""
    share: float
    """Of all annunciations, in per cent."""
    came: int
    """How often it came, those included that were suppressed or folded."""
    chatters: int
    """How often it came three times within a minute."""
    fleeting: int
    """How often it was gone within a minute."""
    stood_s: float
    """How long it stood, the median; NaN when it never cleared."""
    acted: int
    """How often somebody acknowledged, took, commented or ticketed it."""
    standing_s: float | None
    """How long it has been standing; None when it does not."""
    kinds: frozenset[Kind]
    remedy: Remedy


def noise(
    steps: Steps,
    *,
    start: float,
    end: float,
    standing: Mapping[tuple[str, str], float],
    stale_s: float = 86_400.0,
) -> tuple[Noise, ...]:
    """Whatever makes noise, the most annunciations first.

    `standing` says since when (seconds since 1970) an object's condition stands that nobody put
    aside, by the object's key and the condition.
    """
    inside = (steps.at >= start) & (steps.at < end)
    many = len(steps.things)
    spoke = np.bincount(steps.thing[inside & steps.spoke], minlength=many)
    came = np.bincount(steps.thing[inside & steps.came], minlength=many)
    acted = np.bincount(steps.thing[inside & steps.are(ACTED)], minlength=many)
    brief = inside & steps.came & (steps.stood_s <= BRIEF_S)
    fleeting = np.bincount(steps.thing[brief], minlength=many)
    chatters = _chatters(steps, inside, many)
    whole = max(1, int(spoke.sum()))
    noisiest = set(np.argsort(-spoke, kind="stable")[:MOST].tolist())
    mine = np.flatnonzero(inside & steps.came)
    mine = mine[np.argsort(steps.thing[mine], kind="stable")]
    bounds = np.searchsorted(steps.thing[mine], np.arange(many + 1))
    found = []
    for at, thing in enumerate(steps.things):
        since = standing.get((thing.key, thing.condition))
        stands_s = None if since is None else end - since
        kinds = set()
        if at in noisiest and spoke[at] > 1:
            kinds.add(Kind.NOISY)
        if chatters[at]:
            kinds.add(Kind.CHATTERING)
        if fleeting[at]:
            kinds.add(Kind.FLEETING)
        if stands_s is not None and stands_s > stale_s:
            kinds.add(Kind.STALE)
        if spoke[at] >= IGNORED_FROM and not acted[at]:
            kinds.add(Kind.IGNORED)
        if not kinds:
            continue
        some = mine[bounds[at] : bounds[at + 1]]
        stood, gone = steps.stood_s[some], steps.gone_s[some]
        found.append(
            Noise(
                thing=thing,
                spoke=int(spoke[at]),
                share=100 * float(spoke[at]) / whole,
                came=int(came[at]),
                chatters=int(chatters[at]),
                fleeting=int(fleeting[at]),
                stood_s=_middle(stood),
                acted=int(acted[at]),
                standing_s=stands_s,
                kinds=frozenset(kinds),
                remedy=_remedy(thing, kinds, stood, gone, stands_s or 0.0),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.spoke, -one.came, one.thing.key)))


def _chatters(steps: Steps, inside: Flags, many: int) -> Ints:
    """How often each thing came for the third time within a minute."""
    some = np.flatnonzero(inside & steps.came)
    order = np.lexsort((steps.at[some], steps.thing[some]))
    at, thing = steps.at[some][order], steps.thing[some][order]
    back = CHATTERS - 1
    if len(at) <= back:
        return np.zeros(many, np.int64)
    close = (at[back:] - at[:-back] <= BRIEF_S) & (thing[back:] == thing[:-back])
    return np.bincount(thing[back:][close], minlength=many)


def _middle(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _remedy(thing: Thing, kinds: set[Kind], stood: Floats, gone: Floats, stands_s: float) -> Remedy:
    """The remedy of the worst trouble: coming and going, before being ignored, before standing."""
    if Kind.CHATTERING in kinds or Kind.FLEETING in kinds:
        if thing.condition in MEASURED and Kind.CHATTERING in kinds:
            return Remedy(
                Deed.DEAD_BAND,
                "Put the clearing level further from the raising one, or let two of three values"
                " decide: the value swings around the level.",
            )
        brief = stood[stood <= LONGEST_DELAY_S]
        short = gone[gone <= LONGEST_DELAY_S]
        if len(brief) >= len(short):
            seconds = _rounded(_ninety(brief))
            return Remedy(
                Deed.DELAY,
                f"Raise it only after {seconds:g} s: nine of ten were gone by then.",
                seconds,
            )
        seconds = _rounded(_ninety(short))
        return Remedy(
            Deed.HOLD,
            f"Clear it only after {seconds:g} s: nine of ten came back sooner.",
            seconds,
        )
    if Kind.IGNORED in kinds:
        return Remedy(
            Deed.LOWER,
            "Nobody ever acted on it: lower it to a warning, send it to a report, or do not"
            " raise it.",
        )
    if Kind.STALE in kinds:
        days = stands_s / 86_400
        return Remedy(
            Deed.SHELVE,
            f"Stands for {days:.0f} d: repair it, or shelve it with a reason and a ticket."
            if days >= 2
            else "Stands since yesterday: repair it, or shelve it with a reason and a ticket.",
        )
    return Remedy(
        Deed.REPAIR,
        "Find what is behind it: the same alarm again and again is a fault that nobody mends.",
    )


def _ninety(values: Floats) -> float:
    return float(np.percentile(values, 90)) if len(values) else BRIEF_S


def _rounded(seconds: float) -> float:
    """Up to the next figure a person would choose."""
    choices = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0)
    return next((one for one in choices if one >= seconds), LONGEST_DELAY_S)
