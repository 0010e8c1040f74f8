"""Rows: swapped without losing the selection, sorted and filtered without a proxy."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from noc_console.views.kit.rows import Align, Column, RowRole, RowsModel, natural

DOWN = Qt.SortOrder.DescendingOrder


@dataclass(frozen=True)
class Port:
    id: int
    name: str
    load: float | None


COLUMNS: tuple[Column[Port], ...] = (
    Column("Name", lambda p: p.name),
    Column(
        "Load",
        lambda p: f"{p.load}",
        sort=lambda p: p.load,
        align=Align.RIGHT,
        bar=lambda p: p.load,
    ),
)
PORTS = (Port(1, "ge-0/0/10", 0.4), Port(2, "ge-0/0/2", None), Port(3, "xe-0/0/1", 0.9))


@pytest.fixture
def model() -> RowsModel[Port]:
    made: RowsModel[Port] = RowsModel(COLUMNS, key=lambda p: p.id)
    made.show(PORTS)
    return made


def ids(model: RowsModel[Port]) -> list[int]:
    return [row.id for row in model.rows()]


def test_random_swaps_sorts_and_filters_never_break_the_model_nor_lose_the_selection() -> None:
    model: RowsModel[Port] = RowsModel(COLUMNS, key=lambda p: p.id)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view = QTableView()
    view.setModel(model)
    dice = random.Random(7)
    model.show([Port(n, f"p{n}", dice.random()) for n in range(40)])
    for turn in range(120):
        chosen = model.row(dice.randrange(model.rowCount())).id
        view.setCurrentIndex(model.index(model.find(chosen), 0))
        kept = {chosen, *dice.sample(range(120), dice.randint(0, 60))}
        rows = [Port(n, f"p{n}", dice.choice([None, dice.random()])) for n in kept]
        dice.shuffle(rows)
        match turn % 4:
            case 0:
                model.sort(dice.randrange(-1, 2), dice.choice(list(Qt.SortOrder)))
            case 1:
                model.filter(f"p{str(chosen)[0]}")
            case 2:
                model.filter("")
        model.show(rows)
        at = model.find(chosen)
        if at >= 0:
            assert view.currentIndex().row() == at
        else:
            assert model.rowCount() == 0 or chosen not in ids(model)
        model.filter("")
        assert sorted(ids(model)) == sorted(kept)
    del tester


def test_only_changed_rows_are_drawn_again(model: RowsModel[Port]) -> None:
    drawn: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b, _roles: drawn.append((a.row(), b.row())))
    model.show((PORTS[0], Port(2, "ge-0/0/2", 0.5), Port(3, "xe-0/0/1", 0.8)))
    assert drawn == [(1, 2)]
    model.show(model.all_rows())
    assert drawn == [(1, 2)]


def test_numbers_in_names_sort_as_numbers(model: RowsModel[Port]) -> None:
    model.sort(0)
    assert [row.name for row in model.rows()] == ["ge-0/0/2", "ge-0/0/10", "xe-0/0/1"]
    assert natural("10.0.0.9") < natural("10.0.0.10") < natural("10.0.1.1")


def test_what_is_not_known_is_last_both_ways(model: RowsModel[Port]) -> None:
    model.sort(1)
    assert ids(model) == [1, 3, 2]
    model.sort(1, DOWN)
    assert ids(model) == [3, 1, 2]


def test_the_filter_knows_columns_negation_and_numbers(model: RowsModel[Port]) -> None:
    for text, left in (
        ("ge", [1, 2]),
        ("GE -10", [2]),
        ("name:xe", [3]),
        ("load:>0.5", [3]),
        ("-load:>0.5", [1, 2]),
        ("nowhere", []),
        ("", [1, 2, 3]),
    ):
        model.filter(text)
        assert ids(model) == left, text


def test_a_changed_row_is_found_by_its_new_words(model: RowsModel[Port]) -> None:
    model.filter("uplink")
    assert model.rowCount() == 0
    model.show((Port(1, "uplink", 0.4), *PORTS[1:]))
    assert ids(model) == [1]


def test_the_count_tells_shown_and_all(model: RowsModel[Port]) -> None:
    told: list[tuple[int, int]] = []
    model.counted.connect(lambda shown, total: told.append((shown, total)))
    model.filter("xe")
    model.only(lambda port: port.id != 3)
    assert told == [(1, 3), (0, 3)]


def test_a_filtered_out_row_leaves_the_selection(model: RowsModel[Port]) -> None:
    selection = QItemSelectionModel(model)
    selection.select(model.index(2, 0), QItemSelectionModel.SelectionFlag.Select)
    model.filter("ge")
    assert not selection.hasSelection()


def test_cells_carry_alignment_bars_and_visible_text(model: RowsModel[Port]) -> None:
    model.show((Port(1, "a\x1b[31mb", 0.25),))
    cell = model.index(0, 0)
    assert model.data(cell) == "a␛[31mb"
    assert model.data(model.index(0, 1), RowRole.BAR) == 0.25
    align = model.data(model.index(0, 1), Qt.ItemDataRole.TextAlignmentRole)
    assert align & Qt.AlignmentFlag.AlignRight
    assert model.data(QModelIndex()) is None
