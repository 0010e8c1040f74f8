"""What is selected is alarms, not places."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel

from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.picking import Picked
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import NOW, alarm

Flag = QItemSelectionModel.SelectionFlag


@pytest.fixture
async def model(desk: Desk) -> DeskModel:
    made = DeskModel(alarm_columns(desk), lambda: NOW, lambda error: pytest.fail(str(error)))
    made.ask(Asked(group=Grouping.NONE))
    made.take([alarm(id) for id in range(1, 6)])
    await settled()
    return made


def keys(picked: Picked) -> list[int]:
    return [int(key) for key in picked.keys]


def choose(picked: Picked, model: DeskModel, rows: range, flag: Flag) -> None:
    selection = QItemSelection(model.index(rows[0], 0), model.index(rows[-1], 3))
    picked.select(selection, flag | Flag.Rows)


async def test_selecting_adding_turning_and_taking_away(model: DeskModel) -> None:
    picked = Picked(model)
    told: list[int] = []
    picked.selectionChanged.connect(lambda *_: told.append(len(picked.keys)))
    choose(picked, model, range(1, 3), Flag.ClearAndSelect)
    assert keys(picked) == [2, 3]
    choose(picked, model, range(2, 5), Flag.Toggle)
    assert keys(picked) == [2, 4, 5]
    choose(picked, model, range(3, 4), Flag.Deselect)
    assert keys(picked) == [2, 5]
    picked.select(model.index(0, 0), Flag.Select | Flag.Rows)
    assert keys(picked) == [1, 2, 5] and told == [2, 3, 2, 3]
    picked.select(model.index(0, 0), Flag.NoUpdate)
    assert [index.row() for index in picked.selectedRows()] == [0, 1, 4]
    assert picked.isSelected(model.index(4, 2)) and not picked.isSelected(model.index(3, 2))
    picked.clearSelection()
    assert not picked.hasSelection()


async def test_a_selection_stays_with_its_alarms_and_loses_those_that_left(
    model: DeskModel,
) -> None:
    picked = Picked(model)
    choose(picked, model, range(2, 4), Flag.ClearAndSelect)
    model.take([alarm(id) for id in range(100, 200)], [3])
    await settled()
    assert keys(picked) == [4]
    model.filter("sw-150")
    await settled()
    assert not picked.hasSelection(), "nothing is done to what one does not see"


async def test_the_cursor_may_move_without_choosing(model: DeskModel) -> None:
    picked = Picked(model)
    picked.setCurrentIndex(model.index(2, 0), Flag.NoUpdate)
    assert picked.currentIndex().row() == 2 and not picked.hasSelection()
    picked.setCurrentIndex(model.index(1, 0), Flag.ClearAndSelect | Flag.Rows)
    assert keys(picked) == [2]
    picked.clear()
    assert not picked.hasSelection() and not picked.currentIndex().isValid()
