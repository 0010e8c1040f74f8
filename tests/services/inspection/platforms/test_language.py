"""Conditions and names, as rule files write them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from noc_console.services.inspection.platforms.language import (
    Context,
    Scope,
    Wrong,
    condition,
    conditions,
    template,
)
from noc_console.services.inspection.tables import Index, Row

NAMES = Context(entities={7: "Slot 7"}, ports={3: "ge-0/0/3"})


def scope(
    row: Row, index: Index = (3, 7), labels: Mapping[str, Mapping[str, str]] | None = None
) -> Scope:
    return Scope(index, row, labels or {}, NAMES)


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("value > 0", True),
        ("value >= 12", True),
        ("value < 12", False),
        ("value != 12", False),
        ("value == 12", True),
        ("name == 'Fan 1'", True),
        ("name != Fan", True),
        ("name ~ '^fan'", True),
        ("name !~ psu", True),
        ("value in 11 12 13", True),
        ("value in 1, 2", False),
        ("value not in 12", False),
        ("index.1 == 3", True),
        ("index.-1 == 7", True),
        ("value < limit", True),
        ("has limit", True),
        ("lacks limit", False),
        ("lacks other", True),
        ("other > 0", False),
        ("other != 0", True),
        ("name > 0", True),
    ],
)
def test_a_condition_holds_or_not(words: str, holds: bool) -> None:
    row: Row = {"value": 12, "limit": 40, "name": b"Fan 1"}
    assert condition(words)(scope(row)) is holds


@pytest.mark.parametrize("words", ["value", "> 3", "value > 'a'", "name ~ '['", "value <> 3"])
def test_a_condition_that_cannot_be_read_says_so(words: str) -> None:
    with pytest.raises(Wrong):
        condition(words)


def test_all_conditions_must_hold_and_none_is_no_obstacle() -> None:
    assert conditions([])(scope({}))
    assert conditions(["a == 1", "b == 2"])(scope({"a": 1, "b": 2}))
    assert not conditions(["a == 1", "b == 2"])(scope({"a": 1, "b": 3}))


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("Fan {name}", "Fan A"),
        ("{index}", "3.7"),
        ("{index.1}/{index.2}", "3/7"),
        ("{index.-1}", "7"),
        ("{index.2-}", "7"),
        ("{index.1+1}", "4"),
        ("{index.1-2}", "3.7"),
        ("{index.-1-2}", "5"),
        ("{state/4}", "0.5"),
        ("{missing*2}", ""),
        ("{entity:index.2} {port:index.1}", "Slot 7 ge-0/0/3"),
        ("{port:index.2}", "7"),
        ("{state}", "on fire"),
        ("{mac:address}", "00:11:22:33:44:55"),
        ("{hex:address}", "001122334455"),
        ("{missing}", ""),
        ("", ""),
    ],
)
def test_a_name_is_made_of_columns_index_and_looked_up_names(words: str, made: str) -> None:
    row: Row = {"name": b"A", "state": 2, "address": bytes.fromhex("001122334455")}
    assert template(words)(scope(row, labels={"state": {"2": "on fire"}})) == made


def test_letters_in_an_index_are_read_with_and_without_their_count() -> None:
    made = template("{ascii:index.2-}")
    assert made(scope({}, (1, 3, 102, 97, 110))) == "fan"
    assert made(scope({}, (1, 102, 97, 110))) == "fan"


def test_texts_in_an_index_end_where_numbers_follow_them() -> None:
    made = template("{ascii:index.2-}")
    assert made(scope({}, (5, 3, 102, 97, 110, 1, 2))) == "fan"
    assert made(scope({}, (5, 1, 49, 3, 102, 97, 110))) == "1 fan"
    assert made(scope({}, (5, 0, 3, 102, 97, 110, 7))) == "fan"
    assert made(scope({}, (5, 9, 102))) == ""


def test_an_unknown_way_to_look_up_is_an_error_of_the_rule() -> None:
    with pytest.raises(Wrong, match="none of entity"):
        template("{disk:index}")
