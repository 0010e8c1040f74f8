"""An operator's own patterns are tried before they are kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from noc_console.services.terminal.redacting import MASK
from noc_console.views.terminal.hiding import HidingDialog


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def dialog_of(parent: QWidget, *patterns: str, may_change: bool = True) -> HidingDialog:
    made = HidingDialog(parent, patterns, may_change=may_change)
    made.show()
    return made


def test_a_pattern_is_tried_added_and_taken_away(parent: QWidget) -> None:
    made = dialog_of(parent, r"serial \w+")
    assert not made.add_button.isEnabled() and not made.remove_button.isEnabled()
    made.trial.setText("serial ABC pin 12")
    assert made.shown.text() == f"Recorded as: {MASK} pin 12"
    made.pattern.setText(r"pin (\d+)")
    assert made.shown.text() == f"Recorded as: {MASK} pin {MASK}"
    made.add_button.click()
    assert made.patterns() == (r"serial \w+", r"pin (\d+)") and made.pattern.text() == ""
    made.list.setCurrentRow(0)
    made.remove_button.click()
    assert made.patterns() == (r"pin (\d+)",)


def test_what_could_take_for_ever_or_is_no_pattern_is_refused_in_place(parent: QWidget) -> None:
    made = dialog_of(parent)
    for wrong in ("(a+)+$", "("):
        made.pattern.setText(wrong)
        made.accept_button.click()
        assert made.isVisible() and made.problem.text() and made.patterns() == ()


def test_who_may_not_change_it_may_look(parent: QWidget) -> None:
    made = dialog_of(parent, "x", may_change=False)
    assert not made.accept_button.isEnabled() and "may not" in made.accept_button.toolTip()
