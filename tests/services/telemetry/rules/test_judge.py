"""Rules of operators at work on one device: scopes, delays, own texts, silence."""

from __future__ import annotations

import numpy as np

from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.language import read_rules
from noc_console.services.detection.model import Origin
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    OperStatus,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import PortReadings, Reading, Subject
from noc_console.services.telemetry.rules.judge import Judge
from noc_console.services.telemetry.rules.outcome import Outcome, is_news
from noc_console.services.telemetry.rules.ports import ports_of

DEVICE = Device(DeviceId(7), "core-1", "192.0.2.1", 161, type=DeviceType.ROUTER)
CREDENTIAL = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
GIGABIT = 10**9
UPLINK = PortFact(7, 1, 1, "xe-0", GIGABIT, OperStatus.UP, True, True, "to core-2", 6)
CUSTOMER = PortFact(7, 2, 2, "xe-1", GIGABIT, OperStatus.UP, True, False, "cust-4711", 6)
VOLTS = Sensor(SensorId(5), DEVICE.id, SensorKind.VOLTAGE, "rail 48V", "1.3.6.1.4.1.5")


def book(toml: str = "") -> RuleBook:
    """Ours and an operator's own."""
    own = read_rules(toml, name="own", origin=Origin.OWN)
    return RuleBook((*our_book().every, *own))


class Bench:
    """A judge fed by hand, once a minute."""

    def __init__(self, rules: RuleBook) -> None:
        target = SnmpTarget("192.0.2.1", 161, CREDENTIAL)
        subject = Subject(DEVICE, target, ports_of((UPLINK, CUSTOMER)), (VOLTS,), "Erfurt")
        self.judge = Judge(subject, rules)
        self.standing: dict[tuple[str, Condition], Severity] = {}
        self.last: list[AlarmReport] = []
        self.at = 0.0

    def poll(
        self,
        *,
        percent: tuple[float, float] = (1, 1),
        oper: tuple[int, int] = (1, 1),
        volts: float | None = None,
        after: float = 60.0,
        response_s: float = 0.01,
    ) -> list[AlarmReport]:
        self.at += after
        self.judge.at = self.at
        per_second = np.zeros((2, 8))
        per_second[:, 1] = np.array(percent) / 100 * GIGABIT / 8
        ports = PortReadings(
            np.arange(2),
            np.zeros((2, 8), np.int64),
            np.ones(2, np.int8),
            np.array(oper, np.int8),
        )
        sensors = {} if volts is None else {5: volts}
        reading = Reading(self.at, round(self.at * 1000), response_s, 1, ports, sensors)
        done = Outcome()
        self.judge.ports(done, ports, per_second, np.ones(2, np.bool_), self.standing)
        self.judge.sensors(done, reading, np.ones(2, np.int8), self.standing)
        self.last = [report for report in done.reports if is_news(report, self.standing)]
        for report in self.last:
            key = report.about.key, report.condition
            if report.severity > Severity.CLEARED:
                self.standing[key] = report.severity
            else:
                self.standing.pop(key, None)
        return self.last

    def severity(self, port: int, condition: str) -> Severity:
        key = f"device:7/interface:{port}", Condition(condition)
        return self.standing.get(key, Severity.CLEARED)


OTHER_LIMIT = """
[[rule]]
id = "customers-full"
title = "A customer's port is full"
measure = "interface.utilisation"
condition = "utilisation"
scope = { aliases = ["cust-*"] }
text = "{object} of {device} at {site}: {value:.0f} {unit}"
level = [{ severity = "warning", raise = 60, clear = 50 }]
"""


def test_a_narrower_rule_decides_for_its_interfaces_only() -> None:
    bench = Bench(book(OTHER_LIMIT))
    for _ in range(3):
        bench.poll(percent=(70, 70))
    assert bench.severity(1, "utilisation") is Severity.CLEARED
    assert bench.severity(2, "utilisation") is Severity.WARNING
    bench.poll(percent=(99, 99))
    bench.poll(percent=(99, 99))
    assert bench.severity(1, "utilisation") is Severity.MAJOR
    assert bench.severity(2, "utilisation") is Severity.WARNING


def test_a_rule_may_bring_its_own_words() -> None:
    bench = Bench(book(OTHER_LIMIT))
    bench.poll(percent=(1, 70))
    (report,) = bench.poll(percent=(1, 70))
    assert report.text == "xe-1 of core-1 at Erfurt: 70 % of speed"


def test_a_mute_rule_silences_its_interfaces() -> None:
    toml = """
[[rule]]
id = "customers-come-and-go"
title = "Customers switch their routers off"
kind = "state"
measure = "interface.status"
condition = "interface-down"
mute = true
scope = { aliases = ["cust-*"] }
"""
    bench = Bench(book(toml))
    bench.poll(oper=(2, 2))
    assert bench.severity(1, "interface-down") is Severity.MAJOR
    assert bench.severity(2, "interface-down") is Severity.CLEARED


def test_a_state_may_have_to_last() -> None:
    toml = """
[[rule]]
id = "customers-gone"
title = "A customer has been away for long"
kind = "state"
measure = "interface.status"
condition = "customer-down"
severity = "minor"
on_delay = "5 min"
scope = { aliases = ["cust-*"] }
"""
    bench = Bench(book(toml))
    for _ in range(5):
        bench.poll(oper=(1, 2))
    assert bench.severity(2, "customer-down") is Severity.CLEARED
    bench.poll()
    bench.poll(oper=(1, 2), after=240)
    assert bench.severity(2, "customer-down") is Severity.CLEARED, "it was back in between"
    bench.poll(oper=(1, 2), after=300)
    assert bench.severity(2, "customer-down") is Severity.MINOR
    assert bench.severity(2, "interface-down") is Severity.MINOR, "two conditions, two alarms"


def test_too_little_traffic_is_a_problem_where_a_rule_says_so() -> None:
    toml = """
[[rule]]
id = "feed-silent"
title = "The feed is silent"
measure = "interface.out_bps"
condition = "feed-silent"
below = true
scope = { interfaces = ["xe-0"] }
level = [{ severity = "critical", raise = 1_000_000, clear = 2_000_000 }]
"""
    bench = Bench(book(toml))
    for _ in range(2):
        bench.poll(percent=(0, 0))
    assert bench.severity(1, "feed-silent") is Severity.CRITICAL
    assert bench.severity(2, "feed-silent") is Severity.CLEARED
    for _ in range(2):
        bench.poll(percent=(50, 0))
    assert bench.severity(1, "feed-silent") is Severity.CLEARED


def test_any_sensor_can_be_watched() -> None:
    toml = """
[[rule]]
id = "rail"
title = "48 V rail is low"
measure = "sensor.voltage"
condition = "voltage"
below = true
scope = { sensors = ["*48v*"] }
level = [{ severity = "major", raise = 44, clear = 46 }]
"""
    bench = Bench(book(toml))
    bench.poll(volts=43.5)
    (report,) = bench.poll(volts=43.0)
    assert (report.severity, report.text) == (Severity.MAJOR, "43 V")
    assert report.about.key == "device:7/sensor:5"


def test_slow_answers_can_be_watched() -> None:
    toml = """
[[rule]]
id = "slow"
title = "Answers slowly"
measure = "device.response_ms"
condition = "slow"
level = [{ severity = "warning", raise = 500 }]
"""
    bench = Bench(book(toml))
    bench.poll(response_s=0.7)
    (report,) = bench.poll(response_s=0.8)
    assert report.text == "answers in 800 ms"


def test_rules_can_change_while_values_are_remembered() -> None:
    bench = Bench(book())
    bench.poll(percent=(1, 70))
    bench.poll(percent=(1, 70))
    assert bench.severity(2, "utilisation") is Severity.CLEARED
    bench.judge.adopt(book(OTHER_LIMIT))
    bench.poll(percent=(1, 70))
    bench.poll(percent=(1, 70))
    assert bench.severity(2, "utilisation") is Severity.WARNING


def test_how_bad_silence_is_may_differ_by_place() -> None:
    toml = """
[[rule]]
id = "far-away"
title = "A hut in the hills"
kind = "state"
measure = "device.reachable"
condition = "unreachable"
severity = "warning"
scope = { sites = ["erf*"] }
"""
    assert Bench(book()).judge.unreachable() is Severity.CRITICAL
    assert Bench(book(toml)).judge.unreachable() is Severity.WARNING
