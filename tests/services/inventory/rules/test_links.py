"""Links from evidence: what adds, what lowers, what draws no link at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.inventory.model import EvidenceKind as Kind
from noc_console.services.inventory.rules.links import (
    Claim,
    Computed,
    Kept,
    compute,
    match_kept,
    neighbours_heard,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)


def claim(kind: Kind, a: int, a_port: int | None, b: int, b_port: int | None, **more) -> Claim:
    fields = {"is_fresh": True, "seen_at": AT}
    return Claim(kind, a, a_port, b, b_port, **(fields | more))


BOTH = (claim(Kind.LLDP, 1, 11, 2, 22), claim(Kind.LLDP, 2, 22, 1, 11))


def scores(*claims: Claim) -> list[int]:
    return [link.score for link in compute(claims)]


def test_lldp_from_both_ends_is_nearly_sure() -> None:
    (link,) = compute(BOTH)
    assert (link.a, link.a_port, link.b, link.b_port, link.score) == (1, 11, 2, 22, 95)


def test_lldp_from_one_end_is_three_quarters_sure() -> None:
    assert scores(BOTH[0]) == [75]


def test_agreeing_kinds_add() -> None:
    ospf = claim(Kind.OSPF, 1, 11, 2, 22, is_point_to_point=True)
    assert scores(BOTH[0], ospf) == [88]
    assert scores(*BOTH, claim(Kind.CDP, 1, 11, 2, 22)) == [99]


def test_a_witness_that_no_longer_says_so_counts_a_third() -> None:
    assert scores(replace(BOTH[0], is_fresh=False)) == [26]


def test_a_port_that_hears_somebody_else_now_speaks_against_the_old_link() -> None:
    old = replace(BOTH[0], is_fresh=False)
    new = claim(Kind.LLDP, 1, 11, 3, 33)
    by_pair = {(link.a, link.b): link for link in compute((old, new))}
    assert by_pair[1, 3].score == 75
    assert by_pair[1, 2].score == 10
    assert by_pair[1, 2].disputes == ("one end hears another device on that port",)


def test_a_port_that_hears_two_at_once_makes_both_less_sure() -> None:
    assert scores(claim(Kind.LLDP, 1, 11, 2, 22), claim(Kind.LLDP, 1, 11, 3, 33)) == [64, 64]


def test_two_cables_between_two_boxes_are_two_links() -> None:
    more = (claim(Kind.LLDP, 1, 12, 2, 23), claim(Kind.LLDP, 2, 23, 1, 12))
    assert [(link.a_port, link.b_port) for link in compute((*BOTH, *more))] == [(11, 22), (12, 23)]


def test_an_end_that_does_not_know_the_port_joins_the_one_that_does() -> None:
    (link,) = compute((BOTH[0], claim(Kind.MNDP, 2, 22, 1, None)))
    assert (link.a_port, link.b_port, link.kinds) == (11, 22, (Kind.LLDP, Kind.MNDP))


def test_routing_on_a_bundle_supports_the_only_cable_and_draws_none_itself() -> None:
    over = claim(Kind.OSPF, 1, 99, 2, 98, is_point_to_point=True, on_logical=True)
    assert compute((over,)) == ()
    (link,) = compute((*BOTH, over))
    assert (link.a_port, Kind.OSPF in link.kinds) == (11, True)


def test_routing_on_a_shared_lan_draws_no_link_and_on_two_addresses_it_does() -> None:
    assert compute((claim(Kind.OSPF, 1, 11, 2, 22),)) == ()
    assert scores(claim(Kind.OSPF, 1, 11, 2, 22, is_point_to_point=True)) == [50]


def test_a_learned_mac_draws_a_link_where_nobody_else_is_heard() -> None:
    assert scores(claim(Kind.FDB, 1, 11, 2, None)) == [35]
    assert scores(claim(Kind.FDB, 1, 11, 2, None), claim(Kind.ARP, 1, 11, 2, None)) == [41]


def test_a_mac_behind_another_neighbour_draws_none() -> None:
    through = claim(Kind.FDB, 1, 11, 3, None)
    assert [(link.a, link.b) for link in compute((*BOTH, through))] == [(1, 2)]


def test_descriptions_from_both_ends_are_nearly_even_odds() -> None:
    there, back = claim(Kind.DESCRIPTION, 1, 11, 2, 22), claim(Kind.DESCRIPTION, 2, 22, 1, 11)
    assert scores(there) == [30]
    assert scores(there, back) == [45]


def test_a_box_that_hears_itself_is_no_link() -> None:
    assert compute((claim(Kind.LLDP, 1, 11, 1, 12),)) == ()


def test_only_fresh_words_over_the_cable_count_as_hearing() -> None:
    stale = replace(BOTH[0], is_fresh=False)
    arp = claim(Kind.ARP, 1, 11, 4, None)
    assert neighbours_heard((stale, arp, BOTH[1])) == {22: frozenset({1})}


def computed(a_port: int | None, b_port: int | None, score: int = 95) -> Computed:
    return Computed(1, a_port, 2, b_port, score, (Kind.LLDP,), AT)


def test_a_link_keeps_its_id_when_the_other_port_becomes_known() -> None:
    updates, new, gone = match_kept([Kept(7, 1, 11, 2, None)], [computed(11, 22)])
    assert (updates, new, gone) == ({7: computed(11, 22)}, [], [])


def test_a_link_told_twice_becomes_one() -> None:
    kept = [Kept(7, 1, 11, 2, None), Kept(8, 1, 11, 2, 22)]
    updates, new, gone = match_kept(kept, [computed(11, 22)])
    assert (updates, new, gone) == ({8: computed(11, 22)}, [], [7])


def test_a_weak_word_draws_no_new_link_and_keeps_an_old_one() -> None:
    assert match_kept([], [computed(11, 22, score=10)]) == ({}, [], [])
    updates, _, _ = match_kept([Kept(7, 1, 11, 2, 22)], [computed(11, 22, score=10)])
    assert updates[7].score == 10
