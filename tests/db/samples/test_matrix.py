"""Many subjects at once tell what each of them tells alone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from noc_console.db.samples import INTERFACE, Resolution, matrix
from noc_console.db.samples.layout import IN_LIST
from noc_console.db.samples.values import Ask
from noc_console.kernel.errors import Invalid
from tests.db.samples.conftest import START, START_MS, poll, steady

HOUR = timedelta(hours=1)
END = START + 3 * HOUR


async def test_a_few_subjects_are_told_with_the_running_hour(samples):
    await samples.append(steady(minutes=30))
    found = await samples.matrix(INTERFACE, [11, 99], START, START + HOUR, columns=["in_octets"])
    assert found.ids.tolist() == [11, 99]
    assert found.start_ms == START_MS
    assert found.means("in_octets").shape == (2, 12)
    assert found.means("in_octets")[0, :6].tolist() == pytest.approx([100] * 6)
    assert np.isnan(found.means("in_octets")[0, 6:]).all()
    assert np.isnan(found.means("in_octets")[1]).all()


@pytest.mark.parametrize("resolution", [Resolution.FIVE_MINUTES, Resolution.HOUR])
async def test_very_many_subjects_are_told_as_each_is_told_alone(samples, resolution):
    await samples.append(steady(minutes=175))
    await samples.compact(END + HOUR)
    crowd = [*range(1000, 1000 + IN_LIST), 11]
    asked = {"columns": ["in_octets", "status"], "resolution": resolution}
    many = await samples.matrix(INTERFACE, crowd, START, END, **asked)
    one = await samples.matrix(INTERFACE, [11], START, END, **asked)
    assert np.array_equal(many.stats[-1], one.stats[0], equal_nan=True)
    assert np.array_equal(many.known[-1], one.known[0])
    assert not np.isnan(one.means("in_octets")).all()
    assert many.known[:-1].sum() == 0


async def test_a_bucket_is_the_mean_of_its_samples_and_a_gap_stays_a_gap(samples):
    total, rows = 0, []
    for minute in range(60):
        total += 60 * (100 if minute < 10 else 400)
        if minute < 20:
            rows.append(poll(START_MS + minute * 60_000, total))
    await samples.append(rows)
    found = await samples.matrix(INTERFACE, [11], START, START + HOUR, columns=["in_octets"])
    told = found.buckets("in_octets", 3)
    assert told.shape == (1, 3)
    assert told[0, 0] == pytest.approx((9 * 100 + 10 * 400) / 19)
    assert np.isnan(told[0, 1:]).all()
    assert found.buckets("in_octets", 40).shape == (1, 12)
    assert found.greatest("in_octets")[0, 0] == pytest.approx(100)


async def test_a_stored_row_that_is_damaged_is_a_gap(samples):
    ask = Ask(INTERFACE, (1,), START_MS, START_MS + 3_600_000, ("in_octets",), Resolution.HOUR)
    whole = matrix.blank(ask)
    matrix._put(whole, [(0, 0, b"no roll-up")])
    assert np.isnan(whole.stats).all()


async def test_what_is_not_measured_is_refused(samples):
    with pytest.raises(Invalid):
        await samples.matrix(INTERFACE, [1], START, END, columns=["colour"])
    with pytest.raises(Invalid):
        await samples.matrix(INTERFACE, [1], END, START, columns=["status"])
    with pytest.raises(Invalid):
        await samples.matrix(INTERFACE, [1], START, END, columns=[])
