"""The icon in the system's tray: the worst that waits, and how much; absent where there is none."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Severity
from noc_console.views.kit.icons import paint_icon
from noc_console.views.kit.mute import CHOICES_MIN, Mute
from noc_console.views.kit.severity import paint_severity, severity_word
from noc_console.views.kit.theme import look

SIZES = (16, 22, 32, 64)
MOST_SHOWN = 99


def badge_text(count: int) -> str:
    """At most two digits fit."""
    return "" if count < 1 else f"{count}" if count <= MOST_SHOWN else f"{MOST_SHOWN}+"


def tray_pixmap(worst: Severity, count: int, *, is_muted: bool, size: int) -> QPixmap:
    """The sign of the worst severity with the count on it; a grey bell while nothing waits."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRectF(0, 0, size, size)
    if worst > Severity.CLEARED and count > 0:
        paint_severity(painter, whole.adjusted(0, 0, -size * 0.18, -size * 0.18), worst)
        if size >= 22:
            _paint_count(painter, whole, badge_text(count))
    else:
        # Trays are light or dark whatever our theme: a middle grey is seen on both.
        paint_icon(painter, whole, "bell", QColor("#8a949e"))
    if is_muted:
        spot = QRectF(size * 0.5, 0, size * 0.5, size * 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().color("surface.overlay"))
        painter.drawEllipse(spot)
        paint_icon(painter, spot, "muted", look().color("attention.plain"))
    painter.end()
    return picture


def _paint_count(painter: QPainter, whole: QRectF, text: str) -> None:
    height = whole.height() * 0.52
    width = height * (0.55 + 0.42 * len(text))
    spot = QRectF(whole.right() - width, whole.bottom() - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().color("surface.overlay"))
    painter.drawRoundedRect(spot, height / 2, height / 2)
    painter.setPen(look().color("text.bright"))
    painter.setFont(look().font(max(8, round(height * 0.8)), QFont.Weight.Bold))
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)


def tray_icon(worst: Severity, count: int, *, is_muted: bool) -> QIcon:
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(tray_pixmap(worst, count, is_muted=is_muted, size=size))
    return icon


def tray_text(worst: Severity, count: int, muted: str) -> str:
    """The tip of the icon."""
    if count < 1 or worst is Severity.CLEARED:
        told = "nothing waits"
    else:
        told = f"{plural(count, 'alarm')} not acknowledged, worst: {severity_word(worst).lower()}"
    return " · ".join(filter(None, ("NOC Console", told, muted)))


class Tray(QObject):
    """The icon and its menu. Without a tray on this desktop it does nothing and says so."""

    opened = Signal()
    alarms_asked = Signal()
    quit_asked = Signal()

    def __init__(self, window: QWidget, mute: Mute, *, is_there: bool | None = None) -> None:
        """`is_there`: whether this desktop has a tray; None asks it."""
        super().__init__(window)
        self._mute = mute
        self.worst, self.count = Severity.CLEARED, 0
        self.icon: QSystemTrayIcon | None = None
        there = QSystemTrayIcon.isSystemTrayAvailable() if is_there is None else is_there
        if not there:
            return
        self.menu = QMenu(window)
        self._fill()
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        mute.changed.connect(self.refresh)
        look().changed.connect(self.refresh)
        self._shown: tuple[object, ...] = ()
        self.refresh()
        self.icon.show()

    @property
    def is_there(self) -> bool:
        return self.icon is not None

    def show_state(self, worst: Severity, count: int) -> None:
        """The worst that nobody has acknowledged, and how many there are."""
        self.worst, self.count = worst, count
        self.refresh()

    def refresh(self) -> None:
        if self.icon is None:
            return
        muted = self._mute.text
        self._unmute.setVisible(self._mute.until is not None)
        self.icon.setToolTip(tray_text(self.worst, self.count, muted))
        # Drawing costs more than comparing, and this is asked every second.
        shown = (self.worst, badge_text(self.count), bool(muted), look().theme.name)
        if shown != self._shown:
            self._shown = shown
            self.icon.setIcon(tray_icon(self.worst, self.count, is_muted=bool(muted)))

    def leave(self) -> None:
        """Gone from the tray at once: it must not outlive the window."""
        if self.icon is not None:
            self.icon.hide()

    def _fill(self) -> None:
        self._add("Open NOC Console", self.opened.emit)
        self._add("Show the alarms", self.alarms_asked.emit)
        self.menu.addSeparator()
        for minutes in CHOICES_MIN:
            self._add(f"Mute for {minutes} min", lambda m=minutes: self._mute.mute(m))
        self._unmute = self._add("Sounds on again", self._mute.unmute)
        self.menu.addSeparator()
        self._add("Quit NOC Console", self.quit_asked.emit)

    def _add(self, text: str, act: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(lambda _=False: act())  # type: ignore[operator]
        return action

    def _on_activated(self, why: QSystemTrayIcon.ActivationReason) -> None:
        # A right click opens the menu, by Qt itself.
        reasons = QSystemTrayIcon.ActivationReason
        if why in (reasons.Trigger, reasons.DoubleClick):
            self.opened.emit()
