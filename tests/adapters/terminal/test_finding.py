import pytest

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.model import Point, Query, Selection, Size


def found(engine: GhosttyEngine, text: str, **how: bool) -> list[Selection]:
    finder = engine.find(Query(text, **how))
    while not finder.advance(0.01):
        pass
    return list(finder.matches)


def test_everything_that_is_kept_is_searched_newest_first(engine) -> None:
    engine.feed(b"".join(b"line %d\r\n" % number for number in range(800)))
    matches = found(engine, "LINE 7")
    assert len(matches) == 1 + 10 + 100
    assert matches[0].start.row > matches[-1].start.row
    assert engine.selected_text(matches[-1]) == "line 7"


def test_case_counts_when_it_is_asked_for(engine) -> None:
    engine.feed(b"Down down")
    assert len(found(engine, "down")) == 2
    assert found(engine, "down", is_case_sensitive=True) == [Selection(Point(0, 5), Point(0, 8))]


def test_dots_are_dots_unless_it_is_a_regular_expression(engine) -> None:
    engine.feed(b"10.0.0.1 10x0x0x1")
    assert len(found(engine, "10.0.0.1")) == 1
    assert len(found(engine, r"10.0.0.1", is_regex=True)) == 2


def test_text_is_found_across_the_edge_of_the_screen(engine) -> None:
    engine.feed(b"x" * 17 + b"needle and " + b"y" * 5)
    assert found(engine, "needle") == [Selection(Point(0, 17), Point(1, 2))]


def test_columns_are_right_behind_wide_characters_and_marks(engine) -> None:
    engine.feed("日本 e\u0301 here".encode())
    assert found(engine, "here") == [Selection(Point(0, 7), Point(0, 10))]


def test_columns_are_right_behind_emoji_of_several_code_points(engine) -> None:
    engine.feed("\x1b[?2027h👩‍🔧 here".encode())
    assert found(engine, "here") == [Selection(Point(0, 3), Point(0, 6))]


def test_a_pattern_that_matches_nothing_finds_nothing(engine) -> None:
    engine.feed(b"aaa")
    assert found(engine, "x*", is_regex=True) == []


@pytest.mark.parametrize("pattern", ["(", "[", "a{99999999999}", "", "x" * 501])
def test_what_is_no_pattern_is_refused(engine, pattern) -> None:
    with pytest.raises(Invalid) as refusal:
        engine.find(Query(pattern, is_regex=True))
    assert refusal.value.field == "query"


def test_matches_move_with_their_lines_out_of_the_scrollback() -> None:
    engine = GhosttyEngine(Size(40, 10), scrollback=300)
    engine.feed(b"".join(b"old %d\r\n" % number for number in range(600)))
    finder = engine.find(Query("old 5[0-9][0-9]", is_regex=True))
    while not finder.advance(0.01):
        pass
    before = len(finder.matches)
    assert before == 100
    engine.feed(b"new\r\n" * 250)
    assert 0 < len(finder.matches) <= before
    assert all(engine.selected_text(match).startswith("old 5") for match in finder.matches)
    engine.feed(b"new\r\n" * 5_000)
    assert list(finder.matches) == []
    assert finder.is_done
    engine.close()
