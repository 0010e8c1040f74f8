"""The dialog that tries event rules."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.app.compose import event_pack
from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events.book import EventBook
from noc_console.services.detection.events.model import Sense
from noc_console.services.intake import rules
from noc_console.services.intake.model import LineKind, LogLine
from noc_console.services.intake.service import IntakeService
from noc_console.services.intake.trying import EventReplay, EventTrialService, Match
from noc_console.services.inventory.service import InventoryService
from noc_console.views.detection import trying
from noc_console.views.detection.trying import TryDialog
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock

DOWN = "<189>Mar  1 10:00:00 r1 %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down"


@pytest.fixture
async def intake(store: Database, clock: FakeClock, tmp_path: Path) -> AsyncIterator[IntakeService]:
    async with open_lines(f"sqlite:///{tmp_path}/noc.db", clock=clock) as lines:
        yield IntakeService(store, lines, clock=clock)


@pytest.fixture
def dialog(
    intake: IntakeService, store: Database, clock: FakeClock, desk: Desk, operator: Actor
) -> TryDialog:
    book = EventBook(event_pack())
    trials = EventTrialService(intake, InventoryService(store, clock=clock), book, clock=clock)
    made = TryDialog(None, desk, trials, operator, clock=clock, device_names={7: "edge-1"})
    made.show()
    return made


def column(dialog: TryDialog, title: str) -> list[str]:
    rows = dialog.matches.rows if dialog.answer.currentWidget() is dialog.matches else None
    model = rows or dialog.fired.rows
    at = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    return [model.index(row, at.index(title)).data() for row in range(model.rowCount())]


async def test_a_line_shows_its_rule_its_object_and_what_clears_it(dialog: TryDialog) -> None:
    dialog.line.setPlainText(DOWN)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await settled()
    assert column(dialog, "Rule") == ["cisco-bgp-session-lost"]
    assert column(dialog, "Object") == ["bgp:10.0.0.1"]
    assert column(dialog, "Outcome") == ["Major"]
    assert "BGP-5-ADJCHANGE" in dialog.understood.text()
    if folder := os.environ.get("NOC_LOOK"):
        dialog.grab().save(f"{folder}/trying.png")


async def test_a_trap_is_typed_by_its_oid_and_a_mistake_is_said_in_place(
    dialog: TryDialog,
) -> None:
    dialog.kind.setCurrentIndex(dialog.kind.findData(LineKind.TRAP))
    assert not dialog.line.isVisible() and dialog.trap.isVisible()
    dialog.trap.setText("linkDown")
    dialog.try_now()
    await settled()
    assert "no OID" in dialog.problem.text()
    dialog.trap.setText("1.3.6.1.4.1.318.0.7")
    dialog.varbinds.setPlainText("1.3.6.1.2.1.1.3.0=5\n\n")
    dialog.try_now()
    await settled()
    assert not dialog.problem.isVisible()
    assert column(dialog, "Outcome") == ["Major, Critical once proved"]
    dialog.authentic.setChecked(True)
    dialog.try_now()
    await settled()
    assert column(dialog, "Outcome") == ["Critical"]


async def test_a_line_no_rule_fits_says_so(dialog: TryDialog) -> None:
    dialog.line.setPlainText("<14>hello")
    dialog.try_now()
    await settled()
    assert "No rule fits" in dialog.understood.text()


async def test_what_was_kept_is_replayed(
    dialog: TryDialog, intake: IntakeService, operator: Actor, clock: FakeClock
) -> None:
    dialog.replay()
    await settled()
    assert dialog.understood.text() == "Nothing was kept in that time."
    for minutes, state in ((30, "Down"), (10, "Up"), (5, "Down")):
        heard = LogLine(
            "10.0.0.9",
            clock.now() - timedelta(minutes=minutes),
            23,
            5,
            f"%BGP-5-ADJCHANGE: neighbor 10.0.0.1 {state}",
            mnemonic="BGP-5-ADJCHANGE",
        )
        await intake.keep(operator, lines=(rules.line_of_log(heard, 7),))
    dialog.replay()
    await settled()
    assert column(dialog, "Device") == ["edge-1", "edge-1"]
    assert sorted(column(dialog, "For")) == ["20 min", "stands"]
    assert dialog.understood.text().startswith("2 alarms from 3 lines: 2.0 a day.")
    if folder := os.environ.get("NOC_LOOK"):
        dialog.grab().save(f"{folder}/replay.png")


MATCH = Match(
    rule_id="r",
    title="R",
    sense=Sense.RAISE,
    condition="c",
    severity=Severity.MINOR,
    believed=Severity.MINOR,
    about="device",
    text="t",
    poll_decides=False,
    looks=False,
    cleared_by=("a", "b", "c", "d"),
    clear_after_s=600,
    words=(),
)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "Minor"),
        ({"poll_decides": True}, "the poller looks, the poll decides"),
        ({"sense": Sense.CLEAR}, "clears"),
        ({"sense": Sense.NOTICE}, "only kept"),
        ({"sense": Sense.NOTICE, "looks": True}, "the poller looks"),
        ({"is_config_change": True}, "kept as a change of the set-up"),
    ],
)
def test_the_outcome_is_said_in_words(changed: dict[str, object], says: str) -> None:
    assert trying.outcome(replace(MATCH, **changed)) == says  # type: ignore[arg-type]


def test_what_clears_it_is_short() -> None:
    assert trying.ending(MATCH) == "a; b; c; 1 more; 10 min without another"


def test_a_replay_that_saw_not_everything_says_so(clock: FakeClock) -> None:
    end = clock.now()
    told = EventReplay(end - timedelta(days=1), end, 5, False, 2_000, (), (("r", 2_000),))
    assert trying.summary(told) == (
        "2,000 alarms from the newest 5 lines, not all of that time: 2,000 a day."
        " The newest 0 are shown. Most by r 2,000."
    )
