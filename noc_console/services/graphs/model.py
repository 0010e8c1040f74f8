"""Graphs with a name, and what happened while their curves were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import Severity

GraphId = NewType("GraphId", int)


@dataclass(frozen=True, slots=True)
class SavedGraph:
    """Curves and how to look at them, under a name: its owner's, or the whole team's."""

    id: GraphId
    name: str
    text: str
    """Curves and options in words, as in a route of the page."""
    owner: str
    is_shared: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """Something beside the curves: an alarm while it stood, or a change."""

    at: datetime
    text: str
    device_id: int
    end: datetime | None = None
    """Of an alarm; None while it stands, and of a change."""
    alarm_id: int | None = None
    severity: Severity = Severity.CLEARED
    interface_id: int | None = None
    sensor_id: int | None = None

    @property
    def is_alarm(self) -> bool:
        return self.alarm_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSaved(Event):
    """A graph was kept, renamed, changed, shared or taken back."""

    graph_id: int
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRemoved(Event):
    """A kept graph was thrown away."""

    graph_id: int
    name: str
