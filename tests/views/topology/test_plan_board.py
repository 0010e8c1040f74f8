"""The widgets of the site plan."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from noc_console.views.topology.plan_board import PlanBoard


def test_it_covers_what_it_lies_over_whatever_its_size() -> None:
    over = QWidget()
    over.resize(1100, 600)
    board = PlanBoard(over)
    assert board.isHidden()
    over.show()
    board.open()
    assert board.geometry() == over.rect()
    over.resize(1300, 700)
    assert board.geometry() == over.rect()


def test_an_empty_plan_teaches_instead() -> None:
    board = PlanBoard(QWidget())
    board.show_empty(True)
    assert board.is_empty
    board.show_empty(False)
    assert not board.is_empty


def test_everything_that_can_be_pressed_has_a_name() -> None:
    board = PlanBoard(QWidget())
    for button in (board.edit_room, board.edit, board.turn, board.remove, board.picture):
        assert button.accessibleName()
    for widget in (board.floor, board.rack, board.loose, board.sites):
        assert widget.accessibleName()
