"""Known mistakes of the other monitor are taken out of the score, and only those."""

from __future__ import annotations

import re

from tests.devices.compare import GOALS, Tally
from tests.devices.theirs import Case, cases, excuse

CASE = Case("sensors", ("ups_*",), re.compile("frequency"), "tenths of a hertz")


def test_excused_rows_count_for_nobody() -> None:
    tally = Tally(3, 1, wrong=["frequency: 50 for 5"], missing=["voltage"], extra=["frequency"])
    excuse(tally, "sensors", "ups_a", [CASE])
    assert (tally.expected, tally.wrong, tally.missing, tally.extra) == (2, [], ["voltage"], [])
    assert len(tally.theirs) == 2


def test_another_fact_or_recording_is_not_excused() -> None:
    for fact, recording in (("memory", "ups_a"), ("sensors", "pdu_a")):
        tally = Tally(1, 0, wrong=["frequency: 50 for 5"])
        excuse(tally, fact, recording, [CASE])
        assert tally.expected == 1


def test_every_case_names_a_fact_that_is_scored_and_says_why() -> None:
    assert all(case.fact in GOALS and len(case.reason) > 20 for case in cases())
