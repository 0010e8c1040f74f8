"""How decisions of people meet evidence: they are witnesses that never err.

A link somebody accepted or drew is a claim of kind MANUAL, believed whole, and evidence about
the same ports joins it. A link somebody rejected is taken out of what evidence computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from noc_console.services.inventory.decisions import Decision, Ends, Verdict
from noc_console.services.inventory.model import EvidenceKind
from noc_console.services.inventory.rules.links import Claim, Computed


def claims(decisions: Iterable[Decision]) -> list[Claim]:
    """What people say is there, as evidence."""
    return [
        Claim(
            kind=EvidenceKind.MANUAL,
            a=one.a_device,
            a_port=one.a_interface,
            b=one.b_device,
            b_port=one.b_interface,
            is_fresh=True,
            seen_at=one.at,
        )
        for one in decisions
        if one.says_it_is_there
    ]


def without_rejected(computed: Iterable[Computed], decisions: Sequence[Decision]) -> list[Computed]:
    """What evidence computes, but for what people said is not there.

    Somebody's word that a link is there outweighs a rejection of the same two devices that
    named fewer ports.
    """
    rejected = [one.ends for one in decisions if one.verdict is Verdict.REJECT]
    return [
        link
        for link in computed
        if EvidenceKind.MANUAL in link.kinds
        or not any(covers(ends, (link.a, link.a_port, link.b, link.b_port)) for ends in rejected)
    ]


def covers(decided: Ends, link: Ends) -> bool:
    """Whether a decision is about a link: the same devices, and no other port of theirs.

    A port the decision did not know is any port; one the link does not know may be the one.
    """
    a, a_port, b, b_port = decided
    return (a, b) == (link[0], link[2]) and _may_be(a_port, link[1]) and _may_be(b_port, link[3])


def _may_be(decided: int | None, port: int | None) -> bool:
    return decided is None or port is None or decided == port


def speeds(decisions: Iterable[Decision]) -> dict[Ends, int]:
    """What drawn links carry, in bit/s, where somebody said it."""
    return {one.ends: one.speed_bps for one in decisions if one.speed_bps > 0}
