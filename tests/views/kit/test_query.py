"""The words of a filter line."""

from __future__ import annotations

import pytest

from noc_console.views.kit.query import Term, fits, parse

COLUMNS = ("name", "site", "cpu")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  -  ", ()),
        ("Core Up", (Term("core"), Term("up"))),
        ("-lab", (Term("lab", negated=True),)),
        ("site:north", (Term("north", "site"),)),
        ("-Site:North", (Term("north", "site", negated=True),)),
        ('site:"north gate" x', (Term("north gate", "site"), Term("x"))),
        ('"two words"', (Term("two words"),)),
        ('"unfinished', (Term("unfinished"),)),
        ("cpu:>80", (Term(">80", "cpu", than=80.0, sign=">"),)),
        ("cpu:<=-1.5", (Term("<=-1.5", "cpu", than=-1.5, sign="<="),)),
        ("aa:bb:cc:dd:ee:ff", (Term("aa:bb:cc:dd:ee:ff"),)),
        ("2001:db8::1", (Term("2001:db8::1"),)),
        ("ge-0/0/0:1", (Term("ge-0/0/0:1"),)),
        ("site:", (Term("site:"),)),
    ],
)
def test_a_line_is_read_as_conditions(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text, COLUMNS) == terms


ROW = {"name": "core-1", "site": "northgate", "cpu": "81 %"}


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("core", True),
        ("core north", True),
        ("core south", False),
        ("-core", False),
        ("-south", True),
        ("name:north", False),
        ("site:north", True),
        ("cpu:>80", True),
        ("cpu:>=81", True),
        ("cpu:<81", False),
        ("cpu:<=81", True),
        ("-cpu:>80", False),
        ("cpu:81", True),
        ("name:>1", False),
    ],
)
def test_a_row_meets_every_condition_or_is_hidden(text: str, met: bool) -> None:
    numbers = {"cpu": 81.0}
    assert fits(parse(text, COLUMNS), " ".join(ROW.values()), ROW.__getitem__, numbers.get) == met
