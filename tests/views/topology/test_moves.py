"""Undo for the map."""

from __future__ import annotations

from PySide6.QtGui import QUndoStack

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Placement, Position
from noc_console.views.topology.moves import Move, placements

ONE = DeviceId(1)
HERE, THERE = {ONE: Position(0.0, 0.0)}, {ONE: Position(9.0, 9.0, pinned=True)}


def test_a_move_done_by_hand_is_not_done_again_but_undone_and_redone() -> None:
    put: list[tuple[tuple[Placement, ...], str]] = []
    stack = QUndoStack()
    stack.push(
        Move("Move", HERE, THERE, lambda moves, what: put.append((moves, what)), is_done=True)
    )
    assert put == []
    stack.undo()
    stack.redo()
    assert put == [(placements(HERE), "undone"), (placements(THERE), "placed")]


def test_a_move_not_done_yet_is_done_when_pushed() -> None:
    put: list[str] = []
    stack = QUndoStack()
    stack.push(Move("Move", HERE, THERE, lambda moves, what: put.append(what), is_done=False))
    assert put == ["placed"]


def test_places_become_placements() -> None:
    assert placements(THERE) == (Placement(ONE, Position(9.0, 9.0, pinned=True)),)
