"""The line that says whether a terminal may change its device."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from noc_console.db.database import Database
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.elevation import ElevationService
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.elevation import ElevateDialog, ElevationBar
from tests.conftest import FakeClock
from tests.views.conftest import shown, until

W = TypeVar("W", bound=QWidget)


def dialogs(kind: type[W]) -> list[W]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


class Bars:
    """Makes bars and remembers what went wrong."""

    def __init__(self, desk: Desk, db: Database, clock: FakeClock) -> None:
        self.desk, self.db, self.clock = desk, db, clock
        self.errors: list[BaseException] = []
        self.records = True

    async def record(self) -> bool:
        return self.records

    def make(self, note: str = "") -> ElevationBar:
        bar = ElevationBar(
            self.desk,
            ElevationService(self.db, clock=self.clock),
            name="core-1",
            device_id=7,
            on_error=self.errors.append,
            record=self.record,
            is_recorded=lambda: True,
            note=note,
        )
        shown(bar, 800, 40)
        return bar


@pytest.fixture
def bars(desk: Desk, store: Database, clock: FakeClock) -> Bars:
    return Bars(desk, store, clock)


async def test_it_is_asked_for_with_a_reason_counts_down_and_is_given_back(bars: Bars) -> None:
    bar = bars.make()
    changes: list[bool] = []
    bar.changed.connect(changes.append)
    assert bar.state.text().startswith("Read-only")
    bar.say("Not sent: reload")
    bar.button.click()
    await until(lambda: dialogs(ElevateDialog))
    dialog = dialogs(ElevateDialog)[0]
    dialog.accept_button.click()
    assert dialog.problem.text() == "Say why the device is to be changed."
    dialog.reason.setText("CHG-7")
    dialog.minutes.setValue(2)
    dialog.accept_button.click()
    await until(lambda: bar.is_elevated)
    assert bar.state.text().startswith("May change the device for ")
    assert bar.told.text() == ""
    bar.button.click()
    await until(lambda: not bar.is_elevated)
    assert changes == [True, False]
    assert bar.state.text().startswith("Read-only")


async def test_when_its_time_is_up_it_ends_by_itself(bars: Bars) -> None:
    bar = bars.make()
    bar.elevation = await bar._service.elevate(
        bars.desk.actor, name="core-1", reason="x", is_recorded=True
    )
    assert bar.is_elevated
    object.__setattr__(bar.elevation, "ends_s", 0.0)
    bar.refresh()
    await until(lambda: bar.elevation is None)


async def test_without_a_recording_nothing_is_elevated(bars: Bars) -> None:
    bar, bars.records = bars.make(), False
    bar.button.click()
    await until(lambda: dialogs(ElevateDialog))
    dialog = dialogs(ElevateDialog)[0]
    dialog.reason.setText("CHG-7")
    dialog.accept_button.click()
    await until(lambda: bars.errors)
    assert isinstance(bars.errors[0], Refused)
    assert not bar.is_elevated


async def test_where_nobody_can_tell_it_says_so_and_offers_nothing(bars: Bars) -> None:
    bar = bars.make("It cannot be told here.")
    assert bar.state.text() == "It cannot be told here."
    assert not bar.button.isVisible()
