"""What needs history is judged once a minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.db.samples import DEVICE, Poll, Row, Samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import Alarm, AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.census import Census
from noc_console.services.detection.model import Kind, RulesChanged
from noc_console.services.detection.pack import our_book
from noc_console.services.detection.service import DetectionService
from noc_console.services.detection.workers import Detector, window_of
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.detection.devices import add_devices

CHANGE = """
[[rule]]
id = "memory-jumps"
title = "Memory jumps"
kind = "change"
measure = "device.memory"
condition = "memory-jumps"
within = "10 min"
text = "{value:.0f} %, {usual:.0f} % before"
level = [{ severity = "minor", raise = 20, clear = 10 }]
"""


@pytest.fixture
def detector(
    detection: DetectionService,
    samples: Samples,
    inventory: InventoryService,
    alarms: AlarmService,
    db: Database,
    bus: EventBus,
    clock: FakeClock,
    collector: Actor,
) -> Detector:
    return Detector(
        detection,
        Census(inventory),
        samples,
        alarms,
        AlarmEpisodeService(db),
        bus=bus,
        clock=clock,
        actor=collector,
    )


@pytest.fixture
async def devices(inventory: InventoryService, clock: FakeClock, collector: Actor) -> list[int]:
    return await add_devices(inventory, clock, collector, 6)


async def measure(
    samples: Samples,
    device_ids: list[int],
    clock: FakeClock,
    memory: Callable[[int], float],
    *,
    minutes: int,
    ago: int = 0,
) -> None:
    """Polls of the last minutes, once a minute; `memory` by minutes before now."""
    now = clock.now()
    polls = [
        Poll(
            device,
            round((now - timedelta(minutes=back)).timestamp() * 1000),
            [Row(DEVICE, device, (10_000, round(memory(back) * 1000), 40_000, 9_000, 5_000, 1))],
        )
        for device in device_ids
        for back in range(minutes + ago - 1, ago - 1, -1)
    ]
    await samples.append(polls)


async def standing(alarms: AlarmService, actor: Actor) -> dict[tuple[str, str], Alarm]:
    return {
        (alarm.about.key, str(alarm.condition)): alarm
        for alarm in await alarms.active(actor)
        if alarm.is_active
    }


async def test_a_jump_is_an_alarm_until_it_is_over(
    detector: Detector,
    detection: DetectionService,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await detection.save(operator, toml=CHANGE)
    await measure(samples, devices[:1], clock, lambda back: 70 if back < 3 else 40, minutes=40)
    await measure(samples, devices[1:], clock, lambda back: 40, minutes=40)
    await detector.round()
    found = await standing(alarms, operator)
    assert list(found) == [(f"device:{devices[0]}", "memory-jumps")]
    (alarm,) = found.values()
    assert (alarm.severity, alarm.text) == (Severity.MINOR, "70 %, 40 % before")
    clock.tick(minutes=20)
    await measure(samples, devices, clock, lambda back: 70, minutes=20)
    detector._watches.clear()
    await detector.round()
    found = await standing(alarms, operator)
    assert (f"device:{devices[0]}", "memory-jumps") not in found


async def test_a_device_that_is_no_longer_measured_is_told(
    detector: Detector,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await measure(samples, devices[1:], clock, lambda back: 40, minutes=5)
    await measure(samples, devices[:1], clock, lambda back: 40, minutes=5, ago=40)
    await detector.round()
    assert list(await standing(alarms, operator)) == [(f"device:{devices[0]}", "no-measurements")]


async def test_when_everything_is_silent_it_is_not_the_devices(
    detector: Detector,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    await measure(samples, devices, clock, lambda back: 40, minutes=5, ago=40)
    await detector.round()
    assert await standing(alarms, operator) == {}


async def test_collectors_are_watched_by_their_own_word(
    detector: Detector,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
) -> None:
    async def tell(free: float) -> None:
        clock.tick(minutes=1)
        await samples.pulse("noc-1", clock.now(), {"disk_free": free, "due_late_s": 0.1})
        if (watch := detector._watches.get("disk-free")) is not None:
            watch.due = 0.0
        await detector.round()

    await tell(8.0)
    assert await standing(alarms, operator) == {}
    await tell(7.9)
    (alarm,) = (await standing(alarms, operator)).values()
    assert (str(alarm.condition), alarm.severity) == ("disk-full", Severity.MINOR)
    assert alarm.text == "7.9 % of the disk with our data is free"
    await tell(40.0)
    await tell(40.0)
    assert await standing(alarms, operator) == {}


async def test_alarms_of_a_rule_that_was_switched_off_are_cleared(
    detector: Detector,
    detection: DetectionService,
    alarms: AlarmService,
    collector: Actor,
    operator: Actor,
    devices: list[int],
) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(number), condition, Severity.MINOR, "x")
        for number in devices[:2]
        for condition in (Condition.CPU, Condition.MEMORY)
    )
    await alarms.apply(collector, reports=reports)
    await detector.round()
    assert len(await standing(alarms, operator)) == 4
    await detection.disable(operator, rule_ids=("cpu",))
    detector._hear([RulesChanged(family="metric", rule_id="cpu", what="disabled")])
    await detector.round()
    left = await standing(alarms, operator)
    assert {condition for _, condition in left} == {"memory"}


async def test_what_was_switched_off_while_nobody_judged_is_cleared_too(
    detector: Detector,
    detection: DetectionService,
    alarms: AlarmService,
    collector: Actor,
    operator: Actor,
    devices: list[int],
) -> None:
    report = AlarmReport(AlarmObject(devices[0]), Condition.CPU, Severity.MINOR, "x")
    await alarms.apply(collector, reports=(report,))
    await detection.disable(operator, rule_ids=("cpu",))
    await detector.round()
    assert await standing(alarms, operator) == {}


async def test_two_rules_of_one_condition_do_not_clear_what_the_other_raised(
    detector: Detector,
    detection: DetectionService,
    samples: Samples,
    alarms: AlarmService,
    clock: FakeClock,
    operator: Actor,
    devices: list[int],
) -> None:
    calm = CHANGE.replace('"memory-jumps"\ntitle', '"cpu-jumps"\ntitle')
    calm = calm.replace("device.memory", "device.cpu")
    await detection.save(operator, toml=CHANGE)
    await detection.save(operator, toml=calm)
    await measure(samples, devices, clock, lambda back: 70 if back < 3 else 40, minutes=40)
    for _ in range(2):
        await detector.round()
        assert len(await standing(alarms, operator)) == len(devices)
        for watch in detector._watches.values():
            watch.due = 0.0
    (step,) = await alarms.history(operator, alarm_id=1)
    assert step.what == "raised"


def test_the_worker_looks_back_as_far_as_a_rule_needs() -> None:
    for rule in our_book().every:
        if rule.kind is not Kind.ABSENCE:  # of those the newest word is enough
            assert window_of(rule) > rule.within
