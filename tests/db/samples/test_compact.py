from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noc_console.db.samples import INTERFACE, Kind, Poll, Resolution, Row, open_samples
from noc_console.db.samples.compact import GRACE_MS
from noc_console.kernel.errors import Broken
from tests.conftest import FakeClock
from tests.db.samples.conftest import HOUR_MS, START, START_MS, counters, poll, steady

HOUR = timedelta(hours=1)
LATER = START + 3 * HOUR + timedelta(minutes=5)


async def raw(samples, subject=11, hours=3):
    return await samples.series(
        INTERFACE, subject, START, START + hours * HOUR, resolution=Resolution.RAW
    )


def same(one, other):
    assert np.array_equal(one.times_ms, other.times_ms)
    assert one.values.keys() == other.values.keys()
    for name, values in one.values.items():
        assert np.array_equal(values, other.values[name], equal_nan=True), name


async def test_compacting_changes_nothing_that_is_read(samples):
    await samples.append(steady(minutes=150, subjects=(11, 12)))
    before = [await raw(samples, subject) for subject in (11, 12)]
    done = await samples.compact(LATER)
    assert (done.polls, done.blocks, done.damaged) == (150, 6, ())
    for was in before:
        same(await raw(samples, was.subject_id), was)
    assert (await samples.stats()).polls == 0


async def test_the_running_hour_waits_and_so_does_one_just_over(samples):
    await samples.append(steady(minutes=90))
    just_over = START + HOUR + timedelta(milliseconds=GRACE_MS - 1)
    assert (await samples.compact(just_over)).blocks == 0
    assert (await samples.compact(START + HOUR + timedelta(milliseconds=GRACE_MS))).blocks == 1
    assert (await samples.stats()).polls == 30


async def test_compacting_again_does_nothing(samples):
    await samples.append(steady())
    await samples.compact(LATER)
    assert await samples.compact(LATER) == type(await samples.compact(LATER))()


async def test_late_polls_are_merged_into_their_hour(samples):
    every = steady(minutes=60)
    await samples.append(every[::2])
    await samples.compact(LATER)
    await samples.append(every[1::2])
    whole = await raw(samples)
    assert len(whole.times_ms) == 60
    await samples.compact(LATER)
    same(await raw(samples), whole)
    stats = await samples.stats()
    assert (stats.blocks, stats.samples) == (1, 60 * 9)


async def test_polls_already_compacted_may_come_again(samples):
    every = steady(minutes=60)
    await samples.append(every)
    await samples.compact(LATER)
    await samples.append(every[10:20])
    await samples.compact(LATER)
    assert len((await raw(samples)).times_ms) == 60
    assert (await samples.stats()).samples == 60 * 9


async def test_the_rate_across_two_hours_is_known_in_the_roll_ups(samples, store_url, clock):
    await samples.append(steady(minutes=120))
    await samples.compact(START + HOUR + timedelta(minutes=5))
    async with open_samples(store_url, clock=clock) as restarted:  # knows no last samples
        await restarted.compact(LATER)
        found = await restarted.series(
            INTERFACE, 11, START, START + 2 * HOUR, resolution=Resolution.FIVE_MINUTES
        )
    assert found.bands["in_octets"].n.tolist() == [4, *[5] * 23]
    assert (found.values["in_octets"] == 100).all()


async def test_subjects_polled_at_different_paces_are_compacted_together(samples):
    batch = steady(minutes=60, subjects=(11, 12))
    batch += [poll(START_MS + 500 + at * 1000, at * 100, subjects=(13,)) for at in range(300)]
    await samples.append(batch)
    before = [await raw(samples, subject) for subject in (11, 12, 13)]
    assert (await samples.compact(LATER)).blocks == 3
    for was in before:
        same(await raw(samples, was.subject_id), was)


async def test_a_damaged_poll_is_left_out_and_named(samples):
    await samples.append(steady(minutes=60))
    await samples._threads.write(
        lambda session: session.run(
            "UPDATE samples_head SET data = ? WHERE at = ?", (b"rubbish", START_MS + 600_000)
        )
    )
    assert "2026-03-01 10:10:00" in (await raw(samples)).problems[0]
    done = await samples.compact(LATER)
    assert "device 1, poll of 2026-03-01 10:10:00" in done.damaged[0]
    found = await raw(samples)
    assert (len(found.times_ms), found.problems) == (59, ())


async def test_a_damaged_block_is_a_problem_of_its_hour_only(samples):
    await samples.append(steady(minutes=180))
    await samples.compact(START + 4 * HOUR)
    await samples._threads.write(
        lambda session: session.run(
            "UPDATE samples_block SET data = ? WHERE hour = ?",
            (b"rubbish", START_MS // HOUR_MS + 1),
        )
    )
    found = await raw(samples)
    assert found.problems == (
        "hour from 2026-03-01 11:00:00 UTC: a stored row does not match its checksum",
    )
    known = found.times_ms[~np.isnan(found.values["in_octets"])]
    assert set((known - START_MS) // HOUR_MS) == {0, 2}
    # A late poll makes the hour anew from what there is, and says what was lost.
    await samples.append(steady(START_MS + HOUR_MS, minutes=3))
    done = await samples.compact(START + 4 * HOUR)
    assert "interface 11, hour 2026-03-01 11" in done.damaged[0]
    assert (await raw(samples)).problems == ()


async def test_damaged_roll_ups_are_problems_and_the_rest_is_shown(samples):
    await samples.append(steady(minutes=120))
    await samples.compact(LATER)
    for table in ("five", "day"):
        await samples._threads.write(
            lambda session, table=table: session.run(
                f"UPDATE samples_{table} SET data = ? WHERE {'day' if table == 'day' else 'hour'} "
                f"= ?",
                (b"rubbish", START_MS // (HOUR_MS * (24 if table == "day" else 1))),
            )
        )
    fives = await samples.series(INTERFACE, 11, START, LATER, resolution=Resolution.FIVE_MINUTES)
    assert len(fives.problems) == 1
    assert np.isnan(fives.values["in_octets"][:12]).all()
    assert (fives.values["in_octets"][12:24] == 100).all()
    hours = await samples.series(INTERFACE, 11, START, LATER, resolution=Resolution.HOUR)
    assert len(hours.problems) == 1
    await samples.append(steady(START_MS + 2 * HOUR_MS, minutes=60))
    assert len((await samples.compact(START + 5 * HOUR)).damaged) == 1


async def test_a_kind_another_process_declared_is_compacted_too(samples, store_url, clock):
    other = Kind(code=77, name="onu", columns=("light",))
    async with open_samples(store_url, clock=clock, kinds=(other,)) as elsewhere:
        await elsewhere.append(
            [Poll(1, START_MS + at * 60_000, [Row(other, 5, (-2_000,))]) for at in range(60)]
        )
        assert (await samples.compact(LATER)).blocks == 1
        found = await elsewhere.series(other, 5, START, START + HOUR)
        assert found.values["light"].tolist() == [-2000.0] * 60


async def test_a_kind_nobody_declared_stops_the_compaction_and_loses_nothing(samples):
    odd = Kind(code=99, name="odd", columns=("x",))
    samples._kinds[99] = odd
    await samples.append([Poll(1, START_MS, [Row(odd, 5, (1,))])])
    del samples._kinds[99]
    with pytest.raises(Broken, match="99"):
        await samples.compact(LATER)
    assert (await samples.stats()).polls == 1


async def test_a_kind_that_grew_a_column_reads_its_old_hours(store_url, clock):
    young = Kind(code=77, name="onu", columns=("light", "temp"))
    old = Kind(code=77, name="onu", columns=("light",))
    async with open_samples(store_url, clock=clock, kinds=(old,)) as samples:
        await samples.append([Poll(1, START_MS, [Row(old, 5, (1,))])])
        await samples.compact(LATER)
        await samples.append([Poll(1, START_MS + 60_000, [Row(old, 5, (2,))])])
    async with open_samples(store_url, clock=clock, kinds=(young,)) as samples:
        await samples.append([Poll(1, START_MS + 120_000, [Row(young, 5, (3, 30))])])
        for _ in range(2):
            found = await samples.series(young, 5, START, START + HOUR)
            assert found.values["light"].tolist() == [1, 2, 3]
            assert np.array_equal(found.values["temp"], [np.nan, np.nan, 30], equal_nan=True)
            assert (await samples.latest(young))[5].values == {"light": 3, "temp": 30}
            await samples.compact(LATER)


async def test_an_older_program_compacts_a_newer_one_s_columns_without_dropping_any(
    store_url, clock
):
    young = Kind(code=77, name="onu", columns=("light", "octets"), counters=frozenset({"octets"}))
    old = Kind(code=77, name="onu", columns=("light",))
    async with (
        open_samples(store_url, clock=clock, kinds=(young,)) as newer,
        open_samples(store_url, clock=clock, kinds=(old,)) as older,
    ):
        for at in range(3):
            await newer.append([Poll(1, START_MS + at * 60_000, [Row(young, 5, (1, at * 60))])])
        await older.append([Poll(1, START_MS + 180_000, [Row(old, 5, (2,))])])
        assert (await older.compact(LATER)).blocks == 1
        found = await newer.series(young, 5, START, START + HOUR)
        assert found.values["light"].tolist() == [1, 1, 1, 2]
        assert np.array_equal(found.values["octets"], [np.nan, 1, 1, np.nan], equal_nan=True)
        assert (await newer.latest(young))[5].values == {"light": 2, "octets": None}


moments = st.lists(st.integers(0, 2 * HOUR_MS - 1), min_size=1, max_size=40)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moments, st.integers(0, 40))
async def test_any_polls_compacted_at_any_point_read_as_if_never_compacted(
    tmp_path_factory, moments, cut
):
    """Whatever came early, late, twice or alone."""
    folder, clock = tmp_path_factory.mktemp("store"), FakeClock()
    polls = [poll(START_MS + at, at * 3, subjects=(11, 12)) for at in moments]
    async with (
        open_samples(f"sqlite:///{folder}/a.db", clock=clock) as plain,
        open_samples(f"sqlite:///{folder}/b.db", clock=clock) as packed,
    ):
        await plain.append(polls)
        await packed.append(polls[:cut])
        await packed.compact(LATER)
        await packed.append(polls[cut:])
        same(await raw(packed), await raw(plain))
        await packed.compact(LATER)
        same(await raw(packed), await raw(plain))
        same(await raw(packed, 12), await raw(plain, 12))


def test_the_rows_of_the_helpers_fit_the_kind():
    assert len(counters(1)) == len(INTERFACE.columns)
