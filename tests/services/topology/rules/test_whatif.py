"""What would happen if devices and links failed."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.topology.findings import Weight
from noc_console.services.topology.model import LinkState, Load
from noc_console.services.topology.rules import weak
from noc_console.services.topology.rules.web import components, spin
from noc_console.services.topology.rules.whatif import what_if
from tests.services.topology.rules.spun import G, by_chance, graph_of

R, S = DeviceType.ROUTER, DeviceType.SWITCH


def load(ab: float, ba: float) -> Load:
    return Load(ab * G, ba * G, LinkState.UP)


SQUARE = weak.stand(
    spin(
        graph_of(
            5,
            [(0, 1), (1, 2), (2, 3), (3, 0), (2, 4)],
            speeds=[10 * G, 10 * G, 5 * G, 10 * G, G],
            loads=[load(4, 2), load(1, 1), load(1, 0.5), load(2, 2), load(0.2, 0.1)],
            types=[R, S, S, S, S],
        )
    ),
    {DeviceId(5): 12},
)
"""A ring of four around router 1; on 3 hangs 5 with its customers."""


def test_a_cut_link_s_load_goes_the_other_way_round() -> None:
    found = what_if(SQUARE, [], [0])
    assert found.cut == () and found.customers == 0 and (found.parts_before, found.parts) == (1, 1)
    after = {(each.a, each.b): each for each in found.shifted}
    # From 1 to 2 went 4G: now 1-4-3-2, against the direction of these links.
    assert after["d4", "d1"].added_ba_bps == 4 * G and after["d4", "d1"].ba_bps == 6 * G
    assert after["d3", "d4"].added_ba_bps == 4 * G
    assert after["d3", "d4"].share == pytest.approx(4.5 / 5)
    assert after["d3", "d4"].is_busy and not after["d3", "d4"].is_full
    assert after["d3", "d4"].before == pytest.approx(0.2)
    assert found.shifted[0] == after["d3", "d4"]
    assert "1 link would be busier than 80 %" in found.verdict


def test_who_is_cut_off_is_told_with_customers() -> None:
    found = what_if(SQUARE, [2], [])
    assert [(one.name, one.customers) for one in found.cut] == [("d5", 12)]
    assert found.customers == 12 and found.parts == 2
    assert found.failed_devices == ("d3",)
    # What 2 and 4 exchanged with each other through 3 goes by 1; 5 has no way.
    assert found.lost_bps > 0
    after = {(each.a, each.b): each for each in found.shifted}
    assert set(after) == {("d1", "d2"), ("d4", "d1")}


def test_what_passed_a_failed_device_is_shared_by_its_links() -> None:
    standing = weak.stand(
        spin(
            graph_of(
                4,
                [(0, 1), (1, 2), (0, 3), (3, 2)],
                speeds=[10 * G] * 4,
                loads=[load(3, 1), load(3, 1), load(0, 0), load(0, 0)],
            )
        ),
        None,
    )
    found = what_if(standing, [1], [])
    after = {(each.a, each.b): each for each in found.shifted}
    # Into 2 come 3 from 1 and 1 from 3; out of it go 1 to 1 and 3 to 3: of 4 in all,
    # 3·3/4 went from 1 to 3 and 1·1/4 back.
    assert after["d1", "d4"].added_ab_bps == pytest.approx(2.25 * G)
    assert after["d1", "d4"].added_ba_bps == pytest.approx(0.25 * G)
    assert found.customers is None and "Customers are not known" in found.verdict


def test_parallel_links_share_what_comes_by_their_speed() -> None:
    standing = weak.stand(
        spin(
            graph_of(
                2,
                [(0, 1), (0, 1), (1, 0)],
                speeds=[10 * G, 30 * G, 10 * G],
                loads=[load(4, 0), load(0, 0), load(0, 0)],
            )
        ),
        None,
    )
    found = {each.link_id: each for each in what_if(standing, [], [0]).shifted}
    assert found[2].added_ab_bps == pytest.approx(3 * G)
    assert found[3].added_ba_bps == pytest.approx(1 * G)


def test_a_link_asked_for_more_than_it_can_carry_is_full() -> None:
    found = what_if(SQUARE, [], [0, 1])
    assert found.parts == 2
    assert found.lost_bps == pytest.approx(8 * G)
    assert "8.00 Gb/s would find no other way" in found.verdict


def test_a_link_nobody_measures_is_told() -> None:
    standing = weak.stand(spin(graph_of(3, [(0, 1), (1, 2), (0, 2)])), None)
    found = what_if(standing, [], [0])
    assert found.unknown == 1 and found.shifted == ()


def test_by_hops_the_load_takes_the_fewest() -> None:
    standing = weak.stand(
        spin(
            graph_of(
                4,
                [(0, 1), (0, 2), (2, 1), (0, 3), (3, 1)],
                speeds=[G, G, G, 100 * G, 100 * G],
                loads=[load(0.5, 0)],
            )
        ),
        None,
    )
    by_speed = {each.link_id for each in what_if(standing, [], [0]).shifted}
    by_hops = {each.link_id for each in what_if(standing, [], [0], Weight.HOPS).shifted}
    assert by_speed == {4, 5}
    assert by_hops == {2, 3}


def test_nothing_failed_is_nothing_lost() -> None:
    found = what_if(SQUARE, [], [])
    assert found.verdict == "Nothing fails yet." and found.shifted == ()


def test_when_all_of_the_core_fails_everybody_is_cut_off() -> None:
    found = what_if(SQUARE, [0], [])
    assert len(found.cut) == 4


def test_parts_and_cut_off_are_what_trying_out_finds() -> None:
    for seed in range(80):
        standing = weak.stand(spin(by_chance(seed, most=18)), None)
        web, core = standing.web, set(standing.core)
        gone = {seed % web.count, (seed * 7) % web.count}
        links = {edge for edge in range(len(web.edges)) if edge % 5 == seed % 5}
        found = what_if(standing, gone, links)
        left = components(web.arcs, without=gone, cut=links)
        assert found.parts == len(left)
        lost = {each for part in left if not set(part) & core for each in part}
        assert {web.number[one.device_id] for one in found.cut} == lost


def test_no_load_appears_or_disappears_on_the_way() -> None:
    """What leaves the ends of a cut link arrives: at every other device in equals out."""
    for seed in range(60):
        standing = weak.stand(spin(by_chance(seed, most=18)), None)
        web = standing.web
        if not web.edges:
            continue
        edge = seed % len(web.edges)
        found = what_if(standing, [], [edge])
        balance = [0.0] * web.count
        for each in found.shifted:
            a, b = web.number[each.a_id], web.number[each.b_id]
            balance[a] += each.added_ba_bps - each.added_ab_bps
            balance[b] += each.added_ab_bps - each.added_ba_bps
        for node in set(range(web.count)) - {web.a[edge], web.b[edge]}:
            assert balance[node] == pytest.approx(0.0, abs=50)  # bit/s, of roundings
