from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.db.lines import chunk
from noc_console.db.lines.chunk import PART, Block, build, columns_of, lines_of, pattern_of
from noc_console.db.lines.words import BOUNDARY, Term
from noc_console.db.samples.envelope import Damaged
from tests.db.lines.conftest import START, line


def places(made: chunk.Chunk, word: str) -> list[int]:
    for _, block in made.index:
        stands = Block(block).exact(word.encode())
        if stands is not None:
            return [int(n) for n in (stands.nonzero()[0] if stands.dtype == bool else stands)]
    return []


def test_lines_come_back_as_they_went_in() -> None:
    told = [
        line(f"text {n}", at=n * 7, device=n, severity=n % 8, more=("host", "", "späť"), id=n + 50)
        for n in range(300)
    ]
    made = build(told, [each.text for each in told])
    found = [
        each
        for n, part in enumerate(made.parts)
        for each in lines_of(part, range(min(PART, 300 - n * PART)), first=made.first + n * PART)
    ]
    assert found == told
    columns = columns_of(made.columns)
    assert columns.at.tolist() == [each.at for each in told]
    assert columns.severity.tolist() == [each.severity for each in told]
    assert columns.device.tolist() == [each.device for each in told]
    assert (made.first, made.count, made.oldest) == (50, 300, START)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sets(st.sampled_from(["a", "b", "cc", "xe-0", "xe-0.1"])), min_size=1))
def test_every_word_stands_where_it_was_said(said: list[set[str]]) -> None:
    made = build([line("x", id=n + 1) for n in range(len(said))], [" ".join(w) for w in said])
    for word in ("a", "b", "cc", "xe-0", "xe-0.1", "zz"):
        assert places(made, word) == [n for n, words in enumerate(said) if word in words]


def test_a_common_word_takes_no_more_room_than_a_bit_a_line() -> None:
    count = 20_000
    told = [line("x", id=n + 1) for n in range(count)]
    made = build(told, ["common " + ("odd" if n % 2 else "even") for n in range(count)])
    assert places(made, "common") == list(range(count))
    assert places(made, "odd") == list(range(1, count, 2))
    assert sum(len(block) for _, block in made.index) < 3 * chunk.BITMAP + 1_000


def test_words_that_go_on_are_found_at_a_boundary_or_anywhere() -> None:
    names = ["xe-0/0/1", "xe-0/0/1.0", "xe-0/0/10", "xe-0/0/1:2"]
    made = build([line("x", id=n + 1) for n in range(4)], names)
    [(_, block)] = made.index

    def like(term: Term) -> int:
        return sum(1 for _ in Block(block).like(pattern_of(term)))

    assert like(Term("xe-0/0/1", BOUNDARY)) == 3
    assert like(Term("xe-0/0/1", "*")) == 4
    assert like(Term("xe", "*")) == 4
    assert like(Term("xe", BOUNDARY)) == 4, "a dash is a boundary too"
    assert like(Term("e-0", "*")) == 0


def test_marks_in_a_line_cannot_forge_another_line() -> None:
    told = line("a\nb\x1fc", more=("x\x1fy",), id=1)
    made = build([told], ["a"])
    [back] = lines_of(made.parts[0], [0], first=1)
    assert (back.text, back.more) == ("a b c", ("x y",))


def test_a_damaged_part_says_so() -> None:
    made = build([line("a", id=1)], ["a"])
    with pytest.raises(Damaged):
        lines_of(made.parts[0][:-1], [0], first=1)
    with pytest.raises(Damaged):
        Block(made.index[0][1][:-1])
    with pytest.raises(ValueError, match="chunk holds"):
        build([], [])
