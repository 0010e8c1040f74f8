"""Parallel links as one, and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId
from noc_console.services.topology.model import (
    Arranged,
    Edge,
    End,
    Graph,
    Light,
    LinkState,
    Load,
    Node,
)
from noc_console.services.topology.rules import bundle

AT = datetime(2026, 3, 1, tzinfo=UTC)
G = 10**9


def link(
    id: int,
    a: int,
    b: int,
    *,
    speed: int = 10 * G,
    lag: bool = False,
    of: int | None = None,
    **load: object,
) -> Edge:
    told = Load(**({"state": LinkState.UP, "at": AT} | load))  # type: ignore[arg-type]
    return Edge(
        LinkId(id),
        End(DeviceId(a), port=f"p{id}", is_aggregate=lag, lag_index=of),
        End(DeviceId(b), port=f"q{id}", is_aggregate=lag),
        speed,
        90 + id,
        ("lldp",),
        told,
    )


def test_links_between_different_pairs_are_left_alone() -> None:
    edges = (link(1, 1, 2), link(2, 2, 3))
    assert bundle.merged(edges) is edges
    arranged = Arranged(Graph(edges=edges), {})
    assert bundle.bundled(arranged) is arranged


def test_parallel_links_become_one_where_the_first_stood() -> None:
    edges = (link(1, 1, 2), link(2, 2, 3), link(3, 2, 1), link(4, 1, 2))
    one, other = bundle.merged(edges)
    assert other is edges[1]
    assert one.link_id == -1 and one.speed_bps == 30 * G and one.score == 91
    assert [part.link_id for part in one.parts] == [1, 3, 4]
    assert {(part.a.device_id, part.b.device_id) for part in one.parts} == {(1, 2)}


def test_loads_add_up_in_the_bundles_direction() -> None:
    there = link(1, 1, 2, ab_bps=1.0, ba_bps=2.0, ab_errors=0.5, ab_discards=1.0)
    back = link(2, 2, 1, ab_bps=10.0, ba_bps=None, ab_errors=3.0, ba_discards=7.0)
    load = bundle.join([there, back]).load
    assert (load.ab_bps, load.ba_bps) == (1.0, 12.0)
    assert (load.ab_errors, load.ba_errors) == (0.5, 3.0)
    assert (load.ab_discards, load.ba_discards) == (8.0, None)


@pytest.mark.parametrize(
    ("states", "worst"),
    [
        ((LinkState.UP, LinkState.DOWN), LinkState.DOWN),
        ((LinkState.UP, LinkState.UNKNOWN), LinkState.UNKNOWN),
        ((LinkState.UP, LinkState.UP), LinkState.UP),
    ],
)
def test_a_bundle_is_as_well_as_its_worst_part(
    states: tuple[LinkState, LinkState], worst: LinkState
) -> None:
    edges = [link(at, 1, 2, state=state) for at, state in enumerate(states, 1)]
    assert bundle.join(edges).load.state is worst


def test_the_oldest_word_and_the_dimmest_light_are_the_bundles() -> None:
    old = AT - timedelta(minutes=3)
    edges = [
        link(1, 1, 2, at=old, ab_light=Light(-9.0, low=-15.0)),
        link(2, 2, 1, ba_light=Light(-13.0, low=-15.0), ab_light=Light(-3.0)),
    ]
    load = bundle.join(edges).load
    assert load.at == old
    assert load.ab_light == Light(-13.0, low=-15.0)
    assert load.ba_light == Light(-3.0)


@pytest.mark.parametrize(
    ("members", "lag", "speed", "bps"),
    [(2, 20 * G, 20 * G, 8.0), (1, 20 * G, 20 * G, 100.0), (3, 20 * G, 30 * G, 12.0)],
)
def test_a_lag_and_its_members_are_not_counted_twice(
    members: int, lag: int, speed: int, bps: float
) -> None:
    edges = [link(at, 1, 2, ab_bps=4.0) for at in range(1, members + 1)]
    edges.append(link(9, 1, 2, speed=lag, lag=True, ab_bps=100.0))
    one = bundle.join(edges)
    assert (one.speed_bps, one.load.ab_bps) == (speed, bps)
    assert len(one.parts) == members + 1


def test_a_lag_that_counts_speaks_for_the_members_its_device_told_of() -> None:
    edges = [link(at, 1, 2, of=500, ab_bps=4.0) for at in (1, 2, 3)]
    edges.append(link(4, 1, 2, ab_bps=7.0))  # beside the LAG, in none
    edges.append(link(9, 1, 2, speed=20 * G, lag=True, of=500, ab_bps=11.0))
    one = bundle.join(edges)
    assert (one.speed_bps, one.load.ab_bps) == (30 * G, 18.0)
    assert len(one.parts) == 5, "nothing is lost"


def test_members_speak_for_a_lag_that_counts_nothing() -> None:
    edges = [link(at, 1, 2, of=500, ab_bps=4.0) for at in (1, 2)]
    edges.append(link(9, 1, 2, speed=40 * G, lag=True, of=500))
    one = bundle.join(edges)
    assert (one.speed_bps, one.load.ab_bps) == (20 * G, 8.0)


def test_an_opened_bundle_shows_its_links() -> None:
    edges = (link(1, 1, 2), link(2, 1, 2), link(3, 2, 3), link(4, 3, 2))
    shown = bundle.merged(edges, {LinkId(-1)})
    assert [edge.link_id for edge in shown] == [1, 2, -3]


def test_turning_twice_changes_nothing() -> None:
    one = link(1, 1, 2, ab_bps=1.0, ba_errors=2.0, ab_light=Light(-3.0))
    assert bundle.turned(bundle.turned(one)) == one
    assert bundle.turned(one).load.ba_light == Light(-3.0)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=40))
def test_no_link_is_lost_and_every_pair_is_drawn_once(pairs: list[tuple[int, int]]) -> None:
    edges = tuple(link(at, a, b) for at, (a, b) in enumerate(pairs, 1))
    shown = bundle.merged(edges)
    assert sorted(p.link_id for edge in shown for p in edge.parts or (edge,)) == list(
        range(1, len(edges) + 1)
    )
    ends = [frozenset((edge.a.device_id, edge.b.device_id)) for edge in shown]
    assert len(set(ends)) == len(ends)
    assert bundle.merged(shown) is shown or len(shown) < 2
    assert len({edge.link_id for edge in shown}) == len(shown)


def test_devices_stay() -> None:
    nodes = tuple(Node(DeviceId(n), f"d{n}", DeviceType.ROUTER) for n in (1, 2))
    arranged = Arranged(Graph(nodes, (link(1, 1, 2), link(2, 1, 2)), at=AT), {})
    assert bundle.bundled(arranged).graph == replace(
        arranged.graph, edges=(bundle.join(arranged.graph.edges),)
    )
