"""A step goes there and back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from PySide6.QtGui import QUndoStack

from noc_console.services.boards.model import Board
from noc_console.views.boards.steps import STEPS, Edit
from tests.views.boards.conftest import BOARD


def test_fifty_steps_are_taken_back_and_forth_again() -> None:
    stack, seen = QUndoStack(), list[Board]()
    stack.setUndoLimit(STEPS)
    boards = [replace(BOARD, name=f"step {number}") for number in range(STEPS + 11)]
    for before, after in pairwise(boards):
        stack.push(Edit(seen.append, before, after, "Rename"))
    assert seen[-1] == boards[-1]
    steps = 0
    while stack.canUndo():
        stack.undo()
        steps += 1
    assert steps == 50
    assert seen[-1] == boards[10]
    while stack.canRedo():
        stack.redo()
    assert seen[-1] == boards[-1]
