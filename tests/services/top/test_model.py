"""A row says what is known of it, and nothing else."""

from __future__ import annotations

from noc_console.services.top.model import TopKind, TopRow, TopSpan


def test_a_number_that_is_not_known_is_none() -> None:
    numbers = (("in", 5.0), ("out", float("nan")))
    row = TopRow(TopKind.INTERFACES, 7, 1, "core-1", "ge-0/0/1", "", "", "", "", numbers)
    assert row.number("in") == 5.0
    assert row.number("out") is None
    assert row.number("colour") is None
    assert not row.is_group


def test_a_span_knows_its_hours() -> None:
    assert TopSpan("24h").hours == 24
    assert TopSpan("7d").hours == 168
