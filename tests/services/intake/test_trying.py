"""The test bench of event rules: a line tried, and kept lines replayed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.intake import rules
from noc_console.services.intake.model import LineKind, LogLine, Trap
from noc_console.services.intake.service import IntakeService
from noc_console.services.intake.trying import EventTrialService
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.intake.conftest import BOOK

DOWN = "<189>123: r1: *Mar  1 18:46:11.123: %BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down sent"
LAMP = """[[rule]]
id = "lamp"
title = "Lamp"
condition = "lamp-broken"
about = "lamp"
severity = "critical"
text = "lamp {lamp} broke"
remedy = "change it"
clear_after = "10 min"
raise = [{ text = "lamp {lamp} broke" }]
"""


@pytest.fixture
def trial(intake: IntakeService, db: Database, clock: FakeClock) -> EventTrialService:
    return EventTrialService(intake, InventoryService(db, clock=clock), BOOK, clock=clock)


async def test_a_line_says_how_it_is_understood_and_what_it_would_do(
    trial: EventTrialService, operator: Actor
) -> None:
    tried = await trial.try_line(operator, line=DOWN)
    assert (tried.kind, tried.name, tried.severity) == (LineKind.SYSLOG, "BGP-5-ADJCHANGE", 5)
    (match,) = tried.matches
    assert (match.rule_id, match.about) == ("cisco-bgp-session-lost", "bgp:10.0.0.1")
    assert (match.severity, match.believed) == (Severity.MAJOR, Severity.MAJOR)
    assert match.text == "BGP session with 10.0.0.1 is down"
    assert any("bgpPeer2Established" in each or "Up" in each for each in match.cleared_by)


async def test_a_trap_is_given_by_its_oid_and_varbinds(
    trial: EventTrialService, operator: Actor
) -> None:
    tried = await trial.try_line(
        operator, trap=".1.3.6.1.2.1.15.0.2", varbinds=("1.3.6.1.2.1.15.3.1.2.10.0.0.1=1",)
    )
    (match,) = tried.matches
    assert (match.about, tried.text.split(":")[0]) == ("bgp:10.0.0.1", "BGP session lost")
    tried = await trial.try_line(
        operator,
        trap="1.3.6.1.2.1.14.16.2.2",
        varbinds=("1.3.6.1.2.1.14.10.1.3.1=10.9.9.9", "1.3.6.1.2.1.14.10.1.6.1=1"),
    )
    assert tried.matches[0].about == "ospf:10.9.9.9"


async def test_what_a_poll_decides_and_what_a_proof_is_worth_are_told(
    trial: EventTrialService, operator: Actor
) -> None:
    link = await trial.try_line(operator, trap="1.3.6.1.6.3.1.1.5.3")
    assert (link.matches[0].poll_decides, link.matches[0].looks) == (True, True)
    told = await trial.try_line(operator, trap="1.3.6.1.4.1.318.0.7")
    assert told.matches[0].believed is Severity.MAJOR
    proved = await trial.try_line(operator, trap="1.3.6.1.4.1.318.0.7", authentic=True)
    assert proved.matches[0].believed is Severity.CRITICAL


async def test_a_rule_that_is_only_written_can_be_tried_alone(
    trial: EventTrialService, operator: Actor
) -> None:
    tried = await trial.try_line(operator, line="lamp 7 broke", toml=LAMP)
    assert [(match.rule_id, match.about) for match in tried.matches] == [("lamp", "lamp:7")]
    assert (await trial.try_line(operator, line=DOWN, toml=LAMP)).matches == ()
    assert (await trial.try_line(operator, line="lamp 7 broke")).matches == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "line"),
        ({"line": "x", "trap": "1.3.6"}, "line"),
        ({"line": "x" * 9_000}, "line"),
        ({"trap": "linkDown"}, "trap"),
        ({"trap": "1.3.6", "varbinds": ("1.3.6",)}, "varbinds"),
        ({"trap": "1.3.6", "varbinds": ("1.3.6=1",) * 101}, "varbinds"),
        ({"line": "x", "toml": "["}, "toml"),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_its_field(
    trial: EventTrialService, operator: Actor, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await trial.try_line(operator, **given)  # type: ignore[arg-type]
    assert caught.value.field == field


async def test_kept_lines_and_traps_are_replayed_with_their_ends(
    trial: EventTrialService,
    intake: IntakeService,
    operator: Actor,
    collector: Actor,
    clock: FakeClock,
) -> None:
    def line(text: str, minutes: float, mnemonic: str = "BGP-5-ADJCHANGE") -> LogLine:
        at = clock.now() + timedelta(minutes=minutes)
        return LogLine("10.0.0.9", at, 23, 5, text, mnemonic=mnemonic)

    trap = Trap(
        "10.0.0.9",
        clock.now() + timedelta(minutes=3),
        "v2c",
        "1.3.6.1.2.1.15.0.2",
        1,
        (("1.3.6.1.2.1.15.3.1.2.10.0.0.2", 1),),
    )
    heard = [
        rules.line_of_log(line("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down", 0), 1),
        rules.line_of_log(line("%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Up", 2), 1),
        rules.line_of_trap(trap, 1, BOOK),
        rules.line_of_log(line("lamp 7 broke", 4, ""), 1),
        rules.line_of_log(line("lamp 7 broke", 5, ""), 1),
        rules.line_of_log(line("lamp 7 broke", 30, ""), 1),
    ]
    for kept in heard:
        await intake.keep(collector, lines=(kept,))
    start, end = clock.now() - timedelta(minutes=1), clock.now() + timedelta(minutes=40)
    replay = await trial.replay(operator, start=start, end=end)
    assert (replay.lines, replay.complete, replay.total) == (6, True, 2)
    first, second = replay.fired
    assert (first.about, first.end) == ("bgp:10.0.0.1", clock.now() + timedelta(minutes=2))
    assert (second.about, second.end) == ("bgp:10.0.0.2", None)
    assert dict(replay.by_rule) == {"cisco-bgp-session-lost": 1, "ietf-bgp-session-lost": 1}
    assert 65 < replay.per_day < 75
    lamps = await trial.replay(operator, start=start, end=end, toml=LAMP)
    assert [(one.count, one.end) for one in lamps.fired] == [
        (2, clock.now() + timedelta(minutes=15)),
        (1, None),
    ]
    chosen = await trial.replay(operator, start=start, end=end, rule_ids=("ietf-bgp-session-lost",))
    assert chosen.total == 1
    with pytest.raises(Invalid):
        await trial.replay(operator, start=end, end=start)


def test_varbinds_are_kept_so_that_they_can_be_judged_again() -> None:
    told = (
        ("1.3.6.1.2.1.1.1", 5),
        ("1.3.6.1.2.1.1.2", b"Gi 0/1\xff"),
        ("1.3.6.1.2.1.1.3", "10.0.0.1"),
        ("1.3.6.1.2.1.1.4", None),
        ("1.3.6.1.2.1.1.5", -7),
    )
    assert rules.unpacked_varbinds(rules.packed_varbinds(told)) == told
    assert rules.unpacked_varbinds("rubbish =x 1.3=q5 1.3.6=xzz 1.3=i1e9") == ()
    assert len(rules.packed_varbinds(told * 100)) <= rules.TEXT_LIMIT
