from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    DryRun,
    Group,
    GroupId,
    LogEntry,
    Route,
    RouteId,
    Template,
    Turn,
)
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.notify.columns import (
    channel_columns,
    contact_columns,
    dry_columns,
    group_columns,
    log_columns,
    route_columns,
    route_rows,
    template_columns,
)

MAIL = Channel(ChannelId(1), "mail", ChannelKind.EMAIL, shown="mail.example.net:587")


def texts(columns, row):
    return {column.key: column.text(row) for column in columns}


async def test_a_channel_tells_how_it_does(desk, clock):
    def state(**change):
        return texts(channel_columns(desk), replace(MAIL, **change))["state"]

    assert state() == "Not used yet"
    assert state(sent_at=clock.now()) == "Works"
    assert state(error="HTTP 500") == "Failing"
    later = clock.now() + timedelta(seconds=9)
    assert state(error="x", failures=5, resting_until=later) == "Resting after 5 failures"
    assert state(is_enabled=False, disabled_why="HTTP 410") == "Off: HTTP 410"
    inks = {column.key: column.color for column in channel_columns(desk) if column.color}
    assert inks["state"](MAIL) is None and inks["state"](replace(MAIL, error="x")) is not None


async def test_people_groups_and_routes_are_told_by_name():
    mira = Contact(ContactId(1), "Mira", is_paused=True)
    assert texts(contact_columns(), mira)["name"] == "Mira (on leave)"
    group = Group(GroupId(1), "noc", (ContactId(1), ContactId(9)))
    assert texts(group_columns({1: "Mira"}), group)["members"] == "Mira, ?"
    route = Route(RouteId(1), "all", channel_ids=(MAIL.id,), contact_ids=(mira.id,),
                  group_ids=(group.id,), on_call="core", is_enabled=False)  # fmt: skip
    (row,) = route_rows([route], {1: MAIL}, {1: mira}, {1: group})
    told = texts(route_columns(), row)
    assert (told["order"], told["name"], told["channels"]) == ("1", "all (off)", "mail")
    assert told["people"] == "noc, Mira, on call: core" and told["then"] == "go on"


async def test_a_dry_run_and_the_log_show_every_field(desk, clock):
    dry = DryRun("all", Turn.RAISED, "", "Mira", "", clock.now(), "no channel reaches them")
    told = texts(dry_columns(desk), dry)
    assert (told["when"], told["channel"], told["note"]) == ("New", "–", "no channel reaches them")
    entry = LogEntry(1, clock.now(), 7, "given up", "mail", "Mira", "m@x", 12, Turn.RAISED,
                     Severity.MAJOR, "New alarm", "HTTP 400")  # fmt: skip
    told = texts(log_columns(desk), entry)
    assert (told["what"], told["severity"], told["alarm"]) == ("Given up", "Major", "12")
    test = replace(entry, alarm_id=None)
    assert texts(log_columns(desk), test)["severity"] == ""


async def test_own_texts_are_told_from_built_in_ones():
    text = Template(ChannelKind.SMS, "en", "s", "b")
    assert texts(template_columns(), text)["text"] == "built in"
    assert texts(template_columns(), replace(text, is_own=True))["text"] == "own"
