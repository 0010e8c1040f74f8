"""How an alarm is told."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import AlarmState, Severity
from noc_console.views.alarms.words import condition_text, object_text, severity_text
from tests.views.alarms.desks import AT, alarm


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("interface-down", "Interface down"),
        ("bgp-session-lost", "BGP session lost"),
        ("cpu", "CPU"),
        ("onu-lost", "ONU lost"),
    ],
)
def test_a_condition_is_said_as_people_say_it(word: str, told: str) -> None:
    assert condition_text(word) == told


def test_what_is_over_says_what_it_was() -> None:
    gone = alarm(1, Severity.CLEARED)
    assert gone.state is AlarmState.RETURNED and severity_text(gone) == "Cleared"
    assert severity_text(alarm(1, suppressed=True)) == "Major, suppressed"
    assert object_text(alarm(1, interface_name="xe-0/0/1")) == "sw-1 · xe-0/0/1"
    assert severity_text(alarm(1, shelved_until=AT)) == "Major, shelved"
