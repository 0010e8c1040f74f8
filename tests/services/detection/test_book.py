"""Which rule decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.book import RuleBook, own_levels
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.model import Level, Origin, Rule, Scope
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.rules.ports import ports_of

ROUTER = Device(DeviceId(7), "core-1", "192.0.2.1", 161, type=DeviceType.ROUTER)
PORTS = ports_of(
    [
        PortFact(7, 1, 1, "xe-0", 10**10, 1, True, True, "core", 6),
        PortFact(7, 2, 2, "xe-1", 10**9, 1, True, False, "cust-1", 6),
        PortFact(7, 3, 3, "lo0", 0, 1, True, False, "", 24),
    ]
)


def cpu(name: str, limit: float, **changes: object) -> Rule:
    made = read_rule(
        f'[[rule]]\nid = "{name}"\ntitle = "x"\nmeasure = "device.cpu"\ncondition = "cpu"\n'
        f'level = [{{ severity = "major", raise = {limit} }}]'
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def decides(*rules: Rule) -> float:
    (limit,) = RuleBook(rules).of_device(ROUTER).limits("device.cpu")
    return limit.levels[0].raise_at


def test_an_operators_own_rule_decides_before_ours() -> None:
    ours = cpu("ours", 80, origin=Origin.PACK, scope=Scope(types=("router",)))
    assert decides(ours, cpu("own", 60)) == 60


def test_the_narrower_rule_decides_before_the_wider() -> None:
    narrow = cpu("narrow", 60, scope=Scope(types=("router",)))
    assert decides(narrow, cpu("wide", 80)) == 60
    assert decides(cpu("wide", 80), narrow) == 60


def test_of_two_alike_the_later_one_decides() -> None:
    assert decides(cpu("a", 60, at=0), cpu("b", 70, at=1)) == 70


def test_a_rule_that_is_off_or_elsewhere_decides_nothing() -> None:
    off = cpu("off", 60, is_enabled=False)
    elsewhere = cpu("elsewhere", 65, scope=Scope(types=("olt",)))
    assert decides(off, elsewhere, cpu("rest", 80)) == 80


def test_a_mute_rule_silences_the_wider() -> None:
    mute = cpu("mute", 1, is_mute=True, scope=Scope(types=("router",)))
    book = RuleBook((cpu("rest", 80), mute))
    assert book.of_device(ROUTER).limits("device.cpu") == ()
    assert book.of_device(replace(ROUTER, type=DeviceType.OLT)).limits("device.cpu")


def test_two_conditions_of_one_measure_stand_beside_each_other() -> None:
    other = cpu("other", 99, condition=Condition("cpu-melts"))
    limits = RuleBook((cpu("one", 80), other)).of_device(ROUTER).limits("device.cpu")
    assert {limit.condition for limit in limits} == {"cpu", "cpu-melts"}


def test_devices_alike_share_their_rules() -> None:
    book = our_book()
    assert book.of_device(ROUTER) is book.of_device(replace(ROUTER, name="core-2"))
    assert book.of_device(ROUTER) is not book.of_device(replace(ROUTER, vendor="Juniper"))


def test_a_link_to_a_known_device_is_worth_more() -> None:
    (state,) = our_book().of_device(ROUTER).ports(PORTS).states
    assert state.severities.tolist() == [Severity.MAJOR, Severity.MINOR, Severity.MINOR]


def test_interfaces_far_from_their_limits_are_found_by_one_comparison() -> None:
    own = read_rule(
        '[[rule]]\nid = "x"\ntitle = "x"\nmeasure = "interface.utilisation"\n'
        'condition = "utilisation"\nscope = { aliases = ["cust-*"] }\n'
        'level = [{ severity = "warning", raise = 40, clear = 30 }]'
    )
    asked = RuleBook((*our_book().every, own)).of_device(ROUTER).ports(PORTS)
    (limit,) = [one for _, some in asked.loads for one in some if one.measure.endswith("isation")]
    values = np.array([35.0, 35.0, np.nan])
    assert limit.near(values, np.arange(3), every=True).tolist() == [False, True, False]
    assert limit.near(values[1:], np.array([1, 2]), every=False).tolist() == [True, False]
    assert [limit.of(row).rule_id for row in range(3)] == ["utilisation", "x", "utilisation"]  # type: ignore[union-attr]


def sensor(kind: SensorKind, **changes: object) -> Sensor:
    made = Sensor(SensorId(1), DeviceId(7), kind, "x", "1.3.6.1")
    return replace(made, **changes)  # type: ignore[arg-type]


MAJOR, MINOR = Severity.MAJOR, Severity.MINOR


@pytest.mark.parametrize(
    ("rule", "of", "levels"),
    [
        ("temperature", sensor(SensorKind.TEMPERATURE, high=90.0),
         (Level(MAJOR, 90, 85), Level(MINOR, 85, 80))),
        ("temperature", sensor(SensorKind.TEMPERATURE, high=90.0, warn_high=75.0),
         (Level(MAJOR, 90, 85), Level(MINOR, 75, 70))),
        ("temperature", sensor(SensorKind.TEMPERATURE), None),
        ("light-low", sensor(SensorKind.DBM, low=-18.0), (Level(MAJOR, -18, -17),)),
        ("light-low", sensor(SensorKind.DBM, low=-18.0, warn_low=-15.0),
         (Level(MAJOR, -18, -17), Level(MINOR, -15, -14))),
        ("light-low", sensor(SensorKind.DBM), None),
        ("storage", sensor(SensorKind.STORAGE, high=50.0), None),
    ],
)  # fmt: skip
def test_a_sensors_own_limits_win_where_the_rule_lets_them(
    rule: str, of: Sensor, levels: tuple[Level, ...] | None
) -> None:
    found = our_book().rule(rule)
    assert found is not None
    assert own_levels(found, of) == levels


def test_rules_are_found_by_condition() -> None:
    assert [rule.id for rule in our_book().about("errors")] == ["error-share", "errors"]
    assert our_book().rule("nonsense") is None


def test_a_mute_rule_silences_limits_of_both_directions() -> None:
    low = read_rule(
        '[[rule]]\nid = "low"\ntitle = "x"\nmeasure = "interface.out_bps"\n'
        'condition = "traffic"\nbelow = true\nlevel = [{ severity = "minor", raise = 1e6 }]'
    )
    mute = read_rule(
        '[[rule]]\nid = "mute"\ntitle = "x"\nmeasure = "interface.out_bps"\n'
        'condition = "traffic"\nmute = true\nscope = { aliases = ["cust-*"] }'
    )
    asked = RuleBook((low, mute)).of_device(ROUTER).ports(PORTS)
    ((_, (limit,)),) = asked.loads
    near = limit.near(np.zeros(3), np.arange(3), every=True)
    assert near.tolist() == [True, False, True]
    assert [limit.of(row) is not None for row in range(3)] == [True, False, True]
    everywhere = replace(mute, scope=Scope(), at=1)
    assert RuleBook((low, everywhere)).of_device(ROUTER).ports(PORTS).loads == ()


def test_what_no_interface_needs_apart_is_shared_by_devices() -> None:
    rules = our_book().of_device(ROUTER)
    assert rules.ports(PORTS).loads[0][1][0] is rules.ports(PORTS).loads[0][1][0]
