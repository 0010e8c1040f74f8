"""The feed: ten thousand events are one bundle."""

from __future__ import annotations

from noc_console.kernel.events import Event
from noc_console.services.inventory.model import DeviceChanged
from noc_console.views.kit.feed import Feed
from tests.views.conftest import until


async def test_a_storm_arrives_as_one_bundle_each_event_once() -> None:
    feed, bundles = Feed(every_ms=10), []
    feed.arrived.connect(bundles.append)
    for number in range(10_000):
        feed.push([DeviceChanged(device_id=number % 50, what="cpu")])
    await until(lambda: bundles)
    assert [len(bundle) for bundle in bundles] == [50]
    assert all(isinstance(event, Event) for event in bundles[0])


async def test_a_later_event_makes_a_new_bundle() -> None:
    feed, bundles = Feed(every_ms=1), []
    feed.arrived.connect(bundles.append)
    for number in (1, 2):
        feed.push([DeviceChanged(device_id=number, what="name")])
        await until(lambda: len(bundles) == number)  # noqa: B023 - awaited at once
    assert [bundle[0].device_id for bundle in bundles] == [1, 2]
