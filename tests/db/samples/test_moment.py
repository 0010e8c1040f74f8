"""Many subjects at one moment of the running hour, on both databases."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from noc_console.db.samples import DEVICE, INTERFACE, Poll, Row, Samples
from noc_console.db.samples.moment import nothing
from tests.db.samples.conftest import START, START_MS, poll, steady

BACK = timedelta(minutes=5)


async def test_the_rate_is_that_between_the_last_two_polls_before(samples: Samples) -> None:
    await samples.append(steady(minutes=10, per_second=100, device=1, subjects=(11, 12)))
    await samples.append(steady(minutes=10, per_second=300, device=2, subjects=(21,)))
    at = START + timedelta(minutes=5, seconds=30)
    found = await samples.moment(INTERFACE, (11, 12, 21), at, back=BACK)
    assert found.ids.tolist() == [11, 12, 21]
    assert found.column("in_octets").tolist() == [100.0, 100.0, 300.0]
    assert found.column("status").tolist() == [1.0, 1.0, 1.0]
    assert set(found.at_ms.tolist()) == {START_MS + 5 * 60_000}


async def test_only_who_was_asked_for_is_told(samples: Samples) -> None:
    await samples.append(steady(minutes=3, subjects=(11, 12)))
    found = await samples.moment(INTERFACE, (12, 99), START + timedelta(minutes=2), back=BACK)
    assert found.ids.tolist() == [12]


async def test_what_is_too_old_is_nothing(samples: Samples) -> None:
    await samples.append(steady(minutes=3))
    found = await samples.moment(INTERFACE, (11,), START + timedelta(hours=1), back=BACK)
    assert found.ids.tolist() == nothing(INTERFACE).ids.tolist() == []
    assert found.column("in_octets").tolist() == []


async def test_a_restart_between_the_two_polls_leaves_no_rate(samples: Samples) -> None:
    await samples.append([poll(START_MS, 500), poll(START_MS + 60_000, 900, epoch=2)])
    found = await samples.moment(INTERFACE, (11,), START + timedelta(minutes=1), back=BACK)
    assert np.isnan(found.column("in_octets")).all()
    assert found.column("status").tolist() == [1.0]


async def test_a_single_poll_has_values_and_no_rates(samples: Samples) -> None:
    await samples.append([Poll(7, START_MS, [Row(DEVICE, 7, [42_000, None, 1, 2, 3, 1])])])
    found = await samples.moment(DEVICE, (7,), START, back=BACK)
    assert found.column("cpu").tolist() == [42_000.0]
    assert np.isnan(found.column("memory")).all()


async def test_many_subjects_of_one_device_are_told_once_each(samples: Samples) -> None:
    subjects = tuple(range(1000, 2200))  # more than one statement asks for
    await samples.append(steady(minutes=3, subjects=subjects))
    found = await samples.moment(INTERFACE, subjects, START + timedelta(minutes=2), back=BACK)
    assert found.ids.tolist() == list(subjects)
    assert set(found.column("in_octets").tolist()) == {100.0}
