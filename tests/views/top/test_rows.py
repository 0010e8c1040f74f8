"""A model of rows that are made when looked at keeps Qt's promises."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from noc_console.services.top import sheets
from noc_console.services.top.model import TopKind
from noc_console.views.kit.tasks import settled
from noc_console.views.top.columns import top_columns
from noc_console.views.top.rows import SheetModel, place_of
from tests.views.top.conftest import sheet_of


@pytest.fixture
async def model(bugs: list[BaseException]) -> SheetModel:
    made = SheetModel(top_columns(TopKind.INTERFACES), bugs.append)
    made.sort([c.key for c in made.columns].index("in"), Qt.SortOrder.DescendingOrder)
    made.show_sheet(sheet_of([3, 2, 1]))
    await settled()
    return made


def ids(model: SheetModel) -> list[int]:
    return [row.id for row in model.rows()]


async def test_rows_stand_in_their_order_and_are_found_by_their_ids(model: SheetModel) -> None:
    assert ids(model) == [10, 20, 30]
    assert model.find(20) == 1
    assert model.find(99) == -1
    assert model.key_at(2) == 30
    assert model.row(0).name == "ge-0/0/0"
    assert model.row(0) is model.row(0)
    assert [row.id for row in model.rows()[1:]] == [20, 30]
    assert model.data(model.index(0, 1)) == "ge-0/0/0"


async def test_held_indexes_follow_their_rows_through_any_change(
    model: SheetModel, bugs: list[BaseException]
) -> None:
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    random = np.random.default_rng(5)
    held = {
        number: QPersistentModelIndex(model.index(model.find(number), 0)) for number in (10, 20)
    }
    for step in range(25):
        count = int(random.integers(2, 12))
        model.show_sheet(sheet_of(random.integers(0, 100, count).astype(float).tolist()))
        if step % 4 == 0:
            model.sort(int(random.integers(0, 6)), Qt.SortOrder.AscendingOrder)
        await settled()
        assert model.rowCount() == count
        for number, index in held.items():
            assert index.isValid()
            assert model.key_at(index.row()) == number
    assert tester.model() is model
    assert bugs == []


async def test_a_filter_takes_rows_away_and_gives_them_back(model: SheetModel) -> None:
    counted: list[tuple[int, int]] = []
    model.counted.connect(lambda shown, total: counted.append((shown, total)))
    model.filter("in:>=2")
    await settled()
    assert ids(model) == [10, 20]
    assert len(model.all_rows()) == 3
    model.filter("")
    await settled()
    assert ids(model) == [10, 20, 30]
    assert counted == [(2, 3), (3, 3)]


async def test_groups_are_found_by_numbers_that_count_downwards(model: SheetModel) -> None:
    grouped = sheets.grouped(sheet_of([3, 2, 1, 5]), "device")
    assert place_of(grouped, -1) == 0
    model.show_sheet(grouped)
    await settled()
    assert model.row(0).is_group
    assert sum(row.members for row in model.rows()) == 4
    assert [row.device for row in model.rows()] == ["core-0", "core-1", "core-2"]


async def test_only_the_newest_wish_is_shown(model: SheetModel) -> None:
    model.show_sheet(sheet_of([1] * 50))
    model.show_sheet(sheet_of([9, 8]))
    await settled()
    assert model.rowCount() == 2
