"""Which blocks answer a question: as coarse as the graph allows, none counted twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from noc_console.db.flows.layout import SPANS, Place

MINUTE = SPANS[0]
_FINE = timedelta(hours=3)
_MIDDLE = {True: timedelta(hours=12), False: timedelta(hours=36)}


def step_of(span: timedelta, *, is_wide: bool) -> int:
    """Seconds a step of the graph takes; wide tables (all properties) are read coarser."""
    if span <= _FINE:
        return SPANS[0]
    return SPANS[1] if span <= _MIDDLE[is_wide] else SPANS[2]


def chosen(places: Iterable[Place], start: int, end: int, step: int) -> list[Place]:
    """Blocks that begin from `start` until before `end`, each moment of a collector once.

    Those of `step` first; where there are none, finer ones (the hour that runs), then coarser
    ones (what is no longer kept finer).
    """
    kept = [place for place in places if start <= place.at < end]
    order = sorted(SPANS, key=lambda span: (span > step, abs(span - step)))
    covered: dict[int, set[int]] = {}
    found = []
    for span in order:
        new: dict[int, set[int]] = {}
        for place in (place for place in kept if place.span == span):
            minutes = range(place.at, place.at + span, MINUTE)
            if covered.get(place.source, set()).isdisjoint(minutes):
                found.append(place)
                new.setdefault(place.source, set()).update(minutes)
        for source, minutes_of in new.items():
            covered.setdefault(source, set()).update(minutes_of)
    return found
