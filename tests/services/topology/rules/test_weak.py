"""Where one failure hurts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import networkx as nx
import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.model import Graph
from noc_console.services.topology.rules import weak
from noc_console.services.topology.rules.web import components, spin
from tests.services.topology.rules.spun import by_chance, everything, graph_of, two_ways

R, S, OLT = DeviceType.ROUTER, DeviceType.SWITCH, DeviceType.OLT
TREE = graph_of(6, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5)], types=[R, R, S, S, OLT, OLT])
"""A triangle with routers 1 and 2; on 3 hangs 4, and on that two OLTs."""


def test_a_weak_point_tells_devices_and_customers_it_cuts_off() -> None:
    customers = {DeviceId(5): 200, DeviceId(6): 40}
    found = weak.weak_points(weak.stand(spin(TREE), customers))
    points = {point.name: point for point in found.devices}
    assert found.core == ("d1", "d2")
    assert (points["d3"].cuts, points["d3"].customers, points["d3"].parts) == (3, 240, 2)
    assert (points["d4"].cuts, points["d4"].customers, points["d4"].parts) == (2, 240, 3)
    assert (points["d5"].cuts, points["d5"].customers) == (0, 200)
    assert (found.articulations, found.bridges) == (2, 3)
    assert [(link.a, link.b, link.cuts, link.customers) for link in found.links] == [
        ("d3", "d4", 3, 240),
        ("d4", "d5", 1, 200),
        ("d4", "d6", 1, 40),
    ]
    assert [point.criticality for point in found.devices] == sorted(
        (point.criticality for point in found.devices), reverse=True
    )


def test_customers_nobody_counted_are_not_none_but_unknown() -> None:
    found = weak.weak_points(weak.stand(spin(TREE), None))
    assert {point.customers for point in found.devices} == {None}
    assert {link.customers for link in found.links} == {None}


def test_criticality_is_the_formula() -> None:
    # 0.3·min(4/10, 1) + 0.5·min(0.3·(3−1) + 0.01·20, 1) + 0.2·0.6
    assert weak.criticality(4, 3, 20, 0.6) == pytest.approx(0.12 + 0.4 + 0.12)
    assert weak.criticality(99, 9, 900, 1.0) == pytest.approx(1.0)
    assert weak.criticality(0, 0, None, 0.5) == pytest.approx(0.1)


def test_centrality_is_the_formula() -> None:
    assert weak.centrality(True, 0.4, 0.5) == pytest.approx(0.5 + 0.12 + 0.1)
    assert weak.centrality(False, 0.0, 0.1) == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("type", "is_core", "worth"),
    [
        (R, True, 1.0),
        (R, False, 0.8),
        (S, False, 0.6),
        (OLT, False, 0.6),
        (DeviceType.WIRELESS, False, 0.4),
        (DeviceType.POWER, False, 0.5),
        (S, True, 0.6),
    ],
)
def test_what_a_device_is_worth(type: DeviceType, is_core: bool, worth: float) -> None:
    assert weak.worth(type, is_core=is_core) == worth


@everything
def test_points_and_bridges_are_networkx_s_and_leave_what_they_say(
    graphs: Callable[[], Iterable[Graph]],
) -> None:
    for graph in graphs():
        if len(graph.nodes) > 1000:
            continue
        web, theirs = spin(graph), nx.Graph(two_ways(graph))
        found = weak.weak_points(weak.stand(web, None))
        points = {web.number[each.device_id] for each in found.devices if each.is_articulation}
        assert points == set(nx.articulation_points(theirs))
        assert found.articulations == len(points)
        whole = len(components(web.arcs))
        for each in found.devices[:5]:
            left = components(web.arcs, without=[web.number[each.device_id]])
            assert len(left) == whole - 1 + each.parts


def test_what_hangs_below_is_told_once() -> None:
    for seed in range(40):
        standing = weak.stand(spin(by_chance(seed, most=20)), None)
        for node in range(standing.web.count):
            lost = weak.below_all(standing, standing.rooted.cut_by(node))
            assert len(lost) == len(set(lost)) == standing.devices_cut(node)
            assert node not in lost


def test_a_parallel_link_is_no_weak_link() -> None:
    found = weak.weak_points(weak.stand(spin(graph_of(2, [(0, 1), (0, 1)])), None))
    assert found.links == ()
