"""The base of every page: load when seen, reload when something it shows changed."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from noc_console.kernel.errors import Broken, Refused, Unreachable
from noc_console.kernel.events import Event
from noc_console.services.secrets.model import Locked, VaultUnlocked
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.strips import BusyLine, Empty, EmptyState, Strip
from noc_console.views.kit.tasks import Tasks


class Page(QWidget):
    """A page says what it `watches` and how to `reload`; the rest is here.

    Put widgets into `self.body`. Start work with `self.tasks`; its errors are shown in
    place: what our rules refused as a line, what the network refused with a retry button,
    bugs as a crash report.
    """

    watches: ClassVar[tuple[type[Event], ...]] = ()
    refresh_s: ClassVar[float] = 0.0
    """Reload this often while seen, for measurements, which do not pass through the journal."""

    calm_ms: ClassVar[int] = 300
    """Events cause at most one reload in this time, however many there are."""

    titled = Signal(str)
    """What the page is about now, for breadcrumbs and the window title."""

    def __init__(self, desk: Desk, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.tasks = Tasks(self, self._on_failed, self._on_busy, self._on_mended)
        self.strip = Strip()
        self._said = ""
        self._waits_for_key = False
        self.busy_line = BusyLine()
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._empty = EmptyState()
        self._lay_out()
        self._stale = True
        self._timer = QTimer(self)
        self._timer.setInterval(max(100, int(self.refresh_s * 1000)))
        self._timer.timeout.connect(self.reload)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(self.calm_ms)
        self._calm.timeout.connect(self._reload_if_seen)
        desk.feed.arrived.connect(self._on_arrived)
        desk.times.changed.connect(self.repaint_times)

    # --- for the pages ---------------------------------------------------------------------

    @abstractmethod
    def reload(self) -> None:
        """Ask for what is shown, with `self.tasks.ask`."""

    def visit(self, route: Route) -> None:
        """The operator came here by a route; take over its object or filter."""

    def repaint_times(self) -> None:
        """The zone changed: show moments anew."""

    def show_empty(self, empty: Empty | None) -> None:
        """Say why there is nothing, or None: show the content."""
        if empty is not None:
            self._empty.show_empty(empty)
        self._stack.setCurrentWidget(self._content if empty is None else self._empty)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentWidget() is self._empty

    def show_error(self, error: BaseException) -> None:
        """One presenter for everything that went wrong here."""
        if isinstance(error, Refused):
            self.strip.say(str(error))
        elif isinstance(error, Unreachable):
            self.strip.say(str(error), verb="Retry", act=self._retry)
        elif isinstance(error, Broken):
            self.strip.say(
                f"{error}. This needs repair.",
                verb="Details",
                act=lambda: self.desk.report(error),
            )
        else:
            self.strip.say("Something went wrong here.", verb="Retry", act=self._retry)
            self.desk.report(error)

    def mark_stale(self) -> None:
        """What is shown is out of date: reload now, or when seen again."""
        self._stale = True
        if self.isVisible():
            self._reload_if_stale()

    # --- how it works ----------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.__dict__:
            return  # taken apart already: the stack it was in shows its next page as it goes
        if self.refresh_s:
            self._stale = True
            self._timer.start()
        self._reload_if_stale()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.__dict__:
            self._timer.stop()

    @Slot(object)
    def _on_arrived(self, events: tuple[Event, ...]) -> None:
        if self._waits_for_key and any(isinstance(event, VaultUnlocked) for event in events):
            self._on_mended()
            self.mark_stale()
        if any(isinstance(event, self.watches) and self.concerns(event) for event in events):
            self._stale = True
            if not self._calm.isActive():
                self._reload_if_seen()

    def concerns(self, event: Event) -> bool:
        """Whether a watched event is about what is shown here."""
        return True

    def _reload_if_seen(self) -> None:
        if self._stale and self.isVisible():
            self._calm.start()
            self._reload_if_stale()

    def _reload_if_stale(self) -> None:
        if self._stale:
            self._stale = False
            self.reload()

    def _retry(self) -> None:
        self.strip.hide()
        self.reload()

    def _on_failed(self, error: BaseException) -> None:
        self.show_error(error)
        self._said = self.strip.text.text()
        self._waits_for_key = isinstance(error, Locked)

    def _on_mended(self) -> None:
        """What failed works again, or can: its words go, those of anything else stay."""
        self._waits_for_key = False
        if self._said and self.strip.text.text() == self._said:
            self._said = ""
            self.strip.hide()

    def _on_busy(self, busy: bool) -> None:
        self.busy_line.set_busy(busy)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._content)
        self._stack.addWidget(self._empty)
        layout.addWidget(self.busy_line)
        layout.addWidget(self.strip)
        layout.addLayout(self._stack, 1)
