"""Whether everything that went down during work is back, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from noc_console.services.alarms.model import Episode


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the objects of a run are doing."""

    went: int
    """Objects of which an alarm came while it lasted."""
    down: tuple[str, ...]
    """Those that still have one, in words; the order is theirs of coming."""
    back_at: datetime | None
    """When the last of them cleared; None while one stands, or when none ever came."""


def recovery(episodes: Iterable[Episode], *, since: datetime) -> Recovery:
    """From the alarms of a run's objects: those that came after it began."""
    went: set[str] = set()
    down: dict[str, str] = {}
    back: datetime | None = None
    for episode in sorted(episodes, key=lambda each: each.start):
        if episode.start < since:
            continue
        about = episode.alarm.about
        went.add(about.key)
        if episode.end is None:
            name = " · ".join(filter(None, (about.device_name, about.interface_name)))
            down.setdefault(about.key, f"{name or about.key}: {episode.alarm.text}")
        elif back is None or episode.end > back:
            back = episode.end
    return Recovery(len(went), tuple(down.values()), None if down else back)


def is_over(found: Recovery, *, quiet_minutes: int, now: datetime) -> bool:
    """Whether work may end early: something went down, all of it is back and quiet for long
    enough. Work during which nothing went down has perhaps not begun, and goes on.
    """
    if not quiet_minutes or found.back_at is None:
        return False
    return now - found.back_at >= timedelta(minutes=quiet_minutes)
