"""Undo for the map."""

from __future__ import annotations

from PySide6.QtGui import QUndoStack

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.model import Node, Placement, Position
from noc_console.views.topology.moves import Move, Places, dragged, placements, take_back

ONE = DeviceId(1)
HERE, THERE = {ONE: Position(0.0, 0.0)}, {ONE: Position(9.0, 9.0, pinned=True)}
FAR = {ONE: Position(99.0, 9.0, pinned=True)}
Put = tuple[tuple[Placement, ...], str]


def test_a_move_done_by_hand_is_not_done_again_but_undone_and_redone() -> None:
    put: list[Put] = []
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


def moved(stack: QUndoStack, put: list[Put], before: Places, after: Places) -> None:
    stack.push(
        Move("Move", before, after, lambda moves, what: put.append((moves, what)), is_done=False)
    )


def test_a_refused_move_leaves_the_stack_without_writing_again() -> None:
    stack, put = QUndoStack(), []  # type: ignore[var-annotated]
    moved(stack, put, HERE, THERE)
    moved(stack, put, THERE, FAR)
    take_back(stack, put[-1][0])
    assert (stack.count(), stack.index(), len(put)) == (1, 1, 2)
    stack.undo()
    assert put[-1] == (placements(HERE), "undone")


def test_a_refused_undo_is_as_if_nobody_had_asked() -> None:
    stack, put = QUndoStack(), []  # type: ignore[var-annotated]
    moved(stack, put, HERE, THERE)
    stack.undo()
    take_back(stack, put[-1][0])
    assert (stack.index(), len(put)) == (1, 2)
    stack.undo()
    assert put[-1] == (placements(HERE), "undone") and stack.index() == 0


def test_a_move_refused_below_others_is_passed_over_and_leaves() -> None:
    stack, put = QUndoStack(), []  # type: ignore[var-annotated]
    moved(stack, put, HERE, THERE)
    moved(stack, put, THERE, FAR)
    take_back(stack, put[0][0])
    stack.undo()
    stack.undo()
    assert [what for _, what in put] == ["placed", "placed", "undone"]
    assert stack.count() == 1


def test_an_unknown_refusal_changes_nothing() -> None:
    stack, put = QUndoStack(), []  # type: ignore[var-annotated]
    moved(stack, put, HERE, THERE)
    take_back(stack, object())
    assert (stack.count(), stack.index()) == (1, 1)


def test_a_dragged_group_takes_its_members_along() -> None:
    nodes = (
        Node(DeviceId(1), "a", DeviceType.ROUTER),
        Node(DeviceId(-17), "site", DeviceType.ROUTER, members=(DeviceId(2), DeviceId(3))),
    )
    places = {DeviceId(2): Position(10, 10), DeviceId(3): Position(20, 30, pinned=True)}
    old, new = dragged(
        nodes, places, {0: (1.0, 1.0), 1: (15.0, 20.0)}, {0: (2.0, 3.0), 1: (25.0, 15.0)}
    )
    assert old == {DeviceId(1): Position(1.0, 1.0), **places}
    assert new == {
        DeviceId(1): Position(2.0, 3.0, pinned=True),
        DeviceId(2): Position(20.0, 5.0, pinned=True),
        DeviceId(3): Position(30.0, 25.0, pinned=True),
    }
