"""Hours, shifts and holidays as people write them in one line, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.model import WEEK, Holiday, Hours, Policy, Shift, Step

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST = 100_000
_DAY = {name.lower(): at for at, name in enumerate(DAYS)}
_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_HOLIDAY = re.compile(
    r"(?P<yearly>yearly\s+)?(?P<start>\d{4}-\d{2}-\d{2})"
    r"(?:\s*(?:to|–|-|/)\s*(?P<last>\d{4}-\d{2}-\d{2}))?\s*(?P<name>.*)"
)


def read_hours(text: str) -> tuple[Hours, ...]:
    """`Mon-Fri 08:00-17:00; Sat 10:00-14:00`; without days every day. Raises Invalid."""
    return tuple(_hours(part.strip()) for part in _parts(text))


def hours_text(hours: Iterable[Hours]) -> str:
    """As `read_hours` reads it."""
    return "; ".join(
        " ".join(filter(None, (_days_text(each.days), f"{_clock(each.start)}-{_clock(each.end)}")))
        for each in hours
    )


def read_shifts(text: str) -> tuple[Shift, ...]:
    """`D 07:00-19:00; N 19:00-07:00`. Raises Invalid."""
    found = []
    for part in _parts(text):
        letter, _, rest = part.strip().partition(" ")
        if len(letter) != 1:
            raise Invalid(
                f"write shifts as D 07:00-19:00, not {part.strip()[:40]!r}", field="shifts"
            )
        found.append(Shift(letter, *_span(rest, "shifts")))
    return tuple(found)


def shifts_text(shifts: Iterable[Shift]) -> str:
    return "; ".join(f"{one.letter} {_clock(one.start)}-{_clock(one.end)}" for one in shifts)


def read_holidays(text: str) -> tuple[Holiday, ...]:
    """A line each: `2026-12-25 to 2026-12-26 Christmas`, `yearly 2026-01-01 New Year`.

    The last day is one of the holiday. Raises Invalid that names the line.
    """
    if len(text) > LONGEST:
        raise Invalid("that is too long a list of holidays", field="holidays")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            found.append(_holiday(line.strip(), number))
    return tuple(sorted(found))


def holidays_text(holidays: Iterable[Holiday]) -> str:
    lines = []
    for one in holidays:
        last = one.end - timedelta(days=1)
        span = f"{one.start}" if last == one.start else f"{one.start} to {last}"
        lines.append(" ".join(filter(None, ("yearly" if one.is_yearly else "", span, one.name))))
    return "\n".join(lines)


def match_text(policy: Policy) -> str:
    """Which alarms a policy is for, in one line."""
    wanted = policy.match
    parts = [f"{wanted.least.name.lower()} or worse"]
    for what, values in (
        ("site", wanted.sites),
        ("type", wanted.types),
        ("condition", wanted.conditions),
    ):
        if values:
            parts.append(f"{what} {', '.join(values)}")
    if wanted.customers:
        parts.append(f"{wanted.customers:,} customers or more")
    if wanted.hours:
        parts.append(hours_text(wanted.hours))
    return " · ".join(parts)


def wait_text(minutes: float) -> str:
    """`at once`, `after 15 min`, `after 1 h 30 min`."""
    if minutes <= 0:
        return "at once"
    hours, rest = divmod(round(minutes, 2), 60)
    told = [f"{hours:g} h"] if hours else []
    told += [f"{rest:g} min"] if rest else []
    return f"after {' '.join(told)}"


def rounds_text(policy: Policy) -> str:
    """How often the steps are gone through again."""
    if not policy.again:
        return "once"
    return f"{policy.again + 1} times, every {policy.pause_min:g} min"


def all_steps(policy: Policy) -> tuple[Step, ...]:
    return (*policy.steps, *([policy.final] if policy.final else []))


def _parts(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise Invalid("that is too long")
    return [part for part in re.split(r"[;\n]", text) if part.strip()]


def _hours(part: str) -> Hours:
    found = _RANGE.search(part)
    if found is None:
        raise Invalid(f"write hours as Mon-Fri 08:00-17:00, not {part[:40]!r}", field="hours")
    start, end = _span(part[found.start() :], "hours")
    named = part[: found.start()].strip().rstrip(",")
    return Hours(start, end, _days(named) if named else WEEK)


def _days(named: str) -> frozenset[int]:
    days: set[int] = set()
    for word in re.split(r"[,\s]+", named.lower()):
        first, is_span, last = word.partition("-")
        a, b = _DAY.get(first[:3]), _DAY.get((last or first)[:3])
        if a is None or b is None or (is_span and not last):
            raise Invalid(f"{word[:20]!r} is no weekday", field="hours")
        days |= {(a + step) % 7 for step in range((b - a) % 7 + 1)}
    return frozenset(days)


def _days_text(days: frozenset[int]) -> str:
    if days == WEEK:
        return ""
    spans: list[list[int]] = []
    for day in sorted(days):
        if spans and spans[-1][-1] == day - 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    return ",".join(
        DAYS[span[0]] if len(span) == 1 else f"{DAYS[span[0]]}-{DAYS[span[-1]]}" for span in spans
    )


def _span(text: str, field: str) -> tuple[time, time]:
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise Invalid(f"write hours as 08:00-17:00, not {text.strip()[:40]!r}", field=field)
    a, b, c, d = map(int, found.groups())
    return _time(a, b, field), _time(c, d, field)


def _time(hour: int, minute: int, field: str) -> time:
    """24:00 is the midnight a day ends with."""
    if (hour, minute) == (24, 0):
        return time()
    if hour > 23 or minute > 59:
        raise Invalid(f"there is no {hour}:{minute:02} o'clock", field=field)
    return time(hour, minute)


def _holiday(line: str, number: int) -> Holiday:
    found = _HOLIDAY.fullmatch(line)
    try:
        if found is None:
            raise ValueError
        start = date.fromisoformat(found["start"])
        last = date.fromisoformat(found["last"]) if found["last"] else start
        if last < start or not 1900 <= start.year <= last.year <= 2200:
            raise ValueError
    except ValueError as error:
        raise Invalid(
            f"line {number}: write a holiday as 2026-12-25 to 2026-12-26 Christmas",
            field="holidays",
        ) from error
    return Holiday(
        start, last + timedelta(days=1), found["name"].strip()[:100], bool(found["yearly"])
    )


def _clock(at: time) -> str:
    return at.isoformat(timespec="minutes")
