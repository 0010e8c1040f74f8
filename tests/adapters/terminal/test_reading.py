from noc_console.adapters.terminal import reading
from noc_console.services.terminal.model import Point, Selection, Size


def test_lines_are_read_from_the_oldest(engine) -> None:
    engine.feed(b"".join(b"line %d\r\n" % number for number in range(50)))
    assert engine.lines(0, 2) == ["line 0", "line 1"]
    assert engine.lines(engine.viewport.top, 9) == ["line 46", "line 47", "line 48", "line 49", ""]
    assert engine.lines(9_999, 5) == []


def test_a_selection_joins_what_was_wrapped(engine) -> None:
    engine.feed(b"0123456789012345678901234  \r\nend")
    assert engine.selected_text(Selection(Point(0, 5), Point(2, 1))) == ("56789012345678901234\nen")
    assert engine.selected_text(Selection(Point(2, 1), Point(0, 5))).startswith("5678")


def test_a_block_takes_its_columns_from_every_row(engine) -> None:
    engine.feed(b"abcdef\r\nghijkl\r\nmnopqr")
    block = Selection(Point(0, 1), Point(2, 2), is_block=True)
    assert engine.selected_text(block) == "bc\nhi\nno"


def test_a_selection_that_is_partly_gone_gives_what_is_left(engine) -> None:
    engine.feed(b"abc")
    assert engine.selected_text(Selection(Point(0, 1), Point(900, 900))).strip() == "bc"


def test_names_of_ports_and_addresses_are_words() -> None:
    words = [
        "GigabitEthernet0/0/1.100",
        "2001:db8::1/64",
        "10.0.0.1",
        "noc@core-1",
        "aabb.ccdd.eeff",
    ]
    from noc_console.adapters.terminal.ghostty import GhosttyEngine

    engine = GhosttyEngine(Size(120, 5))
    engine.feed(" ".join(words).encode())
    column = 0
    for word in words:
        found = engine.word_at(Point(0, column + 3))
        assert found is not None
        assert engine.selected_text(found) == word
        column += len(word) + 1
    engine.close()


def test_there_is_no_word_on_a_blank(engine) -> None:
    engine.feed(b"a b")
    assert engine.word_at(Point(0, 1)) is None
    assert engine.word_at(Point(3, 5)) is None
    assert engine.word_at(Point(77, 5)) is None


def test_other_characters_may_end_words(engine) -> None:
    engine.feed(b"a/b")
    found = engine.word_at(Point(0, 0), "/ ")
    assert found is not None
    assert engine.selected_text(found) == "a"


def test_a_line_is_all_the_rows_it_wraps_into(engine) -> None:
    engine.feed(b"x" * 45 + b"\r\nnext")
    assert engine.line_at(Point(1, 3)) == Selection(Point(0, 0), Point(2, 4))


def test_a_mark_follows_its_line(engine) -> None:
    engine.feed(b"a\r\nmarked\r\nb")
    mark = engine.mark(Point(1, 2))
    assert mark is not None
    engine.feed(b"\r\nc" * 10)
    assert mark.point() == Point(1, 2)
    engine.resize(Size(4, 5))
    at = mark.point()
    assert at is not None
    assert engine.lines(at.row, 1) == ["mark"]
    mark.release()
    assert mark.point() is None


def test_a_mark_whose_line_left_the_scrollback_is_nowhere() -> None:
    from noc_console.adapters.terminal.ghostty import GhosttyEngine

    engine = GhosttyEngine(Size(80, 24), scrollback=10)
    engine.feed(b"first\r\n")
    mark = engine.mark(Point(0, 0))
    engine.feed(b"y\r\n" * 20_000)
    assert mark is not None
    at = mark.point()
    assert at is None or engine.lines(at.row, 1) == ["y"]
    engine.close()


def test_a_cell_tells_the_attributes_that_make_it_again(engine) -> None:
    engine.feed('\x1b[1;4;38;5;9;48;2;1;2;3m日\x1b[m\x1b[1"qp'.encode())
    cell = reading.cell(engine._native, 0, 0)
    assert (cell.text, cell.is_wide, cell.is_protected) == ("日", True, False)
    assert cell.sgr == "0;1;4:1;38:5:9;48:2::1:2:3"
    assert reading.cell(engine._native, 0, 2).is_protected
    assert reading.cell(engine._native, 99, 0).text == ""
