from __future__ import annotations

from collections import Counter

from noc_console.services.collectors.model import (
    COMMON,
    SHARDS,
    Duty,
    Share,
    Standing,
    ZoneId,
    ZoneShare,
    shard_of,
)


def test_devices_added_one_after_the_other_fill_the_shards_evenly() -> None:
    counts = Counter(shard_of(device_id) for device_id in range(1, 10_001))
    assert set(counts) == set(range(SHARDS))
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_share_is_a_shard_or_a_duty() -> None:
    assert Share(COMMON, "17").duty is None
    assert Share(COMMON, "desk").duty is Duty.DESK


def test_a_collector_of_a_pop_may_serve_that_alone_or_also() -> None:
    pop, other = ZoneId(4), ZoneId(5)
    also = Standing("pop-4", zones=frozenset({pop}))
    alone = Standing("pop-4", zones=frozenset({pop}), only_zones=True)
    assert also.serves(pop) and also.serves(COMMON) and not also.serves(other)
    assert alone.serves(pop) and not alone.serves(COMMON)
    assert Standing("new").serves(COMMON) and not Standing("new").serves(pop)


def test_a_zone_without_devices_wants_no_collector() -> None:
    def zone(devices: int, alive: int) -> ZoneShare:
        return ZoneShare(ZoneId(1), "POP 1", devices, (), (), alive, 128)

    assert zone(3, 0).is_unserved
    assert not zone(0, 0).is_unserved and not zone(3, 1).is_unserved
