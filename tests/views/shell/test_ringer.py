"""When an alarm sounds, by a clock that is told the time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.views.shell.alert_settings import AlertSettings
from noc_console.views.shell.ringer import AGAIN_S, GAP_S, Ringer


@dataclass
class Desk:
    settings: AlertSettings = field(default_factory=AlertSettings)
    waits: Severity | None = None
    muted: bool = False
    ringer: Ringer = field(default_factory=Ringer)

    def at(self, now_s: float, *heard: Severity) -> Severity | None:
        self.ringer.hear(heard)
        return self.ringer.ring(self.settings, now_s=now_s, is_muted=self.muted, waits=self.waits)


def test_the_worst_of_what_is_new_sounds_once() -> None:
    desk = Desk()
    assert desk.at(0.0, Severity.MAJOR, Severity.CRITICAL, Severity.MINOR) is Severity.CRITICAL
    assert desk.at(0.5) is None


def test_a_storm_sounds_now_and_then_and_nothing_is_forgotten_between() -> None:
    desk = Desk()
    assert desk.at(0.0, Severity.MAJOR) is Severity.MAJOR
    assert desk.at(1.0, Severity.CRITICAL) is None
    assert desk.at(2.0, Severity.MAJOR) is None
    assert desk.at(GAP_S) is Severity.CRITICAL


@pytest.mark.parametrize(
    ("least", "sounds"), [(Severity.CRITICAL, False), (Severity.MINOR, True), (None, False)]
)
def test_below_the_chosen_severity_nothing_sounds(least: Severity | None, sounds: bool) -> None:
    desk = Desk(AlertSettings(sound_least=least))
    assert (desk.at(0.0, Severity.MAJOR) is not None) is sounds


def test_a_critical_alarm_rings_until_somebody_takes_it_on_when_that_is_wished() -> None:
    desk = Desk(AlertSettings(rings_on=True), waits=Severity.CRITICAL)
    assert desk.at(0.0, Severity.CRITICAL) is Severity.CRITICAL
    assert desk.at(AGAIN_S - 1) is None
    assert desk.at(AGAIN_S) is Severity.CRITICAL
    assert desk.at(2 * AGAIN_S) is Severity.CRITICAL
    desk.waits = Severity.MAJOR
    assert desk.at(3 * AGAIN_S) is None
    desk.settings = replace(desk.settings, rings_on=False)
    desk.waits = Severity.CRITICAL
    assert desk.at(4 * AGAIN_S) is None


def test_what_is_muted_is_not_made_up_for_but_a_ringing_alarm_goes_on_when_it_ends() -> None:
    desk = Desk(AlertSettings(rings_on=True), waits=Severity.CRITICAL, muted=True)
    assert desk.at(0.0, Severity.CRITICAL) is None
    assert desk.at(60.0, Severity.MAJOR) is None
    desk.muted = False
    assert desk.at(61.0) is Severity.CRITICAL
    quiet = Desk(muted=True)
    quiet.at(0.0, Severity.CRITICAL)
    quiet.muted = False
    assert quiet.at(1.0) is None
