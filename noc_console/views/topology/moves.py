"""Undo for the map: every move knows the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QUndoCommand

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Placement, Position

STEPS = 50

Places = Mapping[DeviceId, Position]
Put = Callable[[tuple[Placement, ...], str], None]


class Move(QUndoCommand):
    """Devices moved from some places to others. `put` shows and keeps placements.

    The first redo is the deed itself: it was done by hand already, unless `is_done` is
    False.
    """

    def __init__(self, text: str, before: Places, after: Places, put: Put, *, is_done: bool):
        super().__init__(text)
        self._before, self._after, self._put = dict(before), dict(after), put
        self._is_done = is_done

    def undo(self) -> None:
        self._put(placements(self._before), "undone")

    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
            return
        self._put(placements(self._after), "placed")


def placements(places: Places) -> tuple[Placement, ...]:
    """Places as the service takes them."""
    return tuple(Placement(device, position) for device, position in places.items())
