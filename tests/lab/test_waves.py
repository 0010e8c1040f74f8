import random

import pytest

from noc_console.lab.waves import EPOCH, PEAK, STEADY, Meter, Wave

NOW = EPOCH + 3e7


def wave(seed="x", **more):
    return Wave(random.Random(seed), **more)


def test_the_sum_of_a_rate_is_what_small_steps_add_up_to():
    it = wave()
    steps = 20_000
    length = 5_000.0
    added = sum(it.height(NOW + length * (n + 0.5) / steps) for n in range(steps)) * length / steps
    assert it.area(NOW + length) - it.area(NOW) == pytest.approx(added, rel=1e-6)


def test_a_rate_never_falls_to_nought_nor_rises_above_its_peak():
    it = wave()
    heights = [it.height(NOW + n * 97.0) for n in range(5_000)]
    assert min(heights) > 0
    assert max(heights) <= PEAK


def test_evenings_are_busier_than_early_mornings():
    it = wave()
    midnight = EPOCH + 300 * 86_400
    evening = sum(it.height(midnight + 20 * 3600 + n * 60) for n in range(60))
    morning = sum(it.height(midnight + 8 * 3600 - n * 60) for n in range(60))
    night = sum(it.height(midnight + 2.5 * 3600 + n * 60) for n in range(60))
    assert evening > morning
    assert evening > night * 1.3


def test_time_lapse_shortens_the_day_and_leaves_the_mean():
    quick = wave(speed=60)
    a_day = 86_400 / 60
    assert quick.height(NOW) != quick.height(NOW + a_day / 2)
    mean = (quick.area(NOW + 100 * a_day) - quick.area(NOW)) / (100 * a_day)
    assert mean == pytest.approx(1.0, abs=0.02)


def test_a_meter_never_counts_backwards_even_in_tiny_steps():
    meter = Meter(wave(), 1.25e9)
    values = [meter.value(NOW + n * 1e-3) for n in range(2_000)]
    assert values == sorted(values)


def test_another_level_keeps_what_was_counted():
    meter = Meter(wave(), 100.0)
    before = meter.value(NOW)
    meter.change(0.0, NOW)
    assert meter.value(NOW + 3_600) == before
    meter.change(50.0, NOW + 3_600)
    assert meter.value(NOW + 3_600) == pytest.approx(before)
    assert meter.value(NOW + 7_200) > before


def test_a_meter_written_down_and_restored_goes_on():
    meter = Meter(wave(), 100.0)
    meter.change(70.0, NOW)
    again = Meter(wave())
    again.restore(total=meter.total, since=meter.since, level=meter.level)
    assert again.value(NOW + 999) == meter.value(NOW + 999)


def test_a_steady_meter_counts_its_level_each_second():
    assert Meter(STEADY, 2.0).value(EPOCH + 10) == 20.0
    assert Meter(STEADY, 2.0).rate(NOW) == 2.0


def test_the_same_seed_gives_the_same_traffic():
    assert wave("a").height(NOW) == wave("a").height(NOW)
    assert wave("a").height(NOW) != wave("b").height(NOW)
