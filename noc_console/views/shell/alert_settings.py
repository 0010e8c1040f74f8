"""What calls the operator: from which severity a message, a sound; what closing the window does."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QPushButton, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.severity import severity_icon, severity_word
from noc_console.views.kit.state import State
from noc_console.views.kit.theme import GRID

SECTION = "alerts"
OFFERED = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """One person's, at one machine."""

    toast_least: Severity | None = Severity.MAJOR
    """From this severity on a new alarm is shown as a message; None: never."""
    sound_least: Severity | None = Severity.MAJOR
    """From this severity on a new alarm sounds; None: sounds are off."""
    rings_on: bool = False
    """A critical alarm sounds again and again until somebody acknowledges it."""
    closes_to_tray: bool | None = None
    """Closing the window leaves it in the tray; None: not asked yet."""

    def toasts(self, severity: Severity) -> bool:
        return self.toast_least is not None and severity >= self.toast_least

    def sounds(self, severity: Severity) -> bool:
        return self.sound_least is not None and severity >= self.sound_least


def read(state: State) -> AlertSettings:
    """As they were kept; what cannot be read is as at first."""
    kept, usual = state.get(SECTION), AlertSettings()
    closes = kept.get("closes_to_tray")
    return AlertSettings(
        toast_least=_severity(kept.get("toast_least"), usual.toast_least),
        sound_least=_severity(kept.get("sound_least"), usual.sound_least),
        rings_on=kept.get("rings_on") is True,
        closes_to_tray=closes if isinstance(closes, bool) else None,
    )


def keep(state: State, settings: AlertSettings) -> None:
    state.put(
        SECTION,
        toast_least=_word(settings.toast_least),
        sound_least=_word(settings.sound_least),
        rings_on=settings.rings_on,
        closes_to_tray=settings.closes_to_tray,
    )


def _word(severity: Severity | None) -> str:
    return "never" if severity is None else severity.name.lower()


def _severity(told: object, usual: Severity | None) -> Severity | None:
    if told == "never":
        return None
    names = {severity.name.lower(): severity for severity in OFFERED}
    return names.get(told, usual) if isinstance(told, str) else usual


class AlertDialog(Dialog):
    """Asks for them. `try_button` plays the sound that was chosen."""

    def __init__(
        self, parent: QWidget | None, settings: AlertSettings, *, sound: str, has_tray: bool
    ) -> None:
        """`sound` says what plays sounds here, or why nothing does."""
        super().__init__(parent, "What calls you", "", "Save")
        self._settings = settings
        self.toast = _choice(settings.toast_least, "never", "Messages of new alarms")
        self.sound = _choice(settings.sound_least, "never: no sounds at all", "Sounds")
        self.rings_on = QCheckBox("A critical alarm sounds until somebody acknowledges it")
        self.rings_on.setChecked(settings.rings_on)
        self.closes = QCheckBox("Closing the window leaves NOC Console in the tray")
        self.closes.setChecked(settings.closes_to_tray is True)
        self.closes.setEnabled(has_tray)
        self.try_button = QPushButton("Play it")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.addRow("Message of a new alarm from", self.toast)
        form.addRow("Sound of a new alarm from", self.sound)
        form.addRow("", self.rings_on)
        form.addRow("", self.try_button)
        form.addRow("", Label(sound, tone="dim", wrap=True))
        form.addRow("", self.closes)
        if not has_tray:
            form.addRow("", Label("This desktop has no tray for icons.", tone="dim"))
        self.body.addLayout(form)

    @property
    def chosen_sound(self) -> Severity | None:
        told = self.sound.currentData()
        return None if told is None else Severity(told)

    def settings(self) -> AlertSettings:
        told = self.toast.currentData()
        # What was never asked stays to be asked, as long as it is as it was.
        untouched = self._settings.closes_to_tray is None and not self.closes.isChecked()
        return AlertSettings(
            toast_least=None if told is None else Severity(told),
            sound_least=self.chosen_sound,
            rings_on=self.rings_on.isChecked(),
            closes_to_tray=None if untouched else self.closes.isChecked(),
        )


def _choice(chosen: Severity | None, never: str, name: str) -> QComboBox:
    box = QComboBox()
    for severity in OFFERED:
        box.addItem(severity_icon(severity), severity_word(severity), int(severity))
    box.addItem(never, None)
    at = box.findData(None if chosen is None else int(chosen))
    box.setCurrentIndex(at if chosen is not None else box.count() - 1)
    box.setAccessibleName(name)
    return box
