"""Verdicts in words."""

from __future__ import annotations

import pytest

from noc_console.services.rootcause.rules import telling
from noc_console.services.rootcause.rules.engine import Correlator
from tests.services.rootcause.plants import Plant, called, chain, look, tree
from tests.services.rootcause.scenarios import SCENARIOS


def numbered(engine: Correlator, name: str) -> int:
    return next(int(one.id) for one in engine.standing.alarms.values() if called(one) == name)


def test_a_sentence_names_the_direct_cause_and_the_root_behind_it() -> None:
    plant = chain().kill("r2", "s21", "s22", "s23", "u2")
    engine = look(plant.say(plant.alarm("u2", "power")))
    told = telling.sentence(engine, engine.causes(), numbered(engine, "s31 unreachable"))
    assert told == (
        "every known way to it passes r2, which does not answer; that comes from power of u2"
    )


def test_the_steps_go_up_to_the_root_one_by_one() -> None:
    plant = chain().kill("r2", "s21", "s22", "s23", "u2")
    engine = look(plant.say(plant.alarm("u2", "power")))
    told = telling.steps(engine, engine.causes(), numbered(engine, "s31 unreachable"))
    assert told == (
        "unreachable of s31 stands since 2026-03-01 03:00:00 UTC.",
        "It comes from unreachable of r2: every known way to it passes r2, which does not answer.",
        "The way: s31 → r3 → r2.",
        "unreachable of r2 stands since 2026-03-01 03:00:00 UTC.",
        "It comes from power of u2: its site lost power: power of u2.",
        "power of u2 stands since 2026-03-01 03:00:00 UTC.",
    )


def test_a_dead_device_of_its_own_is_told_by_its_doors() -> None:
    plant = Plant([("r0", "s1"), ("s1", "s2"), ("r0", "s3"), ("s3", "s1")], vantage=("r0",))
    engine = look(plant.kill("s1"))
    alarm = engine.standing.alarms[numbered(engine, "s1 unreachable")]
    told = telling.own_steps(engine, engine.causes(), alarm)
    assert told[1:] == (
        "r0 (xe-0/0/0) is reached, and alone says that its port to it is down.",
        "s2 (xe-0/0/3) beside it is cut off as well.",
        "s3 (xe-0/0/6) is reached, and alone says that its port to it is down.",
    )


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_verdict_can_be_told(name: str) -> None:
    """No step of any scenario has a hole where a name should be."""
    made = SCENARIOS[name]()
    engine = look(made.plant, made.plant.alarms(traps=made.traps))
    causes = engine.causes()
    for alarm_id, alarm in engine.standing.alarms.items():
        if engine.root_of(alarm_id) is None:
            told = telling.own_steps(engine, causes, alarm)
        else:
            told = (*telling.steps(engine, causes, alarm_id),)
            told += (telling.sentence(engine, causes, alarm_id) + ".",)
        assert len(told) >= 2
        for line in told:
            assert line.endswith(".")
            assert "  " not in line
            assert " ," not in line


def test_a_link_is_named_by_both_its_ends() -> None:
    engine = look(tree(width=1, depth=1))
    assert telling.cable_name(engine, 0) == "r0 xe-0/0/0 – s1 xe-0/0/1"
