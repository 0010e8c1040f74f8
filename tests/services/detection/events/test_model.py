"""Words in texts, and how far somebody's word is believed."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events.model import Trust, bounded, filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("peer {a} is {b}", "peer 1 is ?"),
        ("{a}", "1"),
        ("nothing", "nothing"),
        ("an {open", "an {open"),
        ("a } b", "a } b"),
    ],
)
def test_words_are_put_in_for_their_names(text: str, told: str) -> None:
    assert filled(text, {"a": "1"}) == told


@pytest.mark.parametrize(
    ("trust", "confirmed", "severity"),
    [
        (Trust.CLAIMED, False, Severity.MAJOR),
        (Trust.CONNECTED, False, Severity.MAJOR),
        (Trust.CLAIMED, True, Severity.CRITICAL),
        (Trust.AUTHENTIC, False, Severity.CRITICAL),
    ],
)
def test_n8_critical_needs_a_proof(trust: Trust, confirmed: bool, severity: Severity) -> None:
    assert bounded(Severity.CRITICAL, trust, is_confirmed=confirmed) is severity
    assert bounded(Severity.MINOR, trust, is_confirmed=confirmed) is Severity.MINOR
