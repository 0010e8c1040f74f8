"""Planned work as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.maintenance.model import (
    Run,
    RunId,
    Slot,
    SlotState,
    Window,
    WindowId,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(WindowId(3), "card", (), NOW, timedelta(hours=1), "mira")


def test_a_slot_is_known_by_when_it_was_planned() -> None:
    late = NOW + timedelta(minutes=2)
    run = Run(RunId(1), WindowId(3), "card", "", "mira", NOW, late, late)
    planned = Slot(WINDOW, NOW, NOW, SlotState.PLANNED)
    assert planned.key == Slot(WINDOW, late, late, SlotState.NOW, run).key


def test_a_run_is_under_way_until_it_ended() -> None:
    run = Run(RunId(1), WindowId(3), "card", "", "mira", NOW, NOW, NOW)
    assert run.is_under_way and not WINDOW.repeats
