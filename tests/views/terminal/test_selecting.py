"""Selecting by cells, words, lines and blocks; what is selected stays with its text."""

from __future__ import annotations

import pytest

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Point, Selection, Size
from noc_console.views.terminal.canvas import Span
from noc_console.views.terminal.selecting import By, Selecting, spans_of
from noc_console.views.terminal.tiles import State


@pytest.fixture
def selecting(engine: GhosttyEngine) -> Selecting:
    engine.feed(b"alpha beta gamma\r\ndelta 10.0.0.1 zeta\r\nthird line\r\n")
    return Selecting(engine)


def text(selecting: Selecting, engine: GhosttyEngine) -> str:
    found = selecting.selection
    return "" if found is None else engine.selected_text(found)


def test_a_press_alone_selects_nothing(selecting: Selecting) -> None:
    selecting.begin(Point(0, 3), By.CELL)
    assert selecting.selection is None
    assert selecting.is_begun


def test_dragging_selects_from_here_to_there_in_either_direction(
    selecting: Selecting, engine: GhosttyEngine
) -> None:
    selecting.begin(Point(0, 6), By.CELL)
    selecting.extend(Point(1, 4))
    assert text(selecting, engine) == "beta gamma\ndelta"
    selecting.extend(Point(0, 2))
    assert text(selecting, engine) == "pha b"


def test_words_and_lines_are_selected_whole(selecting: Selecting, engine: GhosttyEngine) -> None:
    selecting.begin(Point(0, 7), By.WORD)
    assert text(selecting, engine) == "beta"
    selecting.extend(Point(1, 1))
    assert text(selecting, engine) == "beta gamma\ndelta"
    selecting.begin(Point(1, 3), By.LINE)
    assert text(selecting, engine) == "delta 10.0.0.1 zeta"


def test_a_block_has_the_same_columns_in_each_row(
    selecting: Selecting, engine: GhosttyEngine
) -> None:
    selecting.begin(Point(0, 0), By.BLOCK)
    selecting.extend(Point(2, 2))
    assert text(selecting, engine).splitlines() == ["alp", "del", "thi"]


def test_a_selection_follows_its_text_while_lines_scroll_away(
    selecting: Selecting, engine: GhosttyEngine
) -> None:
    selecting.begin(Point(1, 6), By.WORD)
    selecting.extend(Point(1, 8))
    before = text(selecting, engine)
    engine.feed(b"more\r\n" * 200)
    assert text(selecting, engine) == before == "10.0.0.1"


def test_a_selection_follows_its_text_when_lines_wrap_anew(
    selecting: Selecting, engine: GhosttyEngine
) -> None:
    selecting.begin(Point(1, 15), By.CELL)
    selecting.extend(Point(1, 18))
    assert text(selecting, engine) == "zeta"
    engine.resize(Size(10, 24))
    assert text(selecting, engine) == "zeta"


def test_a_selection_whose_line_left_the_scrollback_is_gone() -> None:
    engine = GhosttyEngine(Size(80, 5), scrollback=10)
    engine.feed(b"first line\r\n")
    selecting = Selecting(engine)
    selecting.begin(Point(0, 0), By.WORD)
    assert selecting.selection is not None
    engine.feed(b"x\r\n" * 20_000)
    found = selecting.selection
    assert found is None or "first" not in engine.selected_text(found)
    engine.close()


def test_everything_is_from_the_oldest_line_to_the_last(
    selecting: Selecting, engine: GhosttyEngine
) -> None:
    engine.feed(b"x\r\n" * 100 + b"the end")
    selecting.everything()
    lines = text(selecting, engine).splitlines()
    assert (lines[0], lines[-1]) == ("alpha beta gamma", "the end")
    selecting.clear()
    assert selecting.selection is None and not selecting.is_begun


def test_spans_are_the_cells_of_what_is_shown() -> None:
    found = spans_of(
        Selection(Point(8, 5), Point(12, 3)), State.SELECTED, top=10, rows=5, columns=20
    )
    whole = (Span(0, 20, State.SELECTED),)
    assert found == {0: whole, 1: whole, 2: (Span(0, 4, State.SELECTED),)}
    block = Selection(Point(12, 9), Point(11, 4), is_block=True)
    spans = (Span(4, 10, State.FOUND),)
    assert spans_of(block, State.FOUND, top=10, rows=5, columns=20) == {1: spans, 2: spans}
