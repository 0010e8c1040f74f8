"""Repetition (RFC 5545) for other features that begin something again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from noc_console.services.maintenance.rules import recurrence

FURTHEST = recurrence.FURTHEST
"""A repetition has to happen once within so long of its beginning."""


def checked(repeat: str, zone: str) -> str:
    """The rule as it is kept, "" for none. Raises Invalid for a wrong rule or zone."""
    where = recurrence.zone_of(zone)
    return recurrence.written(recurrence.parse(repeat, where)) if repeat else ""


def times(
    repeat: str, zone: str, *, first: datetime, after: datetime, before: datetime
) -> Iterator[datetime]:
    """When it begins, ascending, in UTC, by the wall clock of a zone."""
    where = recurrence.zone_of(zone)
    rule = recurrence.parse(repeat, where)
    return recurrence.times(rule, first=first, zone=where, after=after, before=before)


def said(repeat: str, zone: str) -> str:
    """The rule as people say it, "" for once: `every week on Tuesday`."""
    return recurrence.said(recurrence.parse(repeat, recurrence.zone_of(zone))) if repeat else ""
