import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightId,
    Gates,
    Kind,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.services.flights.rules import waves

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FLIGHT = Flight(UNBORN, "x", Kind.CHANGE, "y", "mira", NOW, devices=3)


def test_canaries_are_one_of_each_platform_in_turn():
    things = [("ios", 1), ("ios", 2), ("ios", 3), ("junos", 4), ("xr", 5)]
    assert waves.divided(things, canaries=3, wave_size=1) == [[1, 4, 5], [2], [3]]
    assert waves.divided(things, canaries=1, wave_size=1) == [[1, 4, 5], [2], [3]]
    assert waves.divided(things[:3], canaries=1, wave_size=3) == [[1], [2, 3]]
    assert waves.divided(things, canaries=4, wave_size=3) == [[1, 4, 5, 2], [3]]
    assert waves.divided(things, canaries=9, wave_size=3)[0] == [1, 4, 5, 2, 3]
    assert waves.divided([], canaries=1, wave_size=3) == []


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("title", {"title": " "}),
        ("device_ids", {"devices": 0}),
        ("device_ids", {"devices": 2_001}),
        ("canaries", {"canaries": 0}),
        ("wave_size", {"wave_size": 0}),
        ("at_once", {"at_once": 65}),
        ("confirm_minutes", {"confirm_minutes": 0}),
        ("confirm_minutes", {"gates": Gates(canary_soak_s=400.0)}),
        ("ends_at", {"starts_at": NOW, "ends_at": NOW}),
        ("title", {"title": "x" * 201}),
        ("title", {"title": "x\x1b[31m"}),
        ("ticket", {"ticket": "x" * 201}),
        ("ticket", {"ticket": "CHG\0"}),
        ("canaries", {"canaries": 10**12}),
        ("wave_size", {"wave_size": 10**30}),
        ("canary_soak_s", {"gates": Gates(canary_soak_s=math.nan)}),
        ("soak_s", {"gates": Gates(soak_s=-1.0)}),
        ("soak_s", {"gates": Gates(soak_s=math.inf)}),
        ("traffic_drop", {"gates": Gates(traffic_drop=math.nan)}),
        ("traffic_drop", {"gates": Gates(traffic_drop=-5.0)}),
        ("traffic_drop", {"gates": Gates(traffic_drop=101.0)}),
    ],
)
def test_what_cannot_be_flown_is_refused_by_its_field(field, change):
    waves.check(FLIGHT)
    with pytest.raises(Invalid) as refused:
        waves.check(replace(FLIGHT, **change))
    assert refused.value.field == field


def target(wave: int, stand: Stand) -> Target:
    return Target(TargetId(1), FlightId(1), 1, "a", "", "", wave, stand, Way.COMMIT)


def test_the_next_wave_is_the_first_that_is_not_through():
    through = [target(0, Stand.KEPT), target(-1, Stand.REFUSED)]
    assert waves.next_wave(through) is None
    assert waves.next_wave([*through, target(2, Stand.PLANNED), target(1, Stand.HELD)]) == 1


def test_a_window_is_waited_for_and_then_over():
    hour = timedelta(hours=1)
    flight = replace(FLIGHT, starts_at=NOW, ends_at=NOW + hour)
    assert not waves.is_time(flight, NOW - hour) and not waves.is_too_late(flight, NOW - hour)
    assert waves.is_time(flight, NOW) and not waves.is_time(flight, NOW + hour)
    assert waves.is_too_late(flight, NOW + hour)
    assert waves.is_time(FLIGHT, NOW) and not waves.is_too_late(FLIGHT, NOW)
