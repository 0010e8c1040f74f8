"""Rules of words: kept, bounded, edited in a line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.filtering import AMBER, MOST_RULES, USUAL, Rule
from noc_console.views.kit.state import State
from noc_console.views.terminal.tintrules import SECTION, RulesLine, TintRules


def test_rules_are_kept_and_told() -> None:
    state, told = State(None), []
    rules = TintRules(state)
    assert rules.all == USUAL
    rules.changed.connect(lambda: told.append(len(rules.all)))
    rules.add("BGP")
    rules.add("OSPF")
    rules.remove(USUAL[0])
    assert told == [2, 3, 2]
    assert TintRules(state).all == (Rule("BGP", "series.a"), Rule("OSPF", "series.b"))
    for rule in rules.all:
        rules.remove(rule)
    assert TintRules(state).all == (), "none is a choice, too"


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (7, USUAL),
        ([["x", "series.a"], 3, None, ["y", "red"], ["z"]], (Rule("x"),)),
        ([["x", AMBER]] * 99, (Rule("x", AMBER),) * MOST_RULES),
    ],
)
def test_what_was_kept_is_read_with_care(kept: object, found: tuple[Rule, ...]) -> None:
    state = State(None)
    state.put(SECTION, rules=kept)
    assert TintRules(state).all == found


def test_what_is_no_rule_or_one_too_many_changes_nothing() -> None:
    rules = TintRules(State(None))
    for pattern in ("(", "x" * 501):
        with pytest.raises(Invalid):
            rules.add(pattern)
    for number in range(MOST_RULES - 1):
        rules.add(str(number))
    before = rules.all
    with pytest.raises(Invalid, match="already"):
        rules.add("more")
    assert rules.all == before


async def test_the_line_adds_refuses_and_removes() -> None:
    rules, refused = TintRules(State(None)), []
    line = RulesLine(rules)
    line.refused.connect(refused.append)
    for text in ("", "(", "R&D"):
        line.pattern.setText(text)
        line.add()
    assert len(refused) == 1 and line.pattern.text() == ""
    assert [rule.pattern for rule in rules.all[1:]] == ["R&D"]
    button = line.buttons.itemAt(1).widget()
    assert isinstance(button, QPushButton) and button.text() == "R&&D"
    button.click()
    assert rules.all == USUAL and line.buttons.count() == 1
