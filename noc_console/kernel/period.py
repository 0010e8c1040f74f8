"""Half-open stretches of days, as billing and reports count them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to but not including `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.start} to {self.end} is not a period")

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlap(self, other: Period) -> Period | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def split(self, day: date) -> tuple[Period, Period]:
        """The part before `day` and the part from it on; they tile the whole."""
        return Period(self.start, day), Period(day, self.end)


def month(of: date) -> Period:
    """The calendar month a day lies in."""
    start = of.replace(day=1)
    return Period(start, start + timedelta(days=monthrange(of.year, of.month)[1]))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, clamped to its end (31 January + 1 = 28 or 29 February)."""
    year, at = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, at + 1, min(day.day, monthrange(year, at + 1)[1]))
