"""Counters that wrap, fall back or leap, scripted in a real snmpd."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from noc_console.services.alarms.model import Condition
from noc_console.services.telemetry.model import PollPolicy
from tests.faults.bench import Bench, open_bench

POLICY = PollPolicy(interval_s=0.5, settled_s=1.0)
LINE_BPS = 10e9


async def step(bench: Bench, octets: int) -> float | None:
    """Let the agent say this number at the next polls; the rate that was made of it."""
    bench.script.write(octets=octets)
    await bench.next_sample()
    await bench.next_sample()  # the first may have been on its way already
    return await bench.rate()


async def epoch(bench: Bench) -> int | None:
    word = await bench.newest()
    assert word is not None
    return word.values["epoch"]


TOP = 2**32


async def test_a_32_bit_counter_wraps_and_its_rate_goes_on(tmp_path: Path) -> None:
    """N4: a gigabit port cannot wrap twice between two polls: falling back was a wrap."""
    narrow = {"wide": False, "speed_mbps": 1_000}
    async with open_bench(tmp_path, policy=POLICY, octets=TOP - 10_000_000, **narrow) as bench:
        assert not bench.interface.has_hc
        began = await epoch(bench)
        rates = []
        for octets in (TOP - 5_000_000, TOP + 5_000_000, TOP + 10_000_000):
            bench.script.write(octets=octets)
            word = await bench.next_sample()
            rates.append(await bench.rate())
        while word.values["in_octets"] != TOP + 10_000_000:
            word = await bench.next_sample()
        assert await epoch(bench) == began, "a wrap is no restart"
        assert any(rates), "and makes a rate"
        assert all(rate is None or 0 <= rate <= 1.2e9 for rate in rates), rates


async def test_32_bits_on_ten_gigabit_make_no_rate_rather_than_a_wrong_one(tmp_path: Path) -> None:
    """N4: it wraps every 3.4 s: after as long as agents cache, nobody can tell how often."""
    async with open_bench(tmp_path, policy=POLICY, octets=TOP - 1_000, wide=False) as bench:
        rates = []
        for octets in (TOP + 1_000, 3 * TOP, 3 * TOP - 5_000, 5 * TOP):
            bench.script.write(octets=octets)
            await bench.next_sample()
            rates.append(await bench.rate())
        assert all(rate is None or 0 <= rate <= LINE_BPS for rate in rates), rates


async def test_a_counter_that_was_reset_makes_a_gap_and_no_spike(tmp_path: Path) -> None:
    """N4: 64-bit counters that fall back were reset: another epoch, no rate of terabits."""
    async with open_bench(tmp_path, policy=POLICY, octets=9_000_000_000_000) as bench:
        before = await epoch(bench)
        rate = await step(bench, 1_000)
        assert await epoch(bench) != before
        assert rate in (None, 0.0)
        alarms = {alarm.condition for alarm in await bench.alarms()}
        assert Condition.RESTARTED not in alarms, "the box itself did not restart"


async def test_a_leap_beyond_what_the_line_carries_is_no_rate(tmp_path: Path) -> None:
    """N4: the spike filter knows ifSpeed: a gigabit port cannot have carried a petabyte."""
    async with open_bench(tmp_path, policy=POLICY, octets=1_000_000, speed_mbps=1_000) as bench:
        rates = []
        for octets in (2_000_000, 10**15, 10**15 + 1_000_000, 10**15 + 2_000_000):
            bench.script.write(octets=octets)
            await bench.next_sample()
            rates.append(await bench.rate())
        assert all(rate is None or 0 <= rate <= 1.2e9 for rate in rates), rates


async def test_a_reboot_is_told_and_its_counters_begin_anew(tmp_path: Path) -> None:
    """N4: sysUpTime fell back: counters that grew nevertheless are of another life."""
    async with open_bench(tmp_path, policy=POLICY, octets=5_000_000) as bench:
        before = await epoch(bench)
        bench.script.booted = time.time()
        bench.script.write(octets=6_000_000)
        (alarm,) = await bench.until(lambda found: len(found) == 1)
        assert alarm.condition is Condition.RESTARTED
        assert await epoch(bench) != before
        word = await bench.newest()
        assert word is not None
        assert word.values["in_octets"] == 6_000_000
        bench.script.write(octets="clock")
        await bench.until(lambda found: not found)
        assert await bench.rate() == pytest.approx(8e6, rel=0.6) or await bench.rate() is None
