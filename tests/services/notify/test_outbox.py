"""Messages on their way, on both databases: nothing is queued twice, and one claims it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.kernel.errors import NotFound
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import ChannelId, Planned, Recipient, Told, Turn
from noc_console.services.notify.outbox import Outbox, Telling, secret_refs
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.rules.composing import trial
from noc_console.services.notify.rules.sending import Parcel
from noc_console.services.notify.rules.turns import Now
from tests import conftest

store_url = conftest.store_url
"""Both databases."""


@pytest.fixture
def outbox(notify) -> Outbox:
    return notify.outbox


@pytest.fixture
async def alarm(ring, alarms, operator):
    await ring()
    (found,) = await alarms.active(operator)
    return found


async def tell(outbox, actor, alarm, clock, turn=Turn.RAISED):
    book, texts = await outbox.book(actor, at=clock.now())
    told = Told(int(alarm.id), alarm.severity, at=clock.now(), object_key=alarm.about.key)
    telling = Telling(alarm, Now(turn, alarm.severity), told)
    return await outbox.tell(actor, [telling], book=book, texts=texts)


async def test_telling_the_same_twice_queues_it_once(outbox, collector, alarm, clock, hook):
    assert await tell(outbox, collector, alarm, clock) == 1
    assert await tell(outbox, collector, alarm, clock) == 0
    assert len(await outbox.due(collector, limit=9)) == 1
    told = (await outbox.told(collector))[int(alarm.id)]
    assert (told.severity, told.object_key) == (Severity.MAJOR, "device:7")


async def test_only_one_claims_a_message(outbox, collector, alarm, clock, hook):
    await tell(outbox, collector, alarm, clock)
    (due,) = await outbox.due(collector, limit=9)
    first = await outbox.claim(collector, [Parcel(due)], by="one")
    second = await outbox.claim(collector, [Parcel(due)], by="two")
    assert len(first) == 1 and second == ()
    assert await outbox.due(collector, limit=9) == ()
    assert await outbox.rescue(collector, by="one") == 0
    assert await outbox.rescue(collector, by="two") == 1
    assert len(await outbox.due(collector, limit=9)) == 1


async def test_what_came_of_a_message_is_kept_and_logged(
    outbox, notify, collector, operator, alarm, clock, hook
):
    await tell(outbox, collector, alarm, clock)
    (due,) = await outbox.due(collector, limit=9)
    await outbox.claim(collector, [Parcel(due)], by="me")
    lost = await outbox.not_delivered(collector, hook, Parcel(due), NotSent("HTTP 500"))
    assert lost == () and await outbox.due(collector, limit=9) == ()
    clock.tick(seconds=301)
    (again,) = await outbox.due(collector, limit=9)
    assert (again.tries, again.error) == (1, "HTTP 500")
    await outbox.claim(collector, [Parcel(again)], by="me")
    await outbox.delivered(collector, hook, Parcel(again), "nr 1")
    log = await notify.log(operator)
    assert [entry.what for entry in log] == ["sent", "failed", "queued"]
    assert log[0].text == "nr 1" and "again in 5 min" in log[1].text
    (channel,) = await notify.channels(operator)
    assert (channel.failures, channel.sent_at) == (0, clock.now())


async def test_a_busy_channel_does_not_hide_what_is_due_elsewhere(
    outbox, collector, alarm, clock, hook, notify
):
    await tell(outbox, collector, alarm, clock)
    assert await outbox.due(collector, limit=9, busy={hook.id}) == ()


async def test_what_is_postponed_is_due_later(outbox, collector, alarm, clock, hook):
    await tell(outbox, collector, alarm, clock)
    due = await outbox.due(collector, limit=9)
    await outbox.postpone(collector, due, until=clock.now() + timedelta(seconds=60), why="rests")
    assert await outbox.due(collector, limit=9) == ()
    clock.tick(seconds=60)
    assert len(await outbox.due(collector, limit=9)) == 1


async def test_given_up_messages_can_be_sent_again_and_others_not(
    outbox, notify, operator, collector, alarm, clock, hook
):
    await tell(outbox, collector, alarm, clock)
    (due,) = await outbox.due(collector, limit=9)
    assert await notify.resend(operator, delivery_ids=(due.id,)) == 0
    final = NotSent("HTTP 400", is_final=True, is_ours=True)
    (lost,) = await outbox.not_delivered(collector, hook, Parcel(due), final)
    assert lost.error == "HTTP 400"
    assert (await notify.state(operator)).failed_today == 1
    (channel,) = await notify.channels(operator)
    assert channel.failures == 0  # the message was wrong, not the channel
    assert await notify.resend(operator, delivery_ids=(due.id, 999)) == 1
    assert len(await outbox.due(collector, limit=9)) == 1


async def test_a_page_goes_to_people_at_once_and_once(
    outbox, notify, operator, collector, alarm, mail, mira, hook
):
    async def page(key, **more):
        return await notify.enqueue(
            operator, key=key, alarm_id=alarm.id, contact_ids=(mira.id,), note="step 2", **more
        )

    assert await page("a") == 1
    assert await page("a") == 1
    assert len(await outbox.due(collector, limit=9)) == 1  # the same one
    assert await page("b", channel_ids=(hook.id, mail.id)) == 2
    assert await page("c", kinds=("sms",)) == 0
    (first, *_) = await outbox.due(collector, limit=9)
    assert (first.turn, first.recipient.to) == (Turn.PAGED, "mira@example.net")
    assert "You are called" in first.subject and "step 2" in first.body
    with pytest.raises(NotFound):
        await notify.enqueue(operator, key="x", alarm_id=999, contact_ids=(mira.id,))


async def test_whoever_the_port_says_is_on_call_is_told(
    outbox, notify, operator, collector, alarm, clock, mail, mira
):
    class Rota:
        async def who(self, actor, *, policy, at):
            return (int(mira.id),) if policy == "core" else ()

    notify.on_call = Rota()
    await notify.add_route(operator, name="on call", channel_ids=(mail.id,), on_call="core")
    assert await tell(outbox, collector, alarm, clock) == 1
    (due,) = await outbox.due(collector, limit=9)
    assert due.recipient.contact_id == mira.id


async def test_secrets_are_opened_only_for_sending(outbox, notify, collector, operator, hook):
    line = await outbox.opened(collector, hook)
    assert line.secret.reveal().endswith("s3cr3t") and not line.key
    assert "s3cr3t" not in repr(line) and "s3cr3t" not in repr(await notify.channels(operator))
    await notify.remove_channel(operator, channel_id=hook.id)
    with pytest.raises(NotSent, match="no secret"):
        await outbox.opened(collector, hook)
    assert secret_refs(3) == ("notify/3", "notify/3/key")


async def test_a_vault_that_does_not_open_is_a_failure_of_the_message(
    outbox, collector, hook, tmp_path
):
    (tmp_path / "vault.key").write_text("no key")
    outbox._secrets.keys.lock()  # as in a collector that has just started
    with pytest.raises(NotSent, match="the vault does not open") as raised:
        await outbox.opened(collector, hook)
    assert not raised.value.is_final


async def test_old_messages_are_forgotten_with_their_log_and_open_ones_are_not(
    outbox, notify, collector, operator, alarm, clock, hook
):
    await tell(outbox, collector, alarm, clock)
    (due,) = await outbox.due(collector, limit=9)
    await outbox.delivered(collector, hook, Parcel(due), "")
    open_one = trial(Planned(Recipient(hook.id, None), "x", clock.now()), key="t", at=clock.now(),
                     text="hi")  # fmt: skip
    await outbox.add(collector, [open_one])
    clock.tick(days=91)
    assert await outbox.prune(collector, keep_days=90) == 1
    assert [entry.what for entry in await notify.log(operator)] == ["queued"]


async def test_dropped_messages_say_why(outbox, notify, collector, operator, alarm, clock, hook):
    await tell(outbox, collector, alarm, clock)
    await outbox.drop(collector, await outbox.due(collector, limit=9), "the channel was removed")
    (newest, *_) = await notify.log(operator)
    assert (newest.what, newest.text) == ("dropped", "the channel was removed")


async def test_the_watching_url_is_a_secret(outbox, notify, operator, collector):
    await notify.set_policy(operator, heartbeat_url="https://hc.example.net/p")
    assert await outbox.heartbeat_url(collector) == Secret("https://hc.example.net/p")
    await notify.set_policy(operator, heartbeat_url="")
    assert not (await outbox.policy(operator)).has_heartbeat


async def test_a_beat_and_a_test_belong_to_one(outbox, collector, operator):
    assert not await outbox.take_test("acme", "2026-03-01")
    await outbox.beat("acme", "c1")
    assert await outbox.take_test("acme", "2026-03-01")
    assert not await outbox.take_test("acme", "2026-03-01")
    await outbox.pinged("acme", "HTTP 500")
    state = await outbox.state(operator)
    assert state.is_running and state.by == "c1" and state.heartbeat_error == "HTTP 500"
    assert ChannelId(1) not in (await outbox.book(operator, at=outbox._clock.now()))[0].channels
