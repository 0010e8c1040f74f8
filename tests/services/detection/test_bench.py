"""Replays of the past, beside what really rang."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from noc_console.db.samples import DEVICE, INTERFACE, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.bench import check
from noc_console.services.detection.pack import our_book
from noc_console.services.detection.service import DetectionService
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.detection.devices import add_devices

TIGHT = """
[[rule]]
id = "cpu"
title = "CPU busy"
measure = "device.cpu"
condition = "cpu"
text = "{object}: {value:.0f} {unit}"
level = [{ severity = "minor", raise = 60, clear = 50 }]
"""


@pytest.fixture
async def devices(inventory: InventoryService, clock: FakeClock, collector: Actor) -> list[int]:
    return await add_devices(inventory, clock, collector, 3)


async def measure(
    samples: Samples,
    clock: FakeClock,
    device: int,
    cpu: Callable[[int], float],
    *,
    minutes: int = 120,
) -> None:
    now = clock.now()
    await samples.append(
        [
            Poll(
                device,
                round((now - timedelta(minutes=back)).timestamp() * 1000),
                [Row(DEVICE, device, (round(cpu(back) * 1000), 0, 0, 9_000 - back * 60, 0, 1))],
            )
            for back in range(minutes, 0, -1)
        ]
    )


async def test_a_tighter_rule_rings_where_the_real_one_was_silent(
    detection: DetectionService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await measure(samples, clock, devices[0], lambda back: 70 if 30 < back <= 50 else 20)
    await measure(samples, clock, devices[1], lambda back: 20)
    ours = await detection.replay(operator, rule_id="cpu", days=0.1)
    assert (ours.objects, ours.total) == (3, 0)
    tight = await detection.replay(operator, toml=TIGHT, days=0.1)
    (firing,) = tight.firings
    assert firing.about.key == f"device:{devices[0]}"
    assert firing.text == "core-1: 70 %"
    assert firing.start == clock.now() - timedelta(minutes=49), "the second of three values"
    assert firing.end == clock.now() - timedelta(minutes=29)
    assert (tight.kept, tight.lost, tight.new) == (0, 0, 1)
    assert tight.per_day == pytest.approx(10)


async def test_what_still_stands_has_no_end(
    detection: DetectionService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await measure(samples, clock, devices[0], lambda back: 99 if back <= 10 else 20)
    (firing,) = (await detection.replay(operator, rule_id="cpu", days=0.1)).firings
    assert (firing.severity, firing.end, firing.value) == (Severity.MAJOR, None, 99)


async def test_real_alarms_are_kept_or_lost(
    detection: DetectionService,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await measure(samples, clock, devices[0], lambda back: 99 if back <= 10 else 20)
    await measure(samples, clock, devices[1], lambda back: 20)
    reports = tuple(
        AlarmReport(AlarmObject(number), Condition.CPU, Severity.MAJOR, "x")
        for number in devices[:2]
    )
    await alarms.apply(operator, reports=reports)
    clock.tick(minutes=1)
    told = await detection.replay(operator, rule_id="cpu", days=0.1)
    assert (told.kept, told.lost, told.new) == (1, 1, 0)


async def test_interfaces_are_replayed_from_their_counters(
    detection: DetectionService,
    samples: Samples,
    inventory: InventoryService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    port = (await inventory.interfaces(operator, device_id=devices[0]))[0]
    now, octets, polls = clock.now(), 0, []
    for back in range(60, 0, -1):
        octets += round((0.97 if 20 < back <= 40 else 0.1) * 10**9 / 8 * 60)
        row = (octets, 0, 0, 0, 0, 0, 0, 0, 1, 1)
        at = round((now - timedelta(minutes=back)).timestamp() * 1000)
        polls.append(Poll(devices[0], at, [Row(INTERFACE, int(port.id), row)]))
    await samples.append(polls)
    told = await detection.replay(operator, rule_id="utilisation", days=0.1)
    (firing,) = told.firings
    assert firing.about.key == f"device:{devices[0]}/interface:{int(port.id)}"
    assert firing.severity is Severity.MAJOR
    assert firing.value == pytest.approx(97, abs=0.1)
    rule, curve = await detection.curve(
        operator,
        rule_id="utilisation",
        key=firing.about.key,
        start=now - timedelta(hours=1),
        end=now,
    )
    assert rule.id == "utilisation" and curve is not None
    assert len(curve[0]) >= 58


async def test_restarts_and_absences_are_found_again(
    detection: DetectionService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    now = clock.now()
    polls = []
    for back in [*range(240, 180, -1), *range(60, 0, -1)]:
        uptime = 500_000 - back * 60 if back > 30 else (30 - back) * 60
        at = round((now - timedelta(minutes=back)).timestamp() * 1000)
        polls.append(Poll(devices[0], at, [Row(DEVICE, devices[0], (0, 0, 0, uptime, 9, 1))]))
    await samples.append(polls)
    restarts = await detection.replay(operator, rule_id="restarted", days=0.2)
    assert [one.start for one in restarts.firings] == [now - timedelta(minutes=30)]
    gaps = await detection.replay(operator, rule_id="no-measurements", days=0.2)
    (gap,) = gaps.firings
    assert gap.start == now - timedelta(minutes=181 - 30)
    assert gap.end == now - timedelta(minutes=60)


async def test_objects_of_a_narrower_rule_are_left_to_it(
    detection: DetectionService,
    samples: Samples,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await detection.save(
        operator,
        toml=TIGHT.replace('"cpu"\ntitle', '"cpu-of-one"\ntitle').replace(
            "level =", 'scope = { names = ["core-1"] }\nlevel ='
        ),
    )
    assert (await detection.replay(operator, rule_id="cpu", days=0.1)).objects == 2
    assert (await detection.replay(operator, rule_id="cpu-of-one", days=0.1)).objects == 1


def test_a_span_must_make_sense(clock: FakeClock) -> None:
    rule = our_book().rule("cpu")
    assert rule is not None
    with pytest.raises(Invalid, match="up to 400 days"):
        check(rule, clock.now(), clock.now())
