"""Rows in, probes out, on both databases; each tenant sees its own."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.services.probes import store
from noc_console.services.probes.model import (
    OF_RULE,
    PingRule,
    PingRuleChanged,
    Probe,
    ProbeChanged,
    ProbeFacts,
    ProbeId,
    ProbeState,
    Thresholds,
)
from noc_console.services.probes.settings import HttpSettings, ProbeKind

PAGE = Probe(
    ProbeId(0),
    ProbeKind.HTTP,
    "https://x.example/",
    name="shop",
    interval_s=300.0,
    origin="zone:pop",
    settings=HttpSettings(text="Welcome"),
    thresholds=Thresholds(latency_ms=800.5),
)


async def added(db, actor, probe=PAGE):
    async with db.begin(actor) as tx:
        number = await store.add(tx, probe)
        tx.record(ProbeChanged(probe_id=number, what="saved"))
    return replace(probe, id=number)


async def test_a_probe_comes_back_as_it_was(db, operator):
    made = await added(db, operator)
    async with db.read(operator) as tx:
        assert await store.get(tx, made.id) == made
        assert await store.every(tx) == (made,)


async def test_nobody_sees_or_changes_those_of_another_tenant(db, operator):
    made = await added(db, operator)
    stranger = Actor("eve", "other", operator.rights)
    async with db.begin(stranger) as tx:
        assert await store.get(tx, made.id) is None
        assert await store.every(tx) == ()
        await store.save(tx, replace(made, name="mine now"))
        assert await store.remove(tx, [made.id]) == 0
        tx.record(ProbeChanged(probe_id=made.id, what="tried"))
    async with db.read(operator) as tx:
        assert await store.every(tx) == (made,)


async def test_last_words_replace_those_before_and_go_with_the_probe(db, operator, clock):
    made = await added(db, operator)
    first = ProbeFacts(made.id, clock.now(), ProbeState.WELL, facts=(("Status", "200 OK"),))
    ruled = ProbeFacts(ProbeId(OF_RULE + 1), clock.now(), ProbeState.SILENT, "no answer")
    last = replace(first, state=ProbeState.WRONG, error="503", expires_at=clock.now(), by="c1")
    async with db.begin(operator) as tx:
        await store.save_words(tx, [first, ruled])
        await store.save_words(tx, [last])
        await store.save_words(tx, [])
        tx.record(ProbeChanged(probe_id=made.id, what="told"))
        assert await store.words(tx) == {made.id: last, ruled.probe_id: ruled}
        assert await store.remove(tx, [made.id]) == 1
        assert await store.words(tx) == {ruled.probe_id: ruled}


async def test_the_rule_is_off_until_somebody_switches_it(db, operator):
    wanted = PingRule(True, 30.0, 3, Thresholds(loss_percent=50))
    async with db.begin(operator) as tx:
        assert await store.rule(tx) == PingRule()
        for each in (PingRule(True), wanted):
            await store.save_rule(tx, each)
            assert await store.rule(tx) == each
        tx.record(PingRuleChanged(is_on=True))
