"""The notifier with a desk, a clock and a post that the test moves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time
from itertools import pairwise

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmChanged, Condition, Impact, Severity
from noc_console.services.alarms.rules import Change
from noc_console.services.alarms.writing import write
from noc_console.services.notify.model import Turn
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.rules.sending import Parcel
from noc_console.services.notify.settings import ChannelKind
from noc_console.services.notify.workers import NOTIFIER_STUCK, Notifier, NotifyWatch


@pytest.fixture
def go(notifier, clock):
    """Let seconds pass, a step each, and everything that is sent arrive."""

    async def steps(seconds=1, each=1.0, who=None):
        for _ in range(int(seconds / each)):
            clock.tick(seconds=each)
            async with asyncio.TaskGroup() as group:
                await (who or notifier).step(group)

    return steps


async def test_an_alarm_that_stands_is_told_once(go, ring, post, hook):
    await go(1)
    await ring()
    await go(19)
    assert post.messages == []
    await go(3)
    (message,) = post.messages
    assert message.subject == "New alarm: MAJOR core-1"
    assert (message.turn, message.severity) == ("raised", "major")
    assert message.facts["condition"] == "unreachable"
    await go(120)
    assert len(post.messages) == 1


async def test_what_is_over_within_the_wait_wakes_nobody(go, ring, post, hook):
    await go(1)
    await ring()
    await go(10)
    await ring(Severity.CLEARED)
    await go(200)
    assert post.messages == []


async def test_twenty_flaps_are_one_notification_at_most(go, ring, post, hook, alarms, collector):
    """N1: ten seconds down, ten seconds up, twenty times."""
    await go(1)
    for _ in range(20):
        await ring(Severity.CRITICAL)
        await go(10)
        await ring(Severity.CLEARED)
        await go(10)
    assert [message.turn for message in post.messages] == ["raised"]


async def test_the_end_is_told_to_those_who_heard_of_it(go, ring, post, hook):
    await go(1)
    await ring()
    await go(25)
    await ring(Severity.CLEARED)
    await go(59)
    assert len(post.messages) == 1
    await go(3)
    assert [message.turn for message in post.messages] == ["raised", "cleared"]
    assert post.messages[1].subject == "Over: MAJOR core-1"


async def test_the_end_is_told_also_of_an_alarm_that_was_acknowledged_and_left_the_desk(
    go, ring, post, hook, alarms, operator
):
    await go(1)
    await ring()
    await go(25)
    (alarm,) = await alarms.active(operator)
    await alarms.acknowledge(operator, alarm_ids=(alarm.id,))
    await ring(Severity.CLEARED)
    await go(70)
    assert [message.turn for message in post.messages] == ["raised", "cleared"]


async def test_another_notifier_goes_on_where_the_first_one_was_killed(
    go, ring, post, hook, notify, alarms, bus, clock, collector, operator
):
    await go(1)
    await ring()
    await go(25)
    (alarm,) = await alarms.active(operator)
    await alarms.acknowledge(operator, alarm_ids=(alarm.id,))
    await ring(Severity.CLEARED)
    second = Notifier(
        notify, alarms, post, bus=bus, clock=clock, actor=collector, name=lambda: "c2"
    )
    await go(70, who=second)
    assert [message.turn for message in post.messages] == ["raised", "cleared"]


async def test_what_was_in_flight_at_a_kill_is_sent_again_under_the_same_number(
    go, ring, post, hook, notify, alarms, bus, clock, collector, operator
):
    class Killed(BaseException):
        pass

    def die(line, message):
        post.sent.append((line, message))
        raise Killed

    await go(1)
    await ring()
    await go(20)
    post.answer = die
    with pytest.raises(BaseExceptionGroup):
        await go(3)
    post.answer = lambda line, message: None
    second = Notifier(
        notify, alarms, post, bus=bus, clock=clock, actor=collector, name=lambda: "c2"
    )
    await go(5, who=second)
    first, again = post.messages
    assert first.id == again.id
    await go(60, who=second)
    assert len(post.messages) == 2
    log = await notify.log(operator)
    assert [entry.what for entry in log] == ["sent", "resumed", "queued"]
    assert "may arrive twice" in log[1].text


async def test_a_message_that_ends_its_sender_each_time_is_given_up(
    ring, notify, mail, mira, alarms, collector, operator
):
    await ring()
    (alarm,) = await alarms.active(operator)
    await notify.enqueue(operator, key="k", alarm_id=alarm.id, contact_ids=(mira.id,))
    queue = notify.outbox
    (entry,) = await notify.log(operator)
    for _ in range(30):
        (each,) = await queue.due(collector, limit=9) or (None,)
        if each is None:
            break
        await queue.claim(collector, [Parcel(each)], by="dying")
        await queue.rescue(collector, by="next")
    else:
        pytest.fail("it is resumed for ever")
    (newest, *_) = await notify.log(operator)
    assert newest.what == "given up" and newest.delivery_id == entry.delivery_id


async def test_failures_are_tried_again_after_5_minutes_1_hour_and_6_hours(
    go, ring, post, hook, notify, clock, operator, alarms
):
    moments = []

    def refuse(line, message):
        moments.append(clock.now())
        raise NotSent("HTTP 500: out of order")

    await go(1)
    post.answer = refuse
    await ring()
    await go(25)
    for seconds in (300, 3600, 21600):
        await go(seconds, each=seconds / 10)
        await go(60, each=20)
    waits = [(b - a).total_seconds() for a, b in pairwise(moments)]
    for wait, wanted in zip(waits[:3], (300, 3600, 21600), strict=True):
        assert wanted <= wait <= wanted + 0.11 * wanted
    log = await notify.log(operator, text="out of order")
    assert [entry.what for entry in log][-4:] == ["given up", "failed", "failed", "failed"]
    conditions = {str(each.condition) for each in await alarms.active(operator)}
    assert "notification-lost" in conditions
    (channel,) = await notify.channels(operator)
    assert "out of order" in channel.error and channel.failures >= 4


async def test_a_channel_that_is_gone_is_switched_off_and_that_is_told(
    go, ring, post, hook, notify, alarms, operator
):
    def gone(line, message):
        raise NotSent("HTTP 410", is_gone=True)

    await go(1)
    post.answer = gone
    await ring()
    await go(25)
    (channel,) = await notify.channels(operator)
    assert not channel.is_enabled and "410" in channel.disabled_why
    about = {str(each.condition): each for each in await alarms.active(operator)}
    assert about["channel-gone"].device_name == "channel hook"
    post.answer = lambda line, message: None
    await ring(device=9)
    await go(40)
    assert post.messages == []
    await notify.enable_channel(operator, channel_id=channel.id)
    active = {str(each.condition) for each in await alarms.active(operator) if each.is_active}
    assert "channel-gone" not in active


async def test_who_says_when_to_come_back_is_asked_then(go, ring, post, hook):
    answers = [NotSent("HTTP 429", retry_after_s=40, is_ours=True)]

    def busy(line, message):
        if answers:
            raise answers.pop()

    await go(1)
    post.answer = busy
    await ring()
    await go(25)
    await go(30)
    assert post.messages == []
    await go(20)
    assert len(post.messages) == 1


async def test_a_storm_is_ten_messages_and_the_last_one_names_the_rest(go, ring, post, hook):
    await go(1)
    for number in range(47):
        await ring(device=7 + number)
    await go(40)
    assert len(post.messages) == 10
    assert post.messages[-1].subject.endswith("(and 37 more)")
    assert len(post.messages[-1].others) == 37


async def test_messages_over_the_allowance_wait_and_then_go_together(go, ring, post, hook, notify,
                                                                     operator):  # fmt: skip
    (channel,) = await notify.channels(operator)
    await notify.save_channel(
        operator,
        wanted=replace(channel, burst=1, per_hour=60),
        secret=Secret(""),
        key=Secret(""),
    )
    await go(1)
    await ring()
    await go(25)
    assert len(post.messages) == 1
    for number in range(5):
        await ring(device=20 + number)
    await go(22)
    await go(65)
    assert len(post.messages) == 2 and post.messages[1].subject.endswith("(and 4 more)")
    log = await notify.log(operator, what="merged")
    assert len(log) == 4


async def test_people_in_quiet_hours_hear_of_it_in_the_morning_in_one_mail(
    go, ring, post, notify, mail, operator, clock
):
    jo = await notify.add_contact(
        operator, name="Jo", email="jo@example.net", quiet_from="00:00", quiet_until="06:00"
    )
    await notify.add_route(operator, name="all", channel_ids=(mail.id,), contact_ids=(jo.id,))
    await go(1)
    await ring()
    await ring(device=9)
    await go(60)
    assert post.messages == []
    await ring(Severity.CRITICAL, device=12)
    await go(10)
    assert [message.facts["device"] for message in post.messages] == ["core-6"]
    await go(6 * 3600, each=600)
    assert len(post.messages) == 2 and len(post.messages[1].others) == 1
    assert post.messages[1].to == "jo@example.net"


@pytest.mark.parametrize("leaves", [True, False])
async def test_whoever_left_before_the_morning_is_sent_nothing(
    go, ring, post, notify, mail, operator, leaves
):
    jo = await notify.add_contact(
        operator, name="Jo", email="jo@example.net", quiet_from="00:00", quiet_until="06:00"
    )
    await notify.add_route(operator, name="all", channel_ids=(mail.id,), contact_ids=(jo.id,))
    await go(1)
    await ring()
    await go(60)
    if leaves:
        await notify.save_contact(operator, wanted=replace(jo, is_paused=True))
    else:
        await notify.remove_contact(operator, contact_id=jo.id)
    await go(6 * 3600, each=600)
    assert post.messages == []
    dropped = [entry for entry in await notify.log(operator) if entry.what == "dropped"]
    assert [entry.text for entry in dropped] == [
        "the contact is on leave" if leaves else "the contact was removed"
    ]


async def test_low_ones_are_gathered_where_a_route_says_so(go, ring, post, notify, hook, operator):
    (route,) = await notify.routes(operator)
    await notify.save_route(operator, wanted=replace(route, digest_minutes=15))
    await go(1)
    for number in range(3):
        await ring(Severity.WARNING, device=7 + number)
    await go(14 * 60, each=10)
    assert post.messages == []
    await go(70, each=10)
    assert len(post.messages) == 1 and len(post.messages[0].others) == 2


async def test_nobody_acknowledged_is_told_once_and_not_if_somebody_did(
    go, ring, post, notify, hook, alarms, operator
):
    await notify.add_route(
        operator, name="nag", channel_ids=(hook.id,), turns=(Turn.UNACKED,), unacked_minutes=5
    )
    await go(1)
    await ring()
    await ring(device=9)
    await go(25)
    later = [each for each in await alarms.active(operator) if each.device_name == "core-3"]
    await alarms.acknowledge(operator, alarm_ids=(later[0].id,))
    await go(900, each=15)
    nags = [message for message in post.messages if message.turn == "unacknowledged"]
    assert [message.facts["device"] for message in nags] == ["core-1"]


async def test_folded_shelved_and_suppressed_ones_are_silent(
    go, ring, post, hook, alarms, operator
):
    await go(1)
    await ring()
    (alarm,) = await alarms.active(operator)
    await alarms.shelve(operator, alarm_ids=(alarm.id,), reason="known", minutes=5)
    await go(120, each=5)
    assert post.messages == []
    await alarms.unshelve(operator, alarm_ids=(alarm.id,))
    await go(30)
    assert len(post.messages) == 1


async def test_old_alarms_are_no_news_to_a_new_route(go, ring, post, notify, operator):
    await go(1)
    await ring()
    await go(25)
    made = await notify.add_channel(
        operator, name="hook", kind=ChannelKind.WEBHOOK, secret="https://hooks.example.net/x"
    )
    await notify.add_route(operator, name="all", channel_ids=(made.id,))
    await go(60)
    assert post.messages == []


async def test_more_customers_than_at_first_concern_those_whose_route_counts_them(
    go, ring, post, hook, notify, alarms, operator, collector, db, mira
):
    sms = await notify.add_channel(
        operator, name="sms", kind=ChannelKind.SMS, set=("url=https://sms.example.net/send",)
    )
    await notify.add_route(
        operator,
        name="many",
        channel_ids=(sms.id,),
        contact_ids=(mira.id,),
        customers_over=10,
        least="critical",
    )
    await go(1)
    await ring(Severity.CRITICAL)
    await go(10)
    assert [message.to for message in post.messages] == [""]
    (alarm,) = await alarms.active(operator)
    heavy = replace(alarm, impact=Impact(customers=312))
    async with db.begin(collector) as tx:
        await write(tx, [Change(heavy, [], before=alarm)], at=notify._clock.now())
        tx.record(AlarmChanged(alarm_id=int(alarm.id), what="weighed", severity=5, device_id=7))
    await go(10)
    assert [message.to for message in post.messages] == ["", "+31612345678"]


async def test_only_whose_duty_it_is_sends(go, ring, post, hook, notifier):
    notifier._is_mine = lambda: False
    await ring()
    await go(60)
    assert post.messages == []
    notifier._is_mine = lambda: True
    await go(30)
    assert len(post.messages) == 1


async def test_the_watching_service_is_pinged_while_messages_get_out(
    go, post, notify, hook, operator
):
    await notify.set_policy(operator, heartbeat_url="https://hc.example.net/ping/uuid")
    await go(200, each=5)
    assert 3 <= len(post.pinged) <= 5 and post.pinged[0] == "https://hc.example.net/ping/uuid"
    policy = await notify.policy(operator)
    assert policy.heartbeat_shown == "hc.example.net" and "uuid" not in repr(policy)


async def test_a_test_goes_out_each_day_once(go, post, notify, mail, mira, operator, clock):
    await notify.set_policy(
        operator, daily_test="08:00", daily_channel_ids=(mail.id,), daily_contact_id=mira.id
    )
    await go(9 * 3600, each=900)
    assert post.told == [("test", "mira@example.net")]
    await go(24 * 3600, each=900)
    assert len(post.messages) == 2
    assert (await notify.policy(operator)).daily_test == time(8)


async def test_it_runs_by_itself_and_is_woken_by_alarms(
    notify, alarms, post, bus, clock, collector, hook, ring, operator
):
    await notify.set_policy(operator, wait_s=0)
    running = Notifier(
        notify, alarms, post, bus=bus, clock=clock, actor=collector, name=lambda: "c1", every_s=0.05
    )
    task = asyncio.get_running_loop().create_task(running.run())
    await ring()
    async with asyncio.timeout(5):
        while not post.messages:
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert running.health()["notify_sent"] == 1


async def test_a_stuck_notifier_is_an_alarm_and_one_that_moves_again_ends_it(
    go, notify, alarms, hook, collector, operator, clock, ring
):
    watch = NotifyWatch(notify.outbox, alarms, collector)
    for _ in range(3):
        await watch.look()
    stuck = [each for each in await alarms.active(operator) if each.condition == NOTIFIER_STUCK]
    assert [each.severity for each in stuck] == [Severity.CRITICAL]
    assert "nobody is told" in stuck[0].text
    await go(1)
    await watch.look()
    (alarm,) = [each for each in await alarms.active(operator) if each.condition == NOTIFIER_STUCK]
    assert not alarm.is_active
    await watch.look()


async def test_messages_that_nobody_takes_are_stuck_too(
    go, notify, alarms, hook, collector, operator, clock, ring, notifier
):
    await go(1)
    await ring()
    await go(21)
    notifier._busy[hook.id] = 99
    clock.tick(seconds=700)
    await ring(Severity.CRITICAL, device=9)
    await go(10)
    clock.tick(seconds=400)
    state = await notify.state(operator)
    assert state.is_running and state.is_stuck and state.overdue_s > 300
    watch = NotifyWatch(notify.outbox, alarms, collector)
    for _ in range(3):
        await watch.look()
    texts = [each.text for each in await alarms.active(operator)]
    assert any("have waited" in each for each in texts)


async def test_without_channels_nothing_is_stuck(notify, alarms, collector, operator):
    watch = NotifyWatch(notify.outbox, alarms, collector)
    for _ in range(5):
        await watch.look()
    assert await alarms.active(operator) == ()


async def test_sending_takes_a_right(notify, hook):
    nobody = Actor("eve", "acme", frozenset({"notify.see"}))
    with pytest.raises(NotAllowed):
        await notify.outbox.claim(nobody, (), by="eve")
    with pytest.raises(NotAllowed):
        await notify.test(nobody, channel_id=hook.id)


async def test_conditions_of_its_own_are_words():
    assert Condition("notifier-stuck") == NOTIFIER_STUCK
