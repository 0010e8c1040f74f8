"""Two weeks at a glance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest

from noc_console.services.maintenance.model import (
    Run,
    RunId,
    Slot,
    SlotState,
    Target,
    TargetKind,
    Window,
    WindowId,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.maintenance.strip import DAYS, LANES, CalendarStrip, lanes
from tests.conftest import FakeClock
from tests.views.conftest import shown

TARGETS = (Target(TargetKind.DEVICE, 1, "core-1"),)


@pytest.fixture
def strip(desk: Desk) -> CalendarStrip:
    desk.times.use_utc = True
    made = CalendarStrip(desk)
    shown(made, 1400, 140)
    return made


def slot(
    start: datetime, hours: float, *, number: int = 1, state: SlotState = SlotState.PLANNED
) -> Slot:
    length = timedelta(hours=hours)
    window = Window(WindowId(number), f"work {number}", TARGETS, start, length, "mira")
    run = None
    if state is SlotState.NOW:
        run = Run(RunId(number), window.id, "x", "", "mira", start, start, start + length, down=1)
    return Slot(window, start, start + length, state, run)


def test_works_at_the_same_time_do_not_cover_each_other(clock: FakeClock) -> None:
    now, least = clock.now(), timedelta(hours=2)
    works = [slot(now, 5), slot(now + timedelta(hours=1), 1), slot(now + timedelta(hours=4), 1),
             slot(now + timedelta(hours=6), 1)]  # fmt: skip
    assert lanes(works, least) == [0, 1, 1, 0]
    assert lanes([], least) == []


def test_a_bar_stands_where_its_time_is(strip: CalendarStrip, clock: FakeClock) -> None:
    day = 1400 / DAYS
    strip.show_slots([slot(clock.now() + timedelta(days=3), 24, state=SlotState.NOW)])
    box = strip.box(0)
    assert box.left() == pytest.approx(3 * day) and box.width() == pytest.approx(day)
    found = strip.hit(box.center())
    assert found is strip.slots[0]
    assert strip.hit(QPointF(5, 5)) is None


def test_what_lies_outside_the_days_is_left_out(strip: CalendarStrip, clock: FakeClock) -> None:
    far = slot(clock.now() + timedelta(days=20), 2)
    strip.show_slots([far, slot(clock.now() - timedelta(days=2), 2)])
    assert strip.slots == ()
    strip.turn(DAYS)
    strip.show_slots([far])
    assert strip.slots == (far,)
    strip.turn_to_now()
    assert strip.first == clock.now()


def test_every_state_and_more_works_than_fit_are_painted(
    strip: CalendarStrip, clock: FakeClock
) -> None:
    works = [slot(clock.now(), 30, number=n) for n in range(LANES + 3)]
    works += [
        slot(clock.now() + timedelta(days=4 + at), 3, number=20 + at, state=state)
        for at, state in enumerate(SlotState)
    ]
    strip.show_slots(works)
    strip.select(works[0].key)
    before = strip.grab().toImage()
    strip.show_slots([])
    assert strip.grab().toImage() != before
    strip.show_slots(works)
    assert strip.box(LANES + 1).isEmpty()


def test_clicks_choose_open_and_ask(strip: CalendarStrip, clock: FakeClock) -> None:
    heard: list[object] = []
    strip.chosen.connect(lambda key: heard.append(("chosen", key)))
    strip.opened.connect(lambda key: heard.append(("opened", key)))
    strip.asked.connect(lambda moment: heard.append(("asked", moment)))
    work = slot(clock.now() + timedelta(days=2), 24)
    strip.show_slots([work])
    spot = strip.box(0).center().toPoint()
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=spot)
    assert heard[0] == ("chosen", work.key) and ("opened", work.key) in heard
    assert strip.selected == work.key
    QTest.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(50, 100))
    assert heard[-1] == ("asked", clock.now() + timedelta(hours=12))


def test_a_tip_tells_all_of_it(strip: CalendarStrip, clock: FakeClock) -> None:
    strip.show_slots([slot(clock.now() + timedelta(days=2), 24)])
    told = strip._tip(strip.slots[0])
    assert told.startswith("work 1 (planned)\n") and "core-1" in told
    spot = strip.box(0).center().toPoint()
    help_event = QHelpEvent(QEvent.Type.ToolTip, spot, strip.mapToGlobal(spot))
    assert strip.event(help_event)
