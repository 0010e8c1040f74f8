"""Reading measurements, on both databases."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.inventory.model import DeviceType, OperStatus
from noc_console.services.telemetry.model import (
    ONU_SWEEP_S,
    RetentionChanged,
    ScheduleNow,
    Tier,
    WorkerHealth,
)
from noc_console.services.telemetry.service import TelemetryService
from tests.conftest import FakeClock
from tests.services.telemetry.conftest import Known


def interface(known: Known, octets: int, *, epoch: int = 1, status: int = 1) -> Row:
    values = (octets, octets // 2, 10, 10, 5, 0, 0, 0, status, epoch)
    return Row(INTERFACE, known.ports[0].id, values)


def poll(known: Known, clock: FakeClock, *rows: Row) -> Poll:
    return Poll(known.device.id, round(clock.now().timestamp() * 1000), rows)


async def test_two_polls_make_a_rate_in_bits(
    telemetry: TelemetryService,
    samples: Samples,
    clock: FakeClock,
    collector: Actor,
    known: Known,
) -> None:
    await samples.append([poll(known, clock, interface(known, 1_000))])
    (now,) = await telemetry.interface_now(collector, device_id=known.device.id)
    assert now.in_bps is None, "one reading is no rate"
    clock.tick(seconds=60)
    await samples.append([poll(known, clock, interface(known, 7_501_000))])
    (now,) = await telemetry.interface_now(collector)
    assert now.in_bps == pytest.approx(1e6)
    assert now.out_bps == pytest.approx(5e5)
    assert (now.in_errors, now.oper_status) == (0.0, OperStatus.UP)


async def test_what_nobody_measured_lately_is_unknown(
    telemetry: TelemetryService,
    samples: Samples,
    clock: FakeClock,
    collector: Actor,
    known: Known,
) -> None:
    for octets in (0, 7_500_000):
        clock.tick(seconds=60)
        await samples.append([poll(known, clock, interface(known, octets))])
    clock.tick(minutes=3)
    (now,) = await telemetry.interface_now(collector)
    assert (now.in_bps, now.oper_status) == (None, OperStatus.UNKNOWN)


async def test_a_device_tells_its_figures_in_units(
    telemetry: TelemetryService,
    samples: Samples,
    clock: FakeClock,
    collector: Actor,
    known: Known,
) -> None:
    row = Row(DEVICE, known.device.id, (12_500, None, 41_200, 86_400, 2_300, 1))
    sensor = Row(SENSOR, known.sensor.id, (-3_250,))
    await samples.append([poll(known, clock, row, sensor)])
    (now,) = await telemetry.device_now(collector, device_ids=(known.device.id, 999))
    assert (now.cpu, now.memory, now.temperature) == (12.5, None, 41.2)
    assert (now.uptime_s, now.response_ms, now.reachable) == (86_400, 2.3, True)
    found = await telemetry.sensor_now(collector, device_id=known.device.id)
    assert found == {known.sensor.id: (clock.now(), -3.25)}


async def test_a_series_has_gaps_where_counters_restarted(
    telemetry: TelemetryService,
    samples: Samples,
    clock: FakeClock,
    collector: Actor,
    known: Known,
) -> None:
    start = clock.now()
    for octets, epoch in ((0, 1), (6_000, 1), (100, 2), (6_100, 2)):
        await samples.append([poll(known, clock, interface(known, octets, epoch=epoch))])
        clock.tick(seconds=60)
    series = await telemetry.series(
        collector,
        subject="interface",
        subject_id=known.ports[0].id,
        start=start,
        end=clock.now(),
        columns=("in_octets",),
    )
    rates = series.values["in_octets"]
    assert rates[~np.isnan(rates)] == pytest.approx([100.0, 100.0])


async def test_a_subject_of_another_tenant_is_unknown(
    telemetry: TelemetryService, clock: FakeClock, known: Known
) -> None:
    stranger = Actor("eve", "other", frozenset({"*"}))
    end = clock.now()
    for subject, number in (
        ("interface", known.ports[0].id),
        ("device", known.device.id),
    ):
        with pytest.raises(NotFound):
            await telemetry.series(
                stranger,
                subject=subject,
                subject_id=number,
                start=end - timedelta(hours=1),
                end=end,
            )
    with pytest.raises(NotFound):
        await telemetry.watch(stranger, device_id=known.device.id)
    assert await telemetry.interface_now(stranger) == ()
    assert await telemetry.device_now(stranger) == ()


async def test_looking_leaves_a_wish_that_fades(
    telemetry: TelemetryService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
    known: Known,
) -> None:
    await telemetry.watch(operator, device_id=known.device.id, interface_ids=(known.ports[1].id,))
    await telemetry.watch(operator, device_id=known.device.id)
    wishes = {wish.kind: wish.subject_ids for wish in await samples.wishes(clock.now())}
    assert wishes == {
        "interface": frozenset({known.ports[1].id}),
        "device": frozenset({known.device.id}),
    }
    clock.tick(seconds=11)
    assert await samples.wishes(clock.now()) == ()


async def test_collectors_say_how_they_are(
    telemetry: TelemetryService, samples: Samples, clock: FakeClock, operator: Actor
) -> None:
    await samples.pulse("noc-1", clock.now(), {"devices": 60, "polls": 12, "newer": "field"})
    (health,) = await telemetry.collectors(operator)
    assert (health.name, health.devices, health.polls, health.failures) == ("noc-1", 60, 12, 0)


async def test_collectors_say_how_each_of_their_workers_is(
    telemetry: TelemetryService, samples: Samples, clock: FakeClock, operator: Actor
) -> None:
    moving = WorkerHealth("poller", running=True, heartbeat_age_s=0.4, patience_s=30.0)
    listening = WorkerHealth("traps", running=True)
    told = [{**asdict(moving), "newer": "field"}, asdict(listening)]
    await samples.pulse("noc-1", clock.now(), {"workers": told, "loop_lag_s": 0.02})
    (health,) = await telemetry.collectors(operator)
    assert health.workers == (moving, listening)
    assert health.loop_lag_s == 0.02
    assert all(worker.is_well for worker in health.workers)
    assert not replace(moving, heartbeat_age_s=31.0).is_well
    assert not replace(listening, running=False).is_well
    assert replace(listening, running=False, is_done=True).is_well


async def test_the_policy_is_the_default_until_somebody_changes_it(
    telemetry: TelemetryService, operator: Actor
) -> None:
    assert (await telemetry.policy(operator)).interval_s == 60
    await telemetry.set_policy(operator, interval_s=30)
    changed = await telemetry.set_policy(operator, down_after=3)
    assert (changed.interval_s, changed.down_after, changed.watched_budget) == (30, 3, 4)
    assert await telemetry.policy(operator) == changed
    with pytest.raises(Invalid) as refused:
        await telemetry.set_policy(operator, interval_s=0)
    assert refused.value.field == "interval_s"


async def test_tiers_are_kept_changed_in_place_and_given_up(
    telemetry: TelemetryService, operator: Actor
) -> None:
    await telemetry.set_tier(
        operator, name="core", interval_s=10, types=(DeviceType.ROUTER,), words=("*-core-*",)
    )
    await telemetry.set_tier(operator, name="cpe", interval_s=300, device_ids=(4, 5))
    await telemetry.set_tier(operator, name="core", interval_s=20, types=(DeviceType.ROUTER,))
    policy = await telemetry.policy(operator)
    assert policy.tiers == (
        Tier("core", 20, (DeviceType.ROUTER,)),
        Tier("cpe", 300, device_ids=(4, 5)),
    )
    await telemetry.set_policy(operator, interval_s=30)
    assert (await telemetry.policy(operator)).tiers == policy.tiers
    assert await telemetry.remove_tier(operator, name="core") == policy.tiers[1:]
    assert (await telemetry.policy(operator)).tiers == policy.tiers[1:]
    with pytest.raises(NotFound):
        await telemetry.remove_tier(operator, name="core")


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval_s": 0.5},
        {"interval_s": 3601},
        {"sensors_s": 0.1},
        {"name": " "},
        {"words": ()},
    ],
)
async def test_a_tier_that_makes_no_sense_is_refused(
    telemetry: TelemetryService, operator: Actor, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await telemetry.set_tier(
            operator, **{"name": "core", "interval_s": 10.0, "words": ("core-*",), **wrong}
        )


async def test_the_schedule_is_what_the_collectors_say_of_it(
    telemetry: TelemetryService, samples: Samples, operator: Actor, clock: FakeClock
) -> None:
    await samples.pulse("noc-1", clock.now(), {"polls": 3, "schedule": {"devices": 7}})
    await samples.pulse("noc-2", clock.now(), {"polls": 3})
    assert await telemetry.schedule(operator) == (ScheduleNow("noc-1", clock.now(), devices=7),)


async def test_operators_decide_how_long_measurements_are_kept(
    telemetry: TelemetryService, operator: Actor, bus: EventBus
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    before = {kept.subject: kept for kept in await telemetry.retention(operator)}
    assert before["probe"].raw_days < before["interface"].raw_days
    kept = await telemetry.set_retention(operator, subject="interface", raw_days=60)
    assert (kept.raw_days, kept.hourly_days) == (60, before["interface"].hourly_days)
    assert {k.subject: k for k in await telemetry.retention(operator)}["interface"] == kept
    assert [type(event) for event in heard] == [RetentionChanged]
    for senseless in ({"subject": "weather"}, {"subject": "sensor", "raw_days": 4_000}):
        with pytest.raises(Invalid):
            await telemetry.set_retention(operator, **senseless)
    with pytest.raises(Invalid):
        await telemetry.set_retention(operator, subject="sensor", hourly_days=1)


async def test_light_is_read_for_the_named_sensors_only_and_gets_old(
    telemetry: TelemetryService, samples: Samples, clock: FakeClock, operator: Actor
) -> None:
    at = int(clock.now().timestamp() * 1000)
    rows = [Row(SENSOR, number, [-1000 * number]) for number in (7, 8, 9)]
    await samples.append([Poll(1, at, rows)])
    assert await telemetry.lights_now(operator, sensor_ids={7, 9, 11}) == {7: -7.0, 9: -9.0}
    assert await telemetry.lights_now(operator, sensor_ids=()) == {}
    clock.tick(seconds=2 * ONU_SWEEP_S)
    assert len(await telemetry.lights_now(operator, sensor_ids={7})) == 1
    clock.tick(seconds=ONU_SWEEP_S)
    assert await telemetry.lights_now(operator, sensor_ids={7}) == {}
