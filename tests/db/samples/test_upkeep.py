from datetime import timedelta

import numpy as np
import pytest

from noc_console.db.samples import (
    INTERFACE,
    PROBE,
    SENSOR,
    Kind,
    Poll,
    Resolution,
    Retention,
    Row,
    open_samples,
    upkeep,
)
from noc_console.db.samples.upkeep import stored_kinds
from noc_console.kernel.errors import Broken, Invalid
from tests.db.samples.conftest import HOUR_MS, START, START_MS, counters, steady

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = START + 10 * DAY


async def test_each_resolution_is_kept_for_its_own_time(samples):
    await samples.append(steady(minutes=120))
    await samples.append(steady(START_MS + 40 * 24 * HOUR_MS, minutes=120))
    await samples.compact(START + 41 * DAY)
    gone = await samples.prune(START + 40 * DAY + 2 * HOUR)
    assert (gone.blocks, gone.rollups) == (2, 0)
    old = [
        await samples.series(INTERFACE, 11, START, START + 2 * HOUR, resolution=resolution)
        for resolution in Resolution
    ]
    assert [int((~np.isnan(one.values["in_octets"])).sum()) for one in old] == [0, 24, 2]
    gone = await samples.prune(START + 190 * DAY)
    assert (gone.blocks, gone.rollups) == (2, 2)
    gone = await samples.prune(START + 800 * DAY)
    assert (gone.blocks, gone.rollups) == (0, 4)
    stats = await samples.stats()
    assert (stats.blocks, stats.samples, stats.oldest) == (0, 0, None)


async def test_polls_nobody_compacted_are_not_kept_for_ever(samples):
    await samples.append(steady(minutes=3))
    assert (await samples.prune(START + DAY)).polls == 0
    assert (await samples.prune(START + 31 * DAY)).polls == 3


async def test_operators_decide_how_long_a_kind_is_kept_by_any_process(samples, store_url, clock):
    short = Retention(raw=HOUR, five_minutes=HOUR)
    async with open_samples(store_url, clock=clock) as other:
        await other.keep(INTERFACE, short)
    assert await samples.retention(INTERFACE) == short
    assert await samples.retention(SENSOR) == SENSOR.retention
    both = [Row(INTERFACE, 11, counters(1)), Row(SENSOR, 11, (5,))]
    await samples.append([Poll(1, START_MS, both)])
    await samples.compact(START + 2 * HOUR)
    gone = await samples.prune(START + 5 * HOUR)
    assert (gone.blocks, gone.rollups) == (1, 1)
    found = await samples.series(SENSOR, 11, START, START + HOUR, resolution=Resolution.RAW)
    assert found.values["value"].tolist() == [5]


@pytest.mark.parametrize(
    "senseless",
    [
        Retention(raw=timedelta(minutes=5)),
        Retention(raw=100 * DAY),
        Retention(hourly=10 * DAY),
        Retention(hourly=4_000 * DAY),
    ],
)
async def test_a_retention_without_sense_is_refused(samples, senseless):
    with pytest.raises(Invalid):
        await samples.keep(INTERFACE, senseless)


async def test_each_kind_has_a_retention_of_its_own():
    assert PROBE.retention.raw < SENSOR.retention.raw < INTERFACE.retention.raw


async def test_pruning_goes_in_small_steps_that_let_appends_through(samples, monkeypatch):
    monkeypatch.setattr(upkeep, "ROWS", 2)
    most: list[int] = []
    whole = upkeep.prune

    def watched(*args, **options):
        gone = whole(*args, **options)
        most.append(max(gone.blocks, gone.rollups))
        return gone

    monkeypatch.setattr(upkeep, "prune", watched)
    await samples.append(steady(minutes=60, subjects=range(11, 21)))
    await samples.compact(START + 2 * HOUR)
    gone = await samples.prune(START + 40 * DAY)
    assert gone.blocks == 10
    assert max(most) <= 2
    assert len(most) >= 5


async def test_the_report_counts_what_is_there(samples):
    empty = await samples.stats()
    assert (empty.polls, empty.subjects, empty.oldest) == (0, 0, None)
    await samples.append(steady(minutes=90, subjects=(11, 12)))
    await samples.compact(START + HOUR + timedelta(minutes=5))
    found = await samples.stats()
    assert (found.polls, found.subjects, found.blocks) == (30, 2, 2)
    assert found.samples == 2 * 60 * 9
    assert found.oldest == START
    assert 0 < found.block_bytes < found.store_bytes
    assert found.bytes_per_sample == found.block_bytes / found.samples


async def test_a_store_of_a_newer_program_is_refused(samples, store_url, clock):
    await samples._threads.write(
        lambda session: session.run("UPDATE samples_mark SET value = 2 WHERE name = 'schema'")
    )
    with pytest.raises(Broken, match="newer version"):
        async with open_samples(store_url, clock=clock):
            pass


async def test_kinds_are_remembered(samples):
    found = await samples._threads.read(stored_kinds)
    assert found[INTERFACE.code] == INTERFACE
    assert found[SENSOR.code] == SENSOR


@pytest.mark.parametrize(
    "changed",
    [
        Kind(code=77, name="ont", columns=("light", "octets"), counters=frozenset({"octets"})),
        Kind(code=77, name="onu", columns=("octets", "light"), counters=frozenset({"octets"})),
        Kind(code=77, name="onu", columns=("light", "octets")),
    ],
)
async def test_a_kind_that_changes_its_meaning_is_refused(store_url, clock, changed):
    onu = Kind(code=77, name="onu", columns=("light", "octets"), counters=frozenset({"octets"}))
    async with open_samples(store_url, clock=clock, kinds=(onu,)):
        pass
    with pytest.raises(Broken, match="kind 77"):
        async with open_samples(store_url, clock=clock, kinds=(changed,)):
            pass


async def test_an_older_program_may_know_fewer_columns(store_url, clock):
    long = Kind(code=77, name="onu", columns=("light", "temp"))
    short = Kind(code=77, name="onu", columns=("light",))
    async with open_samples(store_url, clock=clock, kinds=(long,)):
        pass
    async with open_samples(store_url, clock=clock, kinds=(short,)) as samples:
        assert (await samples._threads.read(stored_kinds))[77] == long
