"""The steady clock."""

from __future__ import annotations

import time

import pytest

from noc_console.services.telemetry.workers.steady import steady_s


def test_it_goes_forward() -> None:
    before = steady_s()
    assert steady_s() >= before


def test_it_works_where_no_clock_counts_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    # Other systems have no such clock; this one is told so.
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    assert steady_s() == 7.0
