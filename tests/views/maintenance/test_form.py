"""Planning work in a form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.services.maintenance.model import UNBORN, Target, TargetKind, Window, WindowId
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.form import REPEATS, MaintenanceForm, own_zone, rule_of
from noc_console.views.maintenance.picking import ObjectPicker
from tests.views.conftest import shown
from tests.views.maintenance.conftest import Planned

CORE = Target(TargetKind.DEVICE, 1, "core-1")
CHOICES = [choice for _, choice in REPEATS]


def made(
    desk: Desk, planned: Planned, window: Window | None = None, **more: object
) -> MaintenanceForm:
    form = MaintenanceForm(
        None,
        desk,
        lambda dialog: ObjectPicker(
            desk.actor, planned.world.inventory, planned.services.areas, lambda error: None
        ),
        window,
        **more,  # type: ignore[arg-type]
    )
    shown(form, 900, 600)
    return form


@pytest.mark.parametrize(
    ("choice", "day", "rule"),
    [
        ("", 10, ""),
        ("day", 10, "FREQ=DAILY"),
        ("week", 10, "FREQ=WEEKLY;BYDAY=TU"),
        ("fortnight", 10, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("weekday", 10, "FREQ=MONTHLY;BYDAY=2TU"),
        ("weekday", 31, "FREQ=MONTHLY;BYDAY=-1TU"),
        ("date", 10, "FREQ=MONTHLY;BYMONTHDAY=10"),
    ],
)
def test_a_choice_is_a_rule_of_the_day_it_begins_on(choice: str, day: int, rule: str) -> None:
    assert rule_of(choice, datetime(2026, 3, day, 2, tzinfo=UTC)) == rule


async def test_what_is_typed_becomes_a_window(
    desk: Desk, planned: Planned, operator: Actor
) -> None:
    form = made(desk, planned, targets=(CORE,))
    form.accept_button.click()
    assert form.problem.text() == "Say what the maintenance is for."
    form.what.setText("New card")
    form.ticket.setText("CHG-7")
    form.hours.setValue(1)
    form.minutes.setValue(30)
    form.early.setValue(10)
    window = form.window_made()
    assert window.length == timedelta(minutes=90) and window.targets == (CORE,)
    assert window.starts_at == desk.clock.now(), "begins now unless told otherwise"
    assert (window.id, window.ticket, window.quiet_minutes) == (UNBORN, "CHG-7", 10)
    assert form.preview.text().endswith("for 1 h 30 min.")
    form.accept_button.click()
    assert not form.isVisible()


async def test_a_repetition_follows_the_clock_of_its_zone_and_is_shown_before_it_is_planned(
    desk: Desk, planned: Planned
) -> None:
    form = made(desk, planned, targets=(CORE,), starts_at=datetime(2026, 3, 10, 1, tzinfo=UTC))
    assert not form.now.isChecked()
    form.what.setText("Restart")
    form.zone.setCurrentText("Europe/Prague")
    form.repeat.setCurrentIndex(CHOICES.index("week"))
    start = form.start.dateTime()
    window = form.window_made()
    assert window.repeat == "FREQ=WEEKLY;BYDAY=TU" and window.zone == "Europe/Prague"
    assert form.preview.text().startswith("Every week on Tuesday: Tue 10 Mar 2026")
    assert "and so on" in form.preview.text()
    form.ends.setChecked(True)
    form.until.setDate(start.date().addDays(7))
    assert form.window_made().repeat.endswith(";UNTIL=20260317")
    assert "and so on" not in form.preview.text()
    form.repeat.setCurrentIndex(CHOICES.index("own"))
    form.rule.setText("FREQ=YEARLY")
    assert form.preview.text() == "FREQ is DAILY, WEEKLY or MONTHLY."
    form.zone.setCurrentText("Mars/Olympus")
    assert "no time zone" in form.preview.text()


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if choice])
async def test_a_kept_window_comes_back_into_the_form_as_it_was(
    desk: Desk, planned: Planned, choice: str
) -> None:
    starts = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)
    window = Window(
        WindowId(3), "Restart", (CORE,), starts, timedelta(hours=1), "mira", zone="Europe/Prague",
        repeat=rule_of(choice, starts) or "FREQ=MONTHLY;BYDAY=MO,-1FR", quiet_minutes=7,
        warn_minutes=5, optical_db=2.5, reads_configs=False, note="bring a lamp", ticket="CHG-7",
    )  # fmt: skip
    form = made(desk, planned, window)
    assert form.repeat.currentData() == choice
    assert form.window_made() == window
    until = replace(window, repeat=f"{window.repeat};UNTIL=20260630T215959Z")
    again = made(desk, planned, until)
    kept = again.window_made().repeat
    assert kept == (until.repeat if choice == "own" else f"{window.repeat};UNTIL=20260630")


def test_this_computer_has_a_zone() -> None:
    assert own_zone()
