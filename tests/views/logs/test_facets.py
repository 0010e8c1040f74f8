"""Counts beside the lines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.intake.model import DeviceCount, IntakeLine, LineKind, LinesFound
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.logs.facets import Facets
from tests.views.conftest import shown

FOUND = LinesFound(
    lines=(),
    more=False,
    matches=13,
    complete=True,
    searched_to=None,
    took_s=0.01,
    severities=(0, 0, 0, 10, 0, 3, 0, 0),
    devices=(DeviceCount(7, 9), DeviceCount(8, 4)),
)


@pytest.fixture
def facets(desk: Desk) -> Facets:
    made = Facets(desk.times, {7: "core-1"})
    shown(made, 300, 600)
    return made


def test_each_severity_and_device_with_matches_has_a_bar(facets: Facets) -> None:
    facets.show_found(FOUND)
    assert [(bar.name, bar.text, bar.key) for bar in facets.severities.bars] == [
        ("Error", "10", 3),
        ("Notice", "3", 5),
    ]
    assert [(bar.name, bar.share) for bar in facets.devices.bars] == [
        ("core-1", 1.0),
        ("device 8", 4 / 9),
    ]
    assert not any(bar.is_bad for bar in facets.severities.bars)


def test_without_matches_there_are_no_titles(facets: Facets) -> None:
    facets.show_found(LinesFound((), False, 0, True, None, 0.0))
    assert facets.severities.isHidden()
    assert facets.devices.isHidden()


def test_the_chosen_line_is_told_in_full_and_as_plain_text(facets: Facets) -> None:
    line = IntakeLine(
        at=datetime(2026, 11, 21, tzinfo=UTC),
        device_id=7,
        source="10.0.0.1",
        kind=LineKind.TRAP,
        severity=2,
        text="<b>on battery</b>",
        structured='[x@9 a="1"]',
        count=4,
    )
    facets.show_line(line)
    texts = {label.text() for label in facets.findChildren(Label)}
    assert {"<b>on battery</b>", "core-1", "Critical (2)", '[x@9 a="1"]', "4 times"} <= texts
    facets.show_line(None)
    assert facets.line is None
