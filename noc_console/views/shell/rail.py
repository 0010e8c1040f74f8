"""The navigation along the left edge: icons with words, or icons alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID, SMALL_PX, look
from noc_console.views.shell.spec import PageSpec

WIDE, NARROW = 168, 52
TALL, LOW = 36, 27
"""A button's height, and the least of it in a low window."""
WALKS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class RailButton(QAbstractButton):
    """One page. `badge` is a small count at its end."""

    def __init__(self, spec: PageSpec, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.badge = ""
        self.is_narrow = False
        self.setCheckable(True)
        self.setText(spec.title)
        self.setAccessibleName(spec.title)
        self.setToolTip(plain_tip(f"{spec.title}   {keys}".rstrip()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setMouseTracking(True)
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(NARROW if self.is_narrow else WIDE, TALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROW, LOW)

    def nextCheckState(self) -> None:
        """Checked means shown: the rail decides, a click only asks."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in WALKS or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the rail's keys
        else:
            super().keyPressEvent(event)

    def set_badge(self, text: str) -> None:
        if text != self.badge:
            self.badge = text
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, on = self.rect(), self.isChecked()
        air = 2 if rect.height() > LOW + 4 else 1
        ground = rect.adjusted(6, air, -6, -air)
        if on or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().color("surface.raised" if on else "surface.hover"))
            painter.drawRoundedRect(ground, 4, 4)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().color("accent.plain"))
            mark = QRectF(ground.left(), ground.center().y() - 8.5, 2.5, 18)
            painter.drawRoundedRect(mark, 1.2, 1.2)
        if self.hasFocus():
            painter.setPen(look().color("line.focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(ground).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        left = (rect.width() - 20) / 2 if self.is_narrow else 2 * GRID
        place = QRectF(left, rect.center().y() - 9, 20, 20)
        paint_icon(
            painter, place, self.spec.icon, look().color("icon.bright" if on else "icon.plain")
        )
        if not self.is_narrow:
            self._paint_words(painter, rect, on)
        painter.end()

    def _paint_words(self, painter: QPainter, rect: QRect, on: bool) -> None:
        room = rect.adjusted(2 * GRID + 20 + 12, 0, -2 * GRID, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look().font(weight=QFont.Weight.Medium if on else QFont.Weight.Normal))
        painter.setPen(look().color("text.bright" if on else "text.plain"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, self.spec.title)
        if self.badge:
            painter.setFont(look().font(SMALL_PX))
            painter.setPen(look().color("text.dim"))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, self.badge)


class Gap(QWidget):
    """A hairline between two groups of pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(9)
        look().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(look().color("line.hair"))
        painter.drawLine(2 * GRID, 4, self.width() - 2 * GRID, 4)
        painter.end()


class Rail(QWidget):
    """The pages as buttons; arrows walk, Enter or Space goes."""

    picked = Signal(str)

    def __init__(self, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: dict[str, RailButton] = {}
        self.is_narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 1, GRID)
        layout.setSpacing(0)
        group = specs[0].group if specs else ""
        for number, spec in enumerate(specs, start=1):
            if spec.group != group:
                group = spec.group
                layout.addWidget(Gap())
            button = RailButton(spec, f"Ctrl+{number}" if number < 10 else "")
            button.clicked.connect(lambda _=False, id=spec.id: self.picked.emit(id))
            self.buttons[spec.id] = button
            layout.addWidget(button)
        layout.addStretch()
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        self.is_narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for button in self.buttons.values():
            button.is_narrow = narrow
            button.updateGeometry()
            button.update()

    def show_page(self, id: str) -> None:
        """Mark the page that is shown; none for a page outside the rail."""
        for each, button in self.buttons.items():
            button.setChecked(each == id)

    def set_badge(self, id: str, text: str) -> None:
        if id in self.buttons:
            self.buttons[id].set_badge(text)

    def focus_current(self) -> None:
        buttons = list(self.buttons.values())
        chosen = next((button for button in buttons if button.isChecked()), *buttons[:1])
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self.buttons.values())
        focused = next((at for at, each in enumerate(buttons) if each.hasFocus()), None)
        if focused is not None and Qt.Key(event.key()) in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            buttons[focused].click()
        elif focused is not None and Qt.Key(event.key()) in WALKS:
            at = (focused + WALKS[Qt.Key(event.key())]) % len(buttons)
            buttons[at].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
