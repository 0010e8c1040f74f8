"""One fault is one line: the aggregation of a city loses its power, as its operators see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Console
from tests.e2e.test_main_job import discovered

AGGREGATION = "par-agg-1"


def standing(console: Console) -> list[dict[str, Any]]:
    return [one for one in console.look("alarms.active") if one["severity"] != "cleared"]


def lines(console: Console) -> list[tuple[str, str]]:
    """What the desk shows as lines of their own."""
    return [
        (one["about"]["device_name"], one["condition"])
        for one in standing(console)
        if one["root_id"] is None
    ]


@pytest.mark.timeout(600)
def test_an_aggregation_without_power_is_one_line_with_all_that_follows_folded(
    console: Console,
) -> None:
    discovered(console)
    # A busy machine loses a poll or two at the start: that has to settle first.
    console.until(lambda: not standing(console), "nothing is wrong", patience_s=90)
    console.ask("lab", "fail", "device-down", "--target", AGGREGATION)
    neighbours = len(console.look("inventory.links", "--device", AGGREGATION))
    assert neighbours >= 8
    console.until(
        lambda: (
            len(standing(console)) > neighbours // 2
            and lines(console) == [(AGGREGATION, "unreachable")]
        ),
        "one line, and every neighbour's port folded under it",
        patience_s=90,
    )
    folded = next(one for one in standing(console) if one["root_id"] is not None)
    told = console.ask("rootcause.why", "--alarm-id", str(folded["id"]))
    assert told["root_id"] == folded["root_id"]
    assert AGGREGATION in told["verdict"]
    console.ask("lab", "mend")
    console.until(
        lambda: (
            (AGGREGATION, "unreachable") not in lines(console)
            and not [one for one in standing(console) if one["root_id"] is not None]
        ),
        "nothing stays folded under a root that is over",
        patience_s=150,
    )
