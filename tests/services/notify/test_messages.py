"""Statements of the outbox, on both databases."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.services.notify import messages
from noc_console.services.notify.model import (
    DeliveriesChanged,
    NotifySettingsChanged,
    Planned,
    Recipient,
    RouteId,
    Told,
)
from noc_console.services.notify.rules.composing import trial
from tests import conftest

store_url = conftest.store_url
"""Both databases."""


async def test_what_was_told_is_replaced_and_read_by_alarm(db, operator, clock):
    one = Told(1, Severity.MAJOR, 2, clock.now(), "device:7", True, (RouteId(3),))
    async with db.begin(operator) as tx:
        await messages.save_told(tx, [one, Told(2, Severity.CLEARED, 5, clock.now())])
        await messages.save_told(tx, [one])
        tx.record(DeliveriesChanged(what="noted", count=1))
    async with db.read(operator) as tx:
        assert await messages.told_now(tx) == {1: one}
        assert set(await messages.told_of(tx, [1, 2, 3])) == {1, 2}


async def test_a_key_is_queued_once_also_within_one_lot(db, operator, clock, hook):
    each = trial(Planned(Recipient(hook.id, None), "r", clock.now()), key="k", at=clock.now(),
                 text="x")  # fmt: skip
    async with db.begin(operator) as tx:
        first = await messages.queue(tx, [each, each])
        second = await messages.queue(tx, [each])
        tx.record(DeliveriesChanged(what="queued", count=1))
    assert len(first) == 1 and second == ()
    async with db.read(operator) as tx:
        kept = await messages.get(tx, first[0].id)
    assert kept == first[0]


async def test_the_log_is_searched_by_words_and_signs_are_only_signs(
    db, operator, clock, hook, notify
):
    texts = ("100 % sure", "under_score", "plain")
    planned = Planned(Recipient(hook.id, None, "to@x"), "r", clock.now())
    async with db.begin(operator) as tx:
        made = [
            trial(planned, key=str(number), at=clock.now(), text="x")
            for number in range(len(texts))
        ]
        queued = await messages.queue(tx, made)
        lines = [(int(q.id), "sent", text) for q, text in zip(queued, texts, strict=True)]
        await messages.add_log(tx, lines, at=clock.now())
        tx.record(NotifySettingsChanged(what="test"))

    async def found(text, **more):
        return [entry.text for entry in await notify.log(operator, text=text, **more)]

    assert await found("%") == ["100 % sure"]
    assert await found("_") == ["under_score"]
    assert await found("HOOK to@x plain") == ["plain"]
    assert await found("", limit=2) == ["plain", "under_score"]
    assert await found("", what="failed") == []
    newest = (await notify.log(operator))[0]
    assert await found("", before_id=newest.id) == ["under_score", "100 % sure"]


async def test_nothing_waiting_is_nothing_overdue(db, operator, clock):
    async with db.read(operator) as tx:
        state = await messages.state(tx, clock.now())
    assert (state.beat_s, state.waiting, state.overdue_s) == (None, 0, 0)
    assert not state.is_running
