"""Rules as rows for people."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.listing import levels_in_words, row_of
from noc_console.services.detection.pack import our_book


@pytest.mark.parametrize(
    ("rule_id", "words"),
    [
        ("cpu", "major ≥ 95 %, minor ≥ 80 % (2 of 3)"),
        ("charge", "major ≤ 20 %, minor ≤ 50 % (2 of 3)"),
        ("unreachable", "minor"),
        ("no-measurements", "minor after 30 min"),
        ("full-soon", "minor ≤ 14 days, warning ≤ 42 days"),
        ("traffic-anomaly", "minor ≥ 3 σ, warning ≥ 2 σ (2 of 3)"),
        ("subscribers-dark", "critical 50 % less within 2 h, major 20 % less within 2 h"),
        ("polls-late", "major ≥ 120 s, minor ≥ 30 s (2 of 3, for 180 s)"),
    ],
)
def test_levels_are_said_in_words(rule_id: str, words: str) -> None:
    rule = our_book().rule(rule_id)
    assert rule is not None
    assert levels_in_words(rule) == words


def test_the_text_of_a_row_is_the_rule() -> None:
    for rule in our_book().every:
        row = row_of(rule, alarms=3)
        assert read_rule(row.toml).id == row.id == rule.id
        assert (row.alarms, row.severity) == (3, rule.severity)
        assert row.severity > Severity.CLEARED
