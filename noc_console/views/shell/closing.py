"""What closing the window means: into the tray, which is asked once, or really the end."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.tasks import Tasks
from noc_console.views.shell.alerts import Alerts

QUESTION = (
    "In the tray the console goes on calling you for alarms; its icon opens it again."
    " Quit ends everything this window started; local shells and telnet wait for the next one for"
    " a while. You are asked once; the command “What calls you” changes it."
)


class Closing:
    """Decides what the window's close button does. `quit` always quits (U12)."""

    def __init__(self, window: QMainWindow, alerts: Alerts) -> None:
        self._window, self._alerts = window, alerts
        self._tasks = Tasks(window, alerts.desk.report)
        self.is_quitting = False

    def quit(self) -> None:
        """The end, whatever the close button does."""
        self.is_quitting = True
        self._window.close()

    def may_close(self) -> bool:
        """Whether the window may go for good now; it is hidden or asks otherwise."""
        if self.is_quitting or not self._alerts.tray.is_there or _is_logging_out():
            return True
        wished = self._alerts.settings.closes_to_tray
        if wished is None:
            self._tasks.do("closing", self._ask)
        elif wished:
            self._window.hide()
        return wished is False

    async def _ask(self) -> None:
        dialog = Dialog(self._window, "Close to the tray?", QUESTION, "Keep in the tray")
        dialog.cancel_button.setText("Quit")
        answered: list[bool] = []
        dialog.accept_button.clicked.connect(lambda _=False: answered.append(True))
        dialog.cancel_button.clicked.connect(lambda _=False: answered.append(False))
        await open_dialog(dialog)
        if not answered:
            return  # Esc: the window stays, and the question
        settings = replace(self._alerts.settings, closes_to_tray=answered[0])
        self._alerts.set(settings)
        if answered[0]:
            self._window.hide()
        else:
            self.quit()


def _is_logging_out() -> bool:
    """The system ends the session: nobody is to be asked then."""
    app = QGuiApplication.instance()
    return isinstance(app, QGuiApplication) and app.isSavingSession()
