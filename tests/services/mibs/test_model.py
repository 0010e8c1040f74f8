"""What an object of a MIB says about itself."""

from __future__ import annotations

import pytest

from noc_console.services.mibs.model import Base, Kind, MibObject, Syntax


def test_only_scalars_and_columns_have_values() -> None:
    assert {kind for kind in Kind if kind.has_value} == {Kind.SCALAR, Kind.COLUMN}


def test_a_word_is_found_by_its_number() -> None:
    syntax = Syntax("", Base.INTEGER, labels=(("up", 1), ("down", 2)))
    assert (syntax.label(2), syntax.label(3)) == ("down", "")


@pytest.mark.parametrize(
    ("ranges", "length"),
    [((), None), (((6, 6),), 6), (((0, 8),), None), (((4, 4), (16, 16)), None)],
)
def test_a_length_is_fixed_when_there_is_only_one(
    ranges: tuple[tuple[int, int], ...], length: int | None
) -> None:
    assert Syntax("", Base.OCTETS, ranges=ranges).fixed_length == length


@pytest.mark.parametrize(
    ("access", "writable"),
    [("read-only", False), ("read-write", True), ("read-create", True), ("", False)],
)
def test_access_says_whether_it_can_be_written(access: str, writable: bool) -> None:
    one = MibObject("1.3", "x", "X-MIB", Kind.SCALAR, access=access)
    assert (one.is_writable, one.full_name) == (writable, "X-MIB::x")
