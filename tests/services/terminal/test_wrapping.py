"""What a screen wrapped is one line again, and its parts are found on every row."""

from __future__ import annotations

from noc_console.services.terminal.filtering import LONGEST_MATCHED
from noc_console.services.terminal.model import PLAIN, Row, Run
from noc_console.services.terminal.wrapping import cells_of, columns_of, text_of, wrapped


def row(text: str, *, goes_on: bool = False, continues: bool = False, at: int = 0) -> Row:
    return Row((Run(at, len(text), text, PLAIN),) if text else (), goes_on, continues)


FIRST, SECOND = row("port is do", goes_on=True), row("wn now", continues=True)


def test_rows_are_joined_only_where_both_say_so() -> None:
    alone, torn = row("alone"), row("torn", goes_on=True)
    assert list(wrapped([alone, FIRST, SECOND, torn, alone])) == [
        (alone,),
        (FIRST, SECOND),
        (torn,),
        (alone,),
    ]
    assert list(wrapped([SECOND, alone])) == [(SECOND,), (alone,)], "its head scrolled out"
    assert list(wrapped([])) == []


def test_a_line_that_never_ends_is_parted_before_it_is_too_long_to_be_matched() -> None:
    long = [row("x" * 600, goes_on=True, continues=True) for _ in range(8)]
    lines = list(wrapped(long))
    assert [len(line) for line in lines] == [3, 3, 2]
    assert all(len(text_of(line)) <= LONGEST_MATCHED for line in lines)
    endless = row("y" * 5_000, goes_on=True)
    assert list(wrapped([endless, long[0]])) == [(endless,), (long[0],)]


def test_a_part_is_told_on_each_row_it_covers() -> None:
    line = (FIRST, SECOND)
    assert text_of(line) == "port is down now"
    assert cells_of(line, [(0, 4), (8, 12), (13, 16)]) == [
        [(0, 0, 4)],
        [(0, 8, 10), (1, 0, 2)],
        [(1, 3, 6)],
    ]
    three = (FIRST, row("wnwnwnwnwn", goes_on=True, continues=True), SECOND)
    assert cells_of(three, [(8, 22)]) == [[(0, 8, 10), (1, 0, 10), (2, 0, 2)]]


def test_blanks_at_the_edge_part_words_and_the_room_a_wide_character_left_does_not() -> None:
    blank = row("the port  ", goes_on=True)
    assert text_of((blank, SECOND)) == "the port  wn now"
    wide = Row((Run(0, 2, "漢", PLAIN, is_wide=True),), is_continuation=True)
    line = (row("core ", goes_on=True), wide)
    assert text_of(line) == "core漢"
    assert cells_of(line, [(3, 5)]) == [[(0, 3, 4), (1, 0, 2)]]


def test_characters_know_their_columns() -> None:
    made = Row(
        (
            Run(0, 1, "a", PLAIN),
            Run(1, 2, "漢", PLAIN, is_wide=True),
            Run(3, 2, "b ", PLAIN),
            Run(5, 1, "e\u0301", PLAIN, is_cluster=True),
            Run(8, 1, "c", PLAIN),
        )
    )
    columns = columns_of(made)
    assert [columns[made.text.index(each)] for each in "a漢b"] == [0, 1, 3]
    assert columns[made.text.index("c")] == 8
    assert columns[len(made.text)] == 9


def test_an_accent_or_a_wide_character_is_never_cut() -> None:
    accent = Row((Run(0, 1, "e\u0301", PLAIN, is_cluster=True), Run(1, 1, "x", PLAIN)))
    assert cells_of((accent,), [(0, 1)]) == [[(0, 0, 1)]]
    wide = Row((Run(0, 4, "漢字", PLAIN, is_wide=True), Run(4, 1, "x", PLAIN)))
    assert cells_of((wide,), [(1, 2)]) == [[(0, 2, 4)]]
