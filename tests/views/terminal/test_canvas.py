"""The picture of a screen: what changed is painted, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.terminal.model import Look, Row, Run, Style
from noc_console.views.kit.theme import look
from noc_console.views.terminal.canvas import Canvas, Span, numbers_of
from noc_console.views.terminal.glyphs import Glyphs
from noc_console.views.terminal.ink import Scheme, ink_of
from noc_console.views.terminal.tiles import State, Tiles

COLUMNS, ROWS = 12, 3
STYLES = (Style(), Style(foreground=0xFF5050), Style(background=0x303060, look=Look.BOLD))


def tiles() -> Tiles:
    glyphs = Glyphs(look().mono(11))
    return Tiles(glyphs, ink_of(Scheme.DARK), ground=0, text=0xFFFFFF, cursor=0xFFFF00)


def plain(text: str, style: Style = STYLES[0]) -> Row:
    return Row((Run(0, len(text), text, style),))


words = st.lists(
    st.tuples(st.sampled_from(["ab", "x", "漢", "日本", "e\u0301", "  "]), st.sampled_from(STYLES)),
    max_size=4,
)


def row_of(parts: list[tuple[str, Style]]) -> Row:
    runs, at = [], 0
    for text, style in parts:
        is_wide, is_cluster = text[0] > "\u2fff", "\u0301" in text
        cells = 1 if is_cluster else len(text) * (2 if is_wide else 1)
        if at + cells <= COLUMNS:
            runs.append(Run(at, cells, text, style, is_wide, is_cluster))
            at += cells
    return Row(tuple(runs))


spans = st.lists(
    st.builds(
        lambda a, n, s: Span(a, a + n, s),
        st.integers(0, COLUMNS),
        st.integers(1, 6),
        st.sampled_from([one for one in State if one not in (State.PLAIN, State.CURSOR)]),
    ),
    max_size=3,
).map(tuple)


@given(steps=st.lists(st.tuples(st.integers(0, ROWS - 1), words, spans), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_what_was_painted_bit_by_bit_equals_a_full_repaint(steps) -> None:
    canvas, rows, over = Canvas(tiles(), COLUMNS, ROWS), [Row(())] * ROWS, {}
    canvas.show(rows)
    for at, parts, laid in steps:
        rows = [*rows[:at], row_of(parts), *rows[at + 1 :]]
        over = {**over, at: laid}
        canvas.show(rows, over)
    whole = Canvas(tiles(), COLUMNS, ROWS)
    whole.show(rows, over)
    assert (canvas.pixels == whole.pixels).all()


def test_only_rows_that_differ_are_painted() -> None:
    canvas, rows = Canvas(tiles(), COLUMNS, ROWS), [plain("one"), plain("two"), plain("three")]
    assert canvas.show(rows) == [0, 1, 2]
    assert canvas.show(rows) == []
    assert canvas.show([rows[0], plain("other"), rows[2]]) == [1]
    assert canvas.show([rows[0], rows[1], rows[2]], {2: (Span(0, 2, State.SELECTED),)}) == [1, 2]
    canvas.forget([0])
    assert canvas.show(rows) == [0, 2]


def test_a_row_has_a_tile_for_each_column_whatever_the_runs_say() -> None:
    made = tiles()
    for row in (Row(()), plain("x" * 40), Row((Run(5, 2, "ab", STYLES[1]),))):
        assert len(numbers_of(row, COLUMNS, made)) == COLUMNS
    gap = numbers_of(Row((Run(5, 2, "ab", STYLES[1]),)), COLUMNS, made)
    assert len(set(gap[:5])) == 1 and gap[5] != gap[0]


def test_a_selection_covers_exactly_its_cells() -> None:
    canvas = Canvas(tiles(), COLUMNS, 1)
    canvas.show([plain("abcdef")], {0: (Span(2, 4, State.SELECTED),)})
    width = canvas.tiles.measure.width
    selected = ink_of(Scheme.DARK).selected
    packed = selected[0] << 16 | selected[1] << 8 | selected[2]
    corner = canvas.pixels[0, ::width] & 0xFFFFFF
    assert [int(value) == packed for value in corner] == [False] * 2 + [True] * 2 + [False] * 8


def test_a_selection_is_seen_over_a_tint_whatever_was_laid_first() -> None:
    tint, chosen = Span(0, 3, State.TINT_F), Span(1, 2, State.SELECTED)
    row, made = plain("abc"), tiles()
    expected = [made.table(STYLES[0], State.TINT_F)[c] for c in "abc"]
    expected[1] = made.table(STYLES[0], State.SELECTED)["b"]
    for over in ((tint, chosen), (chosen, tint)):
        assert numbers_of(row, 3, made, over) == expected


def test_the_image_shows_the_same_memory() -> None:
    canvas = Canvas(tiles(), COLUMNS, ROWS)
    canvas.show([plain("███")])
    measure = canvas.tiles.measure
    assert canvas.image.pixel(measure.width + 2, measure.height // 2) & 0xFFFFFF == 0xFFFFFF
    assert canvas.image.pixel(4 * measure.width, measure.height // 2) & 0xFFFFFF == 0
    assert (canvas.image.width(), canvas.image.height()) == canvas.pixels.shape[::-1]


def test_rows_that_blink_are_known() -> None:
    canvas = Canvas(tiles(), COLUMNS, ROWS)
    canvas.show([plain("a"), plain("b", Style(look=Look.BLINK)), plain("c")])
    assert canvas.blinking == {1}
    canvas.show([plain("a"), plain("b"), plain("c")])
    assert canvas.blinking == set()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_sharper_screen_has_more_pixels(ratio: float) -> None:
    glyphs = Glyphs(look().mono(11), ratio)
    canvas = Canvas(Tiles(glyphs, ink_of(Scheme.DARK), ground=0, text=1, cursor=2), COLUMNS, ROWS)
    assert canvas.image.devicePixelRatio() == ratio
    assert canvas.pixels.dtype == np.uint32


def test_a_hyperlink_is_underlined_whatever_its_style() -> None:
    made = tiles()
    plain_run, link_run = Run(0, 1, "a", STYLES[0]), Run(0, 1, "a", STYLES[0], link="https://x.y")
    assert numbers_of(Row((plain_run,)), 1, made) != numbers_of(Row((link_run,)), 1, made)


def test_what_does_not_fit_into_the_time_is_painted_the_next_time_and_nothing_is_starved() -> None:
    canvas = Canvas(tiles(), COLUMNS, ROWS)
    clock = iter(range(1_000))

    def show(rows: list[Row]) -> list[int]:
        return canvas.show(rows, budget_s=0.5, now=lambda: float(next(clock)))

    rows = [plain(f"row {at}") for at in range(ROWS)]
    assert show(rows) == [0] and canvas.is_behind
    assert show(rows) == [1] and show(rows) == [2]
    assert not canvas.is_behind and show(rows) == []
    whole = Canvas(tiles(), COLUMNS, ROWS)
    whole.show(rows)
    assert np.array_equal(canvas.pixels, whole.pixels)
    # A picture that is another one each time is still painted everywhere.
    painted = [show([plain(f"{turn} {at}") for at in range(ROWS)]) for turn in range(4)]
    assert painted == [[0], [1], [2], [0]]
