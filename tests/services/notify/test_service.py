"""Channels, texts, dry runs and tests, as people use them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.notify.model import Template, Turn
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.service import about_channel
from noc_console.services.notify.settings import ChannelKind


async def test_a_channel_keeps_its_secret_when_it_is_changed_without_one(
    notify, operator, collector, hook
):
    renamed = replace(hook, name="events")
    await notify.save_channel(operator, wanted=renamed, secret=Secret(""), key=Secret("signing"))
    (kept,) = await notify.channels(operator)
    assert (kept.name, kept.shown, kept.has_key) == ("events", "hooks.example.net/•••", True)
    line = await notify.outbox.opened(collector, kept)
    assert line.secret.reveal() == "https://hooks.example.net/s3cr3t"
    assert line.key.reveal() == "signing"


async def test_names_are_used_once_and_settings_are_checked(notify, operator, hook):
    with pytest.raises(Conflict):
        await notify.add_channel(
            operator, name="hook", kind=ChannelKind.WEBHOOK, secret="https://x.example.net"
        )
    with pytest.raises(Invalid):
        await notify.add_channel(operator, name="m", kind=ChannelKind.EMAIL)
    with pytest.raises(Invalid, match="name=value"):
        await notify.add_channel(operator, name="m", kind=ChannelKind.EMAIL, set=("host",))
    with pytest.raises(Invalid, match="missing"):
        await notify.add_channel(operator, name="s", kind=ChannelKind.SLACK)
    with pytest.raises(NotFound):
        await notify.remove_channel(operator, channel_id=99)


async def test_a_test_is_really_sent_and_says_what_the_other_side_said(
    notify, operator, post, hook, mail, mira
):
    assert await notify.test(operator, channel_id=hook.id) == "nr 1"
    assert await notify.test(operator, channel_id=mail.id, contact_id=mira.id) == "nr 2"
    assert await notify.test(operator, channel_id=mail.id, to="x@example.net") == "nr 3"
    assert [message.to for message in post.messages] == ["", "mira@example.net", "x@example.net"]
    with pytest.raises(Invalid, match="who is to get"):
        await notify.test(operator, channel_id=mail.id)

    def refuse(line, message):
        raise NotSent("HTTP 404")

    post.answer = refuse
    with pytest.raises(Unreachable, match="hook: HTTP 404"):
        await notify.test(operator, channel_id=hook.id)


async def test_a_dry_run_tells_who_how_when_and_why(
    notify, operator, ring, alarms, hook, mail, mira
):
    jo = await notify.add_contact(operator, name="Jo", phone="+31687654321")
    await notify.add_route(
        operator,
        name="major by mail",
        channel_ids=(mail.id,),
        contact_ids=(mira.id, jo.id),
        least="major",
        turns=(Turn.RAISED, Turn.UNACKED),
    )
    await ring()
    (alarm,) = await alarms.active(operator)
    found = await notify.who(operator, alarm_id=alarm.id)
    told = [(each.turn, each.channel, each.contact, each.to) for each in found]
    assert (Turn.RAISED, "hook", "", "") in told
    assert (Turn.RAISED, "mail", "Mira", "mira@example.net") in told
    assert (Turn.RAISED, "", "Jo", "") in told
    assert (Turn.UNACKED, "mail", "Mira", "mira@example.net") in told
    assert (Turn.CLEARED, "hook", "", "") in told
    notes = {each.note for each in found}
    assert "once it stands for 20 s" in notes and "no channel reaches them" in notes
    await alarms.shelve(operator, alarm_ids=(alarm.id,), reason="known")
    silent = await notify.who(operator, alarm_id=alarm.id)
    assert all("silent now" in each.note for each in silent)
    with pytest.raises(NotFound):
        await notify.who(operator, alarm_id=99)


async def test_a_text_is_tried_with_a_real_alarm_before_it_is_kept(notify, operator, ring, alarms):
    await ring()
    (alarm,) = await alarms.active(operator)
    own = Template(ChannelKind.SMS, "en", "x", "{{ alarm.device }} {{ alarm.text }}")
    shown = await notify.preview(operator, template=own, alarm_id=alarm.id)
    assert (shown.body, shown.note) == (
        "core-1 no answer",
        "16 characters in GSM-7, 1 SMS",
    )
    with pytest.raises(Invalid, match="nonsense"):
        await notify.preview(
            operator, template=replace(own, body="{{ alarm.nonsense }}"), alarm_id=alarm.id
        )
    await notify.save_template(operator, wanted=own)
    texts = {(each.kind, each.language): each for each in await notify.templates(operator)}
    assert texts[(own.kind, "en")].is_own and not texts[(own.kind, "de")].is_own
    await notify.reset_template(operator, kind=own.kind, language="en")
    assert not any(each.is_own for each in await notify.templates(operator))


async def test_the_policy_changes_only_what_is_given(notify, operator):
    await notify.set_policy(operator, wait_s=7, daily_test="08:00")
    policy = await notify.set_policy(operator, wait_critical_s=1, daily_contact_id=0)
    assert (policy.wait_s, policy.wait_critical_s, policy.wait_clear_s) == (7, 1, 60)
    assert policy.daily_test is not None
    assert (await notify.set_policy(operator, daily_test="")).daily_test is None
    with pytest.raises(Invalid):
        await notify.set_policy(operator, wait_s=1e9)
    with pytest.raises(Invalid) as raised:
        await notify.set_policy(operator, heartbeat_url="s3cr3t")
    assert "s3cr3t" not in str(raised.value)


async def test_looking_and_changing_take_rights(notify, hook):
    eve = Actor("eve", "acme", frozenset({"notify.see"}))
    assert len(await notify.channels(eve)) == 1
    for forbidden in (
        notify.add_contact(eve, name="x"),
        notify.enable_channel(eve, channel_id=hook.id),
        notify.add_usual_routes(eve),
        notify.set_policy(eve, wait_s=1),
        notify.enqueue(eve, key="x", alarm_id=1, contact_ids=()),
        notify.resend(eve, delivery_ids=(1,)),
    ):
        with pytest.raises(NotAllowed):
            await forbidden


async def test_switching_on_forgets_what_was_wrong(notify, operator, hook):
    await notify.enable_channel(operator, channel_id=hook.id, on=False)
    (off,) = await notify.channels(operator)
    assert not off.is_enabled and "mira" in off.disabled_why
    await notify.enable_channel(operator, channel_id=hook.id)
    (on,) = await notify.channels(operator)
    assert on.is_enabled and on.disabled_why == "" and on.failures == 0
    assert about_channel(on).key == f"channel:{on.id}"


async def test_no_secret_is_in_the_journal_the_log_or_an_export(
    notify, operator, hook, db, post, ring, alarms
):
    from sqlalchemy import text

    def dump(connection):
        names = ("journal", "notify_channels", "notify_log", "notify_outbox", "secrets")
        return "".join(
            str(tuple(connection.execute(text(f"SELECT * FROM {name}")))) for name in names
        )

    await notify.set_policy(operator, heartbeat_url="https://hc.example.net/s3cr3t-uuid")
    async with db.read(operator) as tx:
        told = await tx.work(dump, writes=False)
    assert "s3cr3t" not in told and "hooks.example.net" in told
