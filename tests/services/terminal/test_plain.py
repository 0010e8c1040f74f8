"""Terminal output as a person saw it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.terminal.plain import Lines, plain


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("\x1b[1;31mred\x1b[0m text", "red text"),
        ("\x1b]0;a title\x07prompt>", "prompt>"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("abcd\b\b\bX", "aXcd"),
        ("--More--\r        \rline", "line    "),
        ("--More--\r\x1b[Kline", "line"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("one\r\r\ntwo", "one\ntwo"),
        ("a\x1b[3;1Hb", "a\nb"),
        ("a\x1b[3Cb", "a   b"),
        ("\x07bell\x00", "bell"),
        ("\x1b(Bset", "set"),
        ("end\x1b[K", "end"),
        ("tab\tkept", "tab\tkept"),
        ("unterminated \x1b]0;tit", "unterminated "),
    ],
)
def test_output_reads_as_it_looked(sent: str, seen: str) -> None:
    assert plain(sent) == seen


def test_lines_are_whole_however_they_were_cut() -> None:
    sent = "un à\r\nzwei\r\nthree".encode()
    for cut in range(len(sent)):
        lines = Lines()
        assert lines.feed(sent[:cut]) + lines.feed(sent[cut:]) == ["un à", "zwei"]
        assert lines.rest == "three"


def test_a_line_without_an_end_is_cut_and_memory_stays_flat() -> None:
    lines = Lines()
    got = [line for _ in range(100) for line in lines.feed(b"x" * 1000)]
    assert sum(map(len, got)) + len(lines.rest) == 100_000
    assert max(map(len, got)) <= Lines.LONGEST + 1000


@given(st.binary(max_size=500))
def test_any_bytes_are_read_without_error(data: bytes) -> None:
    lines = Lines()
    told = [*lines.feed(data), lines.rest]
    assert not any("\n" in line or "\x1b[" in line for line in told)
