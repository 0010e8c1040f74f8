"""Lists of findings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.views.topology.analyses.rows import Gauge, Made, Row, RowList

THREE = [Row(f"row {at}", "under", key=at) for at in range(3)]


def test_rows_are_walked_and_chosen_by_keys() -> None:
    listed, chosen = RowList("rows"), []
    listed.chosen.connect(chosen.append)
    listed.show_rows(THREE)
    listed.go(0)
    QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert chosen == [1] and listed.current == THREE[1]


def test_a_row_without_a_key_chooses_nothing() -> None:
    listed, chosen = RowList("rows"), []
    listed.chosen.connect(chosen.append)
    listed.show_rows([Row("only words")])
    listed.go(0)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert chosen == []


def test_newer_rows_of_the_same_number_keep_the_current_one() -> None:
    listed = RowList("rows")
    listed.show_rows(THREE)
    listed.go(2)
    listed.show_rows([Row(f"newer {at}", key=at) for at in range(3)])
    assert listed.current is not None and listed.current.text == "newer 2"
    listed.show_rows([])
    assert listed.current is None


def test_of_ten_thousand_rows_those_on_screen_are_made() -> None:
    made: list[int] = []

    def make(at: int) -> Row:
        made.append(at)
        return Row(f"row {at}", key=at)

    listed = RowList("rows")
    listed.resize(300, 400)
    listed.show_rows(Made(range(10_000), make))
    listed.show()
    listed.grab()
    assert listed.model_.rowCount() == 10_000
    assert 5 < len(made) < 200 and len(made) == len(set(made))
    assert [row.text for row in listed.rows[9_998:]] == ["row 9998", "row 9999"]


def test_what_a_row_shows_is_said_too() -> None:
    row = Row("a → b", "xe-0", "bottleneck", (Gauge("out", 0.9, "9 Gb/s"),))
    listed = RowList("hops")
    listed.show_rows([row])
    index = listed.model_.index(0)
    spoken = listed.model_.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "a → b, bottleneck, xe-0, out 9 Gb/s"
    tip = listed.model_.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "a → b" in str(tip) and listed.model_.data(index, Qt.ItemDataRole.EditRole) is None


def test_text_of_a_device_is_no_markup_and_paints() -> None:
    listed = RowList("rows")
    listed.resize(200, 120)
    hostile = "<b>x</b>\u202e" + "y" * 500
    listed.show_rows([Row(hostile, hostile, hostile, (Gauge(hostile, None, hostile),), 1, True)])
    listed.show()
    assert not listed.grab().isNull()
    tip = str(listed.model_.data(listed.model_.index(0), Qt.ItemDataRole.ToolTipRole))
    assert "<b>x" not in tip and "\u202e" not in tip


def test_a_load_asks_for_a_look_from_80_percent_other_shares_never() -> None:
    assert Gauge("out", 0.8, "").is_bad and not Gauge("out", 0.79, "").is_bad
    assert not Gauge("", 1.0, "", is_load=False).is_bad and not Gauge("out", None, "").is_bad
