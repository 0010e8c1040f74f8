"""The past of a measure, in its own unit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from noc_console.db.samples import DEVICE, INTERFACE, SENSOR, Poll, Row, Samples
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.detection.census import Thing
from noc_console.services.detection.curves import curves, greatest, has_history
from noc_console.services.detection.measures import MEASURES
from noc_console.services.inventory.model import DeviceId, Sensor, SensorId, SensorKind
from noc_console.services.inventory.pollable import PortFact
from tests.conftest import FakeClock

PORT = PortFact(7, 11, 1, "xe-0", 10**9, 1, True, False)
LINKED = PORT._replace(id=12, is_linked=True)
ABOUT = AlarmObject(7)


async def polls(samples: Samples, clock: FakeClock, *rows: Row, every_s: int = 60) -> None:
    """One poll for each row, the last one a minute ago."""
    now = clock.now().timestamp() * 1000
    count = len(rows)
    await samples.append(
        [Poll(7, round(now - (count - at) * every_s * 1000), [row]) for at, row in enumerate(rows)]
    )


async def values(samples: Samples, clock: FakeClock, measure: str, thing: Thing) -> list[float]:
    end = clock.now()
    told = await curves(samples, measure, [thing], end - timedelta(hours=2), end)
    return told[0][1].tolist()


async def test_counters_become_shares_of_the_speed(samples: Samples, clock: FakeClock) -> None:
    rows = [
        Row(INTERFACE, 11, (n * 75_000_000, n * 750_000_000, 0, 0, n * 600, 0, 0, 0, 1, 1))
        for n in range(3)
    ]
    await polls(samples, clock, *rows)
    thing = Thing(11, ABOUT, port=PORT)
    used = await values(samples, clock, "interface.utilisation", thing)
    assert used[1:] == pytest.approx([10, 10])
    assert (await values(samples, clock, "interface.in_bps", thing))[1:] == pytest.approx([1e7] * 2)
    assert (await values(samples, clock, "interface.errors", thing))[1:] == pytest.approx([10, 10])
    assert (await values(samples, clock, "interface.error_share", thing))[-1] == pytest.approx(100)
    bound = await greatest(
        samples,
        "interface.utilisation",
        [thing],
        clock.now() - timedelta(hours=2),
        clock.now(),
        below=False,
    )
    assert bound is not None and bound[0] == pytest.approx(10, rel=1e-3)


async def test_a_port_that_was_never_up_is_not_down(samples: Samples, clock: FakeClock) -> None:
    def row(number: int, status: int) -> Row:
        return Row(INTERFACE, number, (0,) * 8 + (status, 1))

    await polls(samples, clock, *[row(11, status) for status in (2, 2, 1, 2, 4)])
    down = await values(samples, clock, "interface.status", Thing(11, ABOUT, port=PORT))
    assert down[:4] == [0, 0, 0, 1] and np.isnan(down[4])
    await polls(samples, clock, *[row(12, status) for status in (2, 7, 1)])
    told = await values(samples, clock, "interface.status", Thing(12, ABOUT, port=LINKED))
    assert told == [1, 1, 0], "one that leads to a device we know is missed at once"


async def test_a_restart_is_seen_across_silence(samples: Samples, clock: FakeClock) -> None:
    ups = (1_000, 1_060, None, None, 20, 80)
    await polls(samples, clock, *[Row(DEVICE, 7, (0, 0, 0, up, 5_000, int(up is not None)))
                                  for up in ups])  # fmt: skip
    told = await values(samples, clock, "device.restart", Thing(7, ABOUT))
    assert np.nan_to_num(told).tolist() == [0, 0, 0, 0, 1, 0]
    assert await values(samples, clock, "device.reachable", Thing(7, ABOUT)) == [0, 0, 1, 1, 0, 0]
    assert (await values(samples, clock, "device.response_ms", Thing(7, ABOUT)))[0] == 5


async def test_states_are_graded_and_light_compared_with_its_past(
    samples: Samples, clock: FakeClock
) -> None:
    fan = Sensor(
        SensorId(21), DeviceId(7), SensorKind.STATE, "Fan", "1.3.6.1.21",
        states=((1, 1, "ok"), (9, 3, "failed")),
    )  # fmt: skip
    await polls(samples, clock, *[Row(SENSOR, 21, (v * 1000,)) for v in (1, 9, 5)])
    told = await values(samples, clock, "sensor.hardware_state", Thing(21, ABOUT, sensor=fan))
    assert told == [1, 3, 0]
    await polls(samples, clock, *[Row(SENSOR, 22, (v,)) for v in (-8_000, -8_000, -12_000)])
    drop = await values(samples, clock, "sensor.light_drop", Thing(22, ABOUT))
    assert drop == pytest.approx([0, 0, 4], abs=0.01)


async def test_lit_subscribers_are_counted_by_the_hour(samples: Samples, clock: FakeClock) -> None:
    clock.tick(minutes=30)
    now = clock.now()
    batch = []
    for back, lit in ((3, (1, 2, 3)), (2, (1, 2, 3)), (1, (1,))):
        at = round((now - timedelta(hours=back)).timestamp() * 1000)
        batch.append(Poll(7, at, [Row(SENSOR, number, (-20_000,)) for number in lit]))
    await samples.append(batch)
    thing = Thing(7, ABOUT, members=(1, 2, 3))
    told = await curves(samples, "device.lit_subscribers", [thing], now - timedelta(hours=4), now)
    assert told[0][1].tolist()[-3:] == [3, 3, 1]


def test_all_but_collectors_have_a_past() -> None:
    assert {name for name in MEASURES if not has_history(name)} == {
        name for name in MEASURES if name.startswith("collector.")
    }
