from __future__ import annotations

from dataclasses import replace

from noc_console.services.flights.model import FlightId, Phase, Report, Stand, Step, TargetId
from noc_console.views.flights.details import FlightDetails
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
