from __future__ import annotations

from datetime import UTC, datetime

from noc_console.kernel.clock import SystemClock


def test_the_wall_clock_knows_it_is_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now >= before
