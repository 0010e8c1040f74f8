"""People's decisions among the evidence."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inventory.decisions import Decision, Verdict
from noc_console.services.inventory.model import EvidenceKind
from noc_console.services.inventory.rules.decided import claims, covers, speeds, without_rejected
from noc_console.services.inventory.rules.links import Claim, compute

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(verdict: Verdict, a_port: int | None = 11, b_port: int | None = 21, speed: int = 0):
    return Decision(1, AT, "mira", verdict, 1, a_port, 2, b_port, speed)


def lldp(a: int, a_port: int, b: int, b_port: int, *, fresh: bool = True) -> Claim:
    return Claim(EvidenceKind.LLDP, a, a_port, b, b_port, fresh, AT)


def test_an_accepted_link_stays_whole_when_its_evidence_has_faded() -> None:
    faded = lldp(1, 11, 2, 21, fresh=False)
    (alone,) = compute([faded])
    (accepted,) = compute([faded, *claims([said(Verdict.ACCEPT)])])
    assert alone.score < 30
    assert (accepted.score, accepted.kinds) == (100, (EvidenceKind.LLDP, EvidenceKind.MANUAL))


def test_an_accepted_link_is_not_doubted_by_what_its_port_hears() -> None:
    other = lldp(1, 11, 3, 31)
    found = compute([other, *claims([said(Verdict.ACCEPT)])])
    assert next(link for link in found if link.b == 2).score == 100


def test_a_drawn_link_is_there_without_any_evidence() -> None:
    (link,) = compute(claims([said(Verdict.DRAW)]))
    assert (link.a, link.a_port, link.b, link.b_port, link.score) == (1, 11, 2, 21, 100)


def test_evidence_of_the_same_cable_joins_a_link_drawn_between_devices() -> None:
    drawn = claims([said(Verdict.DRAW, None, None)])
    (link,) = compute([lldp(1, 11, 2, 21), *drawn])
    assert (link.a_port, link.b_port, link.score) == (11, 21, 100)


def test_a_rejected_link_is_taken_out_and_its_neighbour_stays() -> None:
    found = compute([lldp(1, 11, 2, 21), lldp(1, 12, 2, 22)])
    left = without_rejected(found, [said(Verdict.REJECT)])
    assert [(link.a_port, link.b_port) for link in left] == [(12, 22)]


def test_a_rejection_without_ports_is_about_every_link_of_the_two() -> None:
    found = compute([lldp(1, 11, 2, 21), lldp(1, 12, 2, 22), lldp(1, 13, 3, 31)])
    left = without_rejected(found, [said(Verdict.REJECT, None, None)])
    assert [link.b for link in left] == [3]


def test_a_drawn_link_outweighs_a_wider_rejection() -> None:
    drawn = claims([said(Verdict.DRAW, 12, 22)])
    decisions = [said(Verdict.REJECT, None, None), said(Verdict.DRAW, 12, 22)]
    left = without_rejected(compute([lldp(1, 11, 2, 21), *drawn]), decisions)
    assert [(link.a_port, link.b_port) for link in left] == [(12, 22)]


def test_a_link_whose_port_is_not_known_may_be_the_rejected_one() -> None:
    assert covers((1, 11, 2, 21), (1, None, 2, 21))
    assert not covers((1, 11, 2, 21), (1, 12, 2, 21))
    assert not covers((1, 11, 2, 21), (1, 11, 3, 21))


def test_a_drawn_link_carries_what_was_said() -> None:
    told = speeds([said(Verdict.DRAW, speed=10**9), said(Verdict.ACCEPT)])
    assert told == {(1, 11, 2, 21): 10**9}
