"""What the panels of analyses share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.views.topology.analyses.panel import AnalysisPanel, Card, Choice, as_csv

THREE = [("a", "First", "the first"), ("b", "Second", ""), ("c", "Third", "")]


def test_one_of_several_is_chosen_by_click() -> None:
    choice, told = Choice("which"), []
    choice.changed.connect(told.append)
    choice.offer(THREE)
    assert choice.chosen == "a"
    choice.buttons["c"].click()
    assert told == ["c"] and choice.chosen == "c"


def test_offering_again_keeps_what_was_chosen_and_tells_nobody() -> None:
    choice, told = Choice("which"), []
    choice.changed.connect(told.append)
    choice.offer(THREE, "b")
    before = choice.buttons["b"]
    choice.offer([(id, f"{words} 12", tip) for id, words, tip in THREE])
    assert choice.chosen == "b" and choice.buttons["b"] is before
    assert before.text() == "Second 12"
    choice.offer([("x", "Other", "")])
    assert choice.chosen == "x" and told == []


def test_escape_leaves() -> None:
    panel, left = AnalysisPanel("Title", "rows"), []
    panel.closed.connect(lambda: left.append(True))
    panel.stack(panel.verdict, panel.list, panel.note)
    panel.show()
    QTest.keyClick(panel.list, Qt.Key.Key_Escape)
    assert left == [True]


def test_what_is_said_is_plain_and_nothing_said_takes_no_room() -> None:
    panel = AnalysisPanel("Title", "rows")
    panel.stack(panel.verdict, panel.list, panel.note)
    panel.show()
    panel.say("evil\u202e<b>")
    assert panel.verdict.text() == "evil⟨U+202E⟩<b>"
    panel.say("")
    panel.hint("")
    assert not panel.verdict.isVisible() and not panel.note.isVisible()


def test_a_table_quotes_and_defuses_formulas() -> None:
    text = as_csv(("name", "n"), [("=HYPERLINK(1)", 1.5), ('a,"b"', None), ("two\nlines", True)])
    assert text.splitlines() == ["name,n", "'=HYPERLINK(1),1.5", '"a,""b""",', "two␊lines,True"]


def test_a_card_frames_its_lines() -> None:
    assert Card("strip").property("role") == "strip"
