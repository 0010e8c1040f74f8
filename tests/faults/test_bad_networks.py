"""Loss, duplicates, late replies and flapping, against a real snmpd."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.services.alarms.model import EDGES, Alarm, Condition
from noc_console.services.telemetry.model import PollPolicy
from noc_console.services.telemetry.workers import plan, poller, ward
from tests.faults.bench import Bench, open_bench
from tests.lab.watched import ACTOR

POLICY = PollPolicy(interval_s=0.5, backed_off_s=0.5, settled_s=1.0)


async def test_loss_is_repeated_and_no_outage(tmp_path: Path) -> None:
    """N2: at 1, 5 and 20 % nobody is said to be down; at 50 % nobody after a single miss."""
    async with open_bench(tmp_path, policy=POLICY) as bench:
        impairment, statistics = bench.proxy.impairment, bench.console.reader.statistics
        for loss, polls in ((0.01, 4), (0.05, 4), (0.2, 8)):
            impairment.loss = loss
            await bench.rounds(polls)
        assert bench.proxy.lost > 2, "it was a bad network"
        assert statistics.resent > 0, "and its loss is shown"
        assert await outages(bench) == 0
        await a_right_rate_or_none(bench)
        impairment.loss = 0.5
        await bench.rounds(5)
        assert await outages(bench) <= bench.poller.figures.failures // POLICY.down_after
        await a_right_rate_or_none(bench)


async def outages(bench: Bench) -> int:
    """How often the device was said not to answer."""
    alarms = await bench.alarms()
    return sum(alarm.count for alarm in alarms if alarm.condition is Condition.UNREACHABLE)


async def a_right_rate_or_none(bench: Bench) -> None:
    """The script counts a million octets a second."""
    rate = await bench.rate()
    assert rate is None or rate == pytest.approx(8e6, rel=0.6)


async def test_total_loss_is_certain_within_three_intervals(tmp_path: Path) -> None:
    """N2: 100 % loss is found in less than three polls, and its end at the next."""
    async with open_bench(tmp_path, policy=POLICY) as bench:
        bench.proxy.impairment.loss = 1.0
        before = bench.polls
        (alarm,) = await bench.until(lambda found: len(found) == 1)
        assert alarm.condition is Condition.UNREACHABLE
        assert bench.polls - before <= 3
        bench.proxy.impairment.loss = 0.0
        await bench.until(lambda found: not found)


async def test_late_doubled_and_reordered_replies_never_count_for_another_poll(
    tmp_path: Path,
) -> None:
    """N3: every stored counter was read while its own poll waited for it; the rest is dropped.

    The counter is a clock (microseconds since 1970), so it tells itself when it was read.
    """
    async with open_bench(tmp_path, policy=POLICY) as bench:
        impairment = bench.proxy.impairment
        impairment.duplicate = 0.1
        statistics = bench.console.reader.statistics
        ages, counted = [], 0
        for turn in range(12):
            # Up to six intervals late for a while, then only reordered.
            impairment.delay_s = (0.0, 3.0) if turn % 6 < 2 else (0.0, 0.03)
            await bench.rounds(1)
            word = await bench.newest()
            assert word is not None
            octets = word.values["in_octets"]
            assert octets is not None
            assert octets >= counted, "no older answer replaces a newer one"
            counted = octets
            ages.append(word.at.timestamp() - octets / 1e6)
        assert statistics.late > 0, "late replies came, and were dropped"
        # All tries of one question: patience, backed off, with jitter; two ways.
        longest = 2 * 2 * (0.25 + 0.5 + 1.0)
        assert max(ages) <= longest
        assert min(ages) >= -0.05, "nothing was read after it was received"
        rates = await rates_of(bench)
        assert rates and min(rates) >= 0


async def rates_of(bench: Bench) -> list[float]:
    now = await bench.console.telemetry.interface_now(ACTOR, device_id=int(bench.device.id))
    return [port.in_bps for port in now if port.in_bps is not None]


async def test_a_device_that_flaps_is_one_alarm_with_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N1: twenty times gone and back: one unreachable alarm, one flapping, all edges kept."""
    for module in (plan, ward):
        # A loopback answers in a millisecond; forty outages must not take minutes.
        monkeypatch.setattr(module, "patience_s", lambda interval: 0.04)
    monkeypatch.setattr(poller, "WRITE_EVERY_S", 0.05)
    hasty = PollPolicy(interval_s=0.2, backed_off_s=0.2, settled_s=1.0)
    async with open_bench(tmp_path, policy=hasty) as bench:
        for _ in range(20):
            bench.proxy.impairment.loss = 1.0
            await bench.until(lambda found: gone(found))
            bench.proxy.impairment.loss = 0.0
            await bench.until(lambda found: not gone(found))
        alarms = await bench.alarms()
        (unreachable,) = [a for a in alarms if a.condition is Condition.UNREACHABLE]
        (flapping,) = [a for a in alarms if a.condition is Condition.FLAPPING]
        assert unreachable.suppressed, "from the fourth edge on it wakes nobody"
        assert flapping.is_active
        assert unreachable.count == 20
        steps = await bench.console.alarms.history(ACTOR, alarm_id=int(unreachable.id))
        assert sum(step.what in EDGES for step in steps) == 40
        await bench.until(lambda found: not found)
        assert len(await bench.alarms()) == 2


def gone(found: list[Alarm]) -> bool:
    return any(alarm.condition is Condition.UNREACHABLE for alarm in found)
