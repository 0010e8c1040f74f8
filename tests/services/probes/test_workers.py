"""Probes run by a collector: what is kept, what rings, and whose turn it is."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from noc_console.db.samples import PROBE
from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import ProbeKind
from noc_console.services.probes.workers import ProbeRunner
from tests.services.probes.conftest import WELL


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here: `test_store.py` asks both."""
    return f"sqlite:///{tmp_path}/noc.db"


SILENT = Round(ProbeState.SILENT, 4, error="no answer within 2 s", reason="timeout")


class Time:
    """A steady clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def steady() -> Time:
    return Time()


@pytest.fixture
def runner(probes, alarms, samples, prober, bus, clock, collector, steady) -> ProbeRunner:
    return ProbeRunner(
        probes,
        alarms,
        samples,
        prober,
        bus=bus,
        clock=clock,
        actor=collector,
        name=lambda: "c1",
        steady=steady,
    )


async def rounds(runner, steady, clock, count=1, seconds=60.0):
    """Let so many intervals pass; every due probe runs once in each."""
    for _ in range(count):
        steady.now += seconds
        clock.tick(seconds=seconds)
        async with asyncio.TaskGroup() as group:
            for probe_id in runner._due(steady.now):
                runner._start(group, probe_id)
    await runner.flush()


@asynccontextmanager
async def running(runner):
    task = asyncio.get_running_loop().create_task(runner.run())
    try:
        yield task
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(met):
    async with asyncio.timeout(5):
        while not await met():
            await asyncio.sleep(0.02)


async def test_a_round_is_kept_with_its_smoke(probes, runner, steady, clock, samples, operator):
    made = await probes.add(operator, target="192.0.2.1")
    await runner.reconcile()
    await rounds(runner, steady, clock, 2)
    latest = (await samples.latest(PROBE, [made.id]))[made.id]
    assert (latest.values["sent"], latest.values["lost"], latest.values["state"]) == (4, 0, 1)
    assert (latest.values["min_us"], latest.values["median_us"]) == (1000, 1150)
    assert (latest.values["max_us"], latest.values["jitter_us"]) == (5000, 1400)
    start = clock.now() - timedelta(hours=1)
    end = clock.now() + timedelta(1)
    told = await probes.series(operator, probe_id=made.id, start=start, end=end)
    assert len(told.times_ms) == 2


async def test_one_bad_round_wakes_nobody_three_do_and_three_good_ones_end_it(
    probes, runner, steady, clock, prober, alarms, operator, devices
):
    made = await probes.add(operator, device="core-1")
    await runner.reconcile()
    prober.answer = lambda aim: SILENT
    await rounds(runner, steady, clock, 2)
    assert await alarms.active(operator) == ()
    await rounds(runner, steady, clock, 1)
    (alarm,) = await alarms.active(operator)
    assert (alarm.condition, alarm.severity) == (Condition.PROBE_FAILED, Severity.MAJOR)
    assert (alarm.device_name, alarm.interface_name) == ("core-1", "Ping")
    assert alarm.about.key == f"device:{made.device_id}/probe:{made.id}"
    assert alarm.text == "no answer within 2 s"
    await rounds(runner, steady, clock, 5)
    assert [each.count for each in await alarms.active(operator)] == [1]
    prober.answer = lambda aim: WELL
    await rounds(runner, steady, clock, 2)
    assert (await alarms.active(operator))[0].is_active
    await rounds(runner, steady, clock, 1)
    assert not (await alarms.active(operator))[0].is_active


async def test_loss_of_a_free_target_rings_about_the_target(
    probes, runner, steady, clock, prober, alarms, operator
):
    await probes.add(operator, target="192.0.2.1", name="upstream")
    await runner.reconcile()
    prober.answer = lambda aim: Round(ProbeState.WELL, 4, (1000, 1000))
    await rounds(runner, steady, clock, 3)
    (alarm,) = await alarms.active(operator)
    assert (alarm.condition, alarm.severity) == (Condition.PROBE_LOSS, Severity.MINOR)
    assert (alarm.device_name, alarm.text) == ("upstream", "50 % of 4 packets lost")


async def test_alarms_of_a_removed_or_paused_probe_end(
    probes, runner, steady, clock, prober, alarms, operator
):
    made = await probes.add(operator, target="192.0.2.1")
    await runner.reconcile()
    prober.answer = lambda aim: SILENT
    await rounds(runner, steady, clock, 3)
    await probes.pause(operator, probe_ids=(made.id,))
    await runner.reconcile()
    await runner.flush()
    (alarm,) = await alarms.active(operator)
    assert not alarm.is_active


async def test_a_restarted_collector_knows_what_stands(
    probes, runner, steady, clock, prober, alarms, samples, bus, collector, operator
):
    await probes.add(operator, target="192.0.2.1")
    await runner.reconcile()
    prober.answer = lambda aim: SILENT
    await rounds(runner, steady, clock, 3)
    prober.answer = lambda aim: WELL
    again = ProbeRunner(
        probes,
        alarms,
        samples,
        prober,
        bus=bus,
        clock=clock,
        actor=collector,
        name=lambda: "c2",
        steady=steady,
    )
    await again.reconcile()
    await rounds(again, steady, clock, 3)
    (alarm,) = await alarms.active(operator)
    assert not alarm.is_active


async def test_words_are_kept_only_when_they_change(
    probes, runner, steady, clock, prober, operator, bus
):
    made = await probes.add(operator, target="192.0.2.1", kind=ProbeKind.SSH)
    prober.answer = lambda aim: Round(ProbeState.WELL, 1, (5,), facts=(("Banner", "SSH-2.0-a"),))
    heard = []
    bus.listen(heard.extend)
    await runner.reconcile()
    await rounds(runner, steady, clock, 3)
    assert [event.what for event in heard] == ["told"]
    (now,) = await probes.now(operator)
    assert (now.facts, now.by) == ((("Banner", "SSH-2.0-a"),), "c1")
    prober.answer = lambda aim: Round(ProbeState.WELL, 1, (5,), facts=(("Banner", "SSH-2.0-b"),))
    await rounds(runner, steady, clock, 2)
    assert (await probes.words(operator))[made.id].facts == (("Banner", "SSH-2.0-b"),)
    assert len(heard) == 2


async def test_only_what_is_ours_is_run(probes, runner, steady, clock, prober, operator, devices):
    """The leases are decided by the test: whose they are is proved in services/collectors."""

    class Some:
        def mine(self, number: int) -> bool:
            return number == int(devices[0].id)

        def listen(self, changed):
            return lambda: None

    runner._shares = Some()
    runner._in_zone = lambda zone, number: zone == "pop-7"
    for device in devices:
        await probes.add(operator, device=device.name)
    for target, origin in (
        ("192.0.2.1", ""),
        ("192.0.2.2", "collector:c1"),
        ("192.0.2.3", "collector:c2"),
        ("192.0.2.4", "zone:pop-7"),
        ("192.0.2.5", "zone:pop-8"),
        ("192.0.2.6", "zone:no-such"),
    ):
        await probes.add(operator, target=target, origin=origin)
    await runner.reconcile()
    await rounds(runner, steady, clock)
    asked = sorted(aim.host for aim in prober.aims)
    assert asked == [devices[0].address, "192.0.2.2", "192.0.2.4"]


async def test_a_turn_is_skipped_while_the_round_before_still_runs(
    probes, runner, steady, operator, prober
):
    await probes.add(operator, target="192.0.2.1")
    await runner.reconcile()
    gate = asyncio.Event()

    async def slow(aim):
        prober.aims.append(aim)
        await gate.wait()
        return WELL

    prober.run = slow
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            steady.now += 60
            for probe_id in runner._due(steady.now):
                runner._start(group, probe_id)
            await asyncio.sleep(0)
        gate.set()
    assert (len(prober.aims), runner.overrun, runner.rounds) == (1, 2, 1)


async def test_each_probe_has_its_own_place_in_the_interval(probes, runner, steady, operator):
    for number in range(60):
        await probes.add(operator, target=f"192.0.2.{number}")
    await runner.reconcile()
    for _ in range(120):  # the first rounds come early
        steady.now += 1
        runner._due(steady.now)
    per_second = [0] * 60
    for _ in range(60):
        steady.now += 1
        per_second[int(steady.now) % 60] += len(runner._due(steady.now))
    assert sum(per_second) == 60
    assert max(per_second) <= 3


async def test_no_turn_comes_while_a_first_round_is_under_way(probes, runner, steady, operator):
    """A spread round lasts most of its interval, and the first one begins out of turn."""
    for number in range(60):
        await probes.add(operator, target=f"192.0.2.{number}")
    await runner.reconcile()
    last = {}
    for _ in range(300):
        steady.now += 1
        for probe_id in runner._due(steady.now):
            assert steady.now - last.get(probe_id, 0) >= 51
            last[probe_id] = steady.now
    assert len(last) == 60


async def test_what_this_machine_may_not_do_is_told_and_raises_no_alarm(
    probes, runner, steady, clock, prober, operator, alarms, samples
):
    made = await probes.add(operator, target="192.0.2.1")

    def refuse(aim):
        raise Refused("this machine may not send pings")

    prober.answer = refuse
    await runner.reconcile()
    await rounds(runner, steady, clock, 4)
    assert await alarms.active(operator) == ()
    assert made.id not in await samples.latest(PROBE, [made.id])
    (now,) = await probes.now(operator)
    assert now.error == "this machine may not send pings"


async def test_a_store_that_does_not_answer_loses_nothing(
    probes, runner, steady, clock, operator, samples, monkeypatch
):
    """The store's silence is staged: PostgreSQL's own is proved in the samples' tests."""
    made = await probes.add(operator, target="192.0.2.1")
    await runner.reconcile()
    kept = samples.append

    async def silent(batch):
        raise Unreachable("no answer", peer="store")

    monkeypatch.setattr(samples, "append", silent)
    with pytest.raises(Unreachable):
        await rounds(runner, steady, clock, 2)
    monkeypatch.setattr(samples, "append", kept)
    await rounds(runner, steady, clock, 1)
    start, end = clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)
    told = await probes.series(operator, probe_id=made.id, start=start, end=end)
    assert len(told.times_ms) >= 2


async def test_a_new_probe_is_run_soon_and_an_event_is_enough(
    probes, alarms, samples, prober, bus, clock, collector, operator
):
    runner = ProbeRunner(
        probes, alarms, samples, prober, bus=bus, clock=clock, actor=collector, name=lambda: "c1"
    )
    async with running(runner):
        await asyncio.sleep(0.1)
        await probes.add(operator, target="192.0.2.9", interval_s=1)

        async def asked() -> bool:
            return len(prober.aims) > 0

        await until(asked)
    # What the last moment told is kept on leaving.
    (now,) = await probes.now(operator)
    assert now.state is ProbeState.WELL
