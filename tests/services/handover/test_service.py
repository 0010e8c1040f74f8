"""Shifts, their log, and handing over, on real databases."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.handover.model import HandoverState
from noc_console.services.handover.service import HandoverService
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.service import MaintenanceService
from tests.conftest import FakeClock
from tests.services.maintenance.network import device


@pytest.fixture
def jan(operator: Actor) -> Actor:
    return Actor("jan", operator.tenant, operator.rights)


async def wrong(desk: AlarmService, actor: Actor, number: int, text: str) -> None:
    about = AlarmObject(number, device_name=f"device-{number}")
    await desk.report(
        actor, about=about, condition=Condition.CPU, severity=Severity.MAJOR, text=text
    )


async def test_my_last_shift_is_the_last_one_i_ended(
    handover: HandoverService, operator: Actor, jan: Actor, clock: FakeClock
) -> None:
    assert await handover.since_last_shift(operator) == clock.now() - timedelta(hours=12)
    await handover.begin_shift(operator)
    with pytest.raises(Conflict, match="begun already"):
        await handover.begin_shift(operator)
    clock.tick(hours=8)
    ended = clock.now()
    await handover.end_shift(operator)
    with pytest.raises(Conflict, match="not on shift"):
        await handover.end_shift(operator)
    clock.tick(hours=16)
    await handover.begin_shift(operator)
    await handover.begin_shift(jan)
    clock.tick(hours=1)
    assert await handover.since_last_shift(operator) == ended, "also while on shift"
    assert await handover.since_last_shift(jan) == clock.now() - timedelta(hours=12)
    assert [(s.person, s.ended_at) for s in await handover.shifts(operator)] == [
        ("jan", None),
        ("mira", None),
        ("mira", ended),
    ]


async def test_notes_stay_on_their_object_until_they_are_taken_off(
    handover: HandoverService, operator: Actor, jan: Actor, clock: FakeClock
) -> None:
    first = await handover.pin(
        operator, about="device:7", text="fan is loud\nspare ordered", about_name="core-1"
    )
    clock.tick(minutes=1)
    await handover.pin(operator, about="alarm:12", text="known since Monday")
    await handover.edit_note(jan, note_id=first.id, text="fan exchanged")
    (note,) = await handover.notes(operator, about=("device:7", "device:8"))
    assert (note.text, note.by, note.edited_by) == ("fan exchanged", "mira", "jan")
    assert [note.about for note in await handover.notes(operator)] == ["alarm:12", "device:7"]
    await handover.unpin(jan, note_id=first.id)
    assert await handover.notes(operator, about=("device:7",)) == ()
    with pytest.raises(Conflict, match="taken off"):
        await handover.edit_note(operator, note_id=first.id, text="again")
    assert [entry.kind.value for entry in await handover.log(operator)] == [
        "removed",
        "edited",
        "note",
        "note",
    ], "nothing is lost"


@pytest.mark.parametrize(
    ("about", "text", "words"),
    [
        ("device:7", "  \n ", "write something"),
        ("device:7", "x" * 4_001, "longer than"),
        ("nothing", "hello", "named like"),
        ("", "hello", "what the note is about"),
    ],
)
async def test_a_note_without_sense_is_refused(
    handover: HandoverService, operator: Actor, about: str, text: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        await handover.pin(operator, about=about, text=text)


async def test_only_notes_can_be_edited(handover: HandoverService, operator: Actor) -> None:
    entry = await handover.write(operator, text="called the fibre crew", about="ticket:CHG-7")
    with pytest.raises(NotFound):
        await handover.edit_note(operator, note_id=entry.id, text="x")


async def test_what_changed_since_my_last_shift(
    handover: HandoverService,
    desk: AlarmService,
    works: MaintenanceService,
    inventory: InventoryService,
    operator: Actor,
    collector: Actor,
    jan: Actor,
    clock: FakeClock,
) -> None:
    core = await device(inventory, collector, clock, "core-1", number=1)
    edge = await device(inventory, collector, clock, "edge-1", number=2)
    await inventory.set_reachability(
        collector, device_id=edge, reachability=Reachability.UP, at=clock.now()
    )
    clock.tick(hours=1)
    await wrong(desk, collector, 101, "old and standing")
    await wrong(desk, collector, 102, "old and gone")
    await handover.begin_shift(operator)
    clock.tick(hours=8)
    await handover.end_shift(operator)
    clock.tick(minutes=1)
    await wrong(desk, collector, 103, "new and standing")
    await wrong(desk, collector, 104, "new and gone")
    for number in (102, 104):
        await desk.settle(collector, about=AlarmObject(number), condition=Condition.CPU)
    standing = {a.text: int(a.id) for a in await desk.active(operator) if a.is_active}
    await desk.acknowledge(jan, alarm_ids=(standing["new and standing"],))
    await desk.own(jan, alarm_ids=(standing["new and standing"],))
    await desk.shelve(jan, alarm_ids=(standing["old and standing"],), reason="known")
    await works.begin(jan, device_ids=(core,), reason="new card")
    await inventory.set_reachability(
        collector, device_id=edge, reachability=Reachability.DOWN, at=clock.now()
    )
    await handover.write(jan, text="crew is on the way")
    clock.tick(minutes=5)
    found = await handover.changes(operator)
    alarms = found.alarms
    assert (alarms.came, alarms.passed, alarms.gone, alarms.still) == (1, 1, 1, 1)
    assert [a.text for a in alarms.new] == ["new and standing"]
    assert alarms.old == (), "what is shelved is told apart"
    assert [a.text for a in alarms.shelved] == ["old and standing"]
    assert sorted(a.text for a in alarms.over) == ["new and gone", "old and gone"]
    assert alarms.acknowledged == (("jan", 1),)
    assert [a.owner for a in found.owned] == ["jan"]
    assert [slot.window.title for slot in found.works] == ["new card"]
    assert any("edge-1" in happening.text for happening in found.network)
    assert any("new card" in deed.text and deed.by == "jan" for deed in found.deeds)
    assert [entry.text for entry in found.log] == ["crew is on the way"]
    with pytest.raises(Invalid, match="yet to come"):
        await handover.changes(operator, since=clock.now() + timedelta(hours=1))


async def test_a_handover_is_drafted_edited_handed_over_and_signed(
    handover: HandoverService,
    desk: AlarmService,
    operator: Actor,
    collector: Actor,
    jan: Actor,
    clock: FakeClock,
) -> None:
    await handover.begin_shift(operator)
    await wrong(desk, collector, 7, "CPU at 97 %")
    await handover.pin(operator, about="device:7", text="watch it", about_name="core-1")
    drafted = await handover.draft_in(operator, zone=UTC)
    assert "CPU at 97 %" in drafted.text and "watch it" in drafted.text
    assert drafted.state is HandoverState.DRAFT
    assert await handover.handovers(jan) == (), "a draft is its writer's"
    with pytest.raises(Conflict, match="not handed over"):
        await handover.take_over(jan, handover_id=drafted.id)
    with pytest.raises(NotAllowed, match="draft of mira"):
        await handover.edit(jan, handover_id=drafted.id, text="mine")
    again = await handover.draft_in(operator, zone=UTC)
    assert again.id == drafted.id, "one draft each"
    edited = await handover.edit(operator, handover_id=drafted.id, text="# Calm\n\nCall Eva.")
    assert (await handover.draft(operator)).text == edited.text, "a person's words stay"
    handed = await handover.hand_over(operator, handover_id=drafted.id)
    assert handed.state is HandoverState.HANDED
    assert await handover.shift(operator) is None
    with pytest.raises(Conflict, match="stays as it is"):
        await handover.edit(operator, handover_id=drafted.id, text="other")
    clock.tick(minutes=3)
    taken = await handover.take_over(jan, handover_id=drafted.id)
    assert (taken.taken_by, taken.taken_at) == ("jan", clock.now())
    assert await handover.shift(jan) is not None
    with pytest.raises(Conflict, match="jan took over"):
        await handover.take_over(operator, handover_id=drafted.id)
    versions = await handover.versions(operator, handover_id=drafted.id)
    assert versions[-1].text == "# Calm\n\nCall Eva." and len(versions) >= 2
    ended = (await handover.shifts(operator))[-1]
    assert ended.handover_id == drafted.id


async def test_another_tenant_reads_none_of_it(handover: HandoverService, operator: Actor) -> None:
    await handover.pin(operator, about="device:7", text="secret")
    drafted = await handover.draft(operator)
    other = Actor("max", "other", operator.rights)
    assert await handover.notes(other) == ()
    assert await handover.log(other) == ()
    with pytest.raises(NotFound):
        await handover.handover(other, handover_id=drafted.id)


async def test_reading_is_not_writing(handover: HandoverService) -> None:
    reader = Actor("eve", "acme", frozenset({"handover.see"}))
    assert await handover.handovers(reader) == ()
    with pytest.raises(NotAllowed):
        await handover.write(reader, text="hello")
