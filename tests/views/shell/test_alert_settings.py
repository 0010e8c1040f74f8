"""What calls the operator is kept, and asked for in one dialog."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.state import State
from noc_console.views.shell.alert_settings import (
    OFFERED,
    AlertDialog,
    AlertSettings,
    keep,
    read,
)


async def test_settings_come_back_as_they_were_kept() -> None:
    for settings in (
        AlertSettings(),
        AlertSettings(None, None, True, True),
        AlertSettings(Severity.WARNING, Severity.CRITICAL, False, False),
    ):
        state = State(None)
        keep(state, settings)
        assert read(state) == settings


async def test_what_cannot_be_read_is_as_at_first() -> None:
    state = State(None)
    state.put("alerts", toast_least="loud", sound_least=3, rings_on="yes", closes_to_tray=1)
    assert read(state) == AlertSettings()


def test_each_severity_is_told_or_not() -> None:
    settings = AlertSettings(toast_least=Severity.MINOR, sound_least=None)
    assert [settings.toasts(s) for s in OFFERED] == [True, True, True, False]
    assert not any(settings.sounds(s) for s in OFFERED)


async def test_the_dialog_shows_and_gives_what_was_chosen() -> None:
    dialog = AlertDialog(None, AlertSettings(), sound="pw-play plays the sounds.", has_tray=True)
    assert dialog.settings() == AlertSettings()
    dialog.toast.setCurrentIndex(0)
    dialog.sound.setCurrentIndex(dialog.sound.count() - 1)
    dialog.rings_on.setChecked(True)
    dialog.closes.setChecked(True)
    assert dialog.settings() == AlertSettings(Severity.CRITICAL, None, True, True)
    assert dialog.chosen_sound is None
    bare = AlertDialog(None, AlertSettings(closes_to_tray=True), sound="none", has_tray=False)
    assert not bare.closes.isEnabled()
    assert bare.settings().closes_to_tray is True
