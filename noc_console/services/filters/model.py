"""A filter of a list under a name: its owner's, or the whole team's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from noc_console.kernel.events import Event

FilterId = NewType("FilterId", int)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """Words that narrow a list, as they stand in a link to it."""

    id: FilterId
    list: str
    """Which list it is of, e.g. `alarms`."""
    name: str
    text: str
    owner: str
    is_shared: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSaved(Event):
    """A filter was kept, changed, shared or taken back."""

    filter_id: int
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRemoved(Event):
    """A kept filter was thrown away."""

    filter_id: int
    name: str
