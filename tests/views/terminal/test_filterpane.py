"""`| grep` beside a terminal."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from noc_console.services.terminal.filtering import Rule
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.theme import look
from noc_console.views.terminal.filterpane import FilterPane
from noc_console.views.terminal.tintrules import SECTION, TintRules
from tests.views.conftest import shown

OUTPUT = b"Gi0/1 up\r\nGi0/2 down\r\nGi0/3 up\r\n"


@pytest.fixture
def pane(desk: Desk) -> FilterPane:
    made = FilterPane(desk, TintRules(desk.state))
    shown(made, 500, 400)
    return made


def lines(pane: FilterPane) -> list[str]:
    pane.take()
    return pane.text.toPlainText().splitlines()


def test_lines_that_match_are_shown_and_counted(pane: FilterPane) -> None:
    pane.filter.received(OUTPUT)
    assert lines(pane) == ["Gi0/1 up", "Gi0/2 down", "Gi0/3 up"]
    pane.pattern.setText("down")
    assert lines(pane) == ["Gi0/2 down"]
    assert pane.count.text() == "1 of 3 lines"
    pane.filter.received(b"Gi0/9 down\r\n")
    assert lines(pane) == ["Gi0/2 down", "Gi0/9 down"]


def test_options_change_what_matches(pane: FilterPane) -> None:
    pane.filter.received(OUTPUT)
    pane.pattern.setText("UP")
    pane.chips.turn(frozenset({"regex", "invert"}))
    assert lines(pane) == ["Gi0/2 down"]
    pane.chips.turn(frozenset({"regex", "case"}))
    assert lines(pane) == []
    pane.chips.turn(frozenset({"regex"}))
    pane.pattern.setText("/3")
    pane.context.setValue(1)
    assert lines(pane) == ["Gi0/2 down", "Gi0/3 up"]


def test_a_wrong_pattern_is_said_in_place(pane: FilterPane) -> None:
    pane.filter.received(OUTPUT)
    pane.pattern.setText("(")
    assert not pane.strip.isHidden()
    pane.pattern.setText("(up)")
    assert pane.strip.isHidden()
    assert len(lines(pane)) == 2


def test_rules_colour_and_are_kept_for_the_next_terminal(desk: Desk, pane: FilterPane) -> None:
    line = pane.rules_line
    assert line.buttons.count() == 1, "trouble is amber, to begin with"
    for button in line.findChildren(QPushButton):
        button.click()
    line.pattern.setText("down")
    line.add()
    line.pattern.setText("(")
    line.add()
    assert not pane.strip.isHidden()
    assert desk.state.get(SECTION)["rules"] == [["down", "series.a"]]
    assert pane.filter.wanted.rules == (Rule("down", "series.a"),)
    again = FilterPane(desk, TintRules(desk.state))
    assert again.filter.wanted.rules == (Rule("down", "series.a"),)
    pane.filter.received(OUTPUT)
    pane.take()
    block = pane.text.document().findBlockByNumber(1)
    colours = {part.format.foreground().color().name() for part in block.textFormats()}
    assert look().color("series.a").name() in colours
    shown_button = line.buttons.itemAt(0).widget()
    assert isinstance(shown_button, QPushButton)
    shown_button.click()
    assert pane.filter.wanted.rules == ()
    assert desk.state.get(SECTION)["rules"] == []


def test_each_command_may_begin_anew(pane: FilterPane) -> None:
    pane.chips.turn(frozenset({"regex", "command"}))
    pane.filter.received(OUTPUT)
    assert len(lines(pane)) == 3
    pane.filter.sent(b"\r", "typed")
    pane.filter.received(b"new\r\n")
    assert lines(pane) == ["new"]


def test_a_flood_is_shown_bit_by_bit_and_bounded(pane: FilterPane) -> None:
    for start in range(0, 60_000, 1000):
        pane.filter.received("".join(f"{n} x\n" for n in range(start, start + 1000)).encode())
    turns = 0
    while pane.filter.is_behind:
        pane.take()
        turns += 1
    assert turns > 1
    assert pane.text.blockCount() == 20_000
    assert pane.text.toPlainText().endswith("59999 x")


def test_another_theme_colours_what_is_there(pane: FilterPane) -> None:
    pane.filter.received(OUTPUT)
    assert len(lines(pane)) == 3
    look().use("light")
    assert len(lines(pane)) == 3
