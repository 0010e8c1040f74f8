"""The colours of the map, taken from the theme's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import Theme, look

STEPS = 10
"""Tones of a link."""
UNKNOWN = STEPS
"""There may be nothing to know: dotted."""
DOWN = STEPS + 1
MISSING = STEPS + 2
"""There is a port and nobody counted: hatched."""
CALM = ((0.0, "weather.idle"), (0.3, "weather.flow"), (0.58, "weather.busy"))
LOUD = ("weather.high", "weather.hot", "weather.full")
WEATHERMAP = (
    "#c0c0c0",
    "#8c00ff",
    "#2020ff",
    "#00c0ff",
    "#00f000",
    "#f0f000",
    "#ffc000",
    "#ff0000",
)
"""PHP Weathermap's own default scale, below 1 % to above 85 %; the same in both themes."""


class Ramp(StrEnum):
    """A set of tones. From `LOUD_FROM` on a tone is trouble."""

    QUIET = "quiet"
    """Colour only for trouble: blue-grey to teal, then yellow, orange, red."""
    CLASSIC = "classic"
    """Violet to red, as operators know it from Weathermap."""
    STEPS = "steps"
    """Brighter for more, never trouble."""


LOUD_FROM = {Ramp.QUIET: 7, Ramp.CLASSIC: 6, Ramp.STEPS: STEPS}


@dataclass(frozen=True, slots=True)
class Ink:
    """What the painter dips its pen in."""

    ground: QColor
    hull: QColor
    hull_edge: QColor
    body: QColor
    edge: QColor
    glyph: QColor
    faint: QColor
    text: QColor
    text_dim: QColor
    text_bright: QColor
    focus: QColor
    panel: QColor
    hair: QColor
    on_severity: QColor
    links: tuple[QColor, ...]
    """Ten tones, then unknown, down and missing."""
    severity: tuple[QColor, ...]
    """By severity's number."""
    is_dark: bool
    loud: int = STEPS
    """From this tone on a link is in trouble: drawn in full always, with ticks."""


def ink(ramp: Ramp = Ramp.QUIET, theme: Theme | None = None) -> Ink:
    """The ink of the theme in use (ask again when it changes), or of another: paper is light."""
    theme = theme or look().theme
    down = severity_color(Severity.MAJOR, theme)
    idle = theme.color("weather.idle")
    return Ink(
        ground=theme.color("surface.field"),
        hull=mix(theme.color("surface.field"), theme.color("surface.raised"), 0.42),
        hull_edge=mix(theme.color("surface.field"), theme.color("line.strong"), 0.42),
        body=theme.color("surface.raised"),
        edge=theme.color("icon.dim"),
        glyph=theme.color("icon.plain"),
        faint=theme.color("line.strong"),
        text=theme.color("text.plain"),
        text_dim=theme.color("text.dim"),
        text_bright=theme.color("text.bright"),
        focus=theme.color("accent.plain"),
        panel=theme.color("surface.panel"),
        hair=theme.color("line.hair"),
        on_severity=theme.color("severity.on"),
        links=(*_tones(ramp, theme), idle, down, idle),
        severity=tuple(severity_color(each, theme) for each in sorted(Severity)),
        is_dark=theme.is_dark,
        loud=LOUD_FROM[ramp],
    )


def _tones(ramp: Ramp, theme: Theme) -> tuple[QColor, ...]:
    """The ten tones of a ramp."""
    color = theme.color
    if ramp is Ramp.CLASSIC:
        return _filled(tuple(QColor(name) for name in WEATHERMAP))
    if ramp is Ramp.STEPS:
        shares = [step / 6 * CALM[-1][0] for step in range(7)]
        return _filled((*(_calm(share, theme) for share in shares), color("weather.warm")))
    calm = tuple(_calm((step + 0.5) / STEPS, theme) for step in range(6))
    return (*calm, color("weather.warm"), *map(color, LOUD))


def _filled(tones: tuple[QColor, ...]) -> tuple[QColor, ...]:
    """Ten of them; the last stands for the rest, which nobody asks for."""
    return tones + tones[-1:] * (STEPS - len(tones))


def _calm(share: float, theme: Theme) -> QColor:
    """The tone of a healthy share, between the tokens around it."""
    below = max((stop for stop in CALM if stop[0] <= share), key=lambda stop: stop[0])
    above = min(
        (stop for stop in CALM if stop[0] >= share), key=lambda stop: stop[0], default=CALM[-1]
    )
    width = above[0] - below[0]
    part = (share - below[0]) / width if width else 0.0
    return mix(theme.color(below[1]), theme.color(above[1]), part)


def mix(one: QColor, other: QColor, part: float) -> QColor:
    """`part` of the other colour in the one."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * part,
        one.greenF() + (other.greenF() - one.greenF()) * part,
        one.blueF() + (other.blueF() - one.blueF()) * part,
    )
