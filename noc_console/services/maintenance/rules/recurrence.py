"""Repetition as RFC 5545 section 3.3.10 writes it: daily, weekly and monthly.

FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL and WKST are understood; the rest of the
standard is refused by name rather than read as something else. Times follow the clock on the
wall of a zone: a repetition at 02:30 stays at 02:30 in summer. Where that time does not exist
it is reckoned with the offset before the gap, where it exists twice the first is meant
(section 3.3.5).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count as counting
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from noc_console.kernel.errors import Invalid

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
LONGEST_TEXT = 200
FURTHEST = timedelta(days=366 * 10)
"""A repetition has to happen once within ten years of its beginning."""


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday 0; `nth` of a month (-1 the last), 0 for each."""

    day: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How work is repeated."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    """1–31, or -1 for the last day of a month and so on."""
    count: int | None = None
    until: datetime | None = None
    """The last moment a time may begin, itself included."""
    week_start: int = 0


# Reading and writing


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises Invalid."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"{name[:60]!r} is no time zone, like Europe/Prague", field="zone") from error


def parse(text: str, zone: ZoneInfo) -> Recurrence:
    """A rule as text; raises Invalid and names the part that is wrong."""
    if len(text) > LONGEST_TEXT:
        raise Invalid("the repetition is too long", field="repeat")
    parts: dict[str, str] = {}
    for piece in text.upper().removeprefix("RRULE:").split(";"):
        name, _, value = piece.strip().partition("=")
        if not name or not value or name in parts:
            raise Invalid(f"{piece[:40]!r} in the repetition is not NAME=VALUE", field="repeat")
        parts[name] = value
    unknown = parts.keys() - {*_PARTS}
    if unknown:
        known = ", ".join(_PARTS)
        raise Invalid(f"{min(unknown)[:20]} is not understood: use {known}", field="repeat")
    try:
        frequency = Frequency(parts.get("FREQ", ""))
    except ValueError as error:
        raise Invalid("FREQ is DAILY, WEEKLY or MONTHLY", field="repeat") from error
    made = Recurrence(
        frequency=frequency,
        interval=_number(parts, "INTERVAL", 1, 1, 366) or 1,
        weekdays=_weekdays(parts.get("BYDAY", "")),
        month_days=_month_days(parts.get("BYMONTHDAY", "")),
        count=_number(parts, "COUNT", None, 1, 10_000),
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        week_start=_weekdays(parts.get("WKST", "MO"))[0].day,
    )
    return _checked(made)


_PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST")


def written(rule: Recurrence) -> str:
    """The rule as text, as `parse` reads it."""
    parts = [f"FREQ={rule.frequency}"]
    if rule.interval != 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.weekdays:
        days = (f"{each.nth or ''}{DAYS[each.day]}" for each in rule.weekdays)
        parts.append(f"BYDAY={','.join(days)}")
    if rule.month_days:
        parts.append(f"BYMONTHDAY={','.join(map(str, rule.month_days))}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    if rule.week_start:
        parts.append(f"WKST={DAYS[rule.week_start]}")
    return ";".join(parts)


def said(rule: Recurrence) -> str:
    """The rule as people say it: `every 2 weeks on Tuesday and Thursday`."""
    unit = {Frequency.DAILY: "day", Frequency.WEEKLY: "week", Frequency.MONTHLY: "month"}
    noun = unit[rule.frequency]
    text = f"every {noun}" if rule.interval == 1 else f"every {rule.interval} {noun}s"
    days = [_said_day(each) for each in rule.weekdays]
    days += ["the last day" if day == -1 else f"day {day}" for day in rule.month_days]
    if days:
        text += " on " + (", ".join(days[:-1]) + " and " if days[1:] else "") + days[-1]
    if rule.count is not None:
        text += f", {rule.count} times"
    if rule.until is not None:
        text += f", until {rule.until:%Y-%m-%d}"
    return text


def _said_day(day: Weekday) -> str:
    if not day.nth:
        return NAMES[day.day]
    nth = _ORDINALS.get(day.nth) or (f"{-day.nth}. last" if day.nth < 0 else f"{day.nth}.")
    return f"the {nth} {NAMES[day.day]}"


# Times


def times(
    rule: Recurrence, *, first: datetime, zone: ZoneInfo, after: datetime, before: datetime
) -> Iterator[datetime]:
    """When it begins, ascending, in UTC: from `after` on and before `before`.

    `first` is the earliest; what repeats without it does not begin there either.
    """
    wall = first.astimezone(zone).replace(tzinfo=None)
    last = before.astimezone(zone).date() + timedelta(days=1)
    # Counting needs every time from the first on; without a count the past is jumped over.
    start = 0 if rule.count is not None else _jump(rule, wall.date(), after.astimezone(zone).date())
    told = 0
    for step in counting(start):
        begins, days = _period(rule, wall, step)
        if begins > last:
            return
        for day in days:
            if day < wall.date():
                continue
            moment = _moment(day, wall.time(), zone)
            if rule.until is not None and moment > rule.until:
                return
            told += 1
            if rule.count is not None and told > rule.count:
                return
            if moment >= before:
                return
            if moment >= after:
                yield moment


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    # fold=0: the offset before a gap, the first of two equal times.
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _jump(rule: Recurrence, first: date, after: date) -> int:
    """The number of a period that surely ends before `after`."""
    days = (after - first).days
    size = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31}[rule.frequency]
    return max(0, days // (size * rule.interval) - 2)


def _period(rule: Recurrence, first: datetime, step: int) -> tuple[date, list[date]]:
    """The first day of a period and the days of it that count, ascending."""
    if rule.frequency is Frequency.DAILY:
        day = first.date() + timedelta(days=step * rule.interval)
        return day, [day] if _allows(rule, day) else []
    if rule.frequency is Frequency.WEEKLY:
        begin = first.date() - timedelta(days=(first.weekday() - rule.week_start) % 7)
        begin += timedelta(weeks=step * rule.interval)
        wanted = {each.day for each in rule.weekdays} or {first.weekday()}
        week = (begin + timedelta(days=offset) for offset in range(7))
        return begin, [day for day in week if day.weekday() in wanted]
    months = first.year * 12 + first.month - 1 + step * rule.interval
    year, month = divmod(months, 12)
    return date(year, month + 1, 1), _of_month(rule, year, month + 1, first.day)


def _of_month(rule: Recurrence, year: int, month: int, day: int) -> list[date]:
    length = calendar.monthrange(year, month)[1]
    every = [date(year, month, number) for number in range(1, length + 1)]
    if not rule.weekdays and not rule.month_days:
        return [each for each in every if each.day == day]
    return [
        each
        for each in every
        if (not rule.month_days or {each.day, each.day - length - 1} & set(rule.month_days))
        and (not rule.weekdays or any(_is_nth(each, wanted, length) for wanted in rule.weekdays))
    ]


def _is_nth(day: date, wanted: Weekday, length: int) -> bool:
    if day.weekday() != wanted.day:
        return False
    nth, from_end = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return not wanted.nth or wanted.nth in {nth, from_end}


def _allows(rule: Recurrence, day: date) -> bool:
    length = calendar.monthrange(day.year, day.month)[1]
    if rule.month_days and not {day.day, day.day - length - 1} & set(rule.month_days):
        return False
    return not rule.weekdays or day.weekday() in {each.day for each in rule.weekdays}


# Parts of a rule


def _checked(rule: Recurrence) -> Recurrence:
    if rule.count is not None and rule.until is not None:
        raise Invalid("a repetition has COUNT or UNTIL, not both", field="repeat")
    if rule.frequency is not Frequency.MONTHLY and any(day.nth for day in rule.weekdays):
        raise Invalid("only monthly repetition counts weekdays (2TU, -1FR)", field="repeat")
    if rule.frequency is Frequency.WEEKLY and rule.month_days:
        raise Invalid("weekly repetition knows no days of the month", field="repeat")
    return rule


def _number(
    parts: dict[str, str], name: str, default: int | None, least: int, most: int
) -> int | None:
    text = parts.get(name)
    if text is None:
        return default
    # isdecimal() alone takes any script's digits.
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= most):
        raise Invalid(f"{name} is a number from {least} to {most}", field="repeat")
    return int(text)


def _weekdays(text: str) -> tuple[Weekday, ...]:
    found = []
    for piece in filter(None, text.split(",")):
        number, name = piece[:-2], piece[-2:]
        if name not in DAYS or not _is_whole(number or "1"):
            raise Invalid(f"{piece[:10]!r} is no weekday, like TU or -1FR", field="repeat")
        nth = int(number or 0)
        if abs(nth) > 5 or number in {"0", "-0", "+0"}:
            raise Invalid("a month has at most five of a weekday", field="repeat")
        found.append(Weekday(DAYS.index(name), nth))
    if text and not found:
        raise Invalid("BYDAY names no weekday", field="repeat")
    return tuple(dict.fromkeys(found))


def _month_days(text: str) -> tuple[int, ...]:
    found = []
    for piece in filter(None, text.split(",")):
        if not _is_whole(piece) or not 1 <= abs(int(piece)) <= 31:
            raise Invalid(f"{piece[:10]!r} is no day of a month", field="repeat")
        found.append(int(piece))
    return tuple(dict.fromkeys(found))


def _is_whole(text: str) -> bool:
    bare = text[1:] if text[:1] in {"+", "-"} else text
    return bare.isascii() and bare.isdecimal() and len(bare) <= 2


def _until(text: str, zone: ZoneInfo) -> datetime:
    """UTC with a Z, else the zone's own time; a bare date is its whole day."""
    for form, length in (("%Y%m%dT%H%M%SZ", 16), ("%Y%m%dT%H%M%S", 15), ("%Y%m%d", 8)):
        if len(text) != length:
            continue
        try:
            read = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            break
        if form.endswith("Z"):
            return read
        last = read if length == 15 else read + timedelta(days=1, seconds=-1)
        return last.replace(tzinfo=zone).astimezone(UTC)
    raise Invalid("UNTIL is written 20261231 or 20261231T220000Z", field="repeat")
