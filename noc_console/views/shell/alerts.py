"""Everything that calls the operator: messages, sounds, the tray, the screen reader."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.kernel.clock import steady_s
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event
from noc_console.services.alarms.model import AlarmChanged, AlarmsChanged, Severity, changes_in
from noc_console.services.alarms.waiting import WaitingHead
from noc_console.services.oncall.model import AlarmPaged
from noc_console.views.kit.desk import Desk, Tone
from noc_console.views.kit.dialogs import open_dialog
from noc_console.views.kit.tasks import Tasks
from noc_console.views.shell import alert_settings
from noc_console.views.shell.alarm_toasts import AlarmToasts, announce, spoken
from noc_console.views.shell.alert_settings import AlertDialog, AlertSettings
from noc_console.views.shell.news import Card, Cards, News
from noc_console.views.shell.ringer import Ringer
from noc_console.views.shell.spec import Sounds
from noc_console.views.shell.tray import Tray

CALM_MS = 500
"""The desk is asked this often at most, however much happens."""
TICK_MS = 500
OFF = "Sounds off"


Asks = Callable[[tuple[int, ...]], Coroutine[Any, Any, WaitingHead]]
Takes = Callable[[tuple[int, ...]], Coroutine[Any, Any, object]]


class Alerts(QObject):
    """Hears what happens at the desk and calls the operator, as far as that is wished."""

    changed = Signal(object)  # WaitingHead: for banner, badge and tray
    asked = Signal(object)  # the Card whose alarms are to be shown

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        ask: Asks,
        take: Takes,
        *,
        sounds: Sounds | None = None,
        has_tray: bool | None = None,
        now_s: Callable[[], float] = steady_s,
    ) -> None:
        super().__init__(window)
        self.desk, self._window = desk, window
        self._ask, self._take, self._sounds, self._now_s = ask, take, sounds, now_s
        self.settings = alert_settings.read(desk.state)
        self.news, self.cards, self.ringer = News(), Cards(), Ringer()
        self._paged: dict[int, AlarmPaged] = {}
        self.head = WaitingHead()
        self.is_private = False
        """The window is locked: alarms sound and are counted, and nothing of them is shown."""
        self.said: str = ""
        """What a screen reader was told last."""
        self.tasks = Tasks(self, self._show_error)
        self.toasts = AlarmToasts(window)
        self.tray = Tray(window, desk.mute, is_there=has_tray)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._ask_again)
        self._is_stale = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.toasts.acknowledged.connect(self.acknowledge)
        self.toasts.asked.connect(self._show)
        self.toasts.closed.connect(self._close)
        desk.mute.ended.connect(self._on_unmuted)
        self._tell_silence("")

    def start(self) -> None:
        """Begin: what is there already is shown, but calls nobody."""
        self._timer.start()
        self.ask()

    def stop(self) -> None:
        self._timer.stop()
        self._calm.stop()
        self.toasts.hide()
        self.toasts.deleteLater()
        self.tray.leave()

    def hear(self, events: Sequence[Event]) -> None:
        """What happened, in bundles."""
        of_alarms = [each for each in events if isinstance(each, AlarmChanged | AlarmsChanged)]
        if of_alarms:
            self.news.hear(changes_in(of_alarms), now_s=self._now_s())
            self.ask()
        for event in events:
            if isinstance(event, AlarmPaged) and event.desk:
                self._paged[event.alarm_id] = event
                self.ask()

    def ask(self) -> None:
        """Ask the desk what waits: at once, and at most twice a second."""
        if self._calm.isActive():
            self._is_stale = True
            return
        self._calm.start()
        due = self.news.due(now_s=self._now_s())
        paged = tuple(self._paged)
        wanted = tuple({*due, *self.cards.ids, *paged})
        # Not `ask`: under a storm the newest question would win for ever and none be answered.
        started = self.tasks.do(
            "head", lambda: self._ask(wanted), lambda head: self._show_head(head, due, paged)
        )
        self._is_stale = not started

    def tick(self) -> None:
        """Half a second went by."""
        now_s = self._now_s()
        if self.news.due(now_s=now_s):
            self.ask()
        self.cards.tick(now_s=now_s)
        self.toasts.show_cards(() if self.is_private else self.cards.shown)
        self._ring()

    def acknowledge(self, ids: tuple[int, ...]) -> None:
        """Take the alarms of a card on."""
        self.tasks.do("acknowledge", lambda: self._take(ids), lambda _: self.ask())

    # --- the settings ------------------------------------------------------------------------

    def set(self, settings: AlertSettings) -> None:
        self.settings = settings
        alert_settings.keep(self.desk.state, settings)
        self._tell_silence("")

    def open_settings(self) -> None:
        self.tasks.do("settings", self._change)

    async def _change(self) -> None:
        sounds = self._sounds
        dialog = AlertDialog(
            self._window,
            self.settings,
            sound=sounds.what if sounds else "This window plays no sounds.",
            has_tray=self.tray.is_there,
        )

        def play() -> None:
            if (severity := dialog.chosen_sound) is not None:
                self._play(severity)

        dialog.try_button.clicked.connect(lambda _=False: play())
        dialog.try_button.setEnabled(sounds is not None and sounds.is_able)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                self.set(dialog.settings())
        finally:
            dialog.deleteLater()

    # --- how it works ------------------------------------------------------------------------

    def _ask_again(self) -> None:
        if self._is_stale:
            self.ask()

    def _show_head(self, head: WaitingHead, due: tuple[int, ...], paged: tuple[int, ...]) -> None:
        self.head = head
        self.news.told(due)
        waiting = {int(alarm.id): alarm for alarm in head.among}
        self.cards.keep_only(waiting)
        asked = set(due)
        fresh = [alarm for number, alarm in waiting.items() if number in asked]
        now_s = self._now_s()
        self.cards.add([a for a in fresh if self.settings.toasts(a.severity)], now_s=now_s)
        self.ringer.hear(alarm.severity for alarm in fresh)
        for number in paged:
            event = self._paged.pop(number)
            if (alarm := waiting.get(number)) is not None:
                self.cards.page(alarm, event.text, others=event.others, now_s=now_s)
                self.ringer.hear((alarm.severity,))
        worst = head.worst.severity if head.worst else Severity.CLEARED
        self.tray.show_state(worst, head.count)
        self.toasts.show_cards(() if self.is_private else self.cards.shown)
        if any(alarm.severity >= Severity.CRITICAL for alarm in fresh):
            self._speak()
        self._ring()
        self.changed.emit(head)

    def _speak(self) -> None:
        told = [card for card in self.cards.shown if card.worst.severity >= Severity.CRITICAL]
        if told and not self.is_private:
            self.said = spoken(told[0])
            announce(self._window, self.said)

    def _ring(self) -> None:
        sounding = self.ringer.ring(
            self.settings,
            now_s=self._now_s(),
            is_muted=self.desk.mute.is_on,
            waits=self.head.worst.severity if self.head.worst else None,
        )
        if sounding is not None:
            self._play(sounding)

    def _play(self, severity: Severity) -> None:
        sounds = self._sounds
        if sounds is None:
            return
        if not sounds.is_able:
            QApplication.beep()  # better than nothing, and many desktops play it
            return
        self.tasks.do(
            "sound", lambda: sounds.play(severity), lambda _: self._tell_silence(""), self._no_sound
        )

    def _no_sound(self, error: BaseException) -> None:
        if not isinstance(error, NocError):
            self._show_error(error)
            return
        if not self.desk.mute.problem:
            self.desk.notice(f"Alarms make no sound: {error}", Tone.ATTENTION)
        self._tell_silence("No sound")

    def _tell_silence(self, problem: str) -> None:
        """Whoever hears nothing is to know it (U11)."""
        sounds = self._sounds
        if sounds is None:
            problem = ""
        elif self.settings.sound_least is None:
            problem = OFF
        elif not sounds.is_able:
            problem = "No sound here"
        self.desk.mute.say(problem)

    def _on_unmuted(self) -> None:
        self.desk.notice("The time is up: alarms sound again")

    def _show(self, card: Card) -> None:
        self.cards.close(card)
        self.toasts.show_cards(() if self.is_private else self.cards.shown)
        self.asked.emit(card)

    def _close(self, card: Card) -> None:
        self.cards.close(card)
        self.toasts.show_cards(() if self.is_private else self.cards.shown)

    def _show_error(self, error: BaseException) -> None:
        if isinstance(error, NocError):
            self.desk.notice(str(error), Tone.ATTENTION)
        else:
            self.desk.report(error)
