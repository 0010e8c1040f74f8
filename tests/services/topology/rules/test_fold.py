"""Collapsing hides nothing from the counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Reachability
from noc_console.services.topology.model import Arranged, Edge
from noc_console.services.topology.rules import bundle
from noc_console.services.topology.rules.fold import fold, folded_id
from noc_console.services.topology.rules.groups import KINDS, groups
from tests.services.topology.rules.webs import from_graphml, isp, random_web, web


def links(edge: Edge) -> int:
    return max(1, len(edge.parts))


def counts(arranged: Arranged) -> tuple[int, int, int]:
    """Devices, links and alarms, those inside collapsed groups as well."""
    graph = arranged.graph
    return (
        sum(max(1, len(node.members)) for node in graph.nodes),
        sum(map(links, graph.edges)) + sum(node.inside for node in graph.nodes),
        sum(node.alarms for node in graph.nodes),
    )


def check(before: Arranged, folded: frozenset[str]) -> Arranged:
    after = fold(before, folded)
    assert counts(after) == counts(before)
    shown = {node.device_id for node in after.graph.nodes}
    assert len(shown) == len(after.graph.nodes)
    for edge in after.graph.edges:
        assert {edge.a.device_id, edge.b.device_id} <= shown, "no link leads to the hidden"
    standing = {node.device_id for node in before.graph.nodes}
    members = [id for node in after.graph.nodes for id in node.members or (node.device_id,)]
    assert sorted(members) == sorted(standing)
    assert set(after.positions) == shown
    originals = {edge.link_id: edge for edge in before.graph.edges}
    for edge in after.graph.edges:
        for part in edge.parts:
            assert part in (originals[part.link_id], bundle.turned(originals[part.link_id]))
    assert fold(before, frozenset()) is before
    return after


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kinds", [("site",), ("ring", "leaves"), KINDS])
def test_counts_stay_on_any_network(seed: int, kinds: tuple[str, ...]) -> None:
    before = random_web(seed)
    keys = [group.key for group in groups(before.graph, kinds)]
    check(before, frozenset(keys))
    check(before, frozenset(keys[::2]))


def test_counts_stay_on_every_real_network(shared: Path) -> None:
    files = sorted((shared / "topologies").rglob("*.graphml"))
    if not files:
        pytest.skip("the real topologies are not here")
    for file in files:
        before = from_graphml(file)
        after = check(before, frozenset(group.key for group in groups(before.graph)))
        assert len(after.graph.nodes) <= len(before.graph.nodes)


def test_a_site_becomes_one_device_in_its_middle() -> None:
    before = web(
        [(1, 2), (2, 3), (1, 3), (3, 4)],
        sites={1: 1, 2: 1, 3: 2, 4: 2},
        names={1: "Delft"},
        alarms={1: 2, 2: 1},
    )
    after = check(before, frozenset({"site:1"}))
    group = after.graph.nodes[-1]
    assert (group.device_id, group.name, group.site_id) == (folded_id("site:1"), "Delft", 1)
    assert (group.members, group.inside, group.alarms) == ((1, 2), 1, 3)
    assert group.severity is Severity.MINOR and group.group == "site:1"
    place = after.positions[group.device_id]
    assert (place.x, place.y) == (1.5, -1.5)


def test_links_of_one_group_to_one_device_are_one() -> None:
    before = web([(1, 2), (1, 3), (3, 2), (3, 4)], sites={1: 1, 2: 1})
    after = check(before, frozenset({"site:1"}))
    joined = [edge for edge in after.graph.edges if edge.link_id < 0]
    assert len(joined) == 1 and len(joined[0].parts) == 2
    assert joined[0].speed_bps == 2 * 10**9
    assert joined[0].load.ab_bps == 2.0 + 3.0 * 2
    assert {part.a.device_id for part in joined[0].parts} == {1, 2}, "parts keep their own ends"


@pytest.mark.parametrize(
    ("down", "reachability", "severity"),
    [
        ((), Reachability.UP, Severity.CLEARED),
        ((1,), Reachability.UP, Severity.CRITICAL),
        ((1, 2), Reachability.DOWN, Severity.CRITICAL),
    ],
)
def test_a_group_is_down_only_when_all_of_it_is(
    down: tuple[int, ...], reachability: Reachability, severity: Severity
) -> None:
    after = fold(web([(1, 2), (2, 3)], sites={1: 1, 2: 1}, down=down), {"site:1"})
    assert after.graph.nodes[-1].reachability is reachability
    assert after.graph.nodes[-1].severity is severity


def test_a_device_goes_with_the_larger_of_its_groups() -> None:
    before = web(
        [(1, 10), (10, 11), (11, 12), (12, 2), (1, 2), (1, 3), (2, 3)],
        sites={10: 5, 1: 5, 2: 6, 11: 6},
    )
    after = check(before, frozenset({"site:5", "ring:10"}))
    groups_shown = {node.group: node.members for node in after.graph.nodes if node.group}
    assert groups_shown == {"site:5": (1, 10), "ring:10": (11, 12)}


def test_collapsing_in_two_steps_is_collapsing_at_once() -> None:
    before = isp(500)
    keys = frozenset(group.key for group in groups(before.graph, ("ring", "tree")))
    assert check(before, keys).graph.nodes == fold(before, set(keys)).graph.nodes
    assert len(fold(before, keys).graph.nodes) < 250


def test_groups_that_are_no_more_do_nothing() -> None:
    before = web([(1, 2)])
    assert fold(before, {"site:99", "ring:7"}) is before


def test_ids_of_groups_are_negative_and_their_own() -> None:
    keys = [f"{kind}:{number}" for kind in KINDS for number in (1, 2, 10**6, 10**6 + 1)]
    ids = [folded_id(key) for key in keys]
    assert len(set(ids)) == len(ids) and max(ids) < 0
    assert min(ids) > -(2**31), "Qt's signals carry them"


def test_bundles_fold_as_the_links_they_are() -> None:
    before = web([(1, 2), (1, 2), (2, 3), (2, 3), (1, 3)], sites={1: 1, 2: 1})
    again = bundle.bundled(before)
    after = fold(again, {"site:1"})
    assert counts(after) == counts(before)
    assert [len(edge.parts) for edge in after.graph.edges] == [3]
    assert after.graph.nodes[-1].inside == 2
