"""The bits of a cell as we read them are those the library reads itself."""

import numpy as np
import pytest

from noc_console.adapters.terminal import cells
from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.adapters.terminal.native import ffi, lib
from noc_console.services.terminal.model import Look, Row, Style, Underline


def shown(engine: GhosttyEngine, text: str) -> Row:
    engine.feed(text.encode())
    return engine.frame().rows[0]


def test_our_reading_of_a_cell_is_the_librarys_own() -> None:
    out = ffi.new("uint64_t*")

    def library(cell: int, key: str) -> int:
        out[0] = 0
        assert lib.ghostty_cell_get(cell, getattr(lib, f"GHOSTTY_CELL_DATA_{key}"), out) == 0
        return int(out[0])

    for point in (0x41, 0x65E5, 0x1F600):
        assert library(point << 2, "CODEPOINT") == point
        assert cells._characters(np.array([point << 2], np.uint64), point << 2) == chr(point)
    for style in (1, 77, 65_535):
        assert library(style << 26, "STYLE_ID") == style
        assert style << 26 & cells._STYLE == style << 26
    assert library(cells._HEAD, "WIDE") == 1
    assert library(cells._TAIL, "WIDE") == 2
    assert library(cells._WRAP_BLANK, "WIDE") == 3
    assert library(cells._LINK, "HAS_HYPERLINK") == 1
    assert library(1 << 44, "PROTECTED") == 1
    assert library(cells._MARKED, "CONTENT_TAG") == 1
    assert library(200 << 2 | cells._PALETTE, "COLOR_PALETTE") == 200


def test_the_flags_of_a_row_are_the_librarys_own() -> None:
    out = ffi.new("uint64_t*")
    names = {
        "WRAP": cells.ROW_WRAPPED,
        "WRAP_CONTINUATION": cells.ROW_CONTINUES,
        "GRAPHEME": cells.ROW_MARKS,
        "STYLED": cells.ROW_STYLED,
        "HYPERLINK": cells.ROW_LINKS,
    }
    for name, flag in names.items():
        for other in names.values():
            out[0] = 0
            lib.ghostty_row_get(other << 32, getattr(lib, f"GHOSTTY_ROW_DATA_{name}"), out)
            assert bool(out[0]) == (flag == other)


def test_neighbours_of_one_style_are_one_run(engine) -> None:
    row = shown(engine, "ab\x1b[1;31mcd\x1b[0;4:3;58:2::1:2:3mef")
    assert [(run.column, run.text) for run in row.runs] == [(0, "ab"), (2, "cd"), (4, "ef")]
    plain, bold, curly = (run.style for run in row.runs)
    assert plain == Style()
    assert bold == Style(foreground=0x010101, look=Look.BOLD)
    assert curly == Style(underline=Underline.CURLY, underline_color=0x010203)


def test_every_attribute_is_told(engine) -> None:
    row = shown(engine, "\x1b[1;2;3;5;7;8;9;53;38;2;16;32;48;48;5;196mx")
    style = row.runs[0].style
    assert style.look == Look(0xFF)
    assert (style.foreground, style.background) == (0x102030, 0xFF0000)


def test_wide_characters_take_two_columns_each(engine) -> None:
    row = shown(engine, "a日本b")
    assert [(run.column, run.columns, run.text, run.is_wide) for run in row.runs] == [
        (0, 1, "a", False),
        (1, 4, "日本", True),
        (5, 1, "b", False),
    ]


def test_a_character_with_marks_is_a_run_of_its_own(engine) -> None:
    row = shown(engine, "ae\u0301e\u0302b")
    assert [(run.column, run.text, run.is_cluster) for run in row.runs] == [
        (0, "a", False),
        (1, "e\u0301", True),
        (2, "e\u0302", True),
        (3, "b", False),
    ]


def test_an_emoji_of_several_code_points_is_one_glyph_where_the_device_says_so(engine) -> None:
    row = shown(engine, "\x1b[?2027h👩‍🔧x")
    assert [(run.column, run.columns, run.text) for run in row.runs] == [
        (0, 2, "👩‍🔧"),
        (2, 1, "x"),
    ]


def test_more_marks_than_fit_on_a_character_are_left_out(engine) -> None:
    row = shown(engine, "\x1b[?2027hก" + "\u0e34" * 500 + "x")
    assert max(len(run.text) for run in row.runs) <= 1 + cells.MARKS


def test_ground_coloured_without_text_reaches_to_the_edge(engine) -> None:
    row = shown(engine, "\x1b[48;2;1;2;3mx\x1b[K")
    assert sum(run.columns for run in row.runs) == 20
    assert {run.style.background for run in row.runs} == {0x010203}
    engine.feed(b"\x1b[2;1H\x1b[44m\x1b[K")
    assert engine.frame().rows[1].runs[0].style.background == 0x040404


def test_links_are_cut_where_they_change(engine) -> None:
    row = shown(
        engine, "\x1b]8;;http://a\x07on\x1b]8;;http://b\x07e\x1b]8;;\x07 \x1b]8;;file:///x\x07f"
    )
    assert [(run.text, run.link) for run in row.runs if run.link] == [
        ("on", "http://a"),
        ("e", "http://b"),
    ]


def test_an_empty_row_has_no_runs(engine) -> None:
    assert engine.frame().rows[0] is cells.EMPTY


@pytest.mark.parametrize("text", ["a" * 25, "a" * 19 + "日"])
def test_a_row_knows_that_it_goes_on(engine, text) -> None:
    engine.feed(text.encode())
    rows = engine.frame().rows
    assert rows[0].is_wrapped
    assert rows[1].is_continuation
    assert (rows[0].text + rows[1].text).replace(" ", "") == text
