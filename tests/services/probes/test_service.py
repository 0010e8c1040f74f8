"""What people do with probes, on a real database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.db.samples import PROBE, Poll, Row
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.kernel.secret import Secret
from noc_console.services.probes.model import (
    OF_RULE,
    OF_SAMPLES,
    ProbeChanged,
    ProbeFacts,
    ProbeState,
    Round,
    Secrets,
)
from noc_console.services.probes.rules.measure import row
from noc_console.services.probes.settings import PingSettings, ProbeKind, TcpSettings


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here: `test_store.py` asks both."""
    return f"sqlite:///{tmp_path}/noc.db"


async def test_a_probe_is_added_changed_and_removed(probes, operator, bus):
    heard = []
    bus.listen(heard.extend)
    made = await probes.add(
        operator, kind=ProbeKind.TCP, target="www.example.net", set=("port=8443", "count=2")
    )
    assert made.settings == TcpSettings(port=8443, count=2)
    changed = await probes.save(operator, wanted=replace(made, interval_s=30, name="shop"))
    (now,) = await probes.now(operator)
    assert now.probe == changed
    assert (now.name, now.target, now.state) == ("shop", "www.example.net", ProbeState.UNKNOWN)
    await probes.remove(operator, probe_ids=(made.id,))
    assert await probes.now(operator) == ()
    assert [event.what for event in heard if isinstance(event, ProbeChanged)] == [
        "saved",
        "saved",
        "removed",
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "target"),
        ({"target": "not a name"}, "target"),
        ({"target": "10.0.0.1", "set": ("count=0",)}, "count"),
        ({"target": "10.0.0.1", "set": ("colour=red",)}, "colour"),
        ({"target": "10.0.0.1", "set": ("count",)}, "set"),
        ({"target": "10.0.0.1", "interval_s": 0.1}, "interval_s"),
        ({"target": "10.0.0.1", "origin": "the moon"}, "origin"),
        ({"target": "10.0.0.1", "loss_percent": 101.0}, "loss_percent"),
        ({"kind": ProbeKind.HTTP, "target": "10.0.0.1"}, "target"),
        ({"kind": ProbeKind.HTTP, "target": "https://me:secret@x.example/"}, "target"),
    ],
)
async def test_what_cannot_be_run_is_refused_by_field(probes, operator, given, field):
    with pytest.raises(Invalid) as refused:
        await probes.add(operator, **given)
    assert refused.value.field == field
    assert await probes.now(operator) == ()


async def test_a_device_is_asked_at_its_address(probes, operator, devices, prober):
    await probes.add(operator, device="core-1")
    (now,) = await probes.now(operator)
    assert (now.target, now.name, now.device_name) == ("127.0.0.1", "core-1", "core-1")
    told = await probes.run_once(operator, probe_id=now.probe.id)
    assert told.state is ProbeState.WELL
    (aim,) = prober.aims
    # Somebody waits for it: a short burst, not twenty packets over a minute.
    assert (aim.host, aim.within_s, aim.settings.count) == ("127.0.0.1", 0.0, 5)


async def test_the_newest_measurement_is_told_with_the_last_words(probes, operator, samples, clock):
    made = await probes.add(operator, target="192.0.2.1")
    told = Round(ProbeState.SILENT, 4, (2000, 4000), error="x")
    at_ms = round(clock.now().timestamp() * 1000)
    poll = Poll(OF_SAMPLES + made.id, at_ms, (Row(PROBE, made.id, row(told)),))
    await samples.append([poll])
    words = ProbeFacts(made.id, clock.now(), ProbeState.SILENT, "nobody home", "timeout", by="c1")
    await probes.tell(operator, words=(words,))
    (now,) = await probes.now(operator)
    assert (now.state, now.sent, now.lost, now.loss_percent) == (ProbeState.SILENT, 4, 2, 50.0)
    assert (now.least_ms, now.median_ms, now.greatest_ms) == (2.0, 3.0, 4.0)
    assert (now.error, now.by, now.at) == ("nobody home", "c1", clock.now())


async def test_one_rule_pings_every_device_that_has_no_ping_of_its_own(probes, operator, devices):
    assert not (await probes.rule(operator)).is_on
    await probes.add(operator, device="core-1", set=("count=3",))
    await probes.set_rule(operator, is_on=True, count=7)
    found = {now.name: now.probe for now in await probes.now(operator)}
    assert found.keys() == {"core-1", "core-2"}
    assert found["core-1"].settings == PingSettings(count=3)
    by_rule = found["core-2"]
    assert (by_rule.is_of_rule, by_rule.settings) == (True, PingSettings(count=7))
    assert (await probes.probe(operator, probe_id=by_rule.id)) == by_rule
    for change in (probes.remove, probes.pause):
        with pytest.raises(Invalid, match="change the rule"):
            await change(operator, probe_ids=(by_rule.id,))
    await probes.set_rule(operator, is_on=False)
    assert len(await probes.now(operator)) == 1
    with pytest.raises(NotFound):
        await probes.probe(operator, probe_id=by_rule.id)


async def test_many_devices_are_pinged_by_one_click_but_none_twice(probes, operator, devices):
    ids = tuple(int(device.id) for device in devices)
    assert await probes.ping_devices(operator, device_ids=ids) == 2
    assert await probes.ping_devices(operator, device_ids=ids) == 0
    with pytest.raises(NotFound):
        await probes.ping_devices(operator, device_ids=(999,))


async def test_a_paused_probe_is_not_in_the_plan(probes, operator):
    made = await probes.add(operator, target="192.0.2.1")
    await probes.pause(operator, probe_ids=(made.id,))
    assert await probes.plan(operator) == ()
    await probes.resume(operator, probe_ids=(made.id,))
    assert [probe.id for probe, _ in await probes.plan(operator)] == [made.id]


async def test_secrets_lie_in_the_vault_and_nowhere_else(probes, operator, prober, db):
    made = await probes.add(
        operator,
        kind=ProbeKind.RADIUS,
        target="192.0.2.1",
        shared_secret="s3cr3t-of-radius",
        password="s3cr3t-of-user",
    )
    assert made.has_secret
    assert "s3cr3t" not in repr(made)
    await probes.run_once(operator, probe_id=made.id)
    assert prober.aims[-1].secrets == Secrets(Secret("s3cr3t-of-radius"), Secret("s3cr3t-of-user"))
    # Empty fields of a form leave the secrets as they are.
    await probes.save(operator, wanted=replace(made, has_secret=False, name="x"))
    copy = await probes.duplicate(operator, probe_id=made.id)
    assert copy.is_paused
    assert (await probes.secrets_of(operator, copy)).shared == Secret("s3cr3t-of-radius")
    assert "s3cr3t" not in await probes.export(operator)
    await probes.remove(operator, probe_ids=(made.id, copy.id))
    assert await probes.secrets_of(operator, made) == Secrets()


async def test_a_file_brings_back_what_was_exported(probes, operator, devices):
    await probes.add(operator, device="core-1", name="=1+1", set=("count=9", "spread=no"))
    await probes.add(
        operator,
        kind=ProbeKind.HTTP,
        target="https://www.example.net/a,b",
        interval_s=300,
        set=("text=Hello, world",),
    )
    before = await probes.now(operator)
    text = await probes.export(operator)
    await probes.remove(operator, probe_ids=tuple(now.probe.id for now in before))
    done = await probes.import_csv(operator, text=text + "smtp,x,,,,,\r\n")
    assert done.added == 2
    assert done.problems == (
        "row 4: kind is one of icmp, tcp, dns, http, ssh, radius, twamp, not 'smtp'",
    )
    after = await probes.now(operator)
    assert [replace(now.probe, id=0) for now in after] == [
        replace(now.probe, id=0) for now in before
    ]


async def test_measurements_of_a_probe_need_the_probe_to_be_ours(probes, operator, clock):
    made = await probes.add(operator, target="192.0.2.1")
    stranger = Actor("eve", "other", operator.rights)
    start = clock.now()
    clock.tick(hours=1)
    found = await probes.series(operator, probe_id=made.id, start=start, end=clock.now())
    assert len(found.times_ms) == 0
    with pytest.raises(NotFound):
        await probes.series(stranger, probe_id=made.id, start=start, end=clock.now())
    with pytest.raises(NotFound):
        await probes.run_once(stranger, probe_id=made.id)
    assert await probes.now(stranger) == ()


async def test_without_the_right_nothing_is_asked(probes, operator, prober):
    made = await probes.add(operator, target="192.0.2.1")
    reader = Actor("ann", operator.tenant, frozenset({"probes.see", "inventory.read"}))
    assert len(await probes.now(reader)) == 1
    for work in (
        probes.run_once(reader, probe_id=made.id),
        probes.add(reader, target="192.0.2.2"),
        probes.save(reader, wanted=made),
        probes.import_csv(reader, text="kind,target\r\n"),
        probes.secrets_of(reader, made),
    ):
        with pytest.raises(NotAllowed):
            await work
    assert prober.aims == []


async def test_ids_of_the_rule_never_meet_those_of_people(probes, operator):
    made = await probes.add(operator, target="192.0.2.1")
    assert made.id < OF_RULE < OF_SAMPLES
