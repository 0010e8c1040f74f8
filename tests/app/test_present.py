from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum

import numpy as np
import pytest

from noc_console.app.present import as_json, as_text, plain
from noc_console.kernel.money import Currency, Money
from noc_console.kernel.secret import Secret


class Level(IntEnum):
    HIGH = 5


class Word(Enum):
    UP = "up"


@dataclass(frozen=True)
class Row:
    name: str
    count: int
    empty: str = ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Level.HIGH, "high"),
        (Word.UP, "up"),
        (float("nan"), None),
        (True, True),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00+00:00"),
        (Secret("S3CR3T"), "•••"),
        (Money(150, Currency("EUR")), "1.50 EUR"),
        (b"\x00\xff", "00ff"),
        (np.array([1.0, np.nan]), [1.0, None]),
        ({Word.UP: (1, 2)}, {"up": [1, 2]}),
        (Row("a", 1), {"name": "a", "count": 1, "empty": ""}),
    ],
)
def test_every_value_has_a_form_in_json(value: object, shown: object) -> None:
    assert plain(value) == shown
    assert json.loads(as_json(value)) == shown


def test_a_list_is_a_table_without_columns_that_say_nothing() -> None:
    assert as_text((Row("core-1", 7), Row("edge-12", 120))) == (
        "NAME     COUNT\ncore-1       7\nedge-12    120"
    )
    assert as_text(()) == "nothing found"


def test_one_record_is_lines_and_nothing_is_nothing() -> None:
    lines = [line.rstrip() for line in as_text(Row("core-1", 7)).splitlines()]
    assert lines == ["name   core-1", "count  7", "empty"]
    assert as_text(None) == ""
    assert as_text(True) == "yes"
    assert as_text(("a", "b")) == "a\nb"


def test_device_text_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in as_text((Row("a\x1b[2J", 1),))


@dataclass(frozen=True)
class Load:
    bytes: int
    packets: int


@dataclass(frozen=True)
class Top:
    label: str
    traffic: Load


@dataclass(frozen=True)
class Answer:
    by: str
    talkers: tuple[Top, ...]


def test_a_list_of_records_within_a_record_is_a_table_below_it() -> None:
    told = as_text(Answer("port", (Top("https", Load(700, 7)), Top("dns", Load(3, 1)))))
    assert told.splitlines() == [
        "by  port",
        "",
        "talkers:",
        "LABEL  BYTES  PACKETS",
        "https    700        7",
        "dns        3        1",
    ]
    assert "talkers  []" in as_text(Answer("port", ()))


@dataclass(frozen=True)
class Kept:
    version: Row
    lines: tuple[str, ...]
    note: str = ""


def test_whole_texts_stand_below_a_record_line_by_line_and_whole() -> None:
    lines = tuple(f"interface Gi1/0/{number} {'x' * 500}" for number in range(40))
    told = as_text(Kept(Row("core-1", 7), lines, "first\nsecond\n")).splitlines()
    named = ["version.name   core-1", "version.count  7", "version.empty"]
    assert [line.rstrip() for line in told[:3]] == named
    at = told.index("lines:")
    assert told[at + 1 : at + 41] == list(lines)
    assert told[told.index("note:") + 1 :] == ["first", "second"]


def test_a_text_keeps_its_lines_and_loses_what_drives_a_terminal() -> None:
    assert as_text("one\ntwo \x1b[2J\n" + "z" * 3000) == "one\ntwo ␛[2J\n" + "z" * 3000


def test_records_that_belong_together_are_one_line() -> None:
    told = as_text(((Row("rule", 1), Load(2, 3)), (Row("other", 4), Load(5, 6))))
    assert told.splitlines()[0].split() == ["NAME", "COUNT", "BYTES", "PACKETS"]
    assert told.splitlines()[2].split() == ["other", "4", "5", "6"]


@dataclass(frozen=True)
class Spoken:
    count: int

    def __str__(self) -> str:
        return f"{self.count} of them\nin two lines"


def test_a_record_with_words_of_its_own_is_told_in_them() -> None:
    assert as_text(Spoken(3)) == "3 of them\nin two lines"
    assert json.loads(as_json(Spoken(3))) == {"count": 3}
