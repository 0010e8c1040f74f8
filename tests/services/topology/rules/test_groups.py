"""What belongs together."""

from __future__ import annotations

import networkx as nx
import pytest

from noc_console.services.inventory.model import DeviceType
from noc_console.services.topology.model import Arranged
from noc_console.services.topology.rules.groups import KINDS, Group, groups, holding
from tests.services.topology.rules.webs import isp, random_web, web

ROUTER, OLT = DeviceType.ROUTER, DeviceType.OLT


def members(arranged: Arranged, group: Group) -> set[int]:
    return {int(arranged.graph.nodes[at].device_id) for at in group.members}


def found(arranged: Arranged, kind: str) -> dict[str, set[int]]:
    return {each.key: members(arranged, each) for each in groups(arranged.graph, (kind,))}


def test_a_site_is_a_group_when_two_live_there() -> None:
    net = web([(1, 2), (2, 3)], sites={1: 7, 2: 7, 3: 8}, names={7: "Delft"})
    assert found(net, "site") == {"site:7": {1, 2}}
    assert groups(net.graph, ("site",))[0].name == "Delft"


def test_sites_that_begin_alike_are_a_region() -> None:
    net = web(
        [(1, 2), (2, 3)],
        sites={1: 1, 2: 2, 3: 3},
        names={1: "Delft, East", 2: "Delft, West", 3: "Gouda, Market"},
    )
    assert found(net, "region") == {"region:1": {1, 2}}
    assert groups(net.graph, ("region",))[0].name == "Delft"


def test_a_chain_between_two_aggregations_is_a_ring() -> None:
    chain = [(1, 10), (10, 11), (11, 12), (12, 2)]
    net = web([*chain, (1, 2), (1, 3), (2, 3)], types={3: ROUTER})
    assert found(net, "ring") == {"ring:10": {10, 11, 12}}
    assert groups(net.graph, ("ring",))[0].name == "Ring d1 – d2"


def test_a_ring_may_begin_and_end_at_the_same_device() -> None:
    net = web([(1, 10), (10, 11), (11, 12), (12, 1), (1, 2), (1, 3)])
    assert found(net, "ring") == {"ring:10": {10, 11, 12}}


def test_a_chain_to_nowhere_is_no_ring() -> None:
    assert found(web([(1, 2), (1, 3), (1, 10), (10, 11), (11, 12)]), "ring") == {}


def test_parallel_links_make_no_ring_and_break_none() -> None:
    net = web([(1, 10), (1, 10), (10, 11), (11, 2), (1, 2), (1, 3), (2, 3)])
    assert found(net, "ring") == {"ring:10": {10, 11}}


def test_what_is_behind_an_olt_is_its_tree() -> None:
    net = web([(1, 2), (2, 3), (3, 1), (2, 4), (4, 5), (4, 6), (6, 7)], types={1: ROUTER, 4: OLT})
    assert found(net, "tree") == {"tree:4": {4, 5, 6, 7}}


def test_an_olt_with_two_ways_out_keeps_only_what_hangs_on_it() -> None:
    net = web([(1, 2), (1, 4), (2, 4), (4, 5), (4, 6)], types={1: ROUTER, 4: OLT})
    assert found(net, "tree") == {"tree:4": {4, 5, 6}}


def test_an_olt_alone_is_no_tree() -> None:
    assert found(web([(1, 2), (2, 4)], types={1: ROUTER, 4: OLT}), "tree") == {}


def test_leaves_of_one_device_are_a_group_from_three_on() -> None:
    net = web([(1, 2), (1, 3), (1, 4), (1, 5), (5, 6), (5, 7)])
    assert found(net, "leaves") == {"leaves:1": {2, 3, 4}}


def test_the_smallest_group_comes_first() -> None:
    net = web(
        [(1, 2), (2, 3), (3, 1), (2, 4), (4, 5), (4, 6), (4, 7)],
        types={1: ROUTER, 4: OLT},
        sites=dict.fromkeys(range(1, 8), 1),
    )
    known = groups(net.graph)
    assert [each.key for each in holding(net.graph, known, {5})] == ["leaves:4", "tree:4", "site:1"]
    assert [each.key for each in holding(net.graph, known, {4, 5})] == ["tree:4", "site:1"]
    assert holding(net.graph, known, {99}) == holding(net.graph, known, set()) == ()


def test_the_larger_kinds_come_first() -> None:
    known = groups(isp(500).graph)
    assert [each.rank for each in known] == sorted(each.rank for each in known)
    assert {each.kind for each in known} == {"site", "ring", "tree", "leaves"}
    assert sum(each.kind == "ring" for each in known) == 32
    assert sum(each.kind == "tree" for each in known) == 12
    assert len({each.key for each in known}) == len(known)


@pytest.mark.parametrize("seed", range(20))
def test_trees_are_what_networkx_finds_cut_off(seed: int) -> None:
    net = random_web(seed)
    plain = nx.Graph()
    plain.add_nodes_from(int(node.device_id) for node in net.graph.nodes)
    plain.add_edges_from((e.a.device_id, e.b.device_id) for e in net.graph.edges)
    for key, tree in found(net, "tree").items():
        head = int(key.partition(":")[2])
        without = plain.copy()
        without.remove_node(head)
        behind = tree - {head}
        parts = [part for part in nx.connected_components(without) if part & behind]
        assert set().union(*parts) == behind, "whole parts, nothing of the rest"


@pytest.mark.parametrize("seed", range(20))
def test_a_device_is_in_one_group_of_a_kind_but_for_trees(seed: int) -> None:
    net = random_web(seed)
    for kind in KINDS:
        all_of = [at for group in groups(net.graph, (kind,)) for at in group.members]
        if kind != "tree":  # an OLT may stand behind another
            assert len(all_of) == len(set(all_of))
