"""The theme: every token pair that meets on screen is readable, and switching is live."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from noc_console.kernel.errors import Broken
from noc_console.views.kit.theme import THEMES, contrast, look, read_theme
from tests.views.conftest import RESOURCES

TEXTS = ("text.plain", "text.bright", "text.dim", "text.faint")
SURFACES = (
    "surface.window",
    "surface.panel",
    "surface.raised",
    "surface.field",
    "surface.hover",
    "surface.overlay",
)
SEVERITIES = ("critical", "major", "minor", "warning", "indeterminate", "cleared")


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
def test_every_text_is_readable_on_every_surface(name: str, surface: str) -> None:
    theme = read_theme(RESOURCES / "theme" / f"{name}.toml")
    words = [*TEXTS, "accent.plain", "attention.plain", *(f"severity.{s}" for s in SEVERITIES)]
    poor = {
        word: round(contrast(theme.color(word), theme.color(surface)), 2)
        for word in words
        if contrast(theme.color(word), theme.color(surface)) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("name", THEMES)
def test_words_stay_readable_where_only_some_meet(name: str) -> None:
    color = read_theme(RESOURCES / "theme" / f"{name}.toml").color
    pairs = [
        ("text.bright", "surface.selected"),
        ("text.plain", "surface.selected"),
        ("text.bright", "surface.selected_idle"),
        ("text.dim", "surface.selected_idle"),
        ("text.on_accent", "accent.plain"),
        ("text.on_accent", "accent.strong"),
        ("text.plain", "attention.soft"),
        ("attention.plain", "attention.soft"),
        *(("severity.on", f"severity.{severity}") for severity in SEVERITIES),
        *((f"severity.{severity}", "surface.selected") for severity in SEVERITIES[:4]),
    ]
    poor = {
        pair: round(contrast(color(pair[0]), color(pair[1])), 2)
        for pair in pairs
        if contrast(color(pair[0]), color(pair[1])) < 4.5
    }
    assert poor == {}


@pytest.mark.parametrize("name", THEMES)
def test_icons_and_focus_stand_out(name: str) -> None:
    color = read_theme(RESOURCES / "theme" / f"{name}.toml").color
    for icon in ("icon.plain", "icon.dim", "icon.bright", "line.focus"):
        for surface in SURFACES:
            assert contrast(color(icon), color(surface)) >= 3, (icon, surface)


def test_both_themes_speak_of_the_same_tokens() -> None:
    dark, light = (read_theme(RESOURCES / "theme" / f"{name}.toml") for name in THEMES)
    assert dark.tokens.keys() == light.tokens.keys()


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)


def test_colours_of_alarms_are_asked_for_in_one_module_only() -> None:
    package = RESOURCES.parent / "noc_console"
    asking = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if '"severity.' in (text := path.read_text())
        or "'severity." in text
        or "$severity." in text
    }
    # The map draws the signs of alarms itself, in one pass over all nodes.
    assert asking <= {"views/kit/severity.py", "views/kit/theme.py", "views/topology/ink.py"}


def test_the_theme_switches_live() -> None:
    app, told = QApplication.instance(), []
    assert isinstance(app, QApplication)
    look().changed.connect(lambda: told.append(look().theme.name))
    before = app.palette().color(QPalette.ColorRole.Base)
    look().toggle()
    assert told == ["light"]
    assert app.palette().color(QPalette.ColorRole.Base) != before
    look().use("light")
    look().use("no such theme")
    assert told == ["light"]


def test_our_fonts_are_used_and_digits_are_equally_wide() -> None:
    assert QFontInfo(look().font()).family() == "Inter"
    assert QFontInfo(look().mono()).family() == "JetBrains Mono"
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(look().font())
    assert len({round(metrics.horizontalAdvance(digit * 10), 1) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("text", ["[surface]\nwindow = 'no colour'", "not toml at all [", "\x00"])
def test_a_broken_theme_file_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.toml"
    file.write_text(text)
    with pytest.raises(Broken, match=r"odd\.toml"):
        read_theme(file)
