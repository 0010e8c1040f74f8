"""One line of the desk: an alarm with what is folded behind it, or the head of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.arranging import NOTHING, Arranged, Group
from noc_console.views.alarms.codes import Ints

KEPT = 600
"""Lines made and kept: some screens full."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a row of the table tells."""

    key: int
    alarm: Alarm | None
    group: Group | None = None
    depth: int = 0
    inside: int = 0
    """How many are folded behind it."""
    is_open: bool = False
    lookers: tuple[str, ...] = ()
    """Who else has it open."""
    is_waiting: bool = False
    """Something done here has not reached the store yet."""

    @property
    def opens(self) -> bool:
        """Whether there is something behind it."""
        return self.group is not None or self.inside > 0


class Shown(Sequence[Line]):
    """The lines on screen in their order, each made when it is asked for."""

    def __init__(
        self,
        found: Arranged = NOTHING,
        alarms: Mapping[int, Alarm] | None = None,
        lookers: Mapping[int, tuple[str, ...]] | None = None,
        waiting: frozenset[int] = frozenset(),
        part: slice | None = None,
    ) -> None:
        self.found = found
        self.alarms = alarms or {}
        self.lookers = lookers or {}
        self.waiting = waiting
        self._at: Ints = np.arange(len(found.keys))[part or slice(None)]
        self._made: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self._at)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return Shown(self.found, self.alarms, self.lookers, self.waiting, at)
        place = int(self._at[at])
        made = self._made.get(place)
        if made is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            made = self._made[place] = self._make(place)
        return made

    def __iter__(self) -> Iterator[Line]:
        return (self._make(int(place)) for place in self._at)

    def _make(self, place: int) -> Line:
        found = self.found
        key = int(found.keys[place])
        return Line(
            key,
            alarm=self.alarms.get(key),
            group=found.groups.get(key),
            depth=int(found.depth[place]),
            inside=int(found.inside[place]),
            is_open=bool(found.is_open[place]),
            lookers=self.lookers.get(key, ()),
            is_waiting=key in self.waiting,
        )
