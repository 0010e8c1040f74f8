"""Tiles: a character in its colours, made once."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.services.terminal.model import PLAIN, Look, Style, Underline
from noc_console.views.kit.theme import look
from noc_console.views.terminal import tiles as tiles_module
from noc_console.views.terminal.glyphs import Glyphs
from noc_console.views.terminal.ink import Scheme, contrast, ink_of, packed
from noc_console.views.terminal.tiles import State, Tiles, paint_of, rows_of

GROUND, TEXT, CURSOR = 0x101010, 0xE0E0E0, 0xFFCC00


@pytest.fixture
def tiles() -> Tiles:
    glyphs = Glyphs(look().mono(13))
    return Tiles(glyphs, ink_of(Scheme.DARK), ground=GROUND, text=TEXT, cursor=CURSOR)


def colors(tiles: Tiles, text: str, style: Style = PLAIN, state: State = State.PLAIN) -> set[int]:
    pixels = tiles.pixels(tiles.table(style, state)[text])
    return {int(value) & 0xFFFFFF for value in np.unique(pixels)}


def test_a_blank_is_its_ground_and_a_full_block_is_its_text(tiles: Tiles) -> None:
    assert colors(tiles, " ") == {GROUND}
    assert colors(tiles, "█") == {TEXT}
    assert colors(tiles, "█", Style(foreground=0x336699, background=0x112233)) == {0x336699}
    assert colors(tiles, " ", Style(foreground=0x336699, background=0x112233)) == {0x112233}


def test_inverse_swaps_and_hidden_text_is_ground(tiles: Tiles) -> None:
    style = Style(foreground=0xFF0000, background=0x00FF00, look=Look.INVERSE)
    assert colors(tiles, " ", style) == {0xFF0000}
    assert colors(tiles, "█", style) == {0x00FF00}
    assert colors(tiles, "X", Style(look=Look.INVISIBLE)) == {GROUND}


def test_faint_lies_between_text_and_ground_and_blinking_is_never_gone(tiles: Tiles) -> None:
    (faint,) = colors(tiles, "█", Style(look=Look.FAINT))
    assert GROUND < faint < TEXT
    blinking = Style(look=Look.BLINK)
    assert colors(tiles, "█", blinking) == {TEXT}
    tiles.set_dark(True)
    (dark,) = colors(tiles, "█", blinking)
    assert GROUND < dark < TEXT
    assert colors(tiles, "█") == {TEXT}, "what does not blink stays"


def test_what_lies_over_a_cell_changes_its_ground(tiles: Tiles) -> None:
    states = [state for state in State if not state.is_tint]
    grounds = {state: colors(tiles, " ", PLAIN, state) for state in states}
    assert grounds[State.CURSOR] == {CURSOR}
    assert len({min(each) for each in grounds.values()}) == len(states)


TINTED = [state for state in State if state.is_tint]
STYLES = (
    PLAIN,
    Style(look=Look.FAINT),
    Style(look=Look.INVERSE),
    Style(foreground=0x336699, background=0xD8B878),  # the amber's own colour as its ground
    Style(background=0x7F7F7F),
)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("state", TINTED)
def test_a_tinted_word_has_a_colour_of_its_own_and_is_read_on_any_ground(
    scheme: Scheme, state: State
) -> None:
    ink = ink_of(scheme)
    for style in STYLES:
        ground, text = packed(ink.ground), packed(ink.text)
        plain, tinted = (
            paint_of(style, each, ink, ground=ground, text=text, cursor=0, dark=False)
            for each in (State.PLAIN, state)
        )
        assert tinted.ground == plain.ground
        best = max(contrast(each, tinted.ground) for each in ((0, 0, 0), (255, 255, 255)))
        assert best >= 4.5
        assert contrast(tinted.text, tinted.ground) >= min(best, max(ink.least, 4.5))


def test_what_hides_stays_hidden_when_a_rule_names_it(tiles: Tiles) -> None:
    same = Style(foreground=0x112233, background=0x112233)
    assert colors(tiles, "█", same, State.TINT_AMBER) == {0x112233}
    assert colors(tiles, "X", Style(look=Look.INVISIBLE), State.TINT_A) == {GROUND}
    assert colors(tiles, "█", PLAIN, State.TINT_AMBER) == {packed(ink_of(Scheme.DARK).tints[0])}


@pytest.mark.parametrize("underline", [u for u in Underline if u])
def test_every_underline_is_drawn_in_its_own_colour(tiles: Tiles, underline: Underline) -> None:
    style = Style(underline=underline, underline_color=0x00AAFF)
    assert colors(tiles, " ", style) == {GROUND, 0x00AAFF}


def test_underlines_differ_from_each_other(tiles: Tiles) -> None:
    drawn = {
        tiles.pixels(tiles.table(Style(underline=u, underline_color=0xFFFFFF))[" "]).tobytes()
        for u in Underline
    }
    assert len(drawn) == len(Underline)


def test_lines_through_and_over_the_text_are_drawn(tiles: Tiles) -> None:
    measure = tiles.measure
    struck = tiles.pixels(tiles.table(Style(look=Look.STRIKE))[" "])
    over = tiles.pixels(tiles.table(Style(look=Look.OVERLINE))[" "])
    assert (struck[measure.strike] & 0xFFFFFF == TEXT).all()
    assert (over[0] & 0xFFFFFF == TEXT).all()


def test_equal_styles_share_their_tiles_and_different_ones_do_not(tiles: Tiles) -> None:
    one, other = Style(foreground=1), Style(foreground=1)
    assert one is not other
    assert tiles.table(one)["a"] == tiles.table(other)["a"]
    assert tiles.table(Style(foreground=2))["a"] != tiles.table(one)["a"]


def test_a_program_that_chose_both_colours_gets_both(tiles: Tiles) -> None:
    close = Style(foreground=0x202020, background=0x222222)
    assert colors(tiles, "█", close) == {0x202020}
    (lifted,) = colors(tiles, "█", Style(foreground=0x202020))
    assert lifted > 0x202020, "on the theme's own ground, text is made readable"


def test_rows_are_put_together_from_tiles(tiles: Tiles) -> None:
    measure = tiles.measure
    canvas = np.zeros((2 * measure.height, 3 * measure.width), np.uint32)
    table = tiles.table(Style(foreground=0x123456, background=0x654321))
    tiles.gather([table["█"], table[" "], table["█"]], rows_of(canvas, 3, measure)[1])
    assert not canvas[: measure.height].any()
    below = canvas[measure.height :] & 0xFFFFFF
    assert (below[:, : measure.width] == 0x123456).all()
    assert (below[:, measure.width : 2 * measure.width] == 0x654321).all()
    assert (below[:, 2 * measure.width :] == 0x123456).all()


def test_a_picture_lies_over_the_ground_by_its_own_coverage() -> None:
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0] = (10, 20, 30, 255)
    picture[0, 1] = (0, 0, 0, 0)
    picture[1] = (64, 0, 0, 128)
    laid = tiles_module._over(picture, (200, 100, 0)) & 0xFFFFFF
    assert laid[0, 0] == 0x1E140A
    assert laid[0, 1] == 0xC86400
    assert laid[1, 0] >> 16 == pytest.approx(100, abs=1) and laid[1, 0] & 0xFF == 64


def test_tiles_are_forgotten_before_they_are_too_many(
    tiles: Tiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles._least = 64
    for round_ in range(20):
        tiles.make_room(8)
        table = tiles.table(Style(foreground=round_ * 1000, background=round_))
        for character in "abcdefgh":
            assert (tiles.pixels(table[character]) & 0xFF000000 == 0xFF000000).all()
        assert tiles._count <= 64 + 16
