"""How the console looks: design tokens read from `resources/theme`, as palette, style and fonts.

Tokens are named by their role (`surface.panel`, `text.dim`), never by their hue. The
colours of alarms (`severity.*`) are asked for in `views.kit.severity` only.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from noc_console.kernel.errors import Broken
from noc_console.views.kit.style import style_sheet

GRID = 8
"""Everything sits on multiples of this, in device-independent pixels."""
ROW_HEIGHT = 26
FONT_PX = 13
SMALL_PX = 11
UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"
THEMES = ("dark", "light")


@dataclass(frozen=True)
class Theme:
    """The tokens of one theme, `group.name` → colour."""

    name: str
    is_dark: bool
    tokens: dict[str, QColor]

    def color(self, token: str) -> QColor:
        return self.tokens[token]


def read_theme(path: Path) -> Theme:
    """A theme file's tokens; Broken names the file and what is wrong with it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Broken(f"the theme {path.name} cannot be read: {error}") from error
    tokens = {
        f"{group}.{name}": QColor(value)
        for group, values in told.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }
    for token, color in tokens.items():
        if not color.isValid():
            raise Broken(f"the theme {path.name} has no valid colour for {token}")
    return Theme(str(told.get("name", path.stem)), bool(told.get("is_dark", True)), tokens)


def luminance(color: QColor) -> float:
    """Relative luminance 0–1 (WCAG 2.2)."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = linear(color.redF()), linear(color.greenF()), linear(color.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio 1–21 (WCAG 2.2); text wants 4.5, icons 3."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class Look(QObject):
    """The theme in use. `changed` tells those who paint with tokens themselves."""

    changed = Signal()

    def __init__(self, app: QApplication, resources: Path, name: str) -> None:
        super().__init__(app)
        self.resources = resources
        self._app = app
        self._themes = {each: read_theme(resources / "theme" / f"{each}.toml") for each in THEMES}
        self._families = _load_fonts(resources / "fonts")
        self.theme = self._themes[name if name in THEMES else THEMES[0]]
        QDir.setSearchPaths("theme", [str(resources / "theme")])  # what the style sheet draws
        app.setStyle("Fusion")
        app.setFont(self.font())
        self._apply()

    def use(self, name: str) -> None:
        """Switch to the theme `name`, live."""
        if name == self.theme.name or name not in self._themes:
            return
        self.theme = self._themes[name]
        self._apply()
        self.changed.emit()

    def toggle(self) -> None:
        self.use("light" if self.theme.is_dark else "dark")

    def named(self, name: str) -> Theme:
        """One of the themes, whichever is in use; an unknown name is the one in use."""
        return self._themes.get(name, self.theme)

    @property
    def paper(self) -> Theme:
        """The theme of what is printed."""
        return self._themes["light"]

    def color(self, token: str) -> QColor:
        return self.theme.tokens[token]

    def font(self, px: int = FONT_PX, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The font of words and numbers; digits are all equally wide."""
        font = QFont(self._family(UI_FAMILY, fixed=False))
        font.setPixelSize(px)
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def mono(self, px: int = FONT_PX - 1) -> QFont:
        """The font of addresses, OIDs and what devices said."""
        font = QFont(self._family(MONO_FAMILY, fixed=True))
        font.setPixelSize(px)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setFeature(QFont.Tag("calt"), 0)  # no ligatures: -> is two characters
        return font

    def _family(self, wanted: str, *, fixed: bool) -> str:
        if wanted in self._families or wanted in QFontDatabase.families():
            return wanted
        kind = QFontDatabase.SystemFont.FixedFont if fixed else QFontDatabase.SystemFont.GeneralFont
        return QFontDatabase.systemFont(kind).family()

    def _apply(self) -> None:
        self._app.setPalette(palette_of(self.theme))
        self._app.setStyleSheet(style_sheet({k: v.name() for k, v in self.theme.tokens.items()}))


def palette_of(theme: Theme) -> QPalette:
    """Qt's roles from our tokens."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for target, token in (
        (role.Window, "surface.panel"),
        (role.WindowText, "text.plain"),
        (role.Base, "surface.field"),
        (role.AlternateBase, "surface.hover"),
        (role.Text, "text.plain"),
        (role.Button, "surface.raised"),
        (role.ButtonText, "text.plain"),
        (role.BrightText, "text.bright"),
        (role.ToolTipBase, "surface.overlay"),
        (role.ToolTipText, "text.plain"),
        (role.PlaceholderText, "text.hint"),
        (role.Highlight, "surface.selected"),
        (role.HighlightedText, "text.bright"),
        (role.Link, "accent.plain"),
        (role.LinkVisited, "accent.plain"),
        (role.Accent, "accent.plain"),
        (role.Light, "line.strong"),
        (role.Midlight, "line.hair"),
        (role.Mid, "line.hair"),
        (role.Dark, "surface.window"),
        (role.Shadow, "surface.window"),
    ):
        palette.setColor(target, theme.color(token))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, theme.color("text.disabled"))
    palette.setColor(group.Inactive, role.Highlight, theme.color("surface.selected_idle"))
    return palette


def _load_fonts(folder: Path) -> frozenset[str]:
    """Make the fonts that came with the console known; none is no reason to stop."""
    families: set[str] = set()
    if folder.is_dir():
        for file in sorted(folder.rglob("*.[ot]tf")):
            number = QFontDatabase.addApplicationFont(str(file))
            families.update(QFontDatabase.applicationFontFamilies(number))
    return frozenset(families)


_installed: list[Look] = []  # one per process, as the QApplication it dresses


def install(app: QApplication, resources: Path, name: str = "dark") -> Look:
    """Dress the application; a second call only switches the theme."""
    if _installed:
        _installed[0].use(name)
    else:
        _installed.append(Look(app, resources, name))
    return _installed[0]


def look() -> Look:
    """The theme in use. Broken before `install`."""
    if not _installed:
        raise Broken("the theme is not installed yet")
    return _installed[0]
