"""Who has a layer's duty when: turns, hours and patterns on the wall clock of a zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.model import Days, Holiday, Hours, Layer, Turn

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """One person's duty in one layer, without a break."""

    start: datetime
    end: datetime
    person: int


Span = tuple[datetime, datetime]


def zone_of(name: str) -> ZoneInfo:
    """An IANA time zone by its name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(f"there is no time zone {name[:60]!r}", field="zone") from error


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of the wall clock as a moment.

    Of an hour that comes twice the first counts; one that is skipped in spring is taken as
    if the clock had not been moved, which is the same minute of the hour after it.
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def pieces(
    layer: Layer, zone: ZoneInfo, start: datetime, end: datetime, holidays: Sequence[Holiday] = ()
) -> list[Piece]:
    """The duties of a layer that reach into a span, cut to it, in order."""
    if not layer.people or start >= end:
        return []
    made = _of_pattern if layer.turn is Turn.PATTERN else _of_turns
    found = list(made(layer, zone, start, end))
    if layer.hours and layer.turn is not Turn.PATTERN:
        found = _within(found, hours_spans(layer.hours, zone, start, end))
    if layer.on is not Days.ALL:
        free = merged(holiday_spans(holidays, zone, start, end))
        inside = free if layer.on is Days.HOLIDAYS else _beside(free, start, end)
        found = _within(found, inside)
    cut = (Piece(max(p.start, start), min(p.end, end), p.person) for p in found)
    return sorted(piece for piece in cut if piece.start < piece.end)


def _of_turns(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterable[Piece]:
    length = layer.every * (7 if layer.turn is Turn.WEEKLY else 1)
    passed = (local_day(start, zone) - layer.first_day).days
    number = max(0, passed // length - 1)
    begins = moment(layer.first_day + number * length * DAY, layer.hand_over, zone)
    while begins < end:
        following = layer.first_day + (number + 1) * length * DAY
        ends = moment(following, layer.hand_over, zone)
        if ends > start:
            yield Piece(begins, ends, layer.people[number % len(layer.people)])
        begins, number = ends, number + 1


def _of_pattern(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterable[Piece]:
    shifts = {shift.letter: shift for shift in layer.shifts}
    if not layer.pattern:
        return
    for day in _days(local_day(start, zone) - DAY, local_day(end, zone)):
        passed = (day - layer.first_day).days
        if passed < 0:
            continue
        for at, person in enumerate(layer.people):
            letter = layer.pattern[(passed + at * layer.shifted_by) % len(layer.pattern)]
            if (shift := shifts.get(letter)) is not None:
                begins, ends = _stretch(day, shift.start, shift.end, zone)
                if begins < end and ends > start:
                    yield Piece(begins, ends, person)


def hours_spans(
    hours: Iterable[Hours], zone: ZoneInfo, start: datetime, end: datetime
) -> list[Span]:
    """When these hours are, within a span and a little beyond; what overlaps is one."""
    days = list(_days(local_day(start, zone) - DAY, local_day(end, zone)))
    return merged(
        _stretch(day, each.start, each.end, zone)
        for each in hours
        for day in days
        if day.weekday() in each.days
    )


def holiday_spans(
    holidays: Iterable[Holiday], zone: ZoneInfo, start: datetime, end: datetime
) -> list[Span]:
    """When it is a holiday, from midnight to midnight of the zone."""
    days = _days(local_day(start, zone), local_day(end, zone))
    kept = tuple(holidays)
    midnight = time()
    return [
        (moment(day, midnight, zone), moment(day + DAY, midnight, zone))
        for day in days
        if holiday_on(kept, day) is not None
    ]


def holiday_on(holidays: Iterable[Holiday], day: date) -> Holiday | None:
    """The holiday a day belongs to."""
    for holiday in holidays:
        if holiday.start <= day < holiday.end:
            return holiday
        if holiday.is_yearly and holiday.start <= day:
            # One across New Year may have begun the year before.
            for year in (day.year, day.year - 1):
                begins = _in_year(holiday.start, year)
                if begins <= day < begins + (holiday.end - holiday.start):
                    return holiday
    return None


def is_within(hours: Iterable[Hours], zone: ZoneInfo, at: datetime) -> bool:
    """Whether a moment lies in these hours; without any it does."""
    kept = tuple(hours)
    if not kept:
        return True
    return any(begins <= at < ends for begins, ends in hours_spans(kept, zone, at, at + DAY))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order; what overlaps or touches is one."""
    done: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if done and begins <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], ends))
        else:
            done.append((begins, ends))
    return done


def _within(found: Sequence[Piece], spans: Sequence[Span]) -> list[Piece]:
    return [
        Piece(max(piece.start, begins), min(piece.end, ends), piece.person)
        for piece in found
        for begins, ends in spans
        if begins < piece.end and ends > piece.start
    ]


def _beside(spans: Sequence[Span], start: datetime, end: datetime) -> list[Span]:
    """What is left of a span and two days around it."""
    left, at = [], start - 2 * DAY
    for begins, ends in spans:
        left.append((at, begins))
        at = ends
    left.append((at, end + 2 * DAY))
    return [(begins, ends) for begins, ends in left if begins < ends]


def _stretch(day: date, begins: time, ends: time, zone: ZoneInfo) -> Span:
    last = day if ends > begins else day + DAY
    return moment(day, begins, zone), moment(last, ends, zone)


def _days(first: date, last: date) -> Iterable[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the 29th of February is the 1st of March in most."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
