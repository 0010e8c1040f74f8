"""Curves through the services."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.pack import our_book
from noc_console.services.probes.model import ProbeState, Round
from noc_console.views.graphs.loading import GraphSource, dressed
from noc_console.views.kit.curves import Span, seen
from tests.views.graphs.conftest import Measured

WELL = Round(ProbeState.WELL, 4, (1000, 1200, 1100, 5000))


async def test_an_interface_a_device_and_a_sensor_come_as_curves_with_their_units(
    measured: Measured, operator: Actor
) -> None:
    text = f"interface:{measured.port} device:{measured.device}/cpu sensor:{measured.sensor}"
    found = await measured.source.load(operator, text, measured.span)
    assert found.problems == ()
    assert [curve.name for curve in found.curves] == [
        *("ge-0/0/1 @ core-1 in", "ge-0/0/1 @ core-1 out"),
        "core-1 CPU",
        "Rx power @ core-1",
    ]
    assert [curve.unit for curve in found.curves] == ["b/s", "b/s", "%", "dBm"]
    into, out, cpu, light = found.curves
    assert np.nanmean(into.values) == pytest.approx(8 * 4e7, rel=0.05)
    assert out.below and cpu.values[-1] == pytest.approx(33.6, abs=0.1)
    assert -4 < light.values[0] < -3


async def test_limits_are_those_alarms_are_raised_by(measured: Measured, operator: Actor) -> None:
    text = f"interface:{measured.port}/in device:{measured.device}/cpu sensor:{measured.sensor}"
    found = await measured.source.load(operator, text, measured.span)
    into, cpu, light = found.curves
    assert {(limit.value, limit.severity) for limit in found.limits_of([into])} >= {
        (0.95e9, Severity.MAJOR),
        (1e9, Severity.CLEARED),
    }
    assert [limit.value for limit in found.limits_of([cpu])] == [95, 80]
    assert [limit.value for limit in found.limits_of([light])] == [-14]


async def test_limits_follow_the_rules_in_force(measured: Measured, operator: Actor) -> None:
    rule = our_book().rule("cpu")
    assert rule is not None
    books = [our_book()]

    async def rules(actor: Actor) -> RuleBook:
        return books[-1]

    source = GraphSource(measured.world.inventory, measured.world.telemetry, rules=rules)
    text = f"device:{measured.device}/cpu"
    first = await source.load(operator, text, measured.span)
    assert [limit.value for limit in first.limits_of(first.curves)] == [95, 80]
    level = replace(rule.levels[0], raise_at=60.0)
    books.append(RuleBook((replace(rule, levels=(level,)),)))
    again = await source.load(operator, text, measured.span)
    assert [limit.value for limit in again.limits_of(again.curves)] == [60]


async def test_what_was_a_week_ago_lies_over_what_is_now(
    measured: Measured, operator: Actor
) -> None:
    text = f"device:{measured.device}/cpu"
    measured.world.clock.tick(days=1)
    end = measured.world.clock.now().timestamp()
    await measured.world.measure("core-1", 77.0)
    found = await measured.source.load(operator, text, Span(end - 7200, end + 60), compare="day")
    now, ghost = found.curves
    assert ghost.ghost and ghost.name == "core-1 CPU, a day before" and not now.ghost
    assert end - 7200 <= ghost.times[0] and np.nanmax(ghost.values) < 40 < now.values[-1]


async def test_alarms_and_their_ends_are_marks(measured: Measured, operator: Actor) -> None:
    measured.world.clock.tick(minutes=-30)
    alarm = await measured.world.report("core-1")
    measured.world.clock.tick(minutes=10)
    await measured.world.settle("core-1")
    await measured.world.report("core-2")
    measured.world.clock.tick(minutes=20)
    text = f"device:{measured.device}/cpu"
    found = await measured.source.load(operator, text, measured.span)
    (mark,) = [mark for mark in found.marks if mark.alarm_id is not None]
    assert mark.alarm_id == alarm.id and mark.severity is Severity.MAJOR
    assert mark.end is not None and mark.end - mark.at == pytest.approx(600)
    bare = await measured.source.load(operator, text, measured.span, has_marks=False)
    assert bare.marks == ()


async def test_a_probes_loss_is_a_share(measured: Measured, operator: Actor) -> None:
    probe = await measured.probed.service.add(operator, target="192.0.2.1", name="upstream")
    lossy = Round(ProbeState.WELL, 4, (1000, 1200))
    await measured.probed.measure(probe.id, WELL, lossy, WELL)
    found = await measured.source.load(operator, f"probe:{probe.id}", measured.span)
    latency, loss = found.curves
    assert latency.unit == "ms" and latency.values[0] == pytest.approx(1.1, abs=0.2)
    assert loss.values.tolist() == [0, 50], "the round of this very moment is of the next span"


async def test_what_is_gone_is_told_of_and_the_rest_is_shown(
    measured: Measured, operator: Actor
) -> None:
    text = f"interface:99999 sensor:99999 probe:99999 device:{measured.device}/cpu"
    found = await measured.source.load(operator, text, measured.span)
    assert [curve.name for curve in found.curves] == ["core-1 CPU"]
    assert len(found.problems) == 3 and "99999" in found.problems[0]


async def test_another_tenant_sees_nothing(measured: Measured, operator: Actor) -> None:
    eve = Actor("eve", "other", operator.rights)
    text = f"interface:{measured.port} device:{measured.device}/cpu sensor:{measured.sensor}"
    await measured.source.load(operator, text, measured.span)
    found = await measured.source.load(eve, text, measured.span)
    assert found.curves == ()


async def test_a_long_series_is_thinned_on_a_track(
    measured: Measured, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noc_console.views.graphs.loading.LONG", 100)
    text = f"device:{measured.device}/cpu"
    (curve,) = (await measured.source.load(operator, text, measured.span)).curves
    assert curve.track is not None and len(curve.times) == len(curve.values) > 300
    assert len(seen(curve, measured.span, 50)[0]) <= 102


async def test_in_one_graph_objects_have_their_colours_or_directions_theirs(
    measured: Measured, operator: Actor
) -> None:
    one = f"interface:{measured.port}"
    two = f"{one} interface:{measured.world.ports['core-2']}"
    alone = dressed((await measured.source.load(operator, one, measured.span)).curves)
    both = dressed((await measured.source.load(operator, two, measured.span)).curves)
    assert alone[0].tint != alone[1].tint and alone[0].p95 is not None
    assert both[0].tint == both[1].tint != both[2].tint and both[0].p95 is None
