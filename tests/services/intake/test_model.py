"""Lines as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.intake.model import IntakeLine, LineKind


def test_a_line_is_a_value_that_counts_once_unless_told_otherwise() -> None:
    line = IntakeLine(datetime(2026, 3, 1, tzinfo=UTC), 7, "192.0.2.1", LineKind.TRAP, 3, "down")
    assert line.count == 1
    assert replace(line, count=4) != line
    assert LineKind("syslog") is LineKind.SYSLOG
