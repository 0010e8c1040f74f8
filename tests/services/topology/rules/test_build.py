"""From lists to a graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    Site,
    SiteId,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.services.topology.model import Graph, LinkState
from noc_console.services.topology.rules import build

AT = datetime(2026, 3, 1, tzinfo=UTC)
SITE = Site(SiteId(1), "Delft")
DEVICES = (
    Device(DeviceId(1), "a", "192.0.2.1", 161, site_id=SITE.id, credential_id=1),
    Device(DeviceId(2), "", "192.0.2.2", 161),
)
PORTS = {
    InterfaceId(11): Interface(
        InterfaceId(11), DeviceId(1), 1, "xe1", speed_bps=10**10, oper_status=OperStatus.UP
    ),
    InterfaceId(21): Interface(
        InterfaceId(21), DeviceId(2), 1, "ge1", speed_bps=10**9, oper_status=OperStatus.UP
    ),
}
LINK = Link(
    LinkId(5), DeviceId(1), InterfaceId(11), DeviceId(2), InterfaceId(21), 95, (EvidenceKind.LLDP,)
)


def word(port: int, into: float | None, out: float | None, status: int = 1) -> InterfaceNow:
    return InterfaceNow(port, AT, into, out, 0.0, 0.0, status)


def graph(*words: InterfaceNow, **more: object) -> Graph:
    given = {
        "ports": PORTS,
        "alarms": (),
        "now": {w.interface_id: w for w in words},
        "at": AT,
    } | more
    return build.graph(DEVICES, (SITE, Site(SiteId(9), "Empty")), (LINK,), **given)  # type: ignore[arg-type]


def test_only_sites_somebody_lives_in_are_places() -> None:
    assert [place.name for place in graph().places] == ["Delft"]


def test_a_device_without_a_name_goes_by_its_address() -> None:
    assert [node.name for node in graph().nodes] == ["a", "192.0.2.2"]
    assert [node.is_managed for node in graph().nodes] == [True, False]


def test_the_slower_end_is_the_speed() -> None:
    assert graph().edges[0].speed_bps == 10**9
    assert graph(ports={}).edges[0].speed_bps == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((word(11, 1e8, 2e8), word(21, 2.5e8, 1.5e8)), (2e8, 1.5e8)),
        ((word(11, 1e8, 2e8),), (2e8, 1e8)),
        ((word(21, 2.5e8, 1.5e8),), (2.5e8, 1.5e8)),
        ((word(11, None, None), word(21, 3e8, None)), (3e8, None)),
        ((), (None, None)),
    ],
)
def test_either_end_can_tell_the_load(
    words: tuple[InterfaceNow, ...], expected: tuple[float | None, float | None]
) -> None:
    load = graph(*words).edges[0].load
    assert (load.ab_bps, load.ba_bps) == expected
    assert load.at == (AT if words else None)


@pytest.mark.parametrize(
    ("a", "b", "state"),
    [
        (OperStatus.UP, OperStatus.UP, LinkState.UP),
        (OperStatus.UP, OperStatus.DOWN, LinkState.DOWN),
        (OperStatus.LOWER_LAYER_DOWN, OperStatus.UNKNOWN, LinkState.DOWN),
        (OperStatus.UNKNOWN, OperStatus.UP, LinkState.UP),
        (OperStatus.UNKNOWN, OperStatus.DORMANT, LinkState.UNKNOWN),
    ],
)
def test_one_end_down_is_down(a: OperStatus, b: OperStatus, state: LinkState) -> None:
    ports = {
        InterfaceId(11): replace(PORTS[InterfaceId(11)], oper_status=a),
        InterfaceId(21): replace(PORTS[InterfaceId(21)], oper_status=b),
    }
    assert graph(ports=ports).edges[0].load.state is state


def test_the_worst_active_alarm_counts() -> None:
    def alarm(number: int, severity: Severity) -> Alarm:
        return Alarm(
            AlarmId(number),
            AlarmObject(1),
            Condition.CPU,
            severity,
            "",
            first_seen=AT,
            last_seen=AT,
        )

    alarms = (alarm(1, Severity.MINOR), alarm(2, Severity.CRITICAL), alarm(3, Severity.CLEARED))
    first, second = graph(alarms=alarms).nodes
    assert (first.severity, first.alarms) == (Severity.CRITICAL, 2)
    assert (second.severity, second.alarms) == (Severity.CLEARED, 0)


def test_a_link_to_a_device_that_is_gone_is_left_out() -> None:
    stray = replace(LINK, b_device=DeviceId(77))
    found = build.graph(DEVICES, (), (stray, LINK), ports=PORTS, alarms=(), now={}, at=AT)
    assert [edge.link_id for edge in found.edges] == [LinkId(5)]


def test_newer_rates_leave_the_state_alone() -> None:
    down = replace(PORTS[InterfaceId(11)], oper_status=OperStatus.DOWN)
    old = graph(ports={**PORTS, InterfaceId(11): down})
    fresh = build.with_rates(old, {11: word(11, 1e8, 2e8)}, AT)
    assert fresh.edges[0].load.state is LinkState.DOWN
    assert fresh.edges[0].load.ab_bps == 2e8
    assert fresh.nodes is old.nodes
