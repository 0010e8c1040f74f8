"""Graphs as values."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.graphs.model import Happening

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_happening_with_an_alarm_is_one() -> None:
    assert Happening(AT, "busy", 7, alarm_id=3).is_alarm
    assert not Happening(AT, "another version", 7).is_alarm
