"""Devices around the coordinates of their sites."""

from __future__ import annotations

import numpy as np

from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.topology import mercator
from noc_console.services.topology.model import Graph, Node, Place
from noc_console.services.topology.rules import geographic
from noc_console.services.topology.rules.geographic import GAP, Located, locate

TYPES = (DeviceType.WIRELESS, DeviceType.SWITCH, DeviceType.ROUTER, DeviceType.SWITCH)


def country(*sites: tuple[float, float] | None, each: int = 12, loners: int = 0) -> Graph:
    """Sites at coordinates, or nowhere; every fourth device is a router."""
    nodes = [
        Node(DeviceId(100 * site + at), f"d{site}-{at}", TYPES[at % 4], site_id=SiteId(site))
        for site in range(1, len(sites) + 1)
        for at in range(each)
    ]
    nodes += [Node(DeviceId(9000 + at), f"l{at}", DeviceType.OTHER) for at in range(loners)]
    places = tuple(
        Place(SiteId(at), f"site {at}", *(where or (None, None)))
        for at, where in enumerate(sites, 1)
    )
    return Graph(tuple(nodes), (), places)


def fresh(graph: Graph) -> Located:
    none = np.zeros(len(graph.nodes), bool)
    return locate(graph, np.zeros((len(graph.nodes), 2)), none, none, {})


def at_site(graph: Graph, points: np.ndarray, site: int) -> np.ndarray:
    return points[[node.site_id == site for node in graph.nodes]]


def apart(points: np.ndarray) -> float:
    off = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return float((off + 1e9 * np.eye(len(points))).min())


AMSTERDAM, UTRECHT, PARIS = (52.37, 4.90), (52.09, 5.12), (48.85, 2.35)


def test_devices_stand_in_rings_around_their_site_with_a_router_in_the_middle() -> None:
    graph = country(AMSTERDAM, PARIS)
    points = fresh(graph).points
    for site, where in ((1, AMSTERDAM), (2, PARIS)):
        middle = mercator.to_map(*where)
        off = np.hypot(*(at_site(graph, points, site) - middle).T)
        assert off.max() <= 2 * GAP + 0.1
        kinds = [n.type for n in graph.nodes if n.site_id == site]
        assert kinds[int(np.argmin(off))] is DeviceType.ROUTER
    assert apart(points) > 0.9 * GAP


def test_sites_in_one_town_stand_closer_but_not_over_each_other() -> None:
    near = (AMSTERDAM[0] + 0.02, AMSTERDAM[1])
    graph = country(AMSTERDAM, near)
    points = fresh(graph).points
    one, other = at_site(graph, points, 1), at_site(graph, points, 2)
    middles = mercator.to_map(*AMSTERDAM), mercator.to_map(*near)
    half = np.hypot(*(middles[0] - middles[1])) / 2
    assert np.hypot(*(one - middles[0]).T).max() < half
    assert np.hypot(*(other - middles[1]).T).max() < half
    assert apart(points) > geographic.TIGHT * 0.9


def test_sites_at_one_and_the_same_spot_share_its_rings() -> None:
    graph = country(AMSTERDAM, AMSTERDAM)
    assert apart(fresh(graph).points) > 0.9 * GAP


def test_sites_without_coordinates_wait_in_a_tray_beside_the_map() -> None:
    graph = country(AMSTERDAM, None, PARIS, None, loners=3)
    points = fresh(graph).points
    known = np.concatenate([at_site(graph, points, 1), at_site(graph, points, 3)])
    waiting = np.concatenate([at_site(graph, points, 2), at_site(graph, points, 4), points[-3:]])
    assert known[:, 0].max() < waiting[:, 0].min() - GAP
    assert apart(waiting) > 0.9 * GAP


def test_an_empty_network_is_an_empty_map() -> None:
    assert fresh(Graph()).points.shape == (0, 2)


def test_a_newcomer_takes_the_next_seat_and_nobody_moves() -> None:
    before = country(AMSTERDAM, UTRECHT, None)
    first = fresh(before)
    after = Graph(
        (Node(DeviceId(5), "new", DeviceType.ROUTER, site_id=SiteId(1)), *before.nodes),
        (),
        before.places,
    )
    old = np.concatenate([np.zeros((1, 2)), first.points])
    standing = np.arange(len(old)) > 0
    found = locate(after, old, standing, np.zeros(len(old), bool), first.anchors)
    assert (found.points[1:] == first.points).all()
    assert np.hypot(*(found.points[0] - mercator.to_map(*AMSTERDAM))) < 3 * GAP
    assert apart(found.points) > 0.5 * GAP


def test_a_site_given_coordinates_takes_its_devices_along_but_not_the_pinned() -> None:
    before = country(AMSTERDAM, None)
    first = fresh(before)
    pinned = np.zeros(len(before.nodes), bool)
    pinned[15] = True
    after = country(AMSTERDAM, UTRECHT)
    found = locate(after, first.points, ~np.zeros(len(pinned), bool), pinned, first.anchors)
    assert (found.points[:12] == first.points[:12]).all()
    assert (found.points[15] == first.points[15]).all()
    moved = np.delete(found.points[12:], 3, axis=0)
    assert np.hypot(*(moved - mercator.to_map(*UTRECHT)).T).max() <= 3 * GAP


def test_a_second_look_moves_nobody() -> None:
    graph = country(AMSTERDAM, None, PARIS, loners=2)
    first = fresh(graph)
    everyone = np.ones(len(graph.nodes), bool)
    again = locate(graph, first.points, everyone, ~everyone, first.anchors)
    assert (again.points == first.points).all() and again.anchors == first.anchors


def test_a_new_site_in_the_tray_moves_none_that_waits_there() -> None:
    before = country(AMSTERDAM, None, PARIS, None)
    first = fresh(before)
    after = country(AMSTERDAM, None, PARIS, None, None)
    old = np.concatenate([first.points, np.zeros((12, 2))])
    standing = np.arange(len(old)) < len(first.points)
    found = locate(after, old, standing, np.zeros(len(old), bool), first.anchors)
    assert (found.points[: len(first.points)] == first.points).all()
    assert apart(found.points) > 0.9 * GAP
