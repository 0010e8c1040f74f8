"""The desk as it changed since a moment, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from noc_console.services.alarms.model import Alarm


@dataclass(frozen=True, slots=True)
class AlarmsSince:
    """The desk now, seen from a moment of the past. Lists hold roots only, the worst first."""

    at: datetime
    came: int = 0
    """That came after it and stand."""
    passed: int = 0
    """That came after it and are gone again."""
    gone: int = 0
    """That stood at the time and are gone."""
    still: int = 0
    """That stood at the time and stand."""
    folded: int = 0
    """Of those that stand: consequences of others."""
    new: tuple[Alarm, ...] = ()
    old: tuple[Alarm, ...] = ()
    over: tuple[Alarm, ...] = ()
    """Gone since, those of `passed` and of `gone`."""
    shelved: tuple[Alarm, ...] = ()
    suppressed: tuple[Alarm, ...] = ()
    """By hand."""
    acknowledged: tuple[tuple[str, int], ...] = ()
    """Who acknowledged how many since then, the most first."""
