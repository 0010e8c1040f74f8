"""Deeds are shown at once, carried out in parts, and taken back."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.intents import Done, Refusal
from noc_console.services.alarms.model import AlarmId
from noc_console.views.alarms import deeds
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.deeds import LONG, PART, Deed, Deeds, Progress
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import AT, NOW, alarm

FEW = [alarm(1), alarm(2, acked_by="ann", acked_at=AT), alarm(3, root_id=AlarmId(1))]


class Store:
    """What a deed reaches; says yes until told otherwise."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, ...]] = []
        self.back: list[tuple[int, ...]] = []
        self.refuses: frozenset[int] = frozenset()
        self.fails_after = 10**9

    async def carry(self, ids: tuple[int, ...]) -> Done:
        await asyncio.sleep(0)
        if len(self.parts) >= self.fails_after:
            raise Unreachable("the store is away", peer="store")
        self.parts.append(ids)
        refused = tuple(Refusal(id, "it came back worse") for id in ids if id in self.refuses)
        return Done(len(ids), refused=refused)

    async def undo(self, ids: tuple[int, ...]) -> Done:
        self.back.append(ids)
        return Done(len(ids))

    def deed(self) -> Deed:
        return Deed(
            "Acknowledge", "Acknowledging", self.carry,
            partial(deeds.acknowledged, by="mira", at=AT),
            Deed("Take back", "Taking back", self.undo, deeds.unacknowledged),
            with_folded=True,
        )  # fmt: skip


@pytest.fixture
async def model(desk: Desk) -> DeskModel:
    made = DeskModel(alarm_columns(desk), lambda: NOW, lambda error: pytest.fail(repr(error)))
    made.ask(Asked(group=Grouping.NONE))
    made.take(FEW)
    await settled()
    return made


def acked(model: DeskModel) -> dict[int, str | None]:
    return {id: one.acked_by for id, one in sorted(model.ledger.by_id.items())}


async def test_a_deed_is_seen_with_all_it_covers_and_taken_back(
    desk: Desk, model: DeskModel
) -> None:
    store, errors = Store(), list[BaseException]()
    acting = Deeds(desk, model, errors.append)
    acting.do(store.deed(), (1, 2))
    await settled()
    assert acked(model) == {1: "mira", 2: "ann", 3: "mira"} and store.parts == [(1, 2)]
    assert acting.stack.undoText() == "Acknowledge 2 alarms"
    acting.stack.undo()
    await settled()
    assert store.back == [(1, 3)], "what a colleague acknowledged stays his"
    assert acked(model) == {1: None, 2: "ann", 3: None}
    acting.stack.redo()
    await settled()
    assert acked(model)[1] == "mira" and store.parts == [(1, 2), (1, 2)] and errors == []


async def test_what_was_refused_looks_as_before_and_is_told(desk: Desk, model: DeskModel) -> None:
    store, said = Store(), list[str]()
    store.refuses = frozenset({1})
    desk.wires.noticed.connect(lambda text, _tone: said.append(text))
    Deeds(desk, model, lambda error: None).do(store.deed(), (1,))
    await settled()
    assert acked(model)[1] is None
    assert said == ["Acknowledge: 1 alarm left alone. it came back worse"]


async def test_ten_thousand_go_in_parts_with_progress_and_can_be_stopped(
    desk: Desk, model: DeskModel
) -> None:
    many = tuple(range(100, 100 + 5 * PART))
    model.take([alarm(id) for id in many])
    await settled()
    store, seen, said = Store(), list[Progress | None](), list[str]()
    desk.wires.noticed.connect(lambda text, _tone: said.append(text))
    acting = Deeds(desk, model, lambda error: None)
    acting.progressed.connect(seen.append)
    acting.progressed.connect(lambda told: told and told.done >= 2 * PART and acting.cancel())
    assert len(many) > LONG
    acting.do(store.deed(), many)
    await settled()
    assert [len(part) for part in store.parts] == [PART, PART]
    assert seen[0] == Progress("Acknowledging", PART, 5 * PART) and seen[-1] is None
    assert said == [f"Acknowledging was stopped: {2 * PART:,} of {5 * PART:,} are done."]
    told = acked(model)
    assert told[many[0]] == "mira" and told[many[-1]] is None
    acting.stack.undo()
    await settled()
    assert sum(map(len, store.back)) == 2 * PART


async def test_a_store_that_fails_shows_what_was(desk: Desk, model: DeskModel) -> None:
    store, errors = Store(), list[BaseException]()
    store.fails_after = 0
    Deeds(desk, model, errors.append).do(store.deed(), (1,))
    await settled()
    assert acked(model)[1] is None and isinstance(errors[0], Unreachable)


async def test_what_the_store_told_meanwhile_is_not_overwritten(
    desk: Desk, model: DeskModel
) -> None:
    store = Store()
    store.refuses = frozenset({1})
    newer = alarm(1, text="worse now")

    async def carry(ids: tuple[int, ...]) -> Done:
        model.take([newer])
        await settled_model(model)
        return await store.carry(ids)

    deed = Deed("A", "B", carry, partial(deeds.owned, by="mira", at=AT))
    Deeds(desk, model, lambda error: None).do(deed, (1,))
    await settled()
    assert model.ledger.by_id[1] is newer


async def settled_model(model: DeskModel) -> None:
    while model._is_dirty or model._changes:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


def test_how_alarms_will_look() -> None:
    one = alarm(1)
    mine = deeds.owned(one, by="mira", at=AT)
    assert mine.owner == "mira" and deeds.owned(mine, by="mira", at=AT) is mine
    assert deeds.disowned(mine).owner is None and deeds.disowned(one) is one
    assert deeds.ticketed(one, number="I-7").ticket == "I-7"
    aside = deeds.shelved(one, at=AT, minutes=30)
    assert aside.shelved_until is not None and deeds.unshelved(aside) == one
    quiet = deeds.suppressed(one, by="mira")
    assert quiet.suppressed and deeds.released(quiet) == one
    flapping = alarm(1, suppressed=True)
    assert deeds.released(flapping) is flapping, "what flaps is not released by hand"
