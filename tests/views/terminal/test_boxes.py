"""Frames, blocks and Braille: drawn for the cell, meeting their neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.views.terminal.boxes import DOUBLE, HEAVY, LIGHT, drawn_box, strokes_of

W, H = 9, 18


def drawn(character: str) -> np.ndarray:
    mask = drawn_box(ord(character), W, H)
    assert mask is not None and mask.shape == (H, W)
    return mask


@pytest.mark.parametrize(
    ("character", "strokes"),
    [
        ("─", {"left": LIGHT, "right": LIGHT}),
        ("┏", {"down": HEAVY, "right": HEAVY}),
        ("┡", {"up": HEAVY, "down": LIGHT, "right": HEAVY}),
        ("╞", {"up": LIGHT, "down": LIGHT, "right": DOUBLE}),
        ("╼", {"left": LIGHT, "right": HEAVY}),
        ("╭", {}),
        ("┄", {}),
    ],
)
def test_a_name_says_which_strokes_a_frame_has(character: str, strokes: dict[str, int]) -> None:
    assert strokes_of(ord(character)) == strokes


@pytest.mark.parametrize("code", [c for c in range(0x2500, 0x2580) if strokes_of(c)])
def test_each_stroke_reaches_its_edge_and_no_other_edge_is_touched(code: int) -> None:
    mask = drawn_box(code, W, H)
    assert mask is not None
    edges = {"left": mask[:, 0], "right": mask[:, -1], "up": mask[0], "down": mask[-1]}
    assert {way for way, edge in edges.items() if edge.any()} == set(strokes_of(code))


@pytest.mark.parametrize(("one", "other"), [("─", "┼"), ("━", "┫"), ("═", "╬"), ("╔", "╗")])
def test_neighbours_meet_at_the_same_height(one: str, other: str) -> None:
    assert (drawn(one)[:, -1] == drawn(other)[:, 0]).all()


def test_a_double_corner_is_hollow() -> None:
    mask = drawn("╔")
    middle = (H - 1) // 2
    assert not mask[middle, W // 2 + 1 :].any(), "the gap runs out to the right"
    assert mask[middle - 1].any() and mask[middle + 1].any()


def test_blocks_fill_what_they_are_called_for() -> None:
    assert (drawn("█") == 255).all()
    assert (drawn("▀")[: H // 2] == 255).all() and not drawn("▀")[H // 2 :].any()
    assert (drawn("▌")[:, :4] == 255).all() and not drawn("▌")[:, 5:].any()
    assert np.unique(drawn("▒")).tolist() == [128]
    heights = [int((drawn(chr(code)) > 0).any(axis=1).sum()) for code in range(0x2581, 0x2589)]
    assert heights == sorted(set(heights)), "each eighth is higher than the one before"
    quarters = drawn("▘").astype(int) + drawn("▝") + drawn("▖") + drawn("▗")
    assert (quarters == 255).all(), "four quarters are a whole, without a seam"


def test_braille_has_as_many_dots_as_bits() -> None:
    one = int((drawn("⠁") > 0).sum())
    assert one > 0
    assert int((drawn("⣿") > 0).sum()) == 8 * one
    assert not drawn("⠀").any()


def test_what_the_font_draws_better_is_left_to_it() -> None:
    assert drawn_box(ord("A"), W, H) is None
    assert drawn_box(ord("╭"), W, H) is None
