from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightId,
    Gates,
    Image,
    Kind,
    Phase,
    Stand,
    Target,
    TargetId,
    Way,
)
from noc_console.views.flights.columns import (
    PHASES,
    STANDS,
    WAYS,
    asks_text,
    change_text,
    counts_text,
    facts,
    flight_columns,
    progress,
    target_columns,
    wave_text,
)
from noc_console.views.kit.desk import Desk

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
FLIGHT = Flight(UNBORN, "x", Kind.CHANGE, "", "mira", NOW)
PLACE = (TargetId(1), FlightId(1), 1, "core-1", "192.0.2.1", "ios")
TARGET = Target(*PLACE, 0, Stand.HELD, Way.GUARDED, adds=2, removes=1)


def test_every_state_has_a_word() -> None:
    assert (set(PHASES), set(STANDS), set(WAYS)) == (set(Phase), set(Stand), set(Way))


def test_waves_and_lines_are_told_shortly() -> None:
    assert [wave_text(replace(TARGET, wave=n)) for n in (-1, 0, 3)] == ["", "canary", "wave 3"]
    assert change_text(TARGET) == "+2 −1"
    assert change_text(replace(TARGET, adds=0, removes=0)) == ""


def test_the_troubling_counts_come_first() -> None:
    flight = replace(FLIGHT, counts={"kept": 1_200, "failed": 1, "same": 2})
    assert counts_text(flight) == "1 failed, 1,200 kept, 2 nothing to do"


def test_progress_counts_what_flies_only() -> None:
    counts = {"kept": 3, "held": 1, "planned": 2, "refused": 9, "same": 9}
    assert progress(replace(FLIGHT, counts=counts)) == (3, 6)
    assert progress(FLIGHT) == (0, 0)


def test_a_window_and_software_are_among_the_facts(desk: Desk) -> None:
    flight = replace(
        FLIGHT, starts_at=NOW, ends_at=NOW, ticket="CHG-1", approved_at=NOW, approved_by="joris",
        approval="fine", image=Image("a.bin", 1, "", "", "17.9"), stage_only=True,
    )  # fmt: skip
    told = dict(facts(desk, flight))
    assert told["Ticket"] == "CHG-1" and told["Approved"] == "joris: fine"
    assert "2026-03-01" in told["Window"] and "brought there only" in told["Software"]
    assert set(dict(facts(desk, FLIGHT))) == {"Planned", "Order"}


def test_what_is_not_watched_is_among_the_facts_before_anybody_approves(desk: Desk) -> None:
    flight = replace(FLIGHT, gates=Gates(ports=False, alarms=False))
    assert dict(facts(desk, flight))["Not watched"] == "ports, alarms: this stops nothing"


def test_every_cell_can_be_shown_sorted_and_coloured(desk: Desk) -> None:
    for phase in Phase:
        flight = replace(FLIGHT, phase=phase)
        for column in flight_columns(desk):
            assert isinstance(column.text(flight), str)
            for ask in (column.sort, column.color, column.icon, column.tip):
                if ask is not None:
                    ask(flight)
    for stand in Stand:
        for one in target_columns():
            assert isinstance(one.text(replace(TARGET, stand=stand)), str)
            if one.color is not None:
                one.color(replace(TARGET, stand=stand))


def test_a_flight_that_asks_says_what_for() -> None:
    asking = replace(FLIGHT, phase=Phase.FLYING, counts={"asks": 2, "planned": 3})
    assert "2 devices set otherwise than previewed" in asks_text(asking)
    assert asks_text(replace(asking, phase=Phase.UNDONE)) == ""
    assert asks_text(replace(asking, counts={"held": 2})) == ""
