"""How changes of rules add up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.detection.language import write_rule
from noc_console.services.detection.model import Origin, RuleChange
from noc_console.services.detection.pack import our_book
from noc_console.services.detection.rules import before, check_apart, copy_name, in_force, is_ours

AT = datetime(2026, 3, 1, tzinfo=UTC)
CPU = our_book().rule("cpu")
assert CPU is not None


def steps(*told: tuple[str, str]) -> list[RuleChange]:
    return [RuleChange(n, "x", AT, "mira", what, toml) for n, (what, toml) in enumerate(told)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], None),
        ([("made", "a")], ""),
        ([("made", "a"), ("changed", "b")], "a"),
        ([("made", "a"), ("changed", "b"), ("undone", "a")], ""),
        ([("made", "a"), ("undone", "")], None),
        ([("made", "a"), ("undone", ""), ("made", "c")], ""),
        ([("made", "a"), ("removed", "")], "a"),
        ([("made", "a"), ("changed", "b"), ("undone", "a"), ("changed", "c")], "a"),
    ],
)
def test_undo_goes_back_to_what_counted_before(
    told: list[tuple[str, str]], expected: str | None
) -> None:
    assert before(steps(*told)) == expected


def test_a_change_of_ours_keeps_its_place() -> None:
    assert CPU is not None
    text = write_rule(CPU).replace("80", "70")
    rules, problems = in_force(our_book().every, {"cpu": text})
    assert problems == []
    changed = next(rule for rule in rules if rule.id == "cpu")
    assert (changed.origin, changed.at, changed.file) == (Origin.CHANGED, CPU.at, CPU.file)


def test_a_text_nobody_understands_any_more_stops_nothing_else() -> None:
    rules, problems = in_force(our_book().every, {"cpu": "[[rule]]\nid = 7", "own": "nonsense"})
    assert rules == our_book().every
    assert len(problems) == 2 and problems[0].startswith("rule cpu: ")


def test_a_copy_gets_a_free_name() -> None:
    assert copy_name("cpu", {"cpu", "cpu-2"}) == "cpu-3"


def test_what_polls_and_probes_judge_is_left_to_them() -> None:
    ours = {rule.id for rule in our_book().every if is_ours(rule)}
    assert {"no-measurements", "full-soon", "light-fades", "disk-free", "path-loss"} <= ours
    assert not ours & {"cpu", "unreachable", "interface-down", "certificate", "probe-loss"}


def test_ours_do_not_clear_each_others_alarms() -> None:
    for rule in our_book().every:
        check_apart(rule, our_book().every)
