from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from noc_console.db.samples import DEVICE, INTERFACE, Poll, Resolution, Retention, Row
from noc_console.db.samples.read import choose
from noc_console.kernel.errors import Invalid
from tests.db.samples.conftest import HOUR_MS, START, START_MS, counters, poll, steady

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW_MS = START_MS + 1000 * 24 * HOUR_MS


@pytest.mark.parametrize(
    ("back", "span", "expected"),
    [
        (HOUR, HOUR, "raw"),
        (36 * HOUR, 36 * HOUR, "raw"),
        (2 * DAY, 2 * DAY, "5min"),
        (8 * DAY, 8 * DAY, "5min"),
        (30 * DAY, 30 * DAY, "hour"),
        (15 * DAY, HOUR, "5min"),
        (91 * DAY, HOUR, "hour"),
        (1000 * DAY, HOUR, "hour"),
    ],
)
def test_the_resolution_suits_the_span_and_what_is_still_kept(back, span, expected):
    start = NOW_MS - int(back.total_seconds() * 1000)
    end = start + int(span.total_seconds() * 1000)
    assert choose(start, end, now=NOW_MS, retention=Retention()) == expected


async def test_a_series_is_half_open_and_its_first_rate_comes_from_before(samples):
    await samples.append(steady(minutes=10))
    found = await samples.series(
        INTERFACE, 11, START + timedelta(minutes=2), START + timedelta(minutes=5)
    )
    assert found.times_ms.tolist() == [START_MS + at * 60_000 for at in (2, 3, 4)]
    assert found.values["in_octets"].tolist() == [100] * 3


async def test_a_gap_is_a_gap_and_no_line_leads_across(samples):
    for compacted in (False, True):
        minutes = [0, 1, 2, 3, 10, 11, 12]
        rows = [poll(START_MS + at * 60_000, at * 600) for at in minutes]
        await samples.append(rows)
        if compacted:
            await samples.compact(START + 2 * HOUR)
        found = await samples.series(INTERFACE, 11, START, START + HOUR)
        inside = (found.times_ms - START_MS) // 60_000
        assert inside.tolist() == [0, 1, 2, 3, 4, 10, 11, 12]
        assert np.array_equal(
            found.values["in_octets"],
            [np.nan, 10, 10, 10, np.nan, np.nan, 10, 10],
            equal_nan=True,
        )
        assert np.array_equal(found.values["status"], [1, 1, 1, 1, np.nan, 1, 1, 1], equal_nan=True)


async def test_a_restarted_device_shows_a_gap_and_never_a_negative_rate(samples):
    batch = [poll(START_MS + at * 60_000, at * 600, epoch=1) for at in range(5)]
    batch += [poll(START_MS + (5 + at) * 60_000, at * 600, epoch=2) for at in range(5)]
    await samples.append(batch)
    expected = [np.nan, 10, 10, 10, 10, np.nan, 10, 10, 10, 10]
    found = await samples.series(INTERFACE, 11, START, START + HOUR)
    assert np.array_equal(found.values["in_octets"], expected, equal_nan=True)
    only = await samples.series(INTERFACE, 11, START, START + HOUR, columns=["in_octets"])
    assert np.array_equal(only.values["in_octets"], expected, equal_nan=True)


async def test_only_the_columns_asked_for_are_read(samples):
    await samples.append(steady(minutes=120))
    await samples.compact(START + HOUR * 3)
    for resolution in Resolution:
        every = await samples.series(INTERFACE, 11, START, START + 2 * HOUR, resolution=resolution)
        some = await samples.series(
            INTERFACE,
            11,
            START,
            START + 2 * HOUR,
            columns=["status", "in_octets"],
            resolution=resolution,
        )
        assert list(some.values) == ["status", "in_octets"]
        assert list(every.values) == list(INTERFACE.shown)
        for name, values in some.values.items():
            assert np.array_equal(values, every.values[name], equal_nan=True)


async def test_rolled_up_series_have_a_point_for_every_slot(samples):
    await samples.append(steady(minutes=30))
    await samples.append(steady(START_MS + HOUR_MS, minutes=60, per_second=300))
    await samples.compact(START + 2 * HOUR + timedelta(minutes=5))
    fives = await samples.series(
        INTERFACE, 11, START, START + 2 * HOUR, resolution=Resolution.FIVE_MINUTES
    )
    assert np.array_equal(np.diff(fives.times_ms), [300_000] * 23)
    octets = fives.values["in_octets"]
    assert (octets[:6] == 100).all()
    assert np.isnan(octets[6:12]).all()
    assert (octets[12:] == 300).all()
    hours = await samples.series(
        INTERFACE, 11, START - HOUR, START + 3 * HOUR, resolution=Resolution.HOUR
    )
    assert np.array_equal(hours.values["in_octets"], [np.nan, 100, 300, np.nan], equal_nan=True)
    band = hours.bands["in_octets"]
    assert band.n.tolist() == [0, 29, 59, 0]
    assert band.least[2] == band.greatest[2] == band.p95[2] == pytest.approx(300, rel=2e-4)


async def test_the_running_hour_is_in_the_roll_ups_already(samples):
    await samples.append(steady(minutes=120))
    await samples.compact(START + HOUR + timedelta(minutes=10))
    for resolution, points in ((Resolution.FIVE_MINUTES, 24), (Resolution.HOUR, 2)):
        found = await samples.series(INTERFACE, 11, START, START + 2 * HOUR, resolution=resolution)
        assert found.values["in_octets"].tolist() == [100] * points


async def test_several_interfaces_come_at_once(samples):
    await samples.append(steady(minutes=120, subjects=(11, 12, 13)))
    await samples.append(steady(minutes=120, device=2, subjects=(21,), per_second=7))
    await samples.compact(START + HOUR + timedelta(minutes=10))
    found = await samples.series_of(INTERFACE, [21, 11, 11, 99], START, START + 2 * HOUR)
    assert list(found) == [21, 11, 99]
    assert found[21].values["in_octets"][-1] == 7
    assert len(found[99].times_ms) == 0
    assert list(found[99].values) == list(INTERFACE.shown)
    for subject, series in found.items():
        alone = await samples.series(INTERFACE, subject, START, START + 2 * HOUR)
        assert np.array_equal(alone.times_ms, series.times_ms)
        for name, values in series.values.items():
            assert np.array_equal(alone.values[name], values, equal_nan=True)


async def test_more_interfaces_than_fit_one_statement_come_too(samples):
    subjects = tuple(range(1, 1001))
    await samples.append(steady(minutes=2, subjects=subjects))
    found = await samples.series_of(INTERFACE, subjects, START, START + HOUR)
    assert len(found) == 1000
    assert all(one.values["in_octets"][1] == 100 for one in found.values())
    assert len(await samples.latest(INTERFACE, subjects)) == 1000


async def test_what_is_handed_out_cannot_be_changed(samples):
    await samples.append(steady(minutes=3))
    found = await samples.series(INTERFACE, 11, START, START + HOUR)
    with pytest.raises(ValueError, match="read-only"):
        found.values["in_octets"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        found.times_ms[0] = 1


async def test_senseless_questions_are_refused(samples):
    with pytest.raises(Invalid, match="before"):
        await samples.series(INTERFACE, 11, START, START)
    with pytest.raises(Invalid, match="no epoch"):
        await samples.series(INTERFACE, 11, START, START + HOUR, columns=["epoch"])
    with pytest.raises(Invalid, match="no speed"):
        await samples.top(INTERFACE, "speed", 5)
    with pytest.raises(Invalid, match="points"):
        await samples.series(
            INTERFACE,
            11,
            datetime(1970, 1, 2, tzinfo=UTC),
            START,
            resolution=Resolution.FIVE_MINUTES,
        )


async def test_the_greatest_come_first_and_the_silent_not_at_all(samples, clock):
    clock.time = START + timedelta(minutes=2)
    for at in range(2):
        await samples.append(
            [
                Poll(
                    device,
                    START_MS + at * 60_000,
                    [
                        Row(INTERFACE, device * 10 + port, counters(at * 60 * (device * 10 + port)))
                        for port in range(3)
                    ],
                )
                for device in (1, 2, 3)
            ]
        )
    await samples.append([Poll(4, START_MS, [Row(INTERFACE, 40, counters(10**9))])])
    found = await samples.top(INTERFACE, "in_octets", 4)
    assert [(one.subject_id, one.value) for one in found] == [
        (32, 32),
        (31, 31),
        (30, 30),
        (22, 22),
    ]
    assert found[0].at == START + timedelta(minutes=1)
    assert len(await samples.top(INTERFACE, "in_octets", 100)) == 9
    assert await samples.top(INTERFACE, "in_octets", 0) == ()
    clock.tick(hours=1)
    assert await samples.top(INTERFACE, "in_octets", 4) == ()


async def test_gauges_have_a_top_as_well(samples, clock):
    clock.time = START
    await samples.append(
        [Poll(at, START_MS, [Row(DEVICE, at, (at * 1000, 0, 0, 0, 0, 1))]) for at in (1, 2, 3)]
    )
    assert [one.subject_id for one in await samples.top(DEVICE, "cpu", 2)] == [3, 2]


async def test_the_newest_of_unknown_subjects_is_nothing(samples):
    await samples.append(steady(minutes=1, subjects=(11, 12)))
    assert list(await samples.latest(INTERFACE, [12, 99])) == [12]
    assert list(await samples.latest(INTERFACE, [])) == []
    assert list(await samples.latest(DEVICE)) == []
