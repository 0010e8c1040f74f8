"""Planned work in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.maintenance.model import (
    Ending,
    Finding,
    Kind,
    Run,
    RunId,
    Slot,
    SlotState,
    Target,
    TargetKind,
    Turn,
    Window,
    WindowId,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.columns import (
    after_text,
    finding_columns,
    moment_text,
    run_facts,
    slot_columns,
    state_text,
    targets_text,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DEVICES = tuple(Target(TargetKind.DEVICE, n, f"core-{n}") for n in range(1, 6))
WINDOW = Window(
    WindowId(1), "card", DEVICES, NOW, timedelta(hours=2), "mira", ticket="CHG-7",
    repeat="FREQ=WEEKLY;BYDAY=TU", quiet_minutes=5, note="bring a lamp",
)  # fmt: skip
RUN = Run(RunId(1), WindowId(1), "card", "CHG-7", "mira", NOW, NOW, NOW + timedelta(hours=2), 5)
SLOT = Slot(WINDOW, NOW, NOW + timedelta(hours=2), SlotState.NOW, RUN)


def test_many_objects_are_cut_short() -> None:
    assert targets_text(DEVICES) == "core-1, core-2, core-3 and 2 more"
    assert targets_text(DEVICES[:1]) == "core-1"
    assert targets_text((Target(TargetKind.DEVICE, 9),)) == "device 9"


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (None, ""),
        (RUN, ""),
        (replace(RUN, down=2), "2 still down"),
        (replace(RUN, ended_at=NOW), "not compared"),
        (replace(RUN, ended_at=NOW, has_after=True), "as before"),
        (replace(RUN, ended_at=NOW, has_after=True, differing=3, worse=3), "3 worse"),
        (replace(RUN, has_after=True, differing=3, worse=1), "1 worse, 2 other"),
        (replace(RUN, has_after=True, differing=3), "3 other"),
    ],
)
def test_what_came_of_it_in_few_words(run: Run | None, text: str) -> None:
    assert after_text(run) == text


def test_moments_are_as_short_as_they_can_be(desk: Desk) -> None:
    desk.times.use_utc = True
    day = timedelta(days=1)
    at = NOW.replace(hour=2)
    told = [moment_text(desk, at + days * day) for days in (0, 2, 9)]
    assert told == ["02:00", "Tue 02:00", "10 Mar 02:00"]
    assert moment_text(desk, at + 9 * day, beside=NOW + 9 * day) == "02:00"


def test_the_facts_of_a_time_under_way_and_of_one_that_ended(desk: Desk) -> None:
    facts = dict(run_facts(desk, replace(SLOT, run=replace(RUN, down=2))))
    assert facts["Now"] == "5 devices, 2 objects still down"
    assert facts["Repeats"] == "every week on Tuesday (UTC)"
    assert facts["Note"] == "bring a lamp" and facts["Ticket"] == "CHG-7"
    assert facts["Ends early"] == "all back and quiet for 5 min"
    over = replace(RUN, ended_at=NOW, ending=Ending.BY_HAND, ended_by="jan")
    facts = dict(run_facts(desk, replace(SLOT, state=SlotState.PAST, run=over)))
    assert facts["Ended"] == "by hand, jan" and "Now" not in facts
    early = replace(over, ending=Ending.RECOVERED)
    assert state_text(replace(SLOT, state=SlotState.PAST, run=early)) == "over early"


def test_every_column_can_show_every_state(desk: Desk) -> None:
    over = replace(RUN, ended_at=NOW, has_after=True, differing=1, worse=1)
    slots = [
        SLOT,
        replace(SLOT, run=None, state=SlotState.PLANNED),
        replace(SLOT, run=over, state=SlotState.PAST),
        replace(SLOT, run=None, state=SlotState.SKIPPED),
    ]
    for column in slot_columns(desk):
        for slot in slots:
            assert isinstance(column.text(slot), str)
            for ask in (column.sort, column.color, column.icon, column.tip, column.export):
                if ask is not None:
                    ask(slot)


def test_what_is_worse_stands_out() -> None:
    turn = finding_columns()[0]
    found = [Finding(Kind.PORT, turn_, "a", "up", "down") for turn_ in Turn]
    assert [turn.text(finding) for finding in found] == ["worse", "changed", "better"]
    assert turn.color is not None
    inks = [turn.color(finding) for finding in found]
    assert inks[0] is not None and inks[1] is None and inks[0] != inks[2]
