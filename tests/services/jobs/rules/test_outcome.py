"""Answers of many devices: one table, what differs, files."""

from __future__ import annotations

import csv
import io
import json

from noc_console.services.jobs.model import Answer, Item, ItemState, JobRunId, Merged, Result, Table
from noc_console.services.jobs.rules.outcome import as_csv, as_json, differences, merged


def result(name: str, *answers: Answer, platform: str = "ios") -> Result:
    return Result(Item(1, JobRunId(1), 7, name, platform, ItemState.OK), answers)


def table(*rows: tuple[str, ...]) -> Table:
    return Table(("interface", "status"), rows)


def test_tables_of_a_line_become_one_with_the_device_in_front() -> None:
    found = merged(
        [
            result("a", Answer("show x", "", table(("g0", "up")))),
            result("b", Answer("show x", "", table(("g1", "down"))), Answer("show y", "text")),
        ]
    )
    assert found == (
        Merged(
            "show x", ("device", "interface", "status"), (("a", "g0", "up"), ("b", "g1", "down"))
        ),
    )


def test_platforms_that_answer_otherwise_have_a_table_of_their_own() -> None:
    other = Answer("show x", "", Table(("port",), (("ge-0/0/0",),)))
    found = merged(
        [
            result("a", Answer("show x", "", table(("g0", "up")))),
            result("b", other, platform="junos"),
        ]
    )
    assert [each.line for each in found] == ["show x  (ios)", "show x  (junos)"]


def test_rows_differ_whatever_their_order_and_texts_by_lines() -> None:
    before = {
        "a": (Answer("show x", "", table(("g0", "up"), ("g1", "up"))), Answer("y", "1\n2\n3\n")),
        "gone": (Answer("y", ""),),
    }
    after = {
        "a": (Answer("show x", "", table(("g1", "down"), ("g0", "up"))), Answer("y", "1\n3\n4\n")),
        "new": (Answer("y", ""),),
    }
    rows, text, gone, new = differences(before, after)
    assert (rows.removed, rows.added) == (
        ("interface=g1, status=up",),
        ("interface=g1, status=down",),
    )
    assert (text.removed, text.added) == (("2",), ("4",))
    assert gone.note == "was asked only before" and new.note == "was not asked before"
    assert all(each.is_same for each in differences(before, before))


def test_a_large_text_is_compared_in_no_time_worth_the_name() -> None:
    before = {"a": (Answer("y", "".join(f"line {n}\n" for n in range(20_000))),)}
    after = {"a": (Answer("y", "".join(f"line {n}\n" for n in range(5, 20_000))),)}
    (found,) = differences(before, after)
    assert len(found.removed) == 5 and found.added == ()


def test_a_spreadsheet_takes_no_formula_from_a_device() -> None:
    made = Merged("x", ("device", "value"), (("a", "=cmd()"), ("b", "-3.5"), ("c", "@x")))
    rows = list(csv.reader(io.StringIO(as_csv(made))))
    assert rows == [["device", "value"], ["a", "'=cmd()"], ["b", "-3.5"], ["c", "'@x"]]


def test_everything_is_in_the_file_for_programs() -> None:
    made = json.loads(as_json([result("a", Answer("show x", "tëxt", table(("g0", "up"))))]))
    assert made[0]["answers"][0]["rows"] == [{"interface": "g0", "status": "up"}]
    assert made[0]["answers"][0]["text"] == "tëxt"


def test_a_line_that_only_one_run_asked_says_which() -> None:
    before = {"a": (Answer("show x", "1"), Answer("y", "1"))}
    after = {"a": (Answer("show x", "1"), Answer("z", "1"))}
    _, gone, new = differences(before, after)
    assert (gone.line, gone.note) == ("y", "was asked only before")
    assert (new.line, new.note) == ("z", "was not asked before")
