"""Drafting, handing over and signing."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.handover.model import HandoverState
from noc_console.views.handover.writing import HandoverPane
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.handover.conftest import Desked


@pytest.fixture
def pane(desk: Desk, desked: Desked, bugs: list[BaseException]) -> HandoverPane:
    made = HandoverPane(desk, desked.handover, bugs.append)
    shown(made, 1000, 600)
    return made


async def show(pane: HandoverPane, desked: Desked, actor: Actor) -> None:
    pane.show_handovers(await desked.handover.handovers(actor))


async def say_yes() -> None:
    await until(lambda: [d for d in QApplication.topLevelWidgets() if isinstance(d, Dialog)])
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, Dialog) and dialog.isVisible():
            dialog.accept_button.click()


async def test_it_drafts_itself_is_edited_and_handed_over(
    pane: HandoverPane, desked: Desked, operator: Actor, bugs: list[BaseException]
) -> None:
    assert pane.head.text() == "No handover yet" and pane.text.isReadOnly()
    await desked.handover.begin_shift(operator)
    pane.draft_button.click()
    await until(lambda: pane.shown is not None)
    assert "All quiet" in pane.text.toPlainText() and not pane.text.isReadOnly()
    pane.text.setPlainText("# Calm night\n\nCall Eva.")
    assert pane._saving.isActive()
    await show(pane, desked, operator)
    assert "Calm night" in pane.text.toPlainText(), "a reload leaves what is being typed"
    pane.hand_button.click()
    await say_yes()
    await until(lambda: pane.shown and pane.shown.state is HandoverState.HANDED)
    assert pane.text.isReadOnly() and not pane.hand_button.isVisible()
    (kept,) = await desked.handover.handovers(operator)
    assert kept.text == "# Calm night\n\nCall Eva."
    assert await desked.handover.shift(operator) is None
    assert bugs == []


async def test_what_is_typed_is_kept_by_itself(
    pane: HandoverPane, desked: Desked, operator: Actor
) -> None:
    pane.draft()
    await until(lambda: pane.shown is not None)
    pane._saving.setInterval(10)
    pane.text.setPlainText("Kept.")
    await until(lambda: pane.shown is not None and pane.shown.text == "Kept.")
    assert (await desked.handover.handovers(operator))[0].is_edited
    pane.draft_button.click()
    await say_yes()
    await until(lambda: "All quiet" in pane.text.toPlainText())
    assert pane.shown is not None
    versions = await desked.handover.versions(operator, handover_id=pane.shown.id)
    assert "Kept." in [version.text for version in versions]


async def test_the_next_shift_signs(
    pane: HandoverPane, desked: Desked, operator: Actor, jan: Actor
) -> None:
    drafted = await desked.handover.draft(jan)
    await desked.handover.hand_over(jan, handover_id=drafted.id)
    await show(pane, desked, operator)
    assert pane.take_button.isVisible() and "nobody has signed" in pane.said.text()
    pane.take_button.click()
    await until(lambda: pane.shown and pane.shown.state is HandoverState.TAKEN)
    assert f"{operator.name} took over" in pane.said.text()
    assert await desked.handover.shift(operator) is not None


async def test_it_is_copied_as_it_is_shown(
    pane: HandoverPane, desked: Desked, operator: Actor
) -> None:
    await desked.handover.draft(operator)
    await show(pane, desked, operator)
    pane.copy_button.click()
    assert QGuiApplication.clipboard().text() == pane.text.toPlainText() != ""
    await settled()
