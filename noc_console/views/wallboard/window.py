"""The wall board: a window of its own on any monitor, read only, that turns through scenes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.mute import MuteBadge
from noc_console.views.kit.severity import paint_severity, severity_color
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import look
from noc_console.views.shell.banner import AlarmBanner
from noc_console.views.wallboard.scene import WallScene

EVERY_S = (10, 20, 30, 60, 120)
HEAD_PX = 44
ZOOM_AT = 1080.0
"""Height of a screen on which everything is one and a half times as large as on a desk."""


def zoom_for(height: int) -> float:
    """How much larger than at a desk: read from three metres, whatever the screen."""
    return max(1.25, min(3.0, 1.5 * height / ZOOM_AT))


class WallBoard(QWidget):
    """Full screen. Esc leaves, Space holds, arrows turn, + and - set the pace, M moves it."""

    left = Signal()

    def __init__(
        self, desk: Desk, alarms: AlarmService, scenes: Sequence[WallScene], zoom: float
    ) -> None:
        super().__init__()
        self._desk = desk
        self._alarms = alarms
        self.scenes = tuple(scenes)
        self.zoom = zoom
        self.tasks = Tasks(self, desk.report)
        self._at = (0, 0)
        self._pace = 2
        self.setWindowTitle("NOC Console – wall board")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.head = WallHead(desk, zoom)
        self.banner = AlarmBanner(desk.times, desk.blink, self, is_read_only=True)
        self.badge = MuteBadge(desk.mute, self)
        self._stack = QStackedWidget()
        for scene in self.scenes:
            self._stack.addWidget(scene)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.banner, 1)
        line.addWidget(self.badge)
        layout.addLayout(line)
        layout.addWidget(self._stack, 1)
        self._turning = QTimer(self)
        self._turning.timeout.connect(self.turn)
        self._turning.start(EVERY_S[self._pace] * 1000)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self._second.start()
        desk.feed.arrived.connect(self._heard)
        desk.wires.waited.connect(self.banner.show_head)
        self.banner.show_head(desk.wires.head)
        self._count()
        for scene in self.scenes:
            scene.reload()
        self._show()

    @property
    def is_held(self) -> bool:
        return not self._turning.isActive()

    @property
    def shot(self) -> tuple[WallScene, str]:
        """The scene on the wall and what of it."""
        scene = self.scenes[self._at[0]]
        names = scene.shots()
        return scene, names[min(self._at[1], len(names) - 1)] if names else scene.name

    def turn(self, by: int = 1) -> None:
        """The next shot of this scene, else the next scene that has something to show."""
        at, shot = self._at
        count = len(self.scenes[at].shots())
        if 0 <= shot + by < count:
            self._at = (at, shot + by)
        else:
            for _ in self.scenes:
                at = (at + by) % len(self.scenes)
                if names := self.scenes[at].shots():
                    self._at = (at, 0 if by > 0 else len(names) - 1)
                    break
                # Never seen, it would never learn that there is something by now.
                self.scenes[at].reload()
        self._show()

    def hold(self) -> None:
        """Stay at what is shown, or go on."""
        if self._turning.isActive():
            self._turning.stop()
        else:
            self._turning.start(EVERY_S[self._pace] * 1000)
        self._tell()

    def pace(self, by: int) -> None:
        """Turn faster or slower."""
        self._pace = min(max(self._pace + by, 0), len(EVERY_S) - 1)
        if not self.is_held:
            self._turning.start(EVERY_S[self._pace] * 1000)
        self._tell()

    def to_next_screen(self) -> None:
        """Move to the next monitor."""
        screens = QGuiApplication.screens()
        here = self.screen()
        at = screens.index(here) if here in screens else 0
        self.open_on(screens[(at + 1) % len(screens)])

    def open_on(self, screen: QScreen) -> None:
        """Fill a monitor."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self._desk.state.put("wallboard", screen=screen.name())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Q):
            self.close()
        elif key == Qt.Key.Key_Space:
            self.hold()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.turn(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.pace(1 if key == Qt.Key.Key_Minus else -1)
        elif key == Qt.Key.Key_M:
            self.to_next_screen()
        else:
            event.ignore()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.left.emit()

    def _show(self) -> None:
        scene, _ = self.shot
        self._stack.setCurrentWidget(scene)
        scene.show_shot(self._at[1])
        self._tell()

    def _tell(self) -> None:
        _, name = self.shot
        pace = "held" if self.is_held else f"every {EVERY_S[self._pace]} s"
        self.head.tell(name, pace)

    def _tick(self) -> None:
        self.head.update()
        self.banner.refresh_age()

    def _heard(self, events: tuple[object, ...]) -> None:
        self._count()

    def _count(self) -> None:
        if not self.tasks.is_asking("counts"):
            self.tasks.ask("counts", self._alarms.counts(self._desk.actor), self.head.count)


class WallHead(QWidget):
    """What it shows, how many alarms of each severity stand, and the time."""

    def __init__(self, desk: Desk, zoom: float) -> None:
        super().__init__()
        self._desk, self._zoom = desk, zoom
        self._name, self._pace = "", ""
        self._counts = AlarmCounts()
        self.setFixedHeight(round(HEAD_PX * zoom))
        look().changed.connect(self.update)

    def tell(self, name: str, pace: str) -> None:
        self._name, self._pace = name, pace
        self.setAccessibleName(f"{name}, {pace}")
        self.update()

    def count(self, counts: AlarmCounts) -> None:
        self._counts = counts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look().color("surface.panel"))
        painter.setPen(look().color("line.hair"))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
        painter.scale(self._zoom, self._zoom)
        width = self.width() / self._zoom
        room = QRectF(24, 0, width - 48, HEAD_PX)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(look().font(18))
        painter.setPen(look().color("text.bright"))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, self._name)
        left = 24 + painter.fontMetrics().horizontalAdvance(self._name) + 16
        painter.setFont(look().font(12))
        painter.setPen(look().color("text.faint"))
        painter.drawText(QRectF(left, 1, 200, HEAD_PX), middle, self._pace)
        now = self._desk.clock.now().astimezone(self._desk.times.zone())
        painter.setFont(look().font(18))
        painter.setPen(look().color("text.bright"))
        text = f"{now:%a %d %b   %H:%M:%S} {self._desk.times.zone_name()}"
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, text)
        self._paint_counts(painter, width)
        painter.end()

    def _paint_counts(self, painter: QPainter, width: float) -> None:
        counts = self._counts
        told = (
            (Severity.CRITICAL, counts.critical),
            (Severity.MAJOR, counts.major),
            (Severity.MINOR, counts.minor),
            (Severity.WARNING, counts.warning),
        )
        at = width / 2 - 4 * 35
        for severity, count in told:
            painter.setOpacity(1.0 if count else 0.35)
            paint_severity(painter, QRectF(at, HEAD_PX / 2 - 9, 18, 18), severity)
            painter.setPen(severity_color(severity) if count else look().color("text.faint"))
            painter.drawText(
                QRectF(at + 24, 0, 50, HEAD_PX), Qt.AlignmentFlag.AlignVCenter, f"{count:,}"
            )
            at += 72
        painter.setOpacity(1.0)
