from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from noc_console.kernel.clock import SystemClock, steady_s


def test_the_wall_clock_knows_it_is_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now >= before


def test_the_steady_clock_goes_forward() -> None:
    before = steady_s()
    assert steady_s() >= before


def test_it_works_where_no_clock_counts_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other systems have no such clock; this one is told so.
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    assert steady_s() == 7.0
