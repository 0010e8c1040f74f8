"""Our own stroke icons (24-px grid), tinted with a token when they are drawn."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QStyleOptionToolButton, QToolButton, QWidget

from noc_console.kernel.errors import Broken
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import look

SIZES = (16, 20, 24)


@cache
def _source(name: str) -> str:
    path = look().resources / "icons" / f"{name}.svg"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Broken(f"there is no icon {name}") from error


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))


def paint_icon(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Draw an icon into `rect`."""
    _renderer(name, color.name()).render(painter, rect)


@cache
def _pixmap(name: str, size: int, color: str, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, color).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, size: int = 16, tint: str = "icon.plain", ratio: float = 1.0) -> QPixmap:
    """An icon in the colour of a token."""
    return _pixmap(name, size, look().color(tint).name(), ratio)


def icon(name: str, tint: str = "icon.plain") -> QIcon:
    """An icon for buttons and menus, dimmed when disabled. Ask again when the theme changes."""
    made = QIcon()
    if not name:
        return made
    for size in SIZES:
        for ratio in (1.0, 2.0):
            made.addPixmap(pixmap(name, size, tint, ratio))
            made.addPixmap(pixmap(name, size, "text.disabled", ratio), QIcon.Mode.Disabled)
            made.addPixmap(pixmap(name, size, "icon.bright", ratio), QIcon.Mode.Active)
    return made


class WordButton(QToolButton):
    """An icon and words beside it, with air between them: Qt leaves two pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        # Qt's own size counts two blanks more than the words need: this is one of them.
        option.text = f" {option.text}"


class IconButton(QToolButton):
    """A small button with one icon and a name for the tip and the screen reader."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setIconSize(QSize(16, 16))
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(tip)
        self.setAutoRaise(True)
        self._tint()
        look().changed.connect(self._tint)

    def show_icon(self, name: str) -> None:
        self._name = name
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._name))
