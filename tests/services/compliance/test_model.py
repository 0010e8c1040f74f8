"""How rules stand, in numbers."""

from __future__ import annotations

from noc_console.services.compliance.model import Score


def test_nothing_judged_is_no_share() -> None:
    assert Score().share is None


def test_errors_are_not_as_they_should_be() -> None:
    score = Score(passed=1, errors=1)
    assert score.judged == 2 and score.share == 0.5
