"""What was done is taken back and done again, in its order."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import delete

from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import Tasks
from noc_console.views.oncall.steps import Edit, Work, answered, follow
from tests.views.conftest import until


async def test_an_edit_is_done_already_when_it_is_pushed() -> None:
    stack = QUndoStack()
    done: list[str] = []

    async def word(text: str) -> None:
        done.append(text)

    started: list[Work] = []
    edit = Edit("x", started.append, undo=lambda: word("undo"), redo=lambda: word("redo"))
    stack.push(edit)
    assert started == []
    stack.undo()
    stack.redo()
    for work in started:
        await work()
    assert done == ["undo", "redo"]


@pytest.mark.parametrize(("accepted", "value"), [(True, "value"), (False, None)])
async def test_a_form_that_is_left_answers_nothing(accepted: bool, value: str | None) -> None:
    told: list[str | None] = []
    owner = QWidget()
    form = Dialog(None, "t", "", "Save")
    tasks = Tasks(owner, lambda error: None)
    tasks.do("ask", lambda: answered(form, lambda: "value"), told.append)
    await until(form.isVisible)
    (form.accept if accepted else form.reject)()
    await until(lambda: told)
    assert told == [value]


async def test_a_button_follows_its_command_and_outlives_nothing(desk: Desk) -> None:
    page = QWidget()
    done: list[int] = []
    command = Command("test.do", "Do", "plus", lambda: done.append(1))
    action = desk.actions.add(command, page)
    button = QPushButton("Do")
    follow(button, action)
    button.click()
    action.setEnabled(False)
    assert (done, button.isEnabled()) == ([1], False)
    delete(button)
    action.setEnabled(True)
