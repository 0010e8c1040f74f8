"""The navigation along the left edge: icons with words, or icons alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID, SMALL_PX, look
from noc_console.views.shell.spec import PageSpec

WIDE, NARROW = 168, 52
TALL, LOW = 34, 26
"""A button's height, and the least of it in a low window."""
HEADING, MORE = 24, 20
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


class Heading(QAbstractButton):
    """The name of a group; a click folds its pages away. `badge` is that of a page in it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_narrow = False
        self.is_folded = False
        self.holds_page = False
        """The page that is shown is one of the group's."""
        self.badge = ""
        self.setText(title)
        self.setFixedHeight(HEADING)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.set_folded(False)
        look().changed.connect(self.update)

    def set_folded(self, folded: bool) -> None:
        self.is_folded = folded
        self.setAccessibleName(f"{self.text()}, {'folded' if folded else 'open'}")
        self.setToolTip(plain_tip(f"{'Show' if folded else 'Hide'} the pages of {self.text()}"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in WALKS or event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # the rail's keys
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.rect().adjusted(2 * GRID, 6, -2 * GRID, 0)
        stands_out = self.underMouse() or self.hasFocus() or (self.is_folded and self.holds_page)
        ink = look().color("text.bright" if stands_out else "text.dim")
        if self.hasFocus():
            painter.setPen(look().color("line.focus"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6.5, 4.5, -6.5, -0.5), 4, 4)
        if self.is_narrow and not (self.is_folded or stands_out):
            painter.setPen(look().color("line.hair"))
            painter.drawLine(
                2 * GRID, room.center().y(), self.width() - 2 * GRID, room.center().y()
            )
            return
        chevron = QRectF(room.right() - 11, room.center().y() - 5.5, 12, 12)
        if self.is_narrow:
            chevron.moveCenter(QRectF(self.rect()).center())
        elif self.is_folded or self.underMouse() or self.hasFocus():
            room.setRight(room.right() - 16)
        if self.is_folded or self.underMouse() or self.hasFocus():
            paint_icon(painter, chevron, "right" if self.is_folded else "down", ink)
        if not self.is_narrow:
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setFont(look().font(SMALL_PX))
            painter.setPen(ink)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, self.text())
            if self.is_folded and self.badge:
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, self.badge)


class _Scroll(QScrollArea):
    """The pages, without a scroll bar: what lies above or below is told by an arrow."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.more = {by: _More(by, self) for by in (-1, 1)}
        for by, arrow in self.more.items():
            arrow.clicked.connect(partial(self._scroll, by))
        self.verticalScrollBar().rangeChanged.connect(self._place)
        self.verticalScrollBar().valueChanged.connect(self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # arrows walk

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _scroll(self, by: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + by * max(TALL, self.height() // 2))

    def _place(self) -> None:
        bar = self.verticalScrollBar()
        self.more[-1].setVisible(bar.value() > 0)
        self.more[1].setVisible(bar.value() < bar.maximum())
        self.more[-1].setGeometry(0, 0, self.width() - 1, MORE)
        self.more[1].setGeometry(0, self.height() - MORE, self.width() - 1, MORE)


class _More(QAbstractButton):
    """More pages lie above (-1) or below (1)."""

    def __init__(self, by: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = "up" if by < 0 else "down"
        self.setAccessibleName("Earlier pages" if by < 0 else "More pages")
        self.setToolTip(plain_tip(self.accessibleName()))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        look().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look().color("surface.window"))
        place = QRectF(0, 0, 14, 14)
        place.moveCenter(QRectF(self.rect()).center())
        paint_icon(painter, place, self._icon, look().color("text.dim"))


class Rail(QWidget):
    """The pages as buttons in groups; arrows walk, Enter or Space goes."""

    picked = Signal(str)
    folded = Signal()
    """A group was opened or folded."""

    def __init__(self, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: dict[str, RailButton] = {}
        self.headings: dict[str, Heading] = {}
        self.is_narrow = False
        self._walk: list[QAbstractButton] = []
        inner = QWidget()
        self._pages = QVBoxLayout(inner)
        self._pages.setContentsMargins(0, GRID, 1, GRID)
        self._pages.setSpacing(0)
        for number, spec in enumerate(specs, start=1):
            if spec.group and spec.group not in self.headings:
                self._add_heading(spec.group)
            self._add_page(spec, f"Ctrl+{number}" if number < 10 else "")
        self._pages.addStretch()
        self._scroll = _Scroll(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        self.is_narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        parts: list[RailButton | Heading] = [*self.buttons.values(), *self.headings.values()]
        for each in parts:
            each.is_narrow = narrow
            each.updateGeometry()
            each.update()

    def show_page(self, id: str) -> None:
        """Mark the page that is shown; none for a page outside the rail."""
        for each, button in self.buttons.items():
            button.setChecked(each == id)
        chosen = self.buttons.get(id)
        for group, heading in self.headings.items():
            heading.holds_page = chosen is not None and chosen.spec.group == group
            heading.update()
        if chosen is not None and chosen.isVisible():
            self._scroll.ensureWidgetVisible(chosen, 0, MORE + GRID)

    def set_badge(self, id: str, text: str) -> None:
        if id in self.buttons:
            self.buttons[id].set_badge(text)
            if heading := self.headings.get(self.buttons[id].spec.group):
                heading.badge = text
                heading.update()

    def folds(self) -> list[str]:
        """The groups that are folded."""
        return [group for group, heading in self.headings.items() if heading.is_folded]

    def fold(self, groups: Collection[str]) -> None:
        """Fold exactly these groups."""
        for group, heading in self.headings.items():
            heading.set_folded(group in groups)
        for button in self.buttons.values():
            button.setVisible(button.spec.group not in groups)

    def focus_current(self) -> None:
        shown = [each for each in self.buttons.values() if not each.isHidden()]
        chosen = next((button for button in shown if button.isChecked()), *self._walk[:1])
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        walk = [each for each in self._walk if not each.isHidden()]
        focused = next((at for at, each in enumerate(walk) if each.hasFocus()), None)
        if focused is not None and Qt.Key(event.key()) in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            walk[focused].click()
        elif focused is not None and Qt.Key(event.key()) in WALKS:
            target = walk[(focused + WALKS[Qt.Key(event.key())]) % len(walk)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(target, 0, MORE + GRID)
        else:
            super().keyPressEvent(event)

    def _add_heading(self, group: str) -> None:
        heading = Heading(group)
        heading.clicked.connect(lambda _=False: self._turn(group))
        self.headings[group] = heading
        self._walk.append(heading)
        self._pages.addWidget(heading)

    def _add_page(self, spec: PageSpec, keys: str) -> None:
        button = RailButton(spec, keys)
        button.clicked.connect(lambda _=False: self.picked.emit(spec.id))
        self.buttons[spec.id] = button
        self._walk.append(button)
        self._pages.addWidget(button)

    def _turn(self, group: str) -> None:
        self.fold({*self.folds()} ^ {group})
        self.folded.emit()
