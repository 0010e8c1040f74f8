"""What the desk asks before it puts something aside."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.filters.model import FilterId, SavedFilter
from noc_console.views.alarms.dialogs import SHELVE, SaveFilterDialog, ShelveDialog
from noc_console.views.kit.desk import Desk

KEPT = SavedFilter(
    FilterId(1), "alarms", "Night", "is=mine", "mira", False, datetime(2026, 3, 1, tzinfo=UTC)
)


async def test_nothing_is_shelved_without_a_reason_or_longer_than_a_shift(desk: Desk) -> None:
    dialog = ShelveDialog(None, "2 alarms", "core-1")
    done: list[int] = []
    dialog.finished.connect(done.append)
    dialog.accept()
    assert not done and dialog.problem.text()
    dialog.line.setText(" works ")
    dialog.accept()
    assert done and (dialog.reason, dialog.minutes) == ("works", 480.0)
    assert max(minutes for _, minutes in SHELVE) == 480.0


async def test_a_filter_needs_a_name_and_says_when_it_replaces(desk: Desk) -> None:
    dialog = SaveFilterDialog(None, "is=mine", (KEPT,))
    done: list[int] = []
    dialog.finished.connect(done.append)
    dialog.accept()
    assert not done and dialog.problem.text()
    dialog.line.setText("Night")
    assert dialog.accept_button.text() == "Replace filter"
    dialog.shared.setChecked(True)
    dialog.accept()
    assert done and (dialog.name, dialog.is_shared) == ("Night", True)
