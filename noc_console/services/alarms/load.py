"""How much the desk asks of its operators: the figures of EEMUA 191 and ISA-18.2, from steps.

An annunciation is an alarm that came or came back and spoke to somebody: not one of an object
known to be flapping, nor one that was folded under another or put aside within a minute. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Severity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SLOT_S = 600.0
FLOOD_FROM = 10
"""More annunciations than this in ten minutes begin a flood…"""
FLOOD_UNTIL = 5
"""…which ends with fewer than this."""
GRACE_S = 60.0
"""What is folded or put aside so soon after it came did not speak."""
BRIEF_S = 60.0
"""An alarm that stands no longer is fleeting."""
CHATTERS = 3
"""So often within `BRIEF_S` is chattering."""

CAME = ("raised", "reopened")
WENT = ("cleared",)
QUIET = ("folded", "suppressed", "shelved")
HEARD = ("unfolded", "released", "unshelved")
ACTED = ("acknowledged", "owned", "ticketed", "commented")
WORDS = (*CAME, *WENT, *QUIET, *HEARD, *ACTED)
"""The steps that are looked at; a step's code is its place here."""


@dataclass(frozen=True, slots=True)
class Thing:
    """An object and what was wrong with it."""

    key: str
    condition: str
    device_id: int
    name: str
    site: str


@dataclass(frozen=True)
class Steps:
    """Steps of alarms, by alarm and then by time. Times in seconds since 1970 (UTC)."""

    at: Floats
    alarm: Ints
    word: Ints
    severity: Ints
    thing: Ints
    things: tuple[Thing, ...]

    @staticmethod
    def of(rows: Sequence[tuple[float, int, int, int, int]], things: Sequence[Thing]) -> Steps:
        """From rows of moment, alarm, word, severity and thing, in the order they happened."""
        table = np.array(rows, np.float64).reshape(-1, 5)
        order = np.lexsort((np.arange(len(table)), table[:, 0], table[:, 1]))
        table = table[order]
        alarm, word, severity, thing = table[:, 1:].astype(np.int64).T
        return Steps(table[:, 0], alarm, word, severity, thing, tuple(things))

    def are(self, words: Sequence[str]) -> Flags:
        """Which steps are one of these."""
        return np.isin(self.word, [WORDS.index(word) for word in words])

    @cached_property
    def _bounds(self) -> tuple[Ints, Ints]:
        """For each step, the places of its alarm's first and last."""
        first = np.searchsorted(self.alarm, self.alarm, "left")
        last = np.searchsorted(self.alarm, self.alarm, "right") - 1
        return first, last

    @cached_property
    def came(self) -> Flags:
        return self.are(CAME)

    @cached_property
    def spoke(self) -> Flags:
        """The annunciations."""
        places = np.arange(len(self.at))
        first, last = self._bounds
        quiet, heard = self.are(QUIET), self.are(HEARD)
        before = np.maximum.accumulate(np.where(quiet | heard, places, -1))
        was_quiet = (before >= first) & quiet[np.maximum(before, 0)]
        soon = _next(quiet, last)
        near = (soon >= 0) & (self.at[np.maximum(soon, 0)] - self.at <= GRACE_S)
        # Only until it comes back: a later one may be put aside, this one spoke.
        again = _next(self.came, last)
        mine = (again < 0) | (soon <= again)
        return self.came & ~was_quiet & ~(near & mine)

    @cached_property
    def stood_s(self) -> Floats:
        """How long what came stood; NaN for other steps and for what still stands."""
        went = _next(self.are(WENT), self._bounds[1])
        known = self.came & (went >= 0)
        return np.where(known, self.at[np.maximum(went, 0)] - self.at, np.nan)

    @cached_property
    def gone_s(self) -> Floats:
        """How long what came back had been gone; NaN for all other steps."""
        first, _ = self._bounds
        places = np.arange(len(self.at))
        before = np.maximum.accumulate(np.where(self.are(WENT), places, -1))
        known = self.came & (before >= first)
        return np.where(known, self.at - self.at[np.maximum(before, 0)], np.nan)


def _next(which: Flags, last: Ints) -> Ints:
    """The place of the next such step of the same alarm after each step; -1 without one."""
    count = len(which)
    places = np.where(which, np.arange(count), count)
    after = np.append(np.minimum.accumulate(places[::-1])[::-1], count)[1:]
    return np.where(after <= last, after, -1)


class Verdict(StrEnum):
    """How a figure stands to what operators can bear."""

    GOOD = "good"
    HIGH = "high"
    """Beyond the target."""
    OVER = "over"
    """Beyond the limit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the load, with what it should be."""

    id: str
    name: str
    value: float
    unit: str
    target: float
    limit: float
    means: str
    """Why it matters, in a sentence."""

    @property
    def verdict(self) -> Verdict:
        if self.value <= self.target:
            return Verdict.GOOD
        return Verdict.HIGH if self.value <= self.limit else Verdict.OVER


@dataclass(frozen=True, slots=True)
class Flood:
    """More than anybody can follow. Moments in seconds since 1970; `worst` in ten minutes."""

    start: float
    end: float
    alarms: int
    worst: int


def slots(steps: Steps, start: float, end: float) -> Ints:
    """Annunciations of each ten minutes of the span."""
    count = max(1, int(np.ceil((end - start) / SLOT_S)))
    at = steps.at[steps.spoke & (steps.at >= start) & (steps.at < end)]
    return np.bincount(((at - start) // SLOT_S).astype(np.int64), minlength=count)


def floods(counts: Ints, start: float) -> tuple[Flood, ...]:
    """The floods of a span, oldest first."""
    found: list[Flood] = []
    began: int | None = None
    for at, count in enumerate([*counts.tolist(), 0]):
        if began is None and count > FLOOD_FROM:
            began = at
        elif began is not None and (count < FLOOD_UNTIL or at == len(counts)):
            some = counts[began:at]
            found.append(
                Flood(
                    start + began * SLOT_S,
                    start + at * SLOT_S,
                    int(some.sum()),
                    int(some.max()),
                )
            )
            began = None
    return tuple(found)


PRIORITIES = (
    ("low", "Low priority", (Severity.WARNING, Severity.INDETERMINATE), 80.0),
    ("medium", "Medium priority", (Severity.MINOR,), 15.0),
    ("high", "High priority", (Severity.MAJOR,), 5.0),
    ("critical", "Critical", (Severity.CRITICAL,), 1.0),
)
"""Which severities are of which priority, and their share in per cent as it should be."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what came was of one priority; shares in per cent."""

    id: str
    name: str
    share: float
    target: float
    count: int


def priorities(steps: Steps, start: float, end: float) -> tuple[Share, ...]:
    """The split by priority."""
    told = steps.spoke & (steps.at >= start) & (steps.at < end)
    some = steps.severity[told]
    whole = max(1, len(some))
    return tuple(
        Share(id, name, 100 * count / whole, target, count)
        for id, name, severities, target in PRIORITIES
        for count in (int(np.isin(some, severities).sum()),)
    )


def figures(
    counts: Ints, *, operators: int, top_share: float, chattering: int, fleeting: int, stale: int
) -> tuple[Figure, ...]:
    """The figures beside their targets and limits (EEMUA 191, ISA-18.2 annex), per operator."""
    each = counts / max(1, operators)
    mean = float(each.mean())
    share = 100 * float((each > FLOOD_FROM).mean())
    return (
        Figure(
            "mean", "In ten minutes, mean", mean, "", 1, 2,
            "Each alarm takes an operator minutes to understand and to act on.",
        ),
        Figure(
            "hour", "In an hour", mean * 6, "", 6, 12,
            "What one person can deal with all through a shift.",
        ),
        Figure(
            "day", "In a day", mean * 144, "", 150, 300,
            "Beyond 300 a day alarms are closed, not dealt with.",
        ),
        Figure(
            "peak", "Most in ten minutes", float(each.max()), "", 10, 20,
            "More than ten in ten minutes is a flood: something is missed.",
        ),
        Figure(
            "flood", "Time in flood", share, "%", 1, 5,
            "Ten minutes with more than ten alarms, of all the time.",
        ),
        Figure(
            "top", "From the ten noisiest", top_share, "%", 5, 20,
            "When a few make most of the noise, mending them mends the desk.",
        ),
        Figure(
            "chattering", "Chattering", float(chattering), "", 0, 5,
            "Three times within a minute: a delay or a dead-band is missing.",
        ),
        Figure(
            "fleeting", "Fleeting", float(fleeting), "", 0, 10,
            "Gone within a minute, before anybody could act.",
        ),
        Figure(
            "stale", "Stale", float(stale), "", 5, 10,
            "Standing for more than a day: nobody looks at these any more.",
        ),
    )  # fmt: skip
