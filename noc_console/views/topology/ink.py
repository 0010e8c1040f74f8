"""The colours of the map, taken from the theme's tokens."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import look

STEPS = 10
"""Shades of a link's load: one for each 10 %."""
RAMP = ((0.0, "load.idle"), (0.25, "load.low"), (0.55, "load.medium"), (0.8, "load.high"))
UNKNOWN = STEPS
DOWN = STEPS + 1


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
    """Ten shades of load, then unknown, then down."""
    severity: tuple[QColor, ...]
    """By severity's number."""
    is_dark: bool


def ink() -> Ink:
    """The ink of the theme in use; ask again when it changes."""
    theme = look()
    loads = [_ramp((step + 0.5) / STEPS) for step in range(STEPS - 1)]
    down = severity_color(Severity.MAJOR)
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
        links=(*loads, theme.color("load.full"), theme.color("load.idle"), down),
        severity=tuple(severity_color(each) for each in sorted(Severity)),
        is_dark=theme.theme.is_dark,
    )


def _ramp(share: float) -> QColor:
    """The shade of a load 0–1, between the tokens around it."""
    below = max((stop for stop in RAMP if stop[0] <= share), key=lambda stop: stop[0])
    above = min(
        (stop for stop in RAMP if stop[0] >= share), key=lambda stop: stop[0], default=RAMP[-1]
    )
    width = above[0] - below[0]
    part = (share - below[0]) / width if width else 0.0
    return mix(look().color(below[1]), look().color(above[1]), part)


def mix(one: QColor, other: QColor, part: float) -> QColor:
    """`part` of the other colour in the one."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * part,
        one.greenF() + (other.greenF() - one.greenF()) * part,
        one.blueF() + (other.blueF() - one.blueF()) * part,
    )
