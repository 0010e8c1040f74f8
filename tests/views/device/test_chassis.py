"""The parts of a box as a tree."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.inspection.model import Entity
from noc_console.services.inventory.model import Grade, SensorKind
from noc_console.views.device.chassis import ChassisTree, arrow_rect, pieces
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown
from tests.views.device.made import gauge, stack

STATES = ((1, 1, "ok"), (2, 2, "worn"), (3, 3, "failed"))


def test_parts_stand_under_what_they_sit_in_by_their_position() -> None:
    parts = (
        Entity(5, 1, "module", 2, "Slot 2"),
        Entity(4, 1, "module", 1, "Slot 1"),
        Entity(1, 0, "chassis", 0, "Chassis"),
        Entity(9, 5, "sensor", 1, "Heat"),
        Entity(7, 4, "port", 1, "Port 1"),
    )
    found = pieces(parts, ())
    assert [(piece.title, piece.depth, piece.children) for piece in found] == [
        ("Chassis", 0, 2),
        ("Slot 1", 1, 1),
        ("Port 1", 2, 0),
        ("Slot 2", 1, 0),
    ]
    assert found[2].above == (1, 4)


def test_parts_in_a_circle_or_without_a_parent_are_shown_once_each() -> None:
    parts = (
        Entity(1, 2, "module", 0, "a"),
        Entity(2, 1, "module", 0, "b"),
        Entity(3, 3, "module", 0, "self"),
        Entity(4, 77, "module", 0, "orphan"),
    )
    assert sorted(piece.title for piece in pieces(parts, ())) == ["a", "b", "orphan", "self"]


def test_a_part_says_its_worst_state_and_its_greatest_heat() -> None:
    measured = (
        gauge(1, SensorKind.STATE, 1, states=STATES, entity_index=1),
        gauge(2, SensorKind.STATE, 3, states=STATES, entity_index=1),
        gauge(3, SensorKind.TEMPERATURE, 30.0, entity_index=1),
        gauge(4, SensorKind.TEMPERATURE, 41.0, entity_index=1),
        gauge(5, SensorKind.TEMPERATURE, None, entity_index=1),
        gauge(6, SensorKind.STATE, 3, states=STATES),
    )
    (piece,) = pieces((Entity(1, 0, "fan", 0, "Fan"),), measured)
    assert (piece.grade, piece.word) == (Grade.CRITICAL, "failed")
    assert piece.heat is not None and piece.heat.value == 41.0


def tree(desk: Desk) -> ChassisTree:
    made = ChassisTree(desk, desk.report)
    made.show_pieces(pieces(stack().entities, ()))
    shown(made, 1000, 600)
    return made


def titles(made: ChassisTree) -> list[str]:
    return [piece.title for piece in made.rows.rows()]


async def test_crowds_are_closed_and_open_by_key(desk: Desk) -> None:
    made = tree(desk)
    assert titles(made) == ["Chassis", "Switch 1", "Switch 2"]
    made.select(1000)
    QTest.keyClick(made.view, Qt.Key.Key_Right)
    assert len(titles(made)) == 3 + 27
    QTest.keyClick(made.view, Qt.Key.Key_Left)
    assert len(titles(made)) == 3
    made.opened.emit(made.rows.rows()[1])
    assert len(titles(made)) == 3 + 27


async def test_the_arrow_folds_and_the_rest_of_the_row_chooses(desk: Desk) -> None:
    made = tree(desk)
    index = made.rows.index(1, 0)
    cell = made.view.visualRect(index)
    press = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QTest.mouseClick(made.view.viewport(), *press, arrow_rect(cell, 1).center())
    assert len(titles(made)) == 3 + 27 and made.current() is None
    QTest.mouseClick(made.view.viewport(), *press, cell.center())
    current = made.current()
    assert current is not None and current.title == "Switch 1"


async def test_the_filter_finds_what_is_folded_away(desk: Desk) -> None:
    made = tree(desk)
    made.set_filter("TenGigabitEthernet2/1")
    assert titles(made) == ["TenGigabitEthernet2/1/1", "TenGigabitEthernet2/1/2"]
    made.set_filter("")
    assert len(titles(made)) == 3


async def test_what_the_operator_opened_stays_open_when_it_is_measured_again(desk: Desk) -> None:
    made = tree(desk)
    made.fold(1000)
    hot = (gauge(3, SensorKind.TEMPERATURE, 30.0, entity_index=1000),)
    made.show_pieces(pieces(stack().entities, hot))
    assert len(titles(made)) == 3 + 27
    assert "30.0 °C" in made.csv()
    assert made.is_tree
    made.sort_by("part")
    assert not made.is_tree
