"""Undo for the map: every deed knows the way back, also when the store refuses it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QUndoCommand, QUndoStack

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Node, Placement, Position

STEPS = 50

Places = Mapping[DeviceId, Position]
Put = Callable[[tuple[Placement, ...], str], None]


class Deed(QUndoCommand):
    """Something written that can be taken back. What is written is a token of its own, by
    which a refusal that comes later finds its deed (`take_back`).

    With `is_done` the first redo writes nothing: it was done already.
    """

    def __init__(self, text: str, *, is_done: bool = False) -> None:
        super().__init__(text)
        self._is_done = is_done
        self._passes = False
        self.is_void = False
        """The store refused it: there is nothing to take back."""
        self.went_forward = True
        self.token: object = None

    @abstractmethod
    def write(self, forward: bool) -> object:
        """Start writing the state after the deed, or the one before; what was written."""

    def undo(self) -> None:
        if self.is_void:
            self.setObsolete(True)
        elif self._passes:
            self._passes = False
        else:
            self.went_forward = False
            self.token = self.write(False)

    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
        elif self._passes:
            self._passes = False
        else:
            self.went_forward = True
            self.token = self.write(True)

    def pass_once(self) -> None:
        """The next undo or redo only moves along the stack."""
        self._passes = True


def take_back(stack: QUndoStack, token: object) -> None:
    """The store refused what the deed of this token wrote: the stack says again what is so.

    A refused deed leaves the stack; a refused undo is as if nobody had asked for it.
    """
    for at in range(stack.count()):
        deed = stack.command(at)
        if not isinstance(deed, Deed) or deed.token is not token:
            continue
        if deed.went_forward:
            deed.is_void = True
            if at == stack.index() - 1:
                stack.undo()
        elif at == stack.index():
            deed.pass_once()
            stack.redo()
        return


class Move(Deed):
    """Devices moved from some places to others. `put` shows and keeps placements."""

    def __init__(self, text: str, before: Places, after: Places, put: Put, *, is_done: bool):
        super().__init__(text, is_done=is_done)
        self._before, self._after, self._put = dict(before), dict(after), put

    def write(self, forward: bool) -> object:
        moved = placements(self._after if forward else self._before)
        # Known before it is kept: a refusal may come at once.
        self.token = moved
        self._put(moved, "placed" if forward else "undone")
        return moved


def placements(places: Places) -> tuple[Placement, ...]:
    """Places as the service takes them."""
    return tuple(Placement(device, position) for device, position in places.items())


def dragged(
    nodes: Sequence[Node],
    places: Places,
    before: Mapping[int, tuple[float, float]],
    after: Mapping[int, tuple[float, float]],
) -> tuple[dict[DeviceId, Position], dict[DeviceId, Position]]:
    """Where devices were and are, by their numbers on the map; pinned, for a hand put them there.

    With a collapsed group all of its members go the same way.
    """
    old: dict[DeviceId, Position] = {}
    new: dict[DeviceId, Position] = {}
    for number, (x, y) in after.items():
        node, (from_x, from_y) = nodes[number], before[number]
        if not node.members:
            old[node.device_id] = places.get(node.device_id) or Position(from_x, from_y)
            new[node.device_id] = Position(x, y, pinned=True)
        for id in node.members:
            place = places.get(id) or Position(from_x, from_y)
            old[id] = place
            new[id] = Position(place.x + x - from_x, place.y + y - from_y, pinned=True)
    return old, new
