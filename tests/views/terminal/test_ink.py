"""Colours of terminals: readable on their ground in each scheme."""

from __future__ import annotations

import pytest

from noc_console.views.kit.theme import look
from noc_console.views.terminal.ink import (
    STRONG,
    Scheme,
    contrast,
    ink_of,
    mixed,
    packed,
    readable,
    unpacked,
)
from noc_console.views.terminal.tiles import OVER_CONTRAST


@pytest.mark.parametrize("scheme", Scheme)
def test_every_named_colour_is_readable_on_the_ground(scheme: Scheme) -> None:
    ink = ink_of(scheme)
    assert contrast(ink.text, ink.ground) >= 7
    poor = [
        color
        for color in ink.palette
        if color != ink.palette[0]  # black text is asked for on other grounds
        and contrast(readable(color, ink.ground, ink.least), ink.ground) < ink.least - 0.1
    ]
    assert poor == []


@pytest.mark.parametrize("scheme", Scheme)
def test_text_stays_readable_below_what_lies_over_it(scheme: Scheme) -> None:
    ink = ink_of(scheme)
    for ground in (ink.selected, ink.found, ink.found_now):
        assert contrast(readable(ink.text, ground, OVER_CONTRAST), ground) >= OVER_CONTRAST - 0.1


def test_a_terminal_wears_the_theme_unless_told_otherwise() -> None:
    dark = ink_of(Scheme.CONSOLE)
    look().use("light")
    assert ink_of(Scheme.CONSOLE) == ink_of(Scheme.LIGHT) != dark
    assert ink_of(Scheme.DARK) == dark


def test_high_contrast_lifts_what_is_too_dark() -> None:
    ink = ink_of(Scheme.CONTRAST)
    dim = (60, 60, 90)
    lifted = readable(dim, ink.ground, ink.least)
    assert contrast(dim, ink.ground) < STRONG <= contrast(lifted, ink.ground) + 0.1


def test_hidden_text_stays_hidden_and_good_text_stays_as_it_is() -> None:
    assert readable((9, 9, 9), (9, 9, 9), 7.0) == (9, 9, 9)
    assert readable((250, 250, 250), (0, 0, 0), 7.0) == (250, 250, 250)
    assert contrast(readable((200, 200, 200), (255, 255, 255), 4.5), (255, 255, 255)) >= 4.5


def test_mixing_goes_from_one_to_the_other() -> None:
    assert mixed((0, 0, 0), (100, 200, 50), 0.0) == (0, 0, 0)
    assert mixed((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
    assert mixed((0, 0, 0), (100, 200, 50), 1.0) == (100, 200, 50)


def test_colours_are_packed_as_the_engine_tells_them() -> None:
    assert packed((1, 2, 255)) == 0x0102FF and unpacked(0x0102FF) == (1, 2, 255)
