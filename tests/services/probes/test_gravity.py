"""How bad a probe's results are, by rules."""

from __future__ import annotations

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.language import read_rules
from noc_console.services.detection.model import Origin
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.probes.gravity import gravity_of
from noc_console.services.probes.model import Probe, ProbeId
from noc_console.services.probes.settings import ProbeKind

PROBE = Probe(ProbeId(1), ProbeKind.ICMP, "192.0.2.1", name="upstream")
DEVICE = Device(DeviceId(7), "core-1", "192.0.2.1", 161)


def book(toml: str) -> RuleBook:
    own = read_rules(toml, name="own", origin=Origin.OWN)
    return RuleBook((*our_book().every, *own))


def test_ours_are_as_they_always_were() -> None:
    found = gravity_of(our_book(), PROBE, DEVICE)
    assert found.of(Condition.PROBE_FAILED) is Severity.MAJOR
    assert found.of(Condition.PROBE_LOSS) is Severity.MINOR
    assert found.of(Condition.PROBE_LATENCY) is Severity.WARNING
    assert [level.raise_at for level in found.certificate] == [0, 7, 14, 30]


def test_an_operator_decides_for_some_probes() -> None:
    toml = """
[[rule]]
id = "upstream-failed"
title = "The upstream is gone"
kind = "state"
measure = "probe.state"
condition = "probe-failed"
severity = "critical"
scope = { probes = ["upstream*"] }
[[rule]]
id = "no-loss"
title = "Nobody cares"
measure = "probe.loss"
condition = "probe-loss"
mute = true
scope = { names = ["core-*"] }
"""
    found = gravity_of(book(toml), PROBE, DEVICE)
    assert found.of(Condition.PROBE_FAILED) is Severity.CRITICAL
    assert found.of(Condition.PROBE_LOSS) is Severity.CLEARED
    other = gravity_of(book(toml), Probe(ProbeId(2), ProbeKind.DNS, "192.0.2.53"), None)
    assert other.of(Condition.PROBE_FAILED) is Severity.MAJOR
    assert other.of(Condition.PROBE_LOSS) is Severity.MINOR
