"""Settings of notifications, on both databases: what goes in comes out, of one's own tenant."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.notify import store
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    NotifyPolicy,
    NotifySettingsChanged,
    Route,
    RouteId,
    Template,
    Turn,
)
from noc_console.services.notify.settings import SETTINGS, ChannelKind
from tests import conftest

store_url = conftest.store_url
"""Both databases."""


async def kept(db, actor, save, read):
    async with db.begin(actor) as tx:
        await save(tx)
        tx.record(NotifySettingsChanged(what="test"))
    async with db.read(actor) as tx:
        found = await read(tx)
    async with db.read(Actor("eve", "other", actor.rights)) as tx:
        others = await read(tx)
    return found, others


async def test_every_kind_of_channel_comes_back_as_it_was(db, operator):
    wanted = [
        Channel(ChannelId(0), kind.value, kind, SETTINGS[kind](), shown="x", has_key=True)
        for kind in ChannelKind
    ]

    async def save(tx):
        for channel in wanted:
            await store.save_channel(tx, channel)

    found, others = await kept(db, operator, save, store.every_channel)
    assert {replace(each, id=ChannelId(0)) for each in found} == set(wanted) and others == ()


async def test_people_groups_and_routes_come_back_as_they_were(db, operator):
    mira = Contact(
        ContactId(0), "Mira", "m@x.nl", "+31612345678", "77", "Europe/Berlin", "de",
        time(22), time(6, 30), Severity.MAJOR, True,
    )  # fmt: skip
    found, others = await kept(
        db, operator, lambda tx: store.save_contact(tx, mira), store.every_contact
    )
    assert replace(found[0], id=ContactId(0)) == mira and others == ()
    group = Group(GroupId(0), "noc", (ContactId(1), ContactId(2)))
    found, _ = await kept(db, operator, lambda tx: store.save_group(tx, group), store.every_group)
    assert replace(found[0], id=GroupId(0)) == group
    match = Match(
        Severity.MINOR, Severity.MAJOR, ("Delft",), ("olt",), ("power*",), ("core-*",), 10,
        frozenset({0, 6}), time(8), time(18), "Europe/Berlin",
    )  # fmt: skip
    route = Route(
        RouteId(0), "all", 3, match, frozenset(Turn), 7.5, (ChannelId(1),), (ContactId(2),),
        (GroupId(3),), "core", 15.0, True, False,
    )  # fmt: skip
    found, _ = await kept(db, operator, lambda tx: store.save_route(tx, route), store.every_route)
    assert replace(found[0], id=RouteId(0)) == route


async def test_texts_and_the_policy_are_replaced_as_a_whole(db, operator):
    text = Template(ChannelKind.SMS, "fr", "s", "b", is_own=True)

    async def save(tx):
        await store.save_template(tx, replace(text, body="old"))
        await store.save_template(tx, text)
        await store.save_policy(tx, NotifyPolicy(wait_s=1))
        await store.save_policy(
            tx, NotifyPolicy(daily_test=time(8), daily_channel_ids=(ChannelId(2),))
        )

    found, others = await kept(db, operator, save, store.every_template)
    assert found == (text,) and others == ()
    async with db.read(operator) as tx:
        policy = await store.policy(tx)
    assert policy == NotifyPolicy(daily_test=time(8), daily_channel_ids=(ChannelId(2),))


async def test_how_a_channel_goes_does_not_touch_its_settings(db, operator, clock):
    channel = Channel(ChannelId(0), "hook", ChannelKind.WEBHOOK, SETTINGS[ChannelKind.WEBHOOK]())
    async with db.begin(operator) as tx:
        number = ChannelId(await store.save_channel(tx, channel))
        stale = replace(channel, id=number, name="old name", failures=3, error="no answer")
        await store.save_health(tx, stale)
        await store.disable(tx, stale, "HTTP 410")
        tx.record(NotifySettingsChanged(what="test"))
    async with db.read(operator) as tx:
        (found,) = await store.every_channel(tx)
    assert (found.name, found.failures, found.error) == ("hook", 3, "no answer")
    assert (found.is_enabled, found.disabled_why) == (False, "HTTP 410")


async def test_what_is_removed_is_gone_and_another_s_stays(db, operator):
    async with db.begin(operator) as tx:
        number = await store.save_group(tx, Group(GroupId(0), "noc"))
        tx.record(NotifySettingsChanged(what="test"))
    async with db.begin(Actor("eve", "other", operator.rights)) as tx:
        assert await store.remove(tx, store.groups, number) == 0
        tx.record(NotifySettingsChanged(what="test"))
    async with db.begin(operator) as tx:
        assert await store.remove(tx, store.groups, number) == 1
        tx.record(NotifySettingsChanged(what="test"))
