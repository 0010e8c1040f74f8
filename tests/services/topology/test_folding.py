"""A way of looking at the network is a value."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.folding import (
    Folds,
    bundle_of,
    collapsible,
    folded_id,
    groups_of,
)
from tests.services.topology.rules.webs import isp, random_web, web


def test_looking_at_everything_changes_nothing() -> None:
    net = web([(1, 2), (2, 3)])
    assert Folds()(net) is net


def test_expanding_gives_back_what_was_there() -> None:
    net = isp(250)
    keys = [group.key for group in groups_of(net.graph, "ring")]
    folds = Folds().folding(*keys)
    assert len(folds(net).graph.nodes) < len(net.graph.nodes)
    assert folds.unfolding(*keys) == Folds()
    assert folds.unfolding(*keys)(net) == Folds()(net)


def test_parallel_links_are_one_unless_told_otherwise() -> None:
    net = web([(1, 2), (1, 2), (2, 3)])
    assert [len(edge.parts) for edge in Folds()(net).graph.edges] == [2, 0]
    assert Folds(bundles=False)(net) is net
    opened = Folds().opening(LinkId(-1))
    assert [edge.link_id for edge in opened(net).graph.edges] == [1, 2, 3]
    assert opened.closing(LinkId(-1)) == Folds()


def test_a_bundle_of_a_group_opens_as_well() -> None:
    net = web([(1, 3), (2, 3), (1, 2)], sites={1: 1, 2: 1})
    folds = Folds().folding("site:1")
    (edge,) = folds(net).graph.edges
    assert edge.link_id == -1 and len(edge.parts) == 2
    side_by_side = folds.opening(edge.link_id)(net).graph.edges
    assert [each.link_id for each in side_by_side] == [1, 2]
    group = folded_id("site:1")
    assert {each.a.device_id for each in side_by_side} == {group}
    assert bundle_of(side_by_side, DeviceId(3), group) == edge.link_id


def test_single_links_are_no_bundle() -> None:
    net = web([(1, 2), (2, 3)])
    assert bundle_of(net.graph.edges, DeviceId(1), DeviceId(2)) is None
    assert bundle_of(net.graph.edges, DeviceId(1), DeviceId(3)) is None


def test_collapsing_goes_from_the_small_to_the_large() -> None:
    net = web(
        [(1, 2), (2, 3), (3, 1), (2, 4), (4, 5), (4, 6), (4, 7)],
        types={1: DeviceType.ROUTER, 4: DeviceType.OLT},
        sites=dict.fromkeys(range(1, 8), 1),
    )
    folds, chosen, keys = Folds(), {DeviceId(5)}, []
    while found := collapsible(net.graph, chosen, folds):
        keys.append(found[0].key)
        folds = folds.folding(found[0].key)
    assert keys == ["leaves:4", "tree:4", "site:1"]
    assert len(folds(net).graph.nodes) == 1


@pytest.mark.parametrize("seed", range(10))
def test_folding_and_bundling_lose_no_link(seed: int) -> None:
    net = random_web(seed)
    folds = Folds().folding(*(group.key for group in groups_of(net.graph, "site")))
    seen = folds(net).graph
    shown = sum(max(1, len(edge.parts)) for edge in seen.edges)
    assert shown + sum(node.inside for node in seen.nodes) == len(net.graph.edges)
    pairs = [frozenset((edge.a.device_id, edge.b.device_id)) for edge in seen.edges]
    assert len(set(pairs)) == len(pairs)
