from datetime import timedelta

import numpy as np
import pytest

from noc_console.db.samples import (
    DEVICE,
    INTERFACE,
    SENSOR,
    Kind,
    Poll,
    Resolution,
    Row,
    Rows,
    open_samples,
)
from noc_console.kernel.errors import Invalid
from tests.db.samples.conftest import HOUR_MS, START, START_MS, counters, poll, steady

HOUR = timedelta(hours=1)


async def raw(samples, subject=11, **options):
    return await samples.series(INTERFACE, subject, START, START + HOUR, **options)


async def test_what_was_appended_is_read_at_once(samples):
    await samples.append(steady(minutes=3))
    found = await raw(samples)
    assert found.times_ms.tolist() == [START_MS + at * 60_000 for at in range(3)]
    assert np.array_equal(found.values["in_octets"], [np.nan, 100, 100], equal_nan=True)


async def test_a_poll_written_twice_counts_once(samples):
    batch = steady(minutes=3)
    await samples.append(batch)
    await samples.append(batch)
    assert (await samples.stats()).polls == 3
    found = await raw(samples)
    assert len(found.times_ms) == 3
    assert (await samples.latest(INTERFACE))[11].rates["in_octets"] == 100


async def test_two_parts_of_a_poll_with_the_same_time_are_both_kept(samples):
    await samples.append([Poll(1, START_MS, [Row(INTERFACE, 11, counters(1))])])
    await samples.append([Poll(1, START_MS, [Row(INTERFACE, 12, counters(2))])])
    for subject in (11, 12):
        assert len((await raw(samples, subject)).times_ms) == 1
    await samples.compact(START + 2 * HOUR)
    for subject in (11, 12):
        assert len((await raw(samples, subject)).times_ms) == 1


async def test_one_poll_may_speak_of_several_kinds(samples):
    rows = [
        Row(DEVICE, 1, (12_500, 40_000, None, 86_400, 1_200, 1)),
        Row(SENSOR, 5, np.array([-3_250])),
        Row(INTERFACE, 11, counters(5)),
    ]
    await samples.append([Poll(1, START_MS, rows)])
    device = (await samples.latest(DEVICE))[1]
    assert device.values["cpu"] == 12_500
    assert device.values["temperature"] is None
    assert device.rates == {}
    assert (await samples.latest(SENSOR))[5].values == {"value": -3_250}


async def test_a_poll_without_rows_is_harmless(samples):
    await samples.append([Poll(1, START_MS, [])])
    await samples.append([])
    assert len(await samples.latest(INTERFACE)) == 0


async def test_unsigned_counters_beyond_63_bits_have_rates(samples):
    for at, octets in enumerate([(1 << 64) - 1000, (1 << 64) - 400]):
        await samples.append([poll(START_MS + at * 60_000, octets)])
    assert (await raw(samples)).values["in_octets"][1] == 10
    assert (await samples.latest(INTERFACE))[11].rates["in_octets"] == 10


async def test_a_subject_named_twice_in_a_poll_counts_with_its_last_word(samples):
    rows = [Row(INTERFACE, 11, counters(1)), Row(INTERFACE, 11, counters(7))]
    await samples.append([Poll(1, START_MS, rows)])
    assert (await samples.latest(INTERFACE))[11].values["in_octets"] == 7


async def test_rows_in_any_order_are_kept(samples):
    rows = [Row(INTERFACE, subject, counters(subject)) for subject in (30, 10, 20)]
    await samples.append([Poll(1, START_MS, rows)])
    found = await samples.latest(INTERFACE)
    assert {subject: found[subject].values["in_octets"] for subject in found} == {
        10: 10,
        20: 20,
        30: 30,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        Poll(1, START_MS, [Row(INTERFACE, 11, (1, 2, 3))]),
        Poll(1, START_MS, [Row(INTERFACE, 11, counters(1)), Row(INTERFACE, 12, (1,))]),
        Poll(1, START_MS, [Row(SENSOR, 11, ())]),
        Poll(1, START_MS, [Row(Kind(code=9, name="odd", columns=("x",)), 1, (1,))]),
        Poll(1, -5, [Row(SENSOR, 11, (1,))]),
        Poll(1, 1 << 62, [Row(SENSOR, 11, (1,))]),
    ],
)
async def test_a_batch_with_a_row_that_does_not_fit_is_refused_whole(samples, wrong):
    with pytest.raises(Invalid):
        await samples.append([poll(START_MS, 1), wrong])
    assert (await samples.stats()).polls == 0


async def test_rates_go_on_after_a_restart_of_the_writer(store_url, clock):
    async with open_samples(store_url, clock=clock) as samples:
        await samples.append([poll(START_MS, 0)])
    async with open_samples(store_url, clock=clock) as samples:
        await samples.append([poll(START_MS + 60_000, 600)])
        assert (await samples.latest(INTERFACE))[11].rates["in_octets"] == 10


async def test_two_writers_of_one_device_do_not_turn_its_state_back(store_url, clock):
    async with (
        open_samples(store_url, clock=clock) as one,
        open_samples(store_url, clock=clock) as other,
    ):
        await one.append([poll(START_MS, 0)])
        await other.append([poll(START_MS + 60_000, 600)])
        await one.append([poll(START_MS + 30_000, 300)])
        assert (await one.latest(INTERFACE))[11].values["in_octets"] == 600
        assert len((await raw(other)).times_ms) == 3


async def test_a_damaged_newest_state_is_written_anew(samples, store_url, clock):
    await samples.append([poll(START_MS, 0)])
    await samples._threads.write(
        lambda session: session.run("UPDATE samples_latest SET data = ?", (b"rubbish",))
    )
    found = await samples.latest(INTERFACE)
    assert len(found) == 0
    assert "device 1" in found.problems[0]
    async with open_samples(store_url, clock=clock) as again:
        await again.append([poll(START_MS + 60_000, 600)])
        assert (await again.latest(INTERFACE))[11].values["in_octets"] == 600


async def test_an_interface_that_moved_to_another_device_keeps_its_history(samples):
    await samples.append([poll(START_MS, 0, device=1)])
    await samples.append([poll(START_MS + 60_000, 600, device=2)])
    found = await raw(samples, resolution=Resolution.RAW)
    assert found.values["in_octets"][1] == 10
    await samples.compact(START + 2 * HOUR)
    assert (await raw(samples)).values["in_octets"][1] == 10
    assert (await samples.latest(INTERFACE, [11]))[11].values["in_octets"] == 600


async def test_a_failed_commit_leaves_the_memory_of_the_writer_as_it_was(samples):
    await samples.append([poll(START_MS, 0)])
    await samples._threads.write(
        lambda session: session.run("ALTER TABLE samples_head RENAME TO samples_away")
    )
    with pytest.raises(Exception, match="samples_head"):
        await samples.append([poll(START_MS + 60_000, 600, subjects=(11, 12))])
    await samples._threads.write(
        lambda session: session.run("ALTER TABLE samples_away RENAME TO samples_head")
    )
    await samples.append([poll(START_MS + 60_000, 600, subjects=(11, 12))])
    assert (await samples.latest(INTERFACE))[11].rates["in_octets"] == 10
    assert len((await raw(samples, 12)).times_ms) == 1


async def test_polls_of_an_hour_ago_are_kept_too(samples):
    await samples.append(steady(START_MS + HOUR_MS, minutes=2))
    await samples.append(steady(START_MS, minutes=2))
    assert len((await raw(samples)).times_ms) == 2


async def test_a_matrix_is_written_as_its_rows_would_be(samples):
    table = np.array([counters(5), counters(7)], np.int64)
    ids = np.array([12, 11], np.int64)
    for at in range(3):
        grown = table + np.array([[at * 600] + [0] * 9])
        await samples.append([Poll(1, START_MS + at * 60_000, [Rows(INTERFACE, ids, grown)])])
    for subject, first in ((12, 5), (11, 7)):
        assert (await samples.latest(INTERFACE))[subject].values["in_octets"] == first + 1200
        assert (await raw(samples, subject)).values["in_octets"].tolist()[1:] == [10, 10]


async def test_a_matrix_and_single_rows_of_one_kind_are_one_section(samples):
    rows = [
        Row(INTERFACE, 13, counters(1)),
        Rows(INTERFACE, np.array([11, 12]), np.array([counters(2), counters(3)], np.int64)),
    ]
    await samples.append([Poll(1, START_MS, rows)])
    assert list(await samples.latest(INTERFACE)) == [11, 12, 13]


@pytest.mark.parametrize(
    "values",
    [np.zeros((1, 10), np.int64), np.zeros((2, 9), np.int64), np.zeros((2, 10), np.float64)],
)
async def test_a_matrix_that_does_not_fit_is_refused(samples, values):
    with pytest.raises(Invalid):
        await samples.append([Poll(1, START_MS, [Rows(INTERFACE, np.array([11, 12]), values)])])
