"""Panes in any arrangement: split, walked through, taken away, kept and put back."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter, QWidget

from noc_console.views.terminal.splits import BELOW, BESIDE, MOST, Splits
from tests.views.conftest import shown

LEFT, RIGHT = Qt.ArrowType.LeftArrow, Qt.ArrowType.RightArrow
UP, DOWN = Qt.ArrowType.UpArrow, Qt.ArrowType.DownArrow


def pane(name: str) -> QWidget:
    made = QLabel(name)
    made.setObjectName(name)
    return made


def names(splits: Splits) -> list[str]:
    return [each.objectName() for each in splits.panes]


@pytest.fixture
async def grid() -> tuple[Splits, dict[str, QWidget]]:
    """a over c on the left, b on the right."""
    panes = {name: pane(name) for name in "abc"}
    splits = Splits(panes["a"])
    splits.split(panes["a"], panes["b"], BESIDE)
    splits.split(panes["a"], panes["c"], BELOW)
    shown(splits, 800, 600)
    await asyncio.sleep(0.02)
    return splits, panes


async def test_keys_lead_to_the_pane_in_that_direction(
    grid: tuple[Splits, dict[str, QWidget]],
) -> None:
    splits, panes = grid
    assert names(splits) == ["a", "c", "b"]
    assert splits.neighbour(panes["a"], DOWN) is panes["c"]
    assert splits.neighbour(panes["a"], RIGHT) is panes["b"]
    assert splits.neighbour(panes["c"], UP) is panes["a"]
    assert splits.neighbour(panes["b"], LEFT) in (panes["a"], panes["c"])
    assert splits.neighbour(panes["b"], RIGHT) is None
    assert splits.after(panes["b"]) is panes["a"]
    assert splits.after(panes["a"], -1) is panes["b"]


async def test_a_pane_that_goes_leaves_its_room_to_the_others(
    grid: tuple[Splits, dict[str, QWidget]],
) -> None:
    splits, panes = grid
    emptied: list[bool] = []
    splits.emptied.connect(lambda: emptied.append(True))
    splits.remove(panes["a"])
    assert names(splits) == ["c", "b"]
    assert not any(isinstance(child, QSplitter) for child in _root(splits).children())
    splits.remove(panes["b"])
    assert names(splits) == ["c"] and not isinstance(_root(splits), QSplitter)
    assert not emptied
    splits.remove(panes["c"])
    assert emptied


def _root(splits: Splits) -> QWidget:
    return splits._root


async def test_splitting_the_same_way_again_shares_the_room_of_one_pane(
    grid: tuple[Splits, dict[str, QWidget]],
) -> None:
    splits, panes = grid
    before = panes["a"].width()
    assert splits.split(panes["b"], pane("d"), BESIDE)
    await asyncio.sleep(0.02)
    assert names(splits) == ["a", "c", "b", "d"]
    assert panes["a"].width() == pytest.approx(before, abs=12)
    assert _root(splits).count() == 3  # type: ignore[attr-defined]


def test_there_is_an_end_to_splitting() -> None:
    first = pane("first")
    splits = Splits(first)
    made = [splits.split(first, pane(str(n)), BESIDE) for n in range(MOST + 3)]
    assert made.count(True) == MOST - 1 and len(splits.panes) == MOST
    assert not splits.split(pane("a stranger"), pane("x"), BELOW)


@given(steps=st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.booleans()), max_size=14))
@settings(max_examples=40, deadline=None)
def test_any_arrangement_is_kept_and_put_back(steps) -> None:
    splits, count = Splits(pane("0")), 1
    for at, is_below, is_removal in steps:
        panes = splits.panes
        chosen = panes[at % len(panes)]
        if is_removal and len(panes) > 1:
            splits.remove(chosen)
        else:
            splits.split(chosen, pane(str(count)), BELOW if is_below else BESIDE)
            count += 1
    kept = splits.kept(lambda each: {"to": each.objectName()})
    other = Splits(pane("gone"))
    other.rearrange(kept, lambda words: pane(words["to"]))
    assert names(other) == names(splits)
    assert _ways(other.kept(lambda each: each.objectName())) == _ways(
        splits.kept(lambda each: each.objectName())
    )


def _ways(kept):
    return (kept["way"], [_ways(part) for part in kept["panes"]]) if "panes" in kept else kept


@pytest.mark.parametrize("kept", [None, 7, {"panes": []}, {"panes": 3}, {"way": "odd"}])
def test_an_arrangement_that_makes_no_sense_is_one_pane(kept: object) -> None:
    splits = Splits(pane("gone"))
    splits.rearrange(kept, lambda words: pane("fresh"))
    assert names(splits) == ["fresh"]
