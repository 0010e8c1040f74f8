"""What probes and rounds say about themselves."""

from __future__ import annotations

from noc_console.services.probes.model import (
    OF_RULE,
    Probe,
    ProbeId,
    ProbeNow,
    ProbeState,
    Round,
)
from noc_console.services.probes.settings import ProbeKind


def test_a_round_lost_what_was_not_answered():
    assert Round(ProbeState.WELL, 5, (1, 2, 3)).lost == 2
    # A reflector that answers more than it was asked is no gain.
    assert Round(ProbeState.WELL, 1, (1, 2)).lost == 0


def test_loss_is_not_known_before_anything_was_sent():
    probe = Probe(ProbeId(1), ProbeKind.ICMP, "192.0.2.1")
    assert ProbeNow(probe, "192.0.2.1", "x").loss_percent is None
    assert ProbeNow(probe, "192.0.2.1", "x", sent=4, lost=1).loss_percent == 25.0


def test_probes_of_the_rule_are_known_by_their_number():
    assert not Probe(ProbeId(7), ProbeKind.ICMP).is_of_rule
    assert Probe(ProbeId(OF_RULE + 7), ProbeKind.ICMP).is_of_rule
