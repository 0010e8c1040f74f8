"""From lists to a graph."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.inventory.link_ends import LightSensor
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    SensorId,
    Site,
    SiteId,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.services.topology.model import Graph, Light, LinkState
from noc_console.services.topology.rules import build, bundle
from tests.views.topology import drawn

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


def counted(port: int, **more: float) -> InterfaceNow:
    return replace(word(port, 1e6, 1e6), **({"in_errors": None, "out_errors": None} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "errors", "discards"),
    [
        ((), (None, None), (None, None)),
        ((counted(11, out_errors=1.0),), (1.0, None), (None, None)),
        ((counted(11, out_errors=1.0), counted(21, in_errors=0.5)), (1.5, None), (None, None)),
        (
            (counted(11, in_errors=2.0, in_discards=3.0), counted(21, out_discards=4.0)),
            (None, 2.0),
            (None, 7.0),
        ),
    ],
)
def test_frames_are_lost_at_either_end(
    words: tuple[InterfaceNow, ...],
    errors: tuple[float | None, float | None],
    discards: tuple[float | None, float | None],
) -> None:
    load = graph(*words).edges[0].load
    assert (load.ab_errors, load.ba_errors) == errors
    assert (load.ab_discards, load.ba_discards) == discards


def test_light_is_told_where_it_arrives_and_the_device_answers() -> None:
    light = {11: Light(-3.0, -15.0), 21: Light(-9.0, -15.0)}
    load = graph(word(11, 1e6, 1e6), word(21, None, None), light=light).edges[0].load
    assert load.ba_light == light[11]
    assert load.ab_light is None


def test_of_several_lanes_the_one_with_the_least_room_is_told() -> None:
    port, other = InterfaceId(11), InterfaceId(21)
    sensors = (
        LightSensor(SensorId(1), port, low=-15.0),
        LightSensor(SensorId(2), port, low=-10.0),
        LightSensor(SensorId(3), port, low=-15.0),
        LightSensor(SensorId(4), other),
    )
    told = build.lights(sensors, {1: -9.0, 2: -9.0, 4: -30.0})
    assert told == {11: Light(-9.0, -10.0), 21: Light(-30.0, build.DARKEST_DBM)}


def test_newer_rates_reach_into_bundles() -> None:
    old = graph(word(11, 1e8, 2e8))
    (edge,) = old.edges
    twin = replace(edge, link_id=LinkId(6))
    both = replace(old, edges=(bundle.join([edge, twin]),))
    fresh = build.with_rates(both, {11: word(11, 3e8, 4e8)}, AT, light={11: Light(-3.0)})
    (one,) = fresh.edges
    assert one.load.ab_bps == 8e8
    assert [part.load.ba_bps for part in one.parts] == [3e8, 3e8]
    assert one.load.state is edge.load.state and one.load.ba_light == Light(-3.0)
    assert build.ports_of(both.edges) == {11, 21}


def test_links_nobody_measured_anew_are_the_same_objects() -> None:
    old = graph(word(11, 1e8, 2e8), word(21, 2e8, 1e8))
    same = build.with_rates(old, {11: word(11, 1e8, 2e8), 21: word(21, 2e8, 1e8)}, AT)
    assert same.edges[0] is old.edges[0]
    silent = build.with_rates(old, {11: word(11, None, None), 21: word(21, None, None)}, AT)
    assert silent.edges[0].load.ab_bps is None and silent.edges[0].load.ba_bps is None


def test_a_part_has_the_links_between_its_devices_and_their_sites_only() -> None:
    whole = drawn.graph()
    few = build.part(whole, {DeviceId(1), DeviceId(2), DeviceId(3)})
    assert [node.device_id for node in few.nodes] == [1, 2, 3]
    assert [edge.link_id for edge in few.edges] == [1, 2]
    assert [place.name for place in few.places] == ["Delft"]
