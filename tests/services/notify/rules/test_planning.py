from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from noc_console.services.alarms.model import Impact, Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    Recipient,
    Route,
    RouteId,
    Turn,
)
from noc_console.services.notify.rules.planning import (
    Book,
    chosen,
    plan,
    unreached,
    usual_routes,
)
from noc_console.services.notify.rules.turns import Now
from noc_console.services.notify.settings import ChannelKind, TelegramSettings, WebhookSettings
from tests.services.notify.alarms import an_alarm

NIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
HOOK = Channel(ChannelId(1), "hook", ChannelKind.WEBHOOK, WebhookSettings())
MAIL = Channel(ChannelId(2), "mail", ChannelKind.EMAIL)
SMS = Channel(ChannelId(3), "sms", ChannelKind.SMS)
MIRA = Contact(ContactId(1), "Mira", email="mira@example.net", phone="+311")
JO = Contact(ContactId(2), "Jo", email="jo@example.net", quiet_from=time(22), quiet_until=time(6))
ROUTE = Route(
    RouteId(1),
    "all",
    channel_ids=(HOOK.id, MAIL.id),
    contact_ids=(MIRA.id,),
    group_ids=(GroupId(1),),
)
BOOK = Book(
    channels={each.id: each for each in (HOOK, MAIL, SMS)},
    contacts={each.id: each for each in (MIRA, JO)},
    groups={GroupId(1): Group(GroupId(1), "noc", (MIRA.id, JO.id))},
    routes=(ROUTE,),
)
RAISED = Now(Turn.RAISED, Severity.MAJOR)


def planned(book=BOOK, now=RAISED, alarm=None, at=NIGHT):
    return plan(alarm or an_alarm(), now, book=book, device_type="router", at=at)


def test_a_place_hears_it_once_and_each_person_once_whoever_names_them():
    assert [each.recipient for each in planned()] == [
        Recipient(HOOK.id, None),
        Recipient(MAIL.id, MIRA.id, "mira@example.net"),
        Recipient(MAIL.id, JO.id, "jo@example.net"),
    ]


def test_quiet_hours_hold_back_what_is_not_severe_enough():
    mira, jo = planned()[1:]
    assert mira.due_at == NIGHT and not mira.is_gathered
    assert jo.due_at == datetime(2026, 3, 3, 6, tzinfo=UTC) and jo.is_gathered
    assert planned(now=Now(Turn.RAISED, Severity.CRITICAL))[2].due_at == NIGHT


def test_a_digest_made_up_before_quiet_hours_does_not_arrive_in_them():
    hourly = replace(BOOK, routes=(replace(ROUTE, digest_minutes=60),))
    evening = datetime(2026, 3, 2, 21, 10, tzinfo=UTC)
    mira, jo = planned(hourly, at=evening)[1:]
    assert mira.due_at == datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert jo.due_at == datetime(2026, 3, 3, 6, tzinfo=UTC)
    nearly_morning = datetime(2026, 3, 3, 5, 10, tzinfo=UTC)
    assert planned(hourly, at=nearly_morning)[2].due_at == jo.due_at


def test_of_two_routes_that_ask_for_the_same_the_sooner_one_wins():
    slow = replace(ROUTE, id=RouteId(2), name="digest", position=-1, digest_minutes=60)
    found = planned(replace(BOOK, routes=(slow, ROUTE)))
    assert len(found) == 3 and found[0].route == "all" and found[0].due_at == NIGHT
    only = planned(replace(BOOK, routes=(slow,)))
    assert only[0].is_gathered and only[0].due_at == datetime(2026, 3, 3, 0, tzinfo=UTC)


def test_the_order_counts_where_a_route_is_the_last():
    last = replace(ROUTE, id=RouteId(2), name="last", position=-1, is_last=True)
    found = chosen(
        an_alarm(), RAISED, book=replace(BOOK, routes=(ROUTE, last)), device_type="", at=NIGHT
    )
    assert [each.name for each in found] == ["last"]
    off = replace(last, is_enabled=False)
    found = chosen(
        an_alarm(), RAISED, book=replace(BOOK, routes=(ROUTE, off)), device_type="", at=NIGHT
    )
    assert [each.name for each in found] == ["all"]


def test_who_is_on_leave_or_unreachable_by_a_channel_is_left_out_and_told_as_such():
    leave = {MIRA.id: replace(MIRA, is_paused=True), JO.id: JO}
    assert [each.recipient.contact_id for each in planned(replace(BOOK, contacts=leave))] == [
        None,
        2,
    ]
    texts = replace(ROUTE, channel_ids=(SMS.id,))
    found = planned(replace(BOOK, routes=(texts,)))
    assert [each.recipient.to for each in found] == ["+311"]
    assert unreached((MIRA, JO), found) == (JO,)


def test_whoever_is_on_call_is_told_too():
    route = replace(ROUTE, contact_ids=(), group_ids=(), channel_ids=(MAIL.id,), on_call="core")
    book = replace(BOOK, routes=(route,), on_call={"core": (JO.id, ContactId(99))})
    assert [each.recipient.contact_id for each in planned(book)] == [JO.id]


def test_a_group_chat_hears_it_beside_the_people():
    bot = Channel(ChannelId(4), "bot", ChannelKind.TELEGRAM, TelegramSettings(chat="-100"))
    book = replace(
        BOOK,
        channels={bot.id: bot},
        contacts={MIRA.id: replace(MIRA, telegram="77")},
        routes=(replace(ROUTE, channel_ids=(bot.id,)),),
    )
    assert [each.recipient.to for each in planned(book)] == ["77", "-100"]


def test_a_channel_that_is_off_or_gone_carries_nothing():
    off = {HOOK.id: replace(HOOK, is_enabled=False)}
    assert planned(replace(BOOK, channels=off)) == ()


def test_the_usual_routes_are_those_of_the_requirement():
    routes = usual_routes((HOOK, MAIL, SMS), (MIRA,))
    book = replace(BOOK, routes=tuple(replace(r, id=RouteId(n)) for n, r in enumerate(routes)))

    def kinds(severity, customers=0):
        alarm = an_alarm(severity, impact=Impact(customers=customers))
        found = planned(book, Now(Turn.RAISED, severity), alarm)
        return {BOOK.channels[each.recipient.channel_id].name for each in found}

    assert kinds(Severity.WARNING) == {"hook"}
    assert kinds(Severity.MAJOR) == {"hook", "mail"}
    assert kinds(Severity.CRITICAL, 10) == {"hook", "mail"}
    assert kinds(Severity.CRITICAL, 11) == {"hook", "mail", "sms"}
    assert usual_routes((), ()) == ()


def test_a_reminder_goes_only_through_its_routes():
    other = replace(ROUTE, id=RouteId(2), channel_ids=(HOOK.id,), turns=frozenset({Turn.UNACKED}))
    book = replace(BOOK, routes=(ROUTE, other))
    found = planned(book, Now(Turn.UNACKED, Severity.MAJOR, (RouteId(2),)))
    assert [each.recipient.channel_id for each in found] == [HOOK.id]
    nobody = replace(book, routes=(replace(other, match=Match(least=Severity.CRITICAL)),))
    assert planned(nobody, Now(Turn.UNACKED, Severity.MAJOR, (RouteId(2),))) == ()
