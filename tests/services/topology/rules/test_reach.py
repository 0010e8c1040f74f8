"""What a device or link needs, and what needs it."""

from __future__ import annotations

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.rules import reach, weak
from noc_console.services.topology.rules.web import components, spin
from tests.services.topology.rules.spun import by_chance, graph_of

R, S = DeviceType.ROUTER, DeviceType.SWITCH
STANDING = weak.stand(
    spin(
        graph_of(
            7,
            [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (5, 6)],
            types=[R, R, S, S, S, S, S],
        )
    ),
    {DeviceId(5): 7, DeviceId(7): 30},
)
"""Routers 1 and 2, above 3; on it 4; on that 5, and 6 with 7 below."""


def test_downstream_is_all_that_hangs_on_it() -> None:
    found = reach.of_device(STANDING, 3)
    assert [one.name for one in found.downstream] == ["d7", "d5", "d6"]
    assert [one.customers for one in found.downstream] == [30, 7, 0]
    assert found.customers == 37
    assert set(found.downstream_links) == {5, 6, 7}
    assert found.verdict == (
        "Without d4 3 devices would lose the way to the core, 37 customers would be cut off."
    )


def test_upstream_is_every_device_on_a_shortest_way() -> None:
    found = reach.of_device(STANDING, 5)
    assert [(up.name, up.hops, up.is_needed, up.is_core) for up in found.upstream] == [
        ("d4", 1, True, False),
        ("d3", 2, True, False),
        ("d1", 3, False, True),
        ("d2", 3, False, True),
    ]
    assert found.needed_links == (6, 4)
    assert set(found.ways_links) == {6, 4, 2, 3}


def test_a_device_of_the_core_needs_nobody() -> None:
    found = reach.of_device(STANDING, 0)
    assert found.is_core and found.upstream == () and found.downstream == ()
    assert found.verdict == "Nothing else loses its way to the core without d1."


def test_a_bridge_cuts_off_what_is_below_it() -> None:
    found = reach.of_link(STANDING, 5)
    assert found.of == "d4 – d6"
    assert {one.name for one in found.downstream} == {"d6", "d7"}
    assert found.customers == 30
    assert [up.name for up in found.upstream] == ["d4", "d3", "d1", "d2"]


def test_a_link_with_another_way_round_cuts_off_nobody() -> None:
    found = reach.of_link(STANDING, 1)
    assert found.downstream == () and found.customers == 0


def test_who_is_downstream_has_no_way_when_it_is_tried_out() -> None:
    for seed in range(60):
        standing = weak.stand(spin(by_chance(seed, most=16)), None)
        web, core = standing.web, set(standing.core)
        for node in range(web.count):
            left = components(web.arcs, without=[node])
            lost = {each for part in left if not set(part) & core for each in part}
            found = {
                web.number[one.device_id] for one in reach.of_device(standing, node).downstream
            }
            assert found == lost
        for edge in range(len(web.edges)):
            left = components(web.arcs, cut=[edge])
            lost = {each for part in left if not set(part) & core for each in part}
            found = {web.number[one.device_id] for one in reach.of_link(standing, edge).downstream}
            assert found == lost


def test_who_is_needed_is_on_every_way() -> None:
    for seed in range(60):
        standing = weak.stand(spin(by_chance(seed, most=16)), None)
        web, core = standing.web, set(standing.core)
        for node in set(range(web.count)) - core:
            needed = {
                web.number[up.device_id]
                for up in reach.of_device(standing, node).upstream
                if up.is_needed
            }
            for other in range(web.count):
                if other != node:
                    left = components(web.arcs, without=[other])
                    home = next(part for part in left if node in part)
                    assert (other in needed) == (not set(home) & core)
