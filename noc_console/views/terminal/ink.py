"""The colours of a terminal: what a style of the engine becomes on the ground of a theme."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PySide6.QtGui import QColor

from noc_console.services.terminal.filtering import AMBER
from noc_console.services.terminal.filtering import TINTS as RULE_TINTS
from noc_console.views.kit.theme import Theme, look

RGB = tuple[int, int, int]

NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
TINTS = (AMBER, *RULE_TINTS)
"""Tokens of the theme, for words that rules name."""
READABLE, PLAIN, STRONG = 1.0, 3.0, 7.0
"""Least contrast of a text with its ground: as the program wants it, readable, and WCAG AAA."""


class Scheme(StrEnum):
    """Which colours a terminal wears."""

    CONSOLE = "console"
    """As the rest of the console."""
    DARK = "dark"
    LIGHT = "light"
    CONTRAST = "contrast"
    """Black ground, and no text below WCAG's 7:1."""


SCHEME_WORDS = {
    Scheme.CONSOLE: "As the console",
    Scheme.DARK: "Always dark",
    Scheme.LIGHT: "Always light",
    Scheme.CONTRAST: "High contrast",
}


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one scheme. `palette` has the sixteen; the other 240 are xterm's."""

    ground: RGB
    text: RGB
    cursor: RGB
    selected: RGB
    found: RGB
    found_now: RGB
    palette: tuple[RGB, ...]
    tints: tuple[RGB, ...]
    """Of words that rules name, in the order of `TINTS`."""
    least: float
    """Texts that contrast less with their ground are moved away from it."""


def ink_of(scheme: Scheme) -> Ink:
    """The colours of a scheme, as the theme in use has them."""
    if scheme is Scheme.CONTRAST:
        return _contrast_ink(look().named("dark"))
    theme = look().theme if scheme is Scheme.CONSOLE else look().named(scheme.value)
    return _ink(theme)


def _ink(theme: Theme) -> Ink:
    def rgb(name: str) -> RGB:
        return rgb_of(theme.color(f"terminal.{name}"))

    sixteen = (*map(rgb, NAMES), *(rgb(f"bright_{name}") for name in NAMES))
    return Ink(
        ground=rgb("ground"),
        text=rgb("text"),
        cursor=rgb("cursor"),
        selected=rgb("selected"),
        found=rgb("found"),
        found_now=rgb("found_now"),
        palette=sixteen,
        tints=tuple(rgb_of(theme.color(token)) for token in TINTS),
        least=PLAIN,
    )


def _contrast_ink(dark: Theme) -> Ink:
    plain = _ink(dark)
    return Ink(
        ground=(0, 0, 0),
        text=(255, 255, 255),
        cursor=(255, 255, 0),
        selected=(0, 80, 160),
        found=(96, 72, 0),
        found_now=(255, 200, 0),
        palette=plain.palette,
        tints=plain.tints,
        least=STRONG,
    )


def rgb_of(color: QColor) -> RGB:
    return color.red(), color.green(), color.blue()


def color_of(rgb: RGB) -> QColor:
    return QColor(*rgb)


@lru_cache(maxsize=8192)
def luminance(rgb: RGB) -> float:
    """Relative luminance 0–1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in rgb)
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: RGB, other: RGB) -> float:
    """Contrast ratio 1–21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=8192)
def readable(text: RGB, ground: RGB, least: float) -> RGB:
    """The text's colour, moved towards white or black until it contrasts enough.

    Hidden text (the same colour as its ground) stays hidden: a program meant that.
    """
    if text == ground or contrast(text, ground) >= least:
        return text
    goal = (
        (255, 255, 255)
        if contrast((255, 255, 255), ground) > contrast((0, 0, 0), ground)
        else (
            0,
            0,
            0,
        )
    )
    low, high = 0.0, 1.0
    for _ in range(7):
        middle = (low + high) / 2
        if contrast(mixed(text, goal, middle), ground) < least:
            low = middle
        else:
            high = middle
    return mixed(text, goal, high)


def mixed(one: RGB, other: RGB, share: float) -> RGB:
    """`share` of the other, the rest of the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def packed(rgb: RGB) -> int:
    """As the engine tells colours: 0xRRGGBB."""
    return rgb[0] << 16 | rgb[1] << 8 | rgb[2]


def unpacked(number: int) -> RGB:
    return number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF
