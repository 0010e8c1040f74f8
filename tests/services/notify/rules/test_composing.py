from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    DeliveryState,
    Planned,
    Recipient,
    Template,
    Turn,
)
from noc_console.services.notify.rules import composing, words
from noc_console.services.notify.settings import ChannelKind, SmsSettings, TeamsSettings
from tests.services.notify.alarms import an_alarm

AT = datetime(2026, 3, 2, 12, 3, tzinfo=UTC)
MAIL = Channel(ChannelId(1), "mail", ChannelKind.EMAIL)
MIRA = Contact(ContactId(1), "Mira", language="de", time_zone="Europe/Berlin")
TO = Planned(Recipient(MAIL.id, MIRA.id, "m@x.nl"), "all", AT)


def composed(channel=MAIL, known=None, alarm=None):
    return composing.compose(
        alarm or an_alarm(),
        Turn.RAISED,
        TO,
        severity=Severity.MAJOR,
        channel=channel,
        contact=MIRA,
        known=known or {},
        key="k",
        at=AT,
    )


def test_a_message_speaks_the_reader_s_language():
    made = composed()
    assert made.subject == "Neuer Alarm: SCHWER core-1" and "Standort: Delft" in made.body
    assert (made.state, made.key, made.route) == (DeliveryState.QUEUED, "k", "all")
    assert made.facts["device"] == "core-1"


def test_somebody_s_own_text_goes_before_the_program_s():
    own = Template(ChannelKind.EMAIL, "de", "S {{ contact }}", "B", is_own=True)
    assert composed(known={(own.kind, "de"): own}).subject == "S Mira"
    english = replace(own, language="en", subject="E")
    assert composed(known={(own.kind, "en"): english}).subject.startswith("Neuer Alarm")
    found = composing.template_for({(own.kind, "en"): english}, ChannelKind.EMAIL, "fr")
    assert found is english


def test_a_text_that_fails_loses_no_message():
    own = Template(ChannelKind.EMAIL, "de", "x", "{{ alarm.nonsense }}", is_own=True)
    made = composed(known={(own.kind, "de"): own})
    assert made.subject.startswith("Neuer Alarm") and "your own text failed" in made.body


def test_words_of_a_device_are_dressed_for_their_reader():
    teams = Channel(ChannelId(2), "teams", ChannelKind.TEAMS, TeamsSettings())
    made = composed(teams, alarm=an_alarm(text="[click](http://evil)"))
    assert "\\[click\\]\\(" in made.body


def test_an_sms_fits_and_its_preview_says_how_long_it_is():
    sms = Channel(ChannelId(3), "sms", ChannelKind.SMS, SmsSettings(most_segments=1))
    usual = words.usual(ChannelKind.SMS, "en")
    given = words.places(an_alarm(text="x" * 400), Turn.RAISED, severity=Severity.MAJOR, at=AT)
    shown = composing.preview(usual, given, channel=sms)
    assert len(shown.body) == 160 and shown.note == "160 characters in GSM-7, 1 SMS"


def test_the_same_message_has_the_same_key_and_another_another():
    key = composing.key_of(1, 1, Turn.RAISED, Severity.MAJOR, TO)
    assert key == composing.key_of(1, 1, Turn.RAISED, Severity.MAJOR, replace(TO, route="other"))
    others = {
        composing.key_of(1, 2, Turn.RAISED, Severity.MAJOR, TO),
        composing.key_of(1, 1, Turn.CLEARED, Severity.MAJOR, TO),
        composing.key_of(1, 1, Turn.RAISED, Severity.CRITICAL, TO),
        composing.key_of(2, 1, Turn.RAISED, Severity.MAJOR, TO),
    }
    assert len(others | {key}) == 5
    worse = composing.key_of(1, 1, Turn.ESCALATED, Severity.MAJOR, TO)
    assert worse == key  # it came, or it grew worse: of each severity once


def test_each_route_reminds_for_itself():
    early, late = (
        composing.key_of(1, 1, Turn.UNACKED, Severity.MAJOR, replace(TO, route=route))
        for route in ("after 10 minutes", "after an hour")
    )
    assert early != late


def test_a_trial_is_about_nothing():
    made = composing.trial(TO, key="t", at=AT, text="hello")
    assert (made.turn, made.alarm_id, made.body) == (Turn.TEST, None, "hello")
