from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.flights import report
from noc_console.services.flights.model import (
    Flight,
    FlightId,
    Gates,
    Image,
    Kind,
    Phase,
    Report,
    Stand,
    Step,
    Target,
    TargetId,
    Way,
)

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
FLIGHT = Flight(
    FlightId(7), "New time servers", Kind.CHANGE, "ntp server 192.0.2.1", "mira", NOW,
    ticket="CHG-1", phase=Phase.UNDONE, why="core-1 down since: Gi1", approved_by="joris",
    approved_at=NOW, approval="looks right", began_at=NOW, ended_at=NOW, counts={"undone": 1},
)  # fmt: skip
PLACE = (TargetId(1), FlightId(7), 1, "core-1", "192.0.2.1", "ios")
TARGET = Target(*PLACE, 0, Stand.UNDONE, Way.GUARDED, why="a|b\nc", did="+ntp server 192.0.2.1")


def test_it_tells_who_what_when_why_and_each_step():
    told = report.text(Report(FLIGHT, (TARGET,), (Step(NOW, "does", "reload in 10", 1, "core-1"),)))
    for words in (
        "# New time servers", "**undone**. core-1 down since: Gi1", "Ticket CHG-1",
        "Planned by mira", "Approved by joris, 2026-03-01 02:00:00 UTC: looks right",
        "| core-1 | canary | inverse and reload | undone | a\\|b c |",
        "```diff\n+ntp server 192.0.2.1\n```",
        "- 2026-03-01 02:00:00 UTC core-1 does: reload in 10",
    ):  # fmt: skip
        assert words in told


def test_what_was_not_watched_is_said_and_else_no_word_about_it():
    off = Gates(ports=False, traffic_drop=0.0)
    told = report.text(Report(replace(FLIGHT, gates=off), (TARGET,), ()))
    assert "- Not watched: ports, traffic\n" in told
    assert "Not watched" not in report.text(Report(FLIGHT, (TARGET,), ()))


def test_software_is_told_with_its_sum():
    image = Image("a.bin", 7, "5" * 128, "2" * 64, "17.9")
    flight = replace(FLIGHT, kind=Kind.FIRMWARE, image=image)
    told = report.text(Report(flight, (replace(TARGET, wave=-1),), ()))
    assert f"a.bin, version 17.9, 7 octets, SHA-512 {'5' * 128}" in told
    assert "| core-1 | – |" in told and "## Lines" not in told
