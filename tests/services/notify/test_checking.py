from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.checking import (
    check_channel,
    check_contact,
    check_group,
    check_policy,
    check_route,
    check_template,
    clock_time,
    is_test_due,
)
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    NotifyPolicy,
    Route,
    RouteId,
    Template,
    Turn,
)
from noc_console.services.notify.settings import SETTINGS, ChannelKind

HOOK = Channel(ChannelId(1), "hook", ChannelKind.WEBHOOK, SETTINGS[ChannelKind.WEBHOOK]())
MIRA = Contact(ContactId(1), "Mira", email="m@x.nl")
ROUTE = Route(RouteId(1), "all", channel_ids=(HOOK.id,), contact_ids=(MIRA.id,))
TEXT = Template(ChannelKind.SMS, "en", "s", "{{ alarm.text }}")


def refused(check, *given, **more):
    with pytest.raises(Invalid) as raised:
        check(*given, **more)
    return raised.value.field


def test_a_channel_needs_a_name_its_secret_and_a_sane_allowance():
    url = Secret("https://x.example.net/1")
    check_channel(HOOK, url, has_secret=False)
    check_channel(HOOK, Secret(""), has_secret=True)
    assert refused(check_channel, HOOK, Secret(""), has_secret=False) == "secret"
    assert refused(check_channel, replace(HOOK, name=" "), url, has_secret=False) == "name"
    assert refused(check_channel, replace(HOOK, burst=0), url, has_secret=False) == "burst"
    assert refused(check_channel, replace(HOOK, per_hour=0), url, has_secret=False) == "per_hour"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "x"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"telegram": "?"}, "telegram"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"language": "x" * 20}, "language"),
    ],
)
def test_a_contact_must_be_reachable_as_it_says(change, field):
    check_contact(MIRA)
    assert refused(check_contact, replace(MIRA, **change)) == field


def test_a_group_is_of_people_there_are():
    check_group(Group(GroupId(1), "noc", (MIRA.id,)), [MIRA])
    assert refused(check_group, Group(GroupId(1), "noc", (ContactId(9),)), [MIRA]) == "contact_ids"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel_ids": ()}, "channel_ids"),
        ({"channel_ids": (ChannelId(9),)}, "channel_ids"),
        ({"contact_ids": (ContactId(9),)}, "contact_ids"),
        ({"group_ids": (GroupId(9),)}, "group_ids"),
        ({"turns": frozenset()}, "turns"),
        ({"turns": frozenset({Turn.PAGED})}, "turns"),
        ({"match": Match(least=Severity.CRITICAL, most=Severity.MINOR)}, "least"),
        ({"match": Match(from_time=time(8))}, "until_time"),
        ({"match": Match(time_zone="x")}, "time_zone"),
        ({"unacked_minutes": 0}, "unacked_minutes"),
        ({"digest_minutes": 5000}, "digest_minutes"),
    ],
)
def test_a_route_leads_somewhere(change, field):
    known = {"channels": [HOOK], "contacts": [MIRA], "groups": []}
    check_route(ROUTE, **known)
    assert refused(check_route, replace(ROUTE, **change), **known) == field


def test_a_text_can_be_filled_in():
    check_template(TEXT)
    assert refused(check_template, replace(TEXT, body="{{ x.y( }}")) == "body"
    assert refused(check_template, replace(TEXT, subject=" ")) == "body"
    assert refused(check_template, replace(TEXT, language="a b")) == "language"


def test_patience_stays_within_reason():
    check_policy(NotifyPolicy())
    assert refused(check_policy, NotifyPolicy(wait_s=-1)) == "wait_s"
    assert refused(check_policy, NotifyPolicy(stuck_s=1)) == "stuck_s"
    assert refused(check_policy, NotifyPolicy(daily_zone="x")) == "daily_zone"


def test_a_time_of_day_is_read_as_people_write_it():
    assert clock_time("22:30") == time(22, 30) and clock_time(" ") is None
    with pytest.raises(Invalid):
        clock_time("half past ten")


def test_the_daily_test_is_due_for_an_hour_by_the_clock_on_the_wall():
    policy = NotifyPolicy(
        daily_test=time(8), daily_zone="Europe/Berlin", daily_channel_ids=(ChannelId(1),)
    )
    assert is_test_due(policy, datetime(2026, 3, 2, 7, tzinfo=UTC)) == "2026-03-02"
    assert is_test_due(policy, datetime(2026, 3, 2, 6, 59, tzinfo=UTC)) == ""
    assert is_test_due(policy, datetime(2026, 3, 2, 8, tzinfo=UTC)) == ""
    assert is_test_due(policy, datetime(2026, 7, 2, 6, 30, tzinfo=UTC)) == "2026-07-02"
    assert is_test_due(NotifyPolicy(), datetime(2026, 3, 2, 7, tzinfo=UTC)) == ""
