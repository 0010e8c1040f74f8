"""The columns of the list."""

from __future__ import annotations

from datetime import timedelta

from noc_console.services.alarms.model import AlarmObject, Severity
from noc_console.services.detection.listing import row_of
from noc_console.services.detection.model import Firing
from noc_console.services.detection.pack import our_book
from noc_console.views.detection.rows import firing_columns, firing_key, rule_columns
from noc_console.views.kit.desk import Desk


def test_a_rule_reads_in_a_line() -> None:
    rule = our_book().rule("interface-down-linked")
    assert rule is not None
    row = row_of(rule, alarms=7)
    told = {column.key: column.text(row) for column in rule_columns()}
    assert told["kind"] == "state" and told["scope"] == "linked" and told["alarms"] == "7"
    assert told["on"] == "on" and told["whose"] == "ours"


def test_a_firing_that_stands_has_lasted_until_now(desk: Desk) -> None:
    start = desk.clock.now() - timedelta(hours=2)
    row = Firing(AlarmObject(7, device_name="core-1"), Severity.MINOR, start, None, 1.0, "x")
    told = {column.key: column for column in firing_columns(desk)}
    assert told["for"].text(row).endswith("…")
    assert told["for"].export is not None and told["for"].export(row) == "7200"
    assert firing_key(row) == ("device:7", start)
