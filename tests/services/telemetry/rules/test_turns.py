"""Thousands of sensors take turns; the urgent ones do not wait."""

from __future__ import annotations

from collections import Counter

from noc_console.services.inventory.model import DeviceId, Sensor, SensorId, SensorKind
from noc_console.services.telemetry.rules.turns import ALWAYS, EACH_POLL, Turns


def sensors(count: int, kind: SensorKind, first: int = 0) -> list[Sensor]:
    return [
        Sensor(SensorId(first + n), DeviceId(1), kind, f"s{n}", f"1.{first + n}")
        for n in range(count)
    ]


def test_a_usual_device_is_read_whole_every_time() -> None:
    few = sensors(EACH_POLL, SensorKind.DBM)
    turns = Turns(few)
    assert turns.next() == tuple(few)
    assert turns.next() == tuple(few)


def test_of_thousands_the_urgent_come_every_time_and_the_rest_in_turn() -> None:
    rest = sensors(2_000, SensorKind.BITRATE)
    urgent = sensors(20, SensorKind.CPU, first=5_000)
    turns = Turns([*rest, *urgent])
    seen: Counter[int] = Counter()
    rounds = -(-(2_020 - ALWAYS) // (EACH_POLL - ALWAYS))
    for _ in range(rounds):
        now = turns.next()
        assert len(now) == len({int(one.id) for one in now}) == EACH_POLL
        assert set(urgent) <= set(now)
        seen.update(int(one.id) for one in now)
    assert len(seen) == 2_020


def test_news_of_the_inventory_do_not_begin_the_round_anew() -> None:
    many = sensors(1_000, SensorKind.BITRATE)
    turns = Turns(many)
    first = set(turns.next())
    assert turns.follow(many) is turns
    after = turns.follow([*many, *sensors(1, SensorKind.CPU, first=5_000)]).next()
    assert len(first & set(after)) < EACH_POLL - 50
