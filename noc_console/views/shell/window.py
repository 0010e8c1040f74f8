"""The main window: navigation, pages, banner, status line, palette and omnibox around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged, Severity
from noc_console.services.alarms.waiting import WaitingHead
from noc_console.services.telemetry.model import CollectorHealth
from noc_console.views.kit.actions import Command, tip_follows
from noc_console.views.kit.desk import Desk, Route, Tone
from noc_console.views.kit.dialogs import open_dialog
from noc_console.views.kit.errors import CrashReporter
from noc_console.views.kit.mute import CHOICES_MIN, MuteBadge
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Strip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import age
from noc_console.views.shell.alerts import Alerts
from noc_console.views.shell.banner import AlarmBanner
from noc_console.views.shell.closing import Closing
from noc_console.views.shell.header import Header
from noc_console.views.shell.history import History
from noc_console.views.shell.news import Card
from noc_console.views.shell.omnibox import Omnibox
from noc_console.views.shell.operations import Offered, OperationDialog, ResultDialog
from noc_console.views.shell.palette import Palette
from noc_console.views.shell.picker import Picker
from noc_console.views.shell.placement import SMALLEST, kept_rect, placed, rect_values
from noc_console.views.shell.rail import Rail
from noc_console.views.shell.record import record
from noc_console.views.shell.recordings import (
    RecordingBar,
    dropped_files,
    open_all,
    open_chosen,
    title_of,
)
from noc_console.views.shell.shortcuts import ShortcutSheet
from noc_console.views.shell.spec import PageSpec, Sources
from noc_console.views.shell.status import HEIGHT as STATUS_HEIGHT
from noc_console.views.shell.status import StatusLine
from noc_console.views.shell.toast import Toasts

HEALTH_MS = 5000
COUNTS_MS = 500
SECTION = "window"


class MainWindow(QMainWindow):
    """Opens on the page it was closed on. `closed` when it is gone."""

    closed = Signal()

    def __init__(self, desk: Desk, pages: Sequence[PageSpec], sources: Sources) -> None:
        super().__init__()
        self.desk, self._sources = desk, sources
        self._specs = {s.id: s for s in pages if not s.right or desk.actor.may(s.right)}
        self._pages: dict[str, Page] = {}
        self._subjects: dict[str, str] = {}
        self.history = History()
        self.route = Route("")
        self.tasks = Tasks(self, self.show_error)
        self.reporter = CrashReporter(lambda: self)
        self._build()
        self._wire()
        self._add_actions()
        self._restore()

    # --- building --------------------------------------------------------------------------

    def _build(self) -> None:
        desk, sources = self.desk, self._sources
        kept = desk.state.get(SECTION)
        if isinstance(kept.get("theme"), str):
            look().use(kept["theme"])
        self.setMinimumSize(SMALLEST)
        self.rail = Rail([spec for spec in self._specs.values() if spec.in_rail])
        self.header = Header()
        self.banner = AlarmBanner(desk.times, desk.blink)
        self.recording_bar = RecordingBar(sources.recording)
        self.stale_strip = Strip()
        self.stale_strip.dismiss.hide()
        self.stack = QStackedWidget()
        self.status = StatusLine(
            desk.times,
            who=desk.actor.name,
            tenant=desk.actor.tenant,
            store=sources.store,
            interval_s=sources.interval_s,
        )
        self.toasts = Toasts(self, bottom=STATUS_HEIGHT)
        self.alerts = Alerts(
            desk,
            self,
            sources.waiting,
            sources.acknowledge,
            sounds=sources.sounds,
            has_tray=False if sources.recording else sources.has_tray,
        )
        self.closing = Closing(self, self.alerts)
        self.status.add_badge(MuteBadge(desk.mute))
        self.setCentralWidget(self._lay_out())
        self._palette_picker = Picker(self, "Type a command", "keyboard")
        self._omnibox_picker = Picker(self, "Name, address, MAC, interface")
        self.palette_ = Palette(
            self._palette_picker, desk.actions, desk.actor, sources.operations, self.run_operation
        )
        self.omnibox = Omnibox(self._omnibox_picker, desk, sources.find, self.show_error)

    def _lay_out(self) -> QWidget:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for part in (self.recording_bar, self.banner, self.stale_strip):
            right.addWidget(part)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        central = QWidget()
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status)
        return central

    def _wire(self) -> None:
        wires = self.desk.wires
        wires.went.connect(self.go)
        wires.noticed.connect(self.toasts.say)
        wires.failed.connect(self.reporter.report)
        self.rail.picked.connect(lambda id: self.go(Route(id)))
        self.rail.folded.connect(
            lambda: self.desk.state.put(SECTION, folded=" ".join(self.rail.folds()))
        )
        self.header.page_button.clicked.connect(lambda: self.go(Route(self.route.page)))
        self.header.search.clicked.connect(self.omnibox.open)
        self.banner.asked.connect(lambda id: self.go(Route("alarms", id=id)))
        self.banner.acknowledged.connect(self._acknowledge)
        self.status.alarms_asked.connect(self._show_alarms)
        self.status.collector_asked.connect(lambda: self.go(Route("collectors")))
        self.status.zone_asked.connect(self.desk.times.toggle_utc)
        self.desk.times.changed.connect(self._on_zone)
        self.desk.feed.arrived.connect(self._on_arrived)
        self.alerts.changed.connect(self._show_waiting)
        self.alerts.asked.connect(self._show_card)
        self.alerts.tray.opened.connect(self.come_forward)
        self.alerts.tray.alarms_asked.connect(self._come_to_alarms)
        self.alerts.tray.quit_asked.connect(self.closing.quit)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self._health = QTimer(self)
        self._health.setInterval(HEALTH_MS)
        self._health.timeout.connect(self.ask_health)
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNTS_MS)
        self._counting.timeout.connect(self._count_again)
        self._counts_stale = False

    def _add_actions(self) -> None:
        def add(id: str, text: str, icon: str, keys: str, act: Callable[[], object]) -> None:
            group = "Go to" if id.startswith("go.") else "Window"
            command = Command(f"window.{id}", text, icon, act, shortcut=keys, group=group)
            self.desk.actions.add(command, self)

        for id in self._specs:
            self.desk.actions.expect(id, self._sources.commands.get(id, ()))
        rail = [spec for spec in self._specs.values() if spec.in_rail]
        for number, spec in enumerate(rail, start=1):
            keys = f"Ctrl+{number}" if number < 10 else ""
            add(f"go.{spec.id}", spec.title, spec.icon, keys, self._goer(spec.id))
            action = self.desk.actions.action(f"window.go.{spec.id}")
            tip_follows(self.rail.buttons[spec.id], action)
        add("back", "Back", "back", "Alt+Left", self.back)
        add("forward", "Forward", "forward", "Alt+Right", self.forward)
        add("find", "Find a device, interface or address", "search", "Ctrl+P", self.omnibox.open)
        add("palette", "Commands", "keyboard", "Ctrl+K", self.palette_.open)
        add("next", "Next page", "right", "Ctrl+Tab", lambda: self._step(1))
        add("previous", "Previous page", "left", "Ctrl+Shift+Tab", lambda: self._step(-1))
        add("pane", "Next pane", "columns", "F6", lambda: self._cycle(1))
        add("pane_back", "Previous pane", "columns", "Shift+F6", lambda: self._cycle(-1))
        add("reload", "Reload the page", "refresh", "F5", self._reload)
        add("rail", "Narrow or widen the navigation", "menu", "Ctrl+B", self._toggle_rail)
        add("theme", "Dark or light", "theme", "Ctrl+Shift+L", self._toggle_theme)
        add("utc", "UTC or local time", "clock", "Ctrl+Shift+U", self.desk.times.toggle_utc)
        add("blink", "Blinking of new alarms on or off", "alarm", "", self._toggle_blink)
        add("fullscreen", "Full screen", "fullscreen", "F11", self._toggle_fullscreen)
        add("keys", "Keys", "help", "F1 ?", self.show_keys)
        for minutes in CHOICES_MIN:
            add(
                f"mute_{minutes}",
                f"Mute alarms for {minutes} min",
                "muted",
                "",
                self._muter(minutes),
            )
        add("unmute", "Alarm sounds on again", "sound", "", self.desk.mute.unmute)
        add("alerts", "What calls you: messages, sounds, tray…", "sound", "", self._ask_alerts)
        add("quit", "Quit", "close", "Ctrl+Q", self.closing.quit)
        found = self.desk.actions.action
        self.setAcceptDrops(self._sources.open_recording is not None)
        if self._sources.open_recording is not None:
            command = Command(
                "file.open_recording",
                "Open recording…",
                "folder",
                self.ask_recording,
                shortcut="Ctrl+O",
                group="File",
            )
            self.header.wire(open=self.desk.actions.add(command, self))
            self.header.open_button.show()
        if self._sources.recordings is not None:
            command = Command(
                "device.record",
                "Record this device…",
                "save",
                self.record_device,
                shortcut="Ctrl+Shift+R",
                right="recordings.make",
                group="Device",
            )
            self.desk.actions.add(command, self)
        self.header.wire(
            back=found("window.back"),
            forward=found("window.forward"),
            menu=found("window.rail"),
            palette=found("window.palette"),
            theme=found("window.theme"),
            help=found("window.keys"),
        )
        self.header.search.name_keys(found("window.find"))
        self._show_history()

    # --- going places ----------------------------------------------------------------------

    @Slot(object)
    def go(self, route: Route) -> None:
        """Show a place and remember the way."""
        if route.page in self._specs:
            self.history.went(route)
            self._show(route)

    def back(self) -> None:
        if route := self.history.back():
            self._show(route)

    def forward(self) -> None:
        if route := self.history.forward():
            self._show(route)

    def page(self, id: str) -> Page:
        """The page with this id, made when first asked for."""
        if id not in self._pages:
            page = self._specs[id].make(self.desk)
            page.titled.connect(lambda text, id=id: self._on_titled(id, text))
            self._pages[id] = page
            self.stack.addWidget(page)
            self.desk.actions.settle()
        return self._pages[id]

    def _show(self, route: Route) -> None:
        self.route = route
        page = self.page(route.page)
        page.visit(route)
        self.stack.setCurrentWidget(page)
        self.rail.show_page(route.page)
        self._show_place()
        self._show_history()
        page.setFocus()

    def _goer(self, id: str) -> Callable[[], None]:
        return lambda: self.go(Route(id))

    def _on_titled(self, id: str, text: str) -> None:
        self._subjects[id] = text
        self._show_place()

    def _show_place(self) -> None:
        title = self._specs[self.route.page].title
        subject = self._subjects.get(self.route.page, "")
        self.header.show_place(title, subject)
        place = f"{subject} – {title}" if subject else title
        whose = self.desk.actor.tenant
        if self._sources.recording:
            whose = title_of(self._sources.recording)
        self.setWindowTitle(f"{place} – {whose} – NOC Console")

    def _show_history(self) -> None:
        self.desk.actions.action("window.back").setEnabled(self.history.can_back)
        self.desk.actions.action("window.forward").setEnabled(self.history.can_forward)

    def _step(self, by: int) -> None:
        ids = list(self.rail.buttons)
        at = ids.index(self.route.page) if self.route.page in ids else -1 if by > 0 else 0
        self.go(Route(ids[(at + by) % len(ids)]))

    def _reload(self) -> None:
        if page := self._pages.get(self.route.page):
            page.mark_stale()

    def _cycle(self, by: int) -> None:
        """F6: navigation, search, page, status line, round and round."""
        panes: list[tuple[QWidget, Callable[[], object]]] = [
            (self.rail, self.rail.focus_current),
            (self.header, self.header.search.setFocus),
            (self.stack, self.page(self.route.page).setFocus),
            (self.status, self.status.counts[Severity.CRITICAL].setFocus),
        ]
        focused = QApplication.focusWidget()
        here = next(
            (
                at
                for at, (pane, _) in enumerate(panes)
                if focused is pane or (focused is not None and pane.isAncestorOf(focused))
            ),
            2,
        )
        panes[(here + by) % len(panes)][1]()

    # --- facts around the pages ---------------------------------------------------------------

    @Slot(object)
    def _on_arrived(self, events: tuple[Event, ...]) -> None:
        self.alerts.hear(events)
        if any(isinstance(event, AlarmChanged | AlarmsChanged) for event in events):
            self.ask_counts()

    def ask_counts(self) -> None:
        """As often as the alerts ask: a storm costs two questions a second."""
        if self._counting.isActive():
            self._counts_stale = True
            return
        self._counting.start()
        started = self.tasks.do("counts", self._sources.counts, self.status.show_counts)
        self._counts_stale = not started

    def _count_again(self) -> None:
        if self._counts_stale:
            self.ask_counts()

    def ask_health(self) -> None:
        self.tasks.ask("health", self._sources.collectors(), self._show_health)

    @Slot(object)
    def _show_waiting(self, head: WaitingHead) -> None:
        self.banner.show_head(head)
        self.desk.wires.tell_waiting(head)
        self.rail.set_badge("alarms", f"{head.count:,}" if head.count else "")

    @Slot(object)
    def _show_card(self, card: Card) -> None:
        self.come_forward()
        self.go(Route("alarms", id=int(card.worst.id)))

    def _come_to_alarms(self) -> None:
        self.come_forward()
        self.go(Route("alarms"))

    def come_forward(self) -> None:
        """Out of the tray or from behind other windows."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _muter(self, minutes: int) -> Callable[[], None]:
        return lambda: self.desk.mute.mute(minutes)

    def _ask_alerts(self) -> None:
        self.alerts.open_settings()

    def _show_health(self, collectors: tuple[CollectorHealth, ...]) -> None:
        self.status.show_collectors(collectors)
        self._tell_stale()

    def _tick(self) -> None:
        self.status.tick()
        self.banner.refresh_age()
        self._tell_stale()

    def _tell_stale(self) -> None:
        if self._sources.recording or not self.status.is_stale or self.status.is_starting:
            self.stale_strip.hide()
            return
        seconds = self.status.age_s()
        self.stale_strip.say(
            "No collector has reported yet: nothing is measured."
            if seconds is None
            else f"What you see is stale: the collector was last heard {age(seconds)} ago."
            " Nothing is polled meanwhile."
        )

    def _on_zone(self) -> None:
        self.status.tick()
        self.desk.state.put(SECTION, utc=self.desk.times.use_utc)

    def _acknowledge(self, alarm_id: int) -> None:
        self.tasks.do("acknowledge", lambda: self._sources.acknowledge((alarm_id,)))

    def _show_alarms(self, severity: Severity) -> None:
        self.go(Route("alarms", text=f"severity:{severity.name.lower()}"))

    def show_error(self, error: BaseException) -> None:
        """What went wrong in the shell itself: said briefly; a bug gets its report."""
        if isinstance(error, NocError):
            self.toasts.say(str(error), Tone.ATTENTION)
        else:
            self.desk.report(error)

    # --- what the operator may do to the window ---------------------------------------------------

    def run_operation(self, offered: Offered) -> None:
        self.tasks.do(f"operation.{offered.operation.name}", lambda: self._operate(offered))

    async def _operate(self, offered: Offered) -> None:
        arguments = {}
        if offered.fields:
            dialog = OperationDialog(offered, self)
            if not await open_dialog(dialog):
                return
            arguments = dialog.arguments
        answer = await offered.method(self.desk.actor, **arguments)
        if answer is None:
            self.toasts.say(f"{offered.operation.name}: done")
        else:
            ResultDialog(offered.operation.name, answer, self).open()

    def ask_recording(self) -> None:
        """Choose recordings and open each in a window of its own."""
        if opener := self._sources.open_recording:
            self.tasks.do("open recording", lambda: open_chosen(self, opener))

    def record_device(self) -> None:
        """Write all that the device on screen answers to a file."""
        recordings, route = self._sources.recordings, self.route
        if recordings is None or route.page != "device" or route.id is None:
            self.toasts.say("Open the device that is to be recorded first", Tone.ATTENTION)
            return
        name, device_id = self._subjects.get("device", ""), route.id
        self.tasks.do(
            f"record.{device_id}", lambda: record(self, recordings, device_id=device_id, name=name)
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Recordings dropped anywhere on the window are opened."""
        files = dropped_files(event.mimeData())
        if files and (opener := self._sources.open_recording):
            event.acceptProposedAction()
            self.tasks.do("open dropped", lambda: open_all(files, opener))

    def show_keys(self) -> None:
        ShortcutSheet(self.desk.actions, self, here=self.route.page).show()

    def _toggle_rail(self) -> None:
        self.rail.set_narrow(not self.rail.is_narrow)
        self.desk.state.put(SECTION, narrow=self.rail.is_narrow)

    def _toggle_theme(self) -> None:
        look().toggle()
        self.desk.state.put(SECTION, theme=look().theme.name)

    def _toggle_blink(self) -> None:
        self.desk.blink.set_enabled(not self.desk.blink.is_enabled)
        self.desk.state.put(SECTION, blink=self.desk.blink.is_enabled)
        self.toasts.say("New alarms blink" if self.desk.blink.is_enabled else "Nothing blinks")

    def _toggle_fullscreen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # --- coming and leaving ------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """First time: open the page it was left on and begin to ask for facts."""
        super().showEvent(event)
        if self._second.isActive():
            return
        if not self.route.page:
            kept = self.desk.state.get(SECTION).get("page")
            first = kept if kept in self.rail.buttons else next(iter(self.rail.buttons))
            self.go(Route(str(first)))
        self.alerts.start()
        self.ask_counts()
        self.ask_health()
        self._second.start()
        self._health.start()
        if self.desk.state.problem:
            self.toasts.say(self.desk.state.problem, Tone.ATTENTION)

    def _restore(self) -> None:
        kept = self.desk.state.get(SECTION)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        self.setGeometry(placed(kept_rect(kept.get("rect")), screens))
        if kept.get("maximized") is True:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.rail.set_narrow(kept.get("narrow") is True)
        self.rail.fold(str(kept.get("folded") or "").split())
        self.desk.blink.set_enabled(kept.get("blink") is not False)
        if kept.get("utc") is True and not self.desk.times.use_utc:
            self.desk.times.toggle_utc()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_close():
            event.ignore()
            return
        self.desk.state.put(
            SECTION,
            rect=rect_values(self.normalGeometry()),
            maximized=self.isMaximized(),
            page=self.route.page,
        )
        self.desk.state.flush()
        for timer in (self._second, self._health, self._counting):
            timer.stop()
        self.alerts.stop()
        super().closeEvent(event)
        self.closed.emit()
