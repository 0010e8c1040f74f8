"""Counts of the last ten minutes, on a clock made of numbers."""

from __future__ import annotations

import random
import statistics

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.telemetry.model import BudgetUse, Lateness
from noc_console.services.telemetry.rules.ledger import Ledger


def test_a_turn_is_late_when_it_begins_a_tenth_of_its_interval_behind_its_time() -> None:
    ledger = Ledger()
    for late_s, interval, tier in ((0.9, 10.0, "core"), (1.1, 10.0, "core"), (5.0, 60.0, "")):
        ledger.turn(late_s, interval=interval, tier=tier, now=0.0)
    found = ledger.lateness(1.0)
    assert (found.turns, found.late, found.max_s) == (3, 1, 5.0)
    assert ledger.late(1.0) == {"core": 1}


@given(st.integers(1, 400), st.integers())
def test_quantiles_and_bars_are_those_of_the_turns(count: int, seed: int) -> None:
    rng = random.Random(seed)
    waits = [rng.expovariate(2.0) for _ in range(count)]
    ledger = Ledger()
    for wait in waits:
        ledger.turn(wait, interval=60.0, tier="", now=0.0)
    found = ledger.lateness(0.0)
    true = statistics.median_low(waits)
    assert true <= found.p50_s * 1.001 and found.p50_s <= max(true * 1.26, 0.002)
    assert found.p50_s <= found.p95_s <= found.max_s == max(waits)
    assert sum(bar for _, bar in found.bars) == count
    assert list(dict(found.bars)) == sorted(dict(found.bars))


def test_what_is_ten_minutes_old_is_forgotten() -> None:
    ledger = Ledger()
    ledger.turn(50.0, interval=60.0, tier="", now=0.0)
    ledger.failed("timeout", now=30.0)
    ledger.requests("polling", 7, now=30.0)
    ledger.refused(now=30.0)
    ledger.failed("refused", now=200.0)
    assert ledger.failures(500.0) == {"timeout": 1, "refused": 1}
    assert ledger.budget(4.0, 500.0) == BudgetUse(4.0, polling=7, refused=1)
    assert ledger.span_s(500.0) == 500.0
    assert ledger.failures(700.0) == {"refused": 1}
    assert ledger.lateness(700.0) == Lateness()
    assert ledger.failures(5_000.0) == {}
