"""Rules are seen, changed, taken back and tried out."""

from __future__ import annotations

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.detection.model import Family, Origin, RuleRow
from noc_console.services.detection.service import DetectionService, renamed, split, switched
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.detection.devices import add_devices

OWN = """
[[rule]]
id = "customers-full"
title = "A customer's port is full"
measure = "interface.utilisation"
condition = "customer-full"
scope = { aliases = ["cust-*"] }
remedy = "Offer them a larger port."
level = [{ severity = "warning", raise = 90 }]
"""
TIGHTER = """
[[rule]]
id = "cpu"
title = "CPU busy"
measure = "device.cpu"
condition = "cpu"
level = [{ severity = "major", raise = 60, clear = 50 }]
"""


async def row(detection: DetectionService, actor: Actor, rule_id: str) -> RuleRow | None:
    return next((one for one in await detection.rules(actor) if one.id == rule_id), None)


async def test_ours_are_listed_with_those_of_events(
    detection: DetectionService, operator: Actor
) -> None:
    rows = await detection.rules(operator)
    cpu = next(one for one in rows if one.id == "cpu")
    assert cpu.levels == "major ≥ 95 %, minor ≥ 80 % (2 of 3)"
    assert (cpu.origin, cpu.is_enabled, cpu.family) == (Origin.PACK, True, Family.METRIC)
    assert {one.family for one in rows} == set(Family)
    assert len({one.id for one in rows}) == len(rows)


async def test_a_rule_that_would_clear_what_a_poll_raises_is_refused(
    detection: DetectionService, operator: Actor
) -> None:
    text = """
    [[rule]]
    id = "cpu-jumps"
    title = "CPU jumps"
    kind = "change"
    measure = "device.cpu"
    condition = "cpu"
    within = "10 min"
    level = [{ severity = "minor", raise = 20, clear = 10 }]
    """
    with pytest.raises(Invalid, match="choose another word"):
        await detection.save(operator, toml=text)
    with pytest.raises(Invalid, match="choose another word"):
        await detection.import_toml(operator, text=text)
    assert await row(detection, operator, "cpu-jumps") is None
    await detection.save(operator, toml=text.replace('"cpu"', '"cpu-jumps"'))


async def test_an_own_rule_is_kept_and_judged_by(
    detection: DetectionService, operator: Actor
) -> None:
    made = await detection.save(operator, toml=OWN)
    assert made.origin is Origin.OWN
    kept = await row(detection, operator, "customers-full")
    assert kept is not None and kept.scope == "described cust-*"
    book = await detection.book(operator)
    assert book.rule("customers-full") is not None
    assert detection.current is book


async def test_a_change_of_ours_is_taken_back_step_by_step(
    detection: DetectionService, operator: Actor
) -> None:
    await detection.save(operator, toml=TIGHTER)
    await detection.disable(operator, rule_ids=("cpu",))
    changed = await row(detection, operator, "cpu")
    assert changed is not None
    assert (changed.origin, changed.is_enabled) == (Origin.CHANGED, False)
    await detection.undo(operator, rule_id="cpu")
    changed = await row(detection, operator, "cpu")
    assert changed is not None
    assert (changed.is_enabled, changed.levels) == (True, "major ≥ 60 % (2 of 3)")
    await detection.undo(operator, rule_id="cpu")
    ours = await row(detection, operator, "cpu")
    assert ours is not None and ours.origin is Origin.PACK
    with pytest.raises(NotFound, match="nothing was changed"):
        await detection.undo(operator, rule_id="cpu")
    steps = await detection.history(operator, rule_id="cpu")
    assert [step.what for step in steps] == ["changed", "disabled", "undone", "undone"]
    assert {step.by for step in steps} == {"mira"}


async def test_what_was_removed_comes_back_by_undo(
    detection: DetectionService, operator: Actor
) -> None:
    await detection.save(operator, toml=OWN)
    await detection.remove(operator, rule_id="customers-full")
    assert await row(detection, operator, "customers-full") is None
    await detection.undo(operator, rule_id="customers-full")
    assert await row(detection, operator, "customers-full") is not None
    with pytest.raises(NotFound, match="switch it off"):
        await detection.remove(operator, rule_id="memory")


async def test_event_rules_have_the_same_switches(
    detection: DetectionService, operator: Actor
) -> None:
    some = next(one for one in await detection.rules(operator) if one.family is Family.EVENT)
    await detection.disable(operator, rule_ids=(some.id, "cpu"))
    off = await row(detection, operator, some.id)
    assert off is not None and not off.is_enabled and off.origin is Origin.CHANGED
    assert list(await detection.event_changes(operator)) == [some.id]
    await detection.enable(operator, rule_ids=(some.id,))
    on = await row(detection, operator, some.id)
    assert on is not None and on.is_enabled
    with pytest.raises(Conflict, match="another family"):
        await detection.save(operator, toml=OWN.replace("customers-full", some.id))


async def test_a_copy_is_off_and_has_a_name_of_its_own(
    detection: DetectionService, operator: Actor
) -> None:
    first = await detection.duplicate(operator, rule_id="cpu")
    second = await detection.duplicate(operator, rule_id="cpu")
    assert (first.id, second.id) == ("cpu-2", "cpu-3")
    assert not first.is_enabled and first.title == "CPU busy (copy)"


async def test_rules_travel_as_text(detection: DetectionService, operator: Actor) -> None:
    await detection.save(operator, toml=OWN)
    await detection.save(operator, toml=TIGHTER)
    text = await detection.export(operator)
    for rule_id in ("customers-full", "cpu"):
        await detection.remove(operator, rule_id=rule_id)
    assert await detection.import_toml(operator, text=text) == 2
    assert await detection.export(operator) == text
    with pytest.raises(Invalid, match="no key of a rule"):
        await detection.import_toml(operator, text=text + text.replace("title", "tilte"))
    with pytest.raises(Invalid, match="begins with"):
        await detection.import_toml(operator, text="hello")
    assert (await detection.export(operator, rule_ids=("memory",))).startswith("[[rule]]")


async def test_a_text_is_checked_without_being_kept(
    detection: DetectionService, operator: Actor
) -> None:
    assert (await detection.check(operator, toml=OWN)).id == "customers-full"
    with pytest.raises(Invalid, match="rule customers-full: measure"):
        await detection.check(operator, toml=OWN.replace("utilisation", "speed"))
    assert await row(detection, operator, "customers-full") is None


async def test_rules_belong_to_their_tenant(detection: DetectionService, operator: Actor) -> None:
    await detection.save(operator, toml=OWN)
    stranger = Actor("eve", "other", operator.rights)
    assert await row(detection, stranger, "customers-full") is None
    with pytest.raises(NotAllowed):
        await detection.save(Actor("bob", "acme", frozenset({"detection.see"})), toml=OWN)


async def test_the_list_tells_how_often_a_condition_rang(
    detection: DetectionService, alarms: AlarmService, operator: Actor
) -> None:
    reports = tuple(
        AlarmReport(AlarmObject(n), Condition.CPU, Severity.MINOR, "x") for n in range(1, 4)
    )
    await alarms.apply(operator, reports=reports)
    cpu = await row(detection, operator, "cpu")
    assert cpu is not None and cpu.alarms == 3


async def test_what_to_do_is_told_by_condition(
    detection: DetectionService, operator: Actor
) -> None:
    assert "command line" in await detection.remedy(operator, condition="cpu")
    await detection.save(operator, toml=OWN)
    told = await detection.remedy(operator, condition="customer-full")
    assert told == "Offer them a larger port."
    assert await detection.remedy(operator, condition="never-heard-of") == ""
    event = next(one for one in await detection.rules(operator) if one.family is Family.EVENT)
    assert await detection.remedy(operator, condition=event.condition)


async def test_what_to_do_is_that_of_the_rule_for_the_device(
    detection: DetectionService, inventory: InventoryService, clock: FakeClock, operator: Actor
) -> None:
    one, other = await add_devices(inventory, clock, operator, 2)
    narrow = TIGHTER.replace('"cpu"\ntitle', '"cpu-of-one"\ntitle').replace(
        "level =", 'scope = { names = ["core-1"] }\nremedy = "Ask Mira."\nlevel ='
    )
    await detection.save(operator, toml=narrow)
    assert await detection.remedy(operator, condition="cpu", device_id=one) == "Ask Mira."
    told = await detection.remedy(operator, condition="cpu", device_id=other)
    assert "command line" in told
    assert await detection.remedy(operator, condition="cpu", device_id=999) == "Ask Mira."


async def test_replays_need_a_rule_and_a_past(detection: DetectionService, operator: Actor) -> None:
    with pytest.raises(NotFound):
        await detection.replay(operator, rule_id="nonsense")
    with pytest.raises(Invalid, match="no history"):
        await detection.replay(operator, rule_id="polls-late")
    with pytest.raises(Invalid, match="0 to 400"):
        await detection.replay(operator, rule_id="cpu", days=-1)
    nothing = await detection.replay(operator, rule_id="cpu")
    assert (nothing.objects, nothing.total) == (0, 0)


def test_switching_touches_nothing_else() -> None:
    off = switched(OWN, is_enabled=False)
    assert "enabled = false" in off
    assert switched(off, is_enabled=True).strip() == OWN.strip()
    assert 'id = "x"' in renamed(OWN, "customers-full", "x")
    assert len(split(OWN + TIGHTER)) == 2
