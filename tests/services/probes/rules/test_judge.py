"""What rings, after how long, and when it stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.pack import our_book
from noc_console.services.probes.gravity import gravity_of
from noc_console.services.probes.model import Probe, ProbeId, ProbeState, Round, Thresholds
from noc_console.services.probes.rules.judge import Memory, certificate_severity, judge
from noc_console.services.probes.settings import ProbeKind

NOW = datetime(2026, 11, 21, tzinfo=UTC)
GOOD = Round(ProbeState.WELL, 10, (10_000,) * 10)
GRAVITY = gravity_of(our_book(), Probe(ProbeId(1), ProbeKind.ICMP), None)
SILENT = Round(ProbeState.SILENT, 10, error="no answer", reason="timeout")


def lost(count: int) -> Round:
    return Round(ProbeState.WELL, 10, (10_000,) * (10 - count))


def slow(ms: int) -> Round:
    return Round(ProbeState.WELL, 10, (ms * 1000,) * 10)


class Desk:
    """Applies verdicts one after the other, as the alarm desk would."""

    def __init__(self, **thresholds) -> None:
        self.thresholds = Thresholds(**thresholds)
        self.memory = Memory()
        self.standing: dict[Condition, Severity] = {}
        self.rings = 0

    def hear(self, *rounds: Round, now: datetime = NOW) -> dict[Condition, Severity]:
        for told in rounds:
            self.memory, verdicts = judge(
                self.memory,
                told,
                self.thresholds,
                standing=self.standing,
                now=now,
                gravity=GRAVITY,
            )
            for verdict in verdicts:
                if verdict.severity == Severity.CLEARED:
                    del self.standing[verdict.condition]
                else:
                    self.standing[verdict.condition] = verdict.severity
                    self.rings += 1
        return self.standing


def test_silence_rings_after_three_rounds_and_ends_after_three():
    desk = Desk()
    assert desk.hear(SILENT, SILENT) == {}
    assert desk.hear(SILENT) == {Condition.PROBE_FAILED: Severity.MAJOR}
    assert desk.hear(GOOD, GOOD) == {Condition.PROBE_FAILED: Severity.MAJOR}
    assert desk.hear(GOOD) == {}


def test_a_good_round_between_bad_ones_begins_the_count_anew():
    desk = Desk()
    assert desk.hear(SILENT, SILENT, GOOD, SILENT, SILENT) == {}


def test_silence_is_no_loss_and_says_nothing_about_latency():
    desk = Desk(latency_ms=5)
    assert desk.hear(SILENT, SILENT, SILENT).keys() == {Condition.PROBE_FAILED}


def test_one_lost_packet_wakes_nobody():
    desk = Desk()
    assert desk.hear(*[lost(1)] * 20) == {}


def test_loss_rings_once_and_a_value_on_the_edge_neither_ends_nor_repeats_it():
    desk = Desk(loss_percent=30)
    desk.hear(*[lost(3)] * 3)
    assert desk.standing == {Condition.PROBE_LOSS: Severity.MINOR}
    dance = Desk(loss_percent=30)
    dance.standing = dict(desk.standing)
    # 25 % lies between four fifths of the threshold and the threshold itself.
    between = Round(ProbeState.WELL, 20, (1,) * 15)
    assert dance.hear(*[between] * 10) == {Condition.PROBE_LOSS: Severity.MINOR}
    assert dance.hear(*[lost(2)] * 3) == {}
    assert (desk.rings, dance.rings) == (1, 0)


@pytest.mark.parametrize(
    ("thresholds", "told"),
    [
        ({"latency_ms": 50}, slow(60)),
        ({"jitter_ms": 5}, Round(ProbeState.WELL, 4, (1_000, 20_000, 1_000, 20_000))),
    ],
)
def test_slowness_and_unevenness_are_warnings(thresholds, told):
    desk = Desk(**thresholds)
    assert desk.hear(told, told, told) == {Condition.PROBE_LATENCY: Severity.WARNING}
    assert desk.hear(GOOD, GOOD, GOOD) == {}


def test_thresholds_of_zero_are_off():
    desk = Desk(loss_percent=0)
    assert desk.hear(*[lost(9), slow(9_000)] * 5) == {}


def test_a_wrong_answer_is_a_failure_with_its_words():
    told = Round(ProbeState.WRONG, 1, (5,), error="the page says 503", reason="status")
    _, first = judge(Memory(), told, Thresholds(rounds_on=1), standing={}, now=NOW, gravity=GRAVITY)
    assert [(v.condition, v.text) for v in first] == [(Condition.PROBE_FAILED, "the page says 503")]


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (31, Severity.CLEARED),
        (30, Severity.WARNING),
        (14, Severity.MINOR),
        (7, Severity.MAJOR),
        (0.1, Severity.MAJOR),
        (0, Severity.CRITICAL),
        (-5, Severity.CRITICAL),
    ],
)
def test_a_certificate_gets_worse_in_steps(days, severity):
    assert certificate_severity(GRAVITY.certificate, days) == severity


def test_an_ending_certificate_rings_at_each_step_and_a_new_one_ends_it():
    def ends(days: float) -> Round:
        return Round(ProbeState.WELL, 1, (5,), expires_at=NOW + timedelta(days=days))

    desk = Desk()
    condition = Condition.CERTIFICATE_EXPIRY
    assert desk.hear(ends(40)) == {}
    assert desk.hear(ends(29), ends(28.9)) == {condition: Severity.WARNING}
    assert desk.hear(ends(13)) == {condition: Severity.MINOR}
    assert desk.hear(ends(6)) == {condition: Severity.MAJOR}
    assert desk.hear(ends(-1)) == {condition: Severity.CRITICAL}
    assert desk.rings == 4
    # Two machines behind one name whose certificates end a moment apart do not ring in turns.
    assert desk.hear(ends(0.5)) == {condition: Severity.CRITICAL}
    # A silent round says nothing about certificates.
    assert desk.hear(SILENT) == {condition: Severity.CRITICAL}
    assert desk.hear(ends(90)) == {}


def test_certificates_can_be_left_alone():
    told = Round(ProbeState.WELL, 1, (5,), expires_at=NOW)
    desk = Desk(certificate=False)
    assert desk.hear(told) == {}
    desk.standing = {Condition.CERTIFICATE_EXPIRY: Severity.MAJOR}
    assert desk.hear(told) == {}
