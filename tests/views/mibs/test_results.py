"""Values and tables as they are shown, sorted, chosen and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from noc_console.services.snmp.model import ObjectType, ObjectValue, SnmpTable, TableRow
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.tasks import settled
from noc_console.views.mibs import results as module
from noc_console.views.mibs.results import Results
from tests.views.conftest import shown, until


def value(oid: str, number: int | str, text: str = "") -> ObjectValue:
    kind = ObjectType.INTEGER if isinstance(number, int) else ObjectType.STRING
    return ObjectValue(oid, f"A-MIB::x.{oid.rpartition('.')[2]}", kind, number, text)


VALUES = [
    value("1.3.1", 10),
    value("1.3.2", 9),
    value("1.3.10", "text"),
    value("1.3.3", 2, "on(2)"),
]
TABLE = SnmpTable(
    "aEntry",
    "1.3.6",
    ("ifIndex", "name"),
    ("state", "speed"),
    (
        TableRow("9.1", ("9", "b"), (value("1.3.6.1.9.1", 1, "up(1)"), value("1.3.6.2.9.1", 5))),
        TableRow("10.1", ("10", "a"), (None, value("1.3.6.2.10.1", 50))),
    ),
)


@pytest.fixture
def results(desk: Desk, bugs: list[BaseException]) -> Results:
    made = Results(desk, bugs.append)
    shown(made)
    return made


def texts(table: object, column: int) -> list[str]:
    model = table.rows  # type: ignore[attr-defined]
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_values_keep_the_order_they_came_in_and_sort_as_numbers(results: Results) -> None:
    results.show_values(VALUES)
    assert texts(results.values, 1) == ["10", "9", "text", "on(2)"]
    results.values.sort_by("value")
    assert texts(results.values, 1) == ["on(2)", "9", "10", "text"]
    results.values.sort_by("oid")
    assert texts(results.values, 3) == ["1.3.1", "1.3.2", "1.3.3", "1.3.10"]


def test_a_missing_object_says_so(results: Results) -> None:
    results.show_values([ObjectValue("1.3.9", "", ObjectType.MISSING, "")])
    assert (texts(results.values, 0), texts(results.values, 1)) == (["1.3.9"], ["not there"])


def test_a_table_has_a_column_for_each_part_of_its_index(results: Results) -> None:
    results.show_table(TABLE)
    assert results.table is not None
    titles = [column.title for column in results.table.rows.columns]
    assert titles == ["ifIndex", "name", "state", "speed"]
    assert texts(results.table, 2) == ["up(1)", ""]
    results.table.sort_by("index0")
    assert texts(results.table, 0) == ["9", "10"]
    results.table.sort_by("index1")
    assert texts(results.table, 1) == ["a", "b"]


def test_the_value_under_the_cursor_is_told(results: Results) -> None:
    results.show_table(TABLE)
    table = results.table
    assert table is not None
    table.view.setCurrentIndex(table.rows.index(0, 2))
    chosen = results.current()
    assert chosen is not None and chosen.oid == "1.3.6.1.9.1"
    table.view.setCurrentIndex(table.rows.index(0, 0))
    assert results.current() is None
    results.show_values(VALUES)
    assert results.values.select("1.3.2")
    chosen = results.current()
    assert chosen is not None and chosen.value == 9


def test_the_same_table_again_keeps_its_place_and_another_does_not(results: Results) -> None:
    results.show_table(TABLE)
    first = results.table
    results.show_table(TABLE)
    assert results.table is first
    results.show_table(SnmpTable("bEntry", "1.4", ("",), (), ()))
    assert results.table is not first


def test_an_empty_state_stands_where_answers_will_be(results: Results) -> None:
    results.show_empty(Empty(what="Ask", why="Because"))
    assert results.is_empty and results.current() is None and results.plain() == []
    results.show_values(())
    assert not results.is_empty


async def test_json_holds_numbers_as_numbers(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    file = tmp_path / "out.json"
    asked: list[str] = []

    async def path(_parent: object, _title: str, name: str, _kinds: str) -> Path:
        asked.append(name)  # the system's own file dialog cannot be answered off screen
        return file

    monkeypatch.setattr(module, "ask_save_path", path)
    results.show_values(VALUES[:1])
    results.export_json()
    await until(file.exists)
    await settled()
    assert json.loads(file.read_text()) == [
        {"oid": "1.3.1", "name": "A-MIB::x.1", "type": "integer", "value": 10, "text": "10"}
    ]
    results.show_table(TABLE)
    results.export_json()
    await until(lambda: len(asked) == 2)
    await settled()
    assert json.loads(file.read_text())[0] == {"ifIndex": "9", "name": "b", "state": 1, "speed": 5}
    assert asked[1].startswith("aEntry-")


def test_csv_of_a_table_has_plain_values(results: Results) -> None:
    results.show_table(TABLE)
    assert results.table is not None
    lines = results.table.csv().splitlines()
    assert lines[-3:] == ["ifIndex,name,state,speed", "9,b,1,5", "10,a,,50"]
