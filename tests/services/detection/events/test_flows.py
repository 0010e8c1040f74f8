"""Rules of flows as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.detection.events.flows import By, Measure, read

GOOD: dict[str, Any] = {
    "id": "scan",
    "title": "Scan",
    "condition": "scan",
    "by": "source",
    "counts": "destinations",
    "over": 1_000,
    "text": "{host} scans",
}


def test_what_is_not_said_has_a_sensible_meaning() -> None:
    rule = read(GOOD, "f.toml")
    assert (rule.by, rule.measure) == (By.SOURCE, Measure.DESTINATIONS)
    assert (rule.limit, rule.clear_below, rule.minutes) == (1_000, 800, 1)
    assert rule.watches == "destinations by source"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"by": "destination"}, "by"),
        ({"over": 0}, "over"),
        ({"over": True}, "over"),
        ({"clear_below": 2_000}, "clear_below"),
        ({"counts": "feelings"}, "counts"),
        ({"protocol": [300]}, "protocol"),
        ({"minutes": 99}, "minutes"),
        ({"severity": "cleared"}, "severity"),
        ({"text": ""}, "text"),
        ({"limit": 5}, "limit"),
    ],
)
def test_a_mistake_names_its_key(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        read({**GOOD, **changed}, "f.toml")
    assert caught.value.field == field
