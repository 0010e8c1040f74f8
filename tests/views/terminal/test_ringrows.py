"""A ring's list: the order, how each device stands, and what it said first."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.terminal.ring import Member, Phase, Told
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import look
from noc_console.views.terminal.ringrows import TROUBLE, WORDS, RingRow, ring_columns

MEMBER = Member(7, "sw-1", "192.0.2.1", "iosxe")
AT_LEAST = 1366 - 168


def cell(title: str, told: Told, *, is_canary: bool = False) -> str:
    column = next(each for each in ring_columns() if each.title == title)
    return column.text(RingRow(1, MEMBER, told, is_canary))


def test_the_canary_is_named_and_every_phase_has_its_words() -> None:
    assert cell("Device", Told(Phase.READY), is_canary=True) == "sw-1  (canary)"
    assert cell("Device", Told(Phase.READY)) == "sw-1"
    assert {cell("State", Told(phase)) for phase in Phase} == set(WORDS.values())


@pytest.mark.parametrize(("took", "words"), [(0.0, ""), (0.01, "< 0.1 s"), (1.26, "1.3 s")])
def test_how_long_it_took_is_never_nothing(took: float, words: str) -> None:
    assert cell("Took", Told(Phase.SAME, took_s=took)) == words


def test_the_first_words_of_an_answer_are_shown() -> None:
    assert cell("Answer", Told(Phase.SAME, "\n\n Cisco IOS\nmore")) == " Cisco IOS"


def test_only_trouble_is_coloured() -> None:
    column = next(each for each in ring_columns() if each.title == "State")
    assert column.color is not None
    inks = {phase: column.color(RingRow(1, MEMBER, Told(phase), False)) for phase in Phase}
    assert inks[Phase.FAILED] == severity_color(Severity.CRITICAL)
    assert inks[Phase.SKIPPED] == look().color("text.dim")
    assert inks[Phase.SAME] is None
    assert {phase for phase in Phase if inks[phase] == severity_color(TROUBLE[Phase.ERROR])} == {
        Phase.DIFFERENT,
        Phase.ERROR,
    }


def test_the_list_needs_no_scrolling_beside_two_answers_on_a_small_screen() -> None:
    shown = [column.width for column in ring_columns() if not column.hidden]
    assert sum(shown) <= AT_LEAST * 45 // 100
