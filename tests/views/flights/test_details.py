from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QPushButton

from noc_console.services.flights.model import FlightId, Phase, Report, Stand, Step, TargetId
from noc_console.views.flights.details import FlightDetails
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk
from tests.views.conftest import shown
from tests.views.flights.test_columns import FLIGHT, NOW, TARGET

FLYING = replace(
    FLIGHT, id=FlightId(1), phase=Phase.FLYING, counts={"kept": 1, "held": 1}, devices=2
)
OTHER = replace(TARGET, id=TargetId(2), name="core-2", stand=Stand.KEPT, wave=1)


def pane(desk: Desk) -> FlightDetails:
    made = FlightDetails(desk, lambda error: None)
    shown(made, 600, 700)
    return made


async def test_without_a_flight_it_says_what_to_do(desk: Desk) -> None:
    made = pane(desk)
    assert made._nothing.isVisible() and not made._inside.isVisible()


async def test_how_far_it_is_stands_above_its_devices(desk: Desk) -> None:
    made = pane(desk)
    asked: list[int] = []
    made.asked.connect(asked.append)
    made.show_report(Report(FLYING, (TARGET, OTHER), (Step(NOW, "does", "types", 1, "core-1"),)))
    assert (made.bar.value(), made.bar.maximum()) == (1, 2)
    assert made.state.text() == "Flying: 1 watched, 1 kept"
    assert [t.name for t in made.targets.rows.rows()] == ["core-1", "core-2"]
    assert asked[-1] == 1 and len(made.steps.rows.rows()) == 1


async def test_what_was_done_is_shown_before_what_was_expected(desk: Desk) -> None:
    made = pane(desk)
    made.show_preview(replace(TARGET, diff="+wanted"))
    assert made.diff.toPlainText() == "# what is expected\n+wanted"
    made.show_preview(replace(TARGET, diff="+wanted", did="+done"))
    assert made.diff.toPlainText() == "# what changed\n+done"
    made.show_preview(replace(TARGET, why="not reached"))
    assert made.diff.toPlainText() == "# not reached"


async def test_why_it_ended_is_said_in_the_colour_of_trouble(desk: Desk) -> None:
    made = pane(desk)
    made.show_flight(FLYING)
    assert made.why.isHidden()
    made.show_flight(replace(FLYING, phase=Phase.UNDONE, why="core-1 down since: Gi1"))
    assert made.why.isVisible() and made.why.text() == "core-1 down since: Gi1"
    assert made.why.property("tone") == "attention"
    made.show_flight(replace(FLYING, phase=Phase.DONE, why="2 devices changed"))
    assert made.why.isVisible() and made.why.property("tone") == "dim"
    assert made.bar.isHidden()


async def test_a_yes_to_what_came_stands_where_the_approval_stood(desk: Desk) -> None:
    made = pane(desk)
    actions = {
        id: desk.actions.add(Command(id, text, "check", lambda: None), made)
        for id, text in (
            ("flights.approve", "Approve…"), ("flights.start", "Start…"),
            ("flights.accept", "Keep as it came…"), ("flights.stop", "Stop, take back…"),
            ("flights.cancel", "Call off…"), ("flights.again", "Plan it again…"),
            ("flights.save", "Save report…"),
        )
    }  # fmt: skip
    actions["flights.accept"].setEnabled(False)
    made.offer(desk.actions, *actions)
    made.show_flight(FLYING)

    def seen() -> list[str]:
        buttons = [made.buttons.itemAt(at).widget() for at in range(made.buttons.count())]
        return [b.text() for b in buttons if isinstance(b, QPushButton) and b.isVisible()]

    assert seen()[:2] == ["Approve…", "Start…"] and "Keep as it came…" not in seen()
    actions["flights.approve"].setEnabled(False)
    actions["flights.accept"].setEnabled(True)
    assert seen()[:2] == ["Start…", "Keep as it came…"] and "Approve…" not in seen()
    actions["flights.accept"].setEnabled(False)
    assert seen()[:2] == ["Approve…", "Start…"]
