"""The line above the graphs."""

from __future__ import annotations

import pytest

from noc_console.views.graphs.bar import GraphBar
from noc_console.views.graphs.specs import Query, parse
from noc_console.views.kit.drawing import Mode


@pytest.fixture
def told() -> list[Query]:
    return []


@pytest.fixture
def bar(told: list[Query]) -> GraphBar:
    made = GraphBar()
    made.changed.connect(told.append)
    return made


def test_showing_a_query_tells_nobody(bar: GraphBar, told: list[Query]) -> None:
    bar.show_query(
        parse("device:7 span:30d compare:week mode:stacked log:on marks:off"), is_back=True
    )
    assert told == []
    assert bar.chips["30d"].isChecked() and bar.compare_box.currentData() == "week"
    assert bar.manner_box.currentData() == "stacked" and bar.back_button.isEnabled()
    assert bar.switches["log"].isChecked() and not bar.switches["marks"].isChecked()


def test_a_fixed_span_is_none_of_the_chips(bar: GraphBar) -> None:
    bar.show_query(
        parse("device:7 from:2026-03-01T00:00:00Z to:2026-03-02T00:00:00Z"), is_back=True
    )
    assert not any(chip.isChecked() for chip in bar.chips.values())


def test_every_choice_is_told(bar: GraphBar, told: list[Query]) -> None:
    bar.chips["1y"].click()
    assert told[-1].span == "1y"
    bar.compare_box.setCurrentIndex(bar.compare_box.findData("day"))
    assert told[-1].compare == "day"
    bar.choose_manner("week")
    assert told[-1].heat == "week"
    bar.choose_manner("stacked")
    assert told[-1].heat == "" and told[-1].manner.mode is Mode.STACKED
    for name in ("log", "band", "marks"):
        bar.switches[name].trigger()
    assert told[-1].manner.is_log and not told[-1].manner.has_band and not told[-1].has_marks
    bar.shares[99.0].trigger()
    assert told[-1].share == 99.0
