"""Limits of flows: who is beyond them, since when, and who is new."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.events.flows import By, FlowRule, Measure
from noc_console.services.flows.rules import limits
from noc_console.services.flows.rules.cubes import TALKS, TYPES
from noc_console.services.flows.rules.grouping import Columns
from noc_console.services.flows.rules.limits import FlowLimits, label, measured, object_key

RULE = FlowRule(
    id="flood",
    title="Flood",
    condition=Condition("packet-flood"),
    severity=Severity.MAJOR,
    by=By.DESTINATION,
    measure=Measure.PACKETS,
    limit=100,
    clear_below=50,
    minutes=2,
    text="{host} {value}",
)
V4 = 0xFFFF << 32


def talks(*rows: dict[str, int]) -> Columns:
    """Rows of a minute; what is not given is 0, of addresses 10.0.0.n."""
    columns: Columns = {}
    for name in (*TALKS.key, "rest", "bytes", "packets", "flows"):
        columns[name] = np.array([row.get(name, 0) for row in rows], TYPES[name])
    for side in ("src", "dst"):
        ends = [V4 | 10 << 24 | row.get(side, 0) for row in rows]
        columns[f"{side}_lo"] = np.array(ends, np.uint64)
    return columns


def host(number: int) -> tuple[int, int]:
    return 0, V4 | 10 << 24 | number


def flood(packets: int, dst: int = 1, **more: int) -> dict[str, int]:
    return {"src": 9, "dst": dst, "packets": packets * 60, "exporter": 1, **more}


def test_what_several_routers_export_counts_once() -> None:
    seen = talks(flood(70), flood(80, src=8), flood(120, exporter=2))
    assert measured(RULE, seen) == {host(1): 150.0}


def test_what_is_rest_belongs_to_nobody() -> None:
    assert measured(RULE, talks(flood(500, rest=1))) == {}


def test_only_the_protocols_and_ports_of_the_rule_count() -> None:
    rule = replace(RULE, protocols=(17,), ports=(53,))
    seen = talks(flood(500), flood(200, protocol=17, port=53), flood(300, protocol=17, port=80))
    assert measured(rule, seen) == {host(1): 200.0}


def test_different_hosts_and_ports_are_counted_once_each() -> None:
    rows = [flood(1, dst=n, port=n, protocol=6, exporter=e) for n in range(200) for e in (1, 2)]
    scan = replace(RULE, by=By.SOURCE, measure=Measure.DESTINATIONS)
    assert measured(scan, talks(*rows)) == {host(9): 200.0}
    sources = replace(RULE, measure=Measure.SOURCES)
    crowd = talks(*(flood(1, dst=1, src=n) for n in range(120)))
    assert measured(sources, crowd) == {host(1): 120.0}
    ports = replace(RULE, by=By.SOURCE, measure=Measure.PORTS)
    assert measured(ports, talks(*rows)) == {}  # one port of each host
    one = talks(*(flood(1, dst=1, port=n, protocol=6) for n in range(150)))
    assert measured(ports, one) == {host(9): 150.0}


def test_it_must_last_and_be_over_for_as_long() -> None:
    limit = FlowLimits()
    steps = [150, 150, 150, 60, 20, 20, 20]
    told = [
        [(verdict.is_over, verdict.value) for verdict in limit.judge([RULE], talks(flood(p)), n)]
        for n, p in enumerate(steps)
    ]
    assert told == [[], [(False, 150.0)], [], [], [], [(True, 0.0)], []]


def test_what_stands_is_told_again_now_and_then_and_ends_without_any_flows() -> None:
    limit = FlowLimits()
    rule = replace(RULE, minutes=1)
    told = [bool(limit.judge([rule], talks(flood(150)), n)) for n in range(11)]
    assert told == [n % limits.REPEAT_MINUTES == 0 for n in range(11)]
    (over,) = limit.judge([rule], None, 11)
    assert over.is_over


def test_a_rule_that_is_off_says_nothing_and_forgets() -> None:
    limit = FlowLimits()
    rule = replace(RULE, minutes=1)
    assert limit.judge([rule], talks(flood(150)), 0)
    assert limit.judge([replace(rule, is_enabled=False)], talks(flood(150)), 1) == []
    assert limit.judge([rule], None, 2) == []


def test_an_attack_on_a_whole_network_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BEYOND", 5)
    seen = talks(*(flood(200 + n, dst=n) for n in range(50)))
    told = FlowLimits().judge([replace(RULE, minutes=1)], seen, 0)
    assert [verdict.value for verdict in told] == [249.0, 248.0, 247.0, 246.0, 245.0]


def test_nobody_is_new_before_enough_is_known_and_who_was_there_is_not() -> None:
    limit = FlowLimits()
    rule = replace(
        RULE, by=By.SOURCE_AS, measure=Measure.NEW, limit=800, clear_below=400, minutes=1, learn=3
    )

    def of(*networks: int) -> Columns:
        return talks(*(flood(1, src_as=n) | {"bytes": 60 * 200} for n in networks))

    seen = [(1,), (1,), (1, 2), (1, 3), (1, 3), ()]
    told = [
        [(verdict.key, verdict.is_over) for verdict in limit.judge([rule], of(*networks), n)]
        for n, networks in enumerate(seen)
    ]
    assert told == [[], [], [], [((3,), False)], [], [((3,), True)]]


def test_objects_are_called_as_people_call_them() -> None:
    assert label(By.DESTINATION, host(1), {}) == "10.0.0.1"
    assert label(By.CUSTOMER, (7,), {7: "Bakery"}) == "Bakery"
    assert label(By.SOURCE_AS, (64500,), {}) == "AS64500"
    assert object_key(By.SOURCE, "10.0.0.1") == "host:10.0.0.1"
    assert object_key(By.CUSTOMER, "Bakery") == "customer:Bakery"
