"""Moments as people read them: how long ago, and exactly when."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from noc_console.kernel.clock import Clock
from noc_console.kernel.text import duration


def age(seconds: float) -> str:
    """A stretch of time in its largest unit, for narrow columns: `12 s`, `4 min`, `3 h`, `2 d`."""
    left = int(max(0.0, seconds))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if left >= size:
            return f"{left // size} {unit}"
    return f"{left} s"


class Times(QObject):
    """Formats moments in the zone the operator chose; `changed` when the choice does."""

    changed = Signal()

    def __init__(
        self, clock: Clock, *, use_utc: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.use_utc = use_utc

    def toggle_utc(self) -> None:
        self.use_utc = not self.use_utc
        self.changed.emit()

    def zone(self) -> tzinfo | None:
        """None is the zone of this computer."""
        return UTC if self.use_utc else None

    def zone_name(self) -> str:
        return self.clock.now().astimezone(self.zone()).strftime("%Z") or "local"

    def absolute(self, at: datetime | None) -> str:
        """`2026-11-21 03:11:05`, in the chosen zone."""
        return at.astimezone(self.zone()).strftime("%Y-%m-%d %H:%M:%S") if at else "–"

    def clock_time(self, at: datetime | None) -> str:
        """Only the time today, with the weekday within a week, with the date before that."""
        if at is None:
            return "–"
        moment, now = at.astimezone(self.zone()), self.clock.now().astimezone(self.zone())
        days = abs((now.date() - moment.date()).days)
        return moment.strftime("%H:%M:%S" if not days else "%a %H:%M" if days < 7 else "%d %b %Y")

    def age_s(self, at: datetime | None) -> float | None:
        """Seconds since then, None for never."""
        return (self.clock.now() - at).total_seconds() if at else None

    def ago(self, at: datetime | None) -> str:
        """How long ago in one unit: `4 min`; `–` for never."""
        seconds = self.age_s(at)
        return "–" if seconds is None else age(seconds)

    def both(self, at: datetime | None) -> str:
        """For tool tips: exactly when, and how long ago."""
        if at is None:
            return "never"
        seconds = (self.clock.now() - at).total_seconds()
        when = f"{self.absolute(at)} {at.astimezone(self.zone()).strftime('%Z')}"
        return f"{when} · {duration(seconds)} ago" if seconds >= 0 else when


def iso(at: datetime | None) -> str:
    """For exports: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""
