"""The model of the desk, with Qt's own tester beside it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from noc_console.services.alarms.model import Severity
from noc_console.views.alarms.arranging import Arranged
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import NOW, alarm

bugs: list[BaseException] = []


@pytest.fixture
async def model(desk: Desk) -> AsyncIterator[DeskModel]:
    bugs.clear()
    made = DeskModel(alarm_columns(desk), lambda: NOW, bugs.append)
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.ask(Asked(group=Grouping.NONE))
    yield made
    await settled()
    assert bugs == []
    tester.deleteLater()


def ids(model: DeskModel) -> list[int]:
    return [line.key for line in model.rows()]


async def test_changes_come_and_go_and_a_held_index_follows_its_alarm(model: DeskModel) -> None:
    model.take([alarm(id) for id in range(1, 60)])
    await settled()
    held = QPersistentModelIndex(model.index(model.find(30), 2))
    there = {*range(1, 60)}
    luck = random.Random(7)
    for turn in range(12):
        new = {luck.randrange(1, 120) for _ in range(luck.randrange(20))} - {30}
        gone = {luck.choice(sorted(there)) for _ in range(luck.randrange(30))} - new - {30}
        severity = Severity(luck.randrange(1, 6))
        model.take([alarm(id, severity) for id in new], sorted(gone))
        there = (there | new) - gone
        await settled()
        assert set(ids(model)) == there, turn
        assert held.isValid() and model.keys[held.row()] == 30 and held.column() == 2


async def test_the_cursor_of_an_alarm_that_went_stays_where_it_was(model: DeskModel) -> None:
    model.take([alarm(id) for id in range(1, 6)])
    await settled()
    held = QPersistentModelIndex(model.index(4, 0))
    model.take((), ids(model)[2:])
    await settled()
    assert held.isValid() and held.row() == 1


async def test_sorting_and_filtering_take_effect_a_moment_later(model: DeskModel) -> None:
    told: list[Arranged] = []
    counts: list[tuple[int, int]] = []
    model.hear(told.append)
    model.counted.connect(lambda shown, total: counts.append((shown, total)))
    model.take([alarm(id, device_name=f"sw-{id}") for id in (10, 9, 1)])
    at = [column.key for column in model.columns].index("object")
    model.sort(at, Qt.SortOrder.DescendingOrder)
    await settled()
    assert ids(model) == [10, 9, 1]
    model.filter("-sw-9")
    await settled()
    assert ids(model) == [10, 1] and counts[-1] == (2, 3) and told[-1].matching == 2
    model.filter("nothing like it")
    await settled()
    assert model.rowCount() == 0 and len(model.all_rows()) == 3


async def test_what_comes_while_one_job_works_goes_into_the_next(model: DeskModel) -> None:
    for id in range(1, 40):
        model.take([alarm(id)])
    model.take((), [1, 2, 3])
    await settled()
    assert set(ids(model)) == set(range(4, 40))


async def test_marks_are_shown_at_once_and_can_be_filtered(model: DeskModel) -> None:
    model.take([alarm(1), alarm(2)])
    await settled()
    model.mark(lookers={1: ("ann",)}, waiting=frozenset({2}))
    assert model.row(model.find(1)).lookers == ("ann",)
    model.ask(Asked(sights=frozenset({"waiting"}), group=Grouping.NONE))
    await settled()
    assert ids(model) == [2]


async def test_all_can_be_replaced(model: DeskModel) -> None:
    model.take([alarm(1), alarm(2)])
    model.replace_all([alarm(2), alarm(3)])
    await settled()
    assert set(ids(model)) == {2, 3}
    model.name_types({2: "router"})
    model.filter("type:router")
    await settled()
    assert ids(model) == [2]
