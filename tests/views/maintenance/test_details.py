"""The pane of one time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.maintenance.model import (
    Finding,
    Kind,
    Report,
    Run,
    RunId,
    Slot,
    SlotState,
    Turn,
    Window,
    WindowId,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.details import SlotDetails
from tests.views.conftest import shown

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(WindowId(1), "<b>card</b>", (), NOW, timedelta(hours=2), "mira")
RUN = Run(RunId(1), WindowId(1), "card", "", "mira", NOW, NOW, NOW + timedelta(hours=2))
SLOT = Slot(WINDOW, NOW, NOW + timedelta(hours=2), SlotState.PAST, RUN)
WORSE = Finding(Kind.PORT, Turn.WORSE, "core-1 · ge-0", "up", "down", 1, 10)
OTHER = Finding(Kind.CONFIGURATION, Turn.CHANGED, "core-1", "200 lines", "201 lines", 1)


@pytest.fixture
def pane(desk: Desk, bugs: list[BaseException]) -> SlotDetails:
    made = SlotDetails(desk, bugs.append)
    shown(made, 400, 600)
    return made


def test_nothing_chosen_says_what_to_do(pane: SlotDetails) -> None:
    assert pane._nothing.isVisible() and not pane._inside.isVisible()


def test_words_of_people_are_shown_as_they_are(pane: SlotDetails) -> None:
    pane.show_slot(SLOT)
    assert pane.title.text() == "<b>card</b>"
    pane.show_slot(replace(SLOT, run=None))
    assert "once it took place" in pane.said.text() and not pane.table.isVisible()


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (Report(RUN, None, None, notes=("no collector ran",)), ""),
        (Report(RUN, NOW, None), "compared some minutes after the end"),
        (Report(RUN, NOW, NOW), "Nothing differs"),
        (Report(RUN, NOW, NOW, (OTHER,)), "1 thing differs"),
        (Report(RUN, NOW, NOW, (WORSE, OTHER), looked_at=(("ports", 480), ("links", 0))),
         "1 of them for the worse. Compared: 480 ports."),
    ],
)  # fmt: skip
def test_the_comparison_in_a_sentence_and_a_list(
    pane: SlotDetails, report: Report, words: str
) -> None:
    pane.show_slot(SLOT)
    pane.show_report(report)
    assert words in pane.said.text()
    assert pane.table.isVisible() == (report.after_at is not None)
    assert pane.table.rows.rows() == report.findings
    assert pane.notes.isVisible() == bool(report.notes)


def test_the_list_is_copied_with_all_its_columns(pane: SlotDetails) -> None:
    pane.show_slot(SLOT)
    pane.show_report(Report(RUN, NOW, NOW, (WORSE,)))
    assert "core-1 · ge-0" in pane.table.csv() and "worse" in pane.table.csv()
