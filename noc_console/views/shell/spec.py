"""What the window is made of: its pages, and where the shell's own facts come from."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from noc_console.kernel.operation import Operation
from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.alarms.waiting import WaitingHead
from noc_console.services.inventory.model import Found
from noc_console.services.recordings.service import RecordingService
from noc_console.services.telemetry.model import CollectorHealth
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page
from noc_console.views.shell.declared import Declared

T = TypeVar("T")
Asked = Callable[[], Coroutine[Any, Any, T]]
Method = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: made when first seen. Pages outside the rail are reached by routes only."""

    id: str
    title: str
    icon: str
    make: Callable[[Desk], Page]
    in_rail: bool = True
    right: str = ""
    group: str = ""
    """Pages of a group stand together in the navigation."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What plays alarm sounds here."""

    play: Callable[[Severity], Coroutine[Any, Any, None]]
    what: str
    """Which program plays, or why none does."""
    is_able: bool = True


@dataclass(frozen=True, slots=True)
class Sources:
    """What the shell itself asks of the services, bound to the actor already."""

    find: Callable[[str], Coroutine[Any, Any, tuple[Found, ...]]]
    counts: Asked[AlarmCounts]
    waiting: Callable[[tuple[int, ...]], Coroutine[Any, Any, WaitingHead]]
    """The worst nobody has taken on, how many wait, and which of these do."""
    collectors: Asked[tuple[CollectorHealth, ...]]
    acknowledge: Callable[[tuple[int, ...]], Coroutine[Any, Any, object]]
    operations: tuple[tuple[Operation, Method], ...] = ()
    store: str = ""
    """The store as it may be shown: kind and place, no password."""
    open_recording: Callable[[Path], Coroutine[Any, Any, None]] | None = None
    """Opens a file as a read-only device in a window of its own; None where that cannot be."""
    recordings: RecordingService | None = None
    """Makes recordings of devices; None where there is nothing to ask."""
    recording: str = ""
    """The recording this window shows, and nothing else; "" for the network."""
    interval_s: float = 60.0
    """How often the collector polls; data older than two of these is stale."""
    commands: Declared = field(default_factory=dict)
    """What can be done on each page, for those that were not opened yet."""
    sounds: Sounds | None = None
    """None for windows that are to be silent: of a recording, of a picture."""
    has_tray: bool | None = None
    """Whether this desktop has a tray for icons; None: ask it."""
