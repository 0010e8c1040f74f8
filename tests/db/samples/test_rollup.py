import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.db.samples.envelope import Damaged, seal
from noc_console.db.samples.kinds import DEVICE, INTERFACE, MISSING, Kind
from noc_console.db.samples.rollup import (
    FIVE_MS,
    HOUR_MS,
    MAX,
    MEAN,
    MIN,
    P95,
    Rollup,
    gaps,
    measure,
    pack_rollups,
    roll,
    unpack_rollup,
)

PORT = Kind(
    code=9, name="port", columns=("octets", "light", "epoch"), counters=frozenset({"octets"}),
    epoch="epoch",
)  # fmt: skip


def measured(times, rows, kind=PORT):
    return measure(np.array([times]), np.array([rows], np.int64), kind)[0]


def test_a_rate_is_the_growth_by_the_seconds_passed():
    found = measured([0, 60_000, 90_000], [(100, 7, 1), (700, 8, 1), (1_000, 9, 1)])
    assert math.isnan(found[0, 0])
    assert found[1:, 0].tolist() == [10.0, 10.0]
    assert found[:, 1].tolist() == [7, 8, 9]


def test_no_rate_is_taken_across_a_change_of_epoch():
    found = measured([0, 1000, 2000, 3000], [(5, 0, 1), (6, 0, 1), (7, 0, 2), (9, 0, 2)])
    assert np.array_equal(found[:, 0], [np.nan, 1, np.nan, 2], equal_nan=True)


def test_a_counter_that_goes_back_has_no_rate_and_never_a_negative_one():
    found = measured([0, 1000, 2000, 3000], [(5, 0, 1), (9, 0, 1), (7, 0, 1), (8, 0, 1)])
    assert np.array_equal(found[:, 0], [np.nan, 4, np.nan, 1], equal_nan=True)


def test_a_missing_value_is_unknown_and_so_are_the_rates_beside_it():
    rows = [(5, 1, 1), (MISSING, MISSING, 1), (7, 3, 1), (8, 4, 1)]
    found = measured([0, 1000, 2000, 3000], rows)
    assert np.array_equal(found[:, 0], [np.nan, np.nan, np.nan, 1], equal_nan=True)
    assert np.array_equal(found[:, 1], [1, np.nan, 3, 4], equal_nan=True)


def test_no_rate_is_taken_across_a_gap():
    times = [0, 60_000, 120_000, 600_000, 660_000]
    found = measured(times, [(at, 0, 1) for at in range(5)])
    assert np.isnan(found[:, 0]).tolist() == [True, False, False, True, False]


def test_an_unsigned_counter_passing_2_to_the_63_still_has_its_rate():
    rows = [((1 << 63) - 5, 0, 1), (-(1 << 63) + 5, 0, 1)]
    assert measured([0, 1000], rows)[1, 0] == 10


def test_two_samples_in_the_same_millisecond_have_no_rate():
    assert np.isnan(measured([5, 5], [(1, 0, 1), (2, 0, 1)])[:, 0]).all()


def test_gauges_need_no_sample_before():
    found = measure(np.array([[0]]), np.array([[[1, 2, 3, 4, 5, 1]]]), DEVICE)
    assert found[0, 0].tolist() == [1, 2, 3, 4, 5, 1]


def test_polling_faster_and_slower_again_is_no_gap():
    steps = [60] * 5 + [1] * 30 + [60] * 5
    times = np.cumsum([0, *steps])[None] * 1000
    assert not gaps(times).any()


def test_a_minute_missing_between_seconds_is_a_gap():
    times = np.cumsum([0, *[1] * 10, 60, *[1] * 10])[None] * 1000
    assert np.flatnonzero(gaps(times)[0]).tolist() == [10]


def test_one_late_poll_is_no_gap_and_two_missed_are():
    assert not gaps(np.array([[0, 60, 120, 260, 320, 380]]) * 1000).any()
    assert gaps(np.array([[0, 60, 120, 300, 360, 420]]) * 1000)[0].tolist() == [0, 0, 1, 0, 0]


def test_nothing_is_known_across_more_than_an_hour_even_if_that_is_usual():
    assert gaps(np.array([[0, 2, 4, 6]]) * HOUR_MS).all()


def test_subjects_with_times_of_their_own_have_gaps_of_their_own():
    times = np.array([[0, 60, 120, 180, 240], [0, 60, 120, 900, 960]]) * 1000
    assert gaps(times).sum(axis=1).tolist() == [0, 1]


finite = st.floats(-1e12, 1e12, allow_nan=False)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, HOUR_MS - 1), finite | st.none()), min_size=1))
def test_slots_agree_with_arithmetic_done_by_hand(samples):
    samples = sorted(dict(samples).items())
    times = np.array([[at for at, _ in samples]])
    values = np.array([[[math.nan if v is None else v] for _, v in samples]])
    found = roll(times, values, start=0, width=FIVE_MS, slots=12)
    for slot in range(12):
        own = [v for at, v in samples if at // FIVE_MS == slot and v is not None]
        stats = found.stats[0, slot, 0]
        assert found.n[0, slot, 0] == len(own)
        if not own:
            assert np.isnan(stats).all()
            continue
        assert stats[MIN] == np.float32(min(own))
        assert stats[MAX] == np.float32(max(own))
        assert stats[MEAN] == pytest.approx(
            statistics.fmean(own), rel=1e-5, abs=1e-2 + 1e-5 * max(map(abs, own))
        )
        assert stats[P95] == pytest.approx(
            np.percentile(own, 95), rel=1e-5, abs=1e-2 + 1e-5 * max(map(abs, own))
        )


@settings(max_examples=60)
@given(st.integers(1, 24), st.integers(1, 9), st.randoms(use_true_random=False))
def test_roll_ups_come_back_within_a_fiftieth_of_a_per_cent(slots, columns, random):
    n = np.array([[[random.choice([0, 1, 5, 300]) for _ in range(columns)] for _ in range(slots)]])
    low = np.array([[[random.uniform(0, 1e9) for _ in range(columns)] for _ in range(slots)]])
    stats = np.stack([low, low * 3, low * 2, low * 2.9], axis=-1).astype(np.float32)
    stats[n == 0] = np.nan
    back = unpack_rollup(pack_rollups(Rollup(stats, n.astype(np.uint32)))[0], columns=columns)
    assert np.array_equal(back.n, n[0])
    assert np.array_equal(back.stats[..., MEAN], stats[0, ..., MEAN], equal_nan=True)
    np.testing.assert_allclose(back.stats, stats[0], rtol=2e-4, atol=1e-30)


def test_rounding_never_puts_the_mean_outside_its_bounds():
    value = np.float32(1.0001)
    stats = np.full((1, 1, 1, 4), value, np.float32)
    back = unpack_rollup(pack_rollups(Rollup(stats, np.ones((1, 1, 1), np.uint32)))[0], columns=1)
    low, high, mean, _ = back.stats[0, 0]
    assert low <= mean <= high


def test_a_column_younger_than_the_roll_up_is_unknown():
    packed = pack_rollups(Rollup(np.ones((1, 2, 1, 4), np.float32), np.ones((1, 2, 1), np.uint32)))
    back = unpack_rollup(packed[0], columns=2)
    assert back.n.tolist() == [[1, 0], [1, 0]]
    assert np.isnan(back.stats[:, 1]).all()


@given(st.binary(max_size=200))
def test_hostile_roll_ups_are_damaged_and_never_crash(content):
    try:
        unpack_rollup(seal(content, level=0), columns=3)
    except Damaged:
        pass


def test_interfaces_roll_up_everything_but_the_epoch():
    times = np.arange(60)[None] * 60_000
    values = np.zeros((1, 60, 10), np.int64)
    assert measure(times, values, INTERFACE).shape == (1, 60, 9)
