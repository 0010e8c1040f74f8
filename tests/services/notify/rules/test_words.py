from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.alarms.model import Impact, Severity
from noc_console.services.notify.model import Turn
from noc_console.services.notify.rules import templates, words
from noc_console.services.notify.rules.texts import Dress
from noc_console.services.notify.settings import ChannelKind
from tests.services.notify.alarms import an_alarm

AT = datetime(2026, 3, 2, 12, 3, tzinfo=UTC)


@pytest.mark.parametrize("language", [*words.LANGUAGES, "fr"])
@pytest.mark.parametrize("kind", ChannelKind)
@pytest.mark.parametrize("turn", Turn)
def test_the_program_s_own_texts_can_always_be_filled_in(language, kind, turn):
    usual = words.usual(kind, language)
    alarm = an_alarm(impact=Impact(customers=312), owner="mira", ticket="T1", interface_name="ge-0")
    given = words.places(alarm, turn, severity=Severity.MAJOR, at=AT, language=language, note="hm")
    subject = templates.fill(usual.subject, given, dress=Dress.PLAIN)
    body = templates.fill(usual.body, given, dress=Dress.PLAIN)
    assert "core-1" in subject and "no answer for 90 s" in body and "312" in body and "hm" in body


def test_what_is_not_known_leaves_no_empty_line_with_a_name():
    given = words.places(an_alarm(), Turn.RAISED, severity=Severity.MAJOR, at=AT)
    body = templates.fill(words.usual(ChannelKind.EMAIL, "en").body, given, dress=Dress.PLAIN)
    assert body == (
        "New alarm: unreachable on core-1\nno answer for 90 s\n\nSeverity: major\nSite: Delft\n"
        "Since: 2026-03-02 11:58 UTC (5 min)"
    )


def test_times_are_the_reader_s():
    given = words.places(
        an_alarm(), Turn.RAISED, severity=Severity.MAJOR, at=AT, time_zone="Europe/Berlin"
    )
    assert given["alarm"]["since"] == "2026-03-02 12:58 CET"


def test_every_place_that_is_listed_is_there_and_no_other():
    given = words.places(an_alarm(), Turn.RAISED, severity=Severity.MAJOR, at=AT)
    names = {name for name in given if name != "alarm"} | {f"alarm.{n}" for n in given["alarm"]}
    assert names == {name for name, _ in words.PLACES}


def test_the_facts_of_an_alarm_are_plain_values():
    import json

    facts = words.facts_of(an_alarm(impact=Impact(2, 3)), Turn.RAISED, severity=Severity.MAJOR)
    assert json.loads(json.dumps(facts))["impact"]["customers"] == 3
    assert words.facts_of(an_alarm(), Turn.RAISED, severity=Severity.MAJOR)["impact"] is None
