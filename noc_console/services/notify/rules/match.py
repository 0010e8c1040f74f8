"""Which alarms a route is for, and when people are left in peace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.notify.model import Contact, Match


def matches(
    match: Match, alarm: Alarm, *, severity: Severity, device_type: str, at: datetime
) -> bool:
    """Whether a route is for this alarm at this moment.

    `severity` is the one that counts: of an alarm that has cleared, the one that was told.
    """
    return (
        match.least <= severity <= match.most
        and _any(match.sites, alarm.site_name)
        and _any(match.conditions, str(alarm.condition))
        and _any(match.devices, alarm.device_name)
        and _any(match.device_types, device_type)
        and customers(alarm) > match.customers_over
        and _is_time(match, at)
    )


def customers(alarm: Alarm) -> int:
    """How many customers an alarm hits, as far as anybody worked it out."""
    return alarm.impact.customers if alarm.impact else 0


def _any(patterns: Collection[str], word: str) -> bool:
    folded = word.casefold()
    return not patterns or any(fnmatchcase(folded, each.casefold()) for each in patterns)


def _is_time(match: Match, at: datetime) -> bool:
    if not match.days and match.from_time is None:
        return True
    local = at.astimezone(ZoneInfo(match.time_zone))
    start, end = match.from_time, match.until_time
    if start is None or end is None or start == end:
        return not match.days or local.weekday() in match.days
    # A night that began on a chosen day belongs to that day until its end.
    day = local.weekday()
    if start > end and local.time() < end:
        day = (day - 1) % 7
    return (not match.days or day in match.days) and _within(local.time(), start, end)


def _within(moment: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def quiet_until(contact: Contact, severity: Severity, at: datetime) -> datetime | None:
    """When this person's quiet hours end, if they are on and the alarm is not severe enough.

    Told by the person's own clock: on the nights it changes, quiet hours are an hour shorter
    or longer.
    """
    start, end = contact.quiet_from, contact.quiet_until
    if start is None or end is None or start == end or severity >= contact.quiet_lets:
        return None
    zone = ZoneInfo(contact.time_zone)
    local = at.astimezone(zone)
    if not _within(local.time(), start, end):
        return None
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    over = datetime.combine(day, end, zone).astimezone(UTC)
    return over if over > at else at


def next_gathering(at: datetime, minutes: float) -> datetime:
    """When what is gathered every so many minutes goes out next: on the round minute."""
    step = max(60.0, minutes * 60.0)
    epoch = at.timestamp()
    return datetime.fromtimestamp((epoch // step + 1) * step, UTC)
