"""The track and the bar of the time machine, without services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.services.topology.happenings import Density
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.timeline import (
    NARROWEST,
    SPEEDS,
    PastFrame,
    PastStrip,
    TimeBar,
    Track,
    ticks,
)
from tests.conftest import FakeClock

HOUR = timedelta(hours=1)


@pytest.fixture
def track(desk: Desk, clock: FakeClock) -> Track:
    made = Track(desk.times)
    made.resize(1000, 62)
    made.show_span(clock.now() - 10 * HOUR, clock.now())
    return made


def test_a_place_on_the_track_is_a_moment_and_back(track: Track, clock: FakeClock) -> None:
    assert track.at_x(0) == track.start and track.at_x(1000) == track.end
    assert track.x_of(clock.now() - 5 * HOUR) == 500
    assert track.at_x(track.x_of(clock.now() - HOUR)) == clock.now() - HOUR


def test_the_head_takes_the_span_with_it(track: Track, clock: FakeClock) -> None:
    track.put_head(clock.now() - 20 * HOUR)
    assert track.start <= clock.now() - 20 * HOUR <= track.end
    assert track.end - track.start == 10 * HOUR


def wheel(track: Track, x: float, turns: int) -> None:
    event = QWheelEvent(
        QPointF(x, 10), QPointF(x, 10), QPoint(0, 0), QPoint(0, turns),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(track, event)


def test_the_wheel_zooms_around_the_pointer_and_not_for_ever(track: Track) -> None:
    at = track.at_x(250)
    wheel(track, 250, 120)
    assert abs(track.x_of(at) - 250) < 0.01
    assert track.end - track.start == 8 * HOUR
    for _ in range(80):
        wheel(track, 250, 120)
    assert track.end - track.start >= NARROWEST
    for _ in range(200):
        wheel(track, 250, -120)
    assert track.end - track.start < timedelta(days=3)  # nothing is kept of longer ago


def painted(track: Track) -> QImage:
    picture = QImage(track.size(), QImage.Format.Format_ARGB32)
    track.render(picture)
    return picture


def test_trouble_has_its_colour_and_mere_change_has_none(track: Track) -> None:
    width = HOUR
    none = (0,) * 10
    changes = (0, 3, 0, 0, 0, 0, 0, 0, 0, 0)
    alarms = (0, 0, 0, 40, 0, 0, 0, 0, 0, 0)
    calm = (Severity.CLEARED,) * 10
    worst = (*calm[:3], Severity.CRITICAL, *calm[:6])
    track.show_density(Density(track.start, width, changes, alarms, worst))
    picture = painted(track)
    assert picture.pixelColor(350, 50) == look().color("severity.critical")
    assert picture.pixelColor(150, 60) == look().color("line.strong")
    track.show_density(Density(track.start, width, none, none, calm))
    assert painted(track).pixelColor(350, 50) == look().color("surface.field")


def test_what_is_not_kept_is_hatched_and_said(track: Track, clock: FakeClock) -> None:
    track.since = clock.now() - 5 * HOUR
    picture = painted(track)
    colours = {picture.pixelColor(x, 40).name() for x in range(100, 140)}
    assert len(colours) > 1
    assert "Nothing is kept" in track._words_at(clock.now() - 6 * HOUR)
    assert "Nothing is kept" not in track._words_at(clock.now() - HOUR)


def test_the_track_tells_what_happened_under_the_pointer(track: Track) -> None:
    track.show_density(
        Density(track.start, 5 * HOUR, (2, 0), (1, 0), (Severity.MAJOR, Severity.CLEARED))
    )
    told = track._words_at(track.start + HOUR)
    assert "1 alarm, worst major" in told and "2 changes" in told


@pytest.mark.parametrize(
    ("hours", "most", "step"), [(1, 10, 900), (10, 10, 3600), (24 * 7, 8, 86_400)]
)
def test_labels_of_time_are_round_and_few(hours: int, most: int, step: int) -> None:
    start = datetime(2026, 3, 1, 10, 7, 3, tzinfo=UTC)
    found = ticks(start, start + hours * HOUR, most, UTC)
    assert 0 < len(found) <= most + 1
    assert all(at.timestamp() % step == 0 for at in found)
    assert found[0] >= start


def test_days_begin_at_midnight_of_the_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    found = ticks(start, start + timedelta(days=7), 8, zone)
    assert {at.astimezone(zone).strftime("%H:%M") for at in found} == {"00:00"}


def test_the_bar_says_the_moment_with_its_zone_and_takes_another(
    desk: Desk, clock: FakeClock
) -> None:
    desk.times.toggle_utc()
    bar, wanted = TimeBar(desk.times), list[datetime]()
    bar.moved.connect(wanted.append)
    at = clock.now() - timedelta(hours=3, seconds=30)
    bar.show_moment(at)
    assert bar.clock.text() == "20:59:30 UTC"
    assert bar.ago.text().startswith("3 h")
    assert wanted == []
    bar.when.setDateTime(bar.when.dateTime().addSecs(60))
    bar.when.editingFinished.emit()
    assert wanted == [at + timedelta(minutes=1)]
    desk.times.toggle_utc()
    bar.show_moment(at)
    bar.when.editingFinished.emit()
    assert wanted[-1] == at


def test_the_player_has_its_speeds_and_says_what_the_button_does(desk: Desk) -> None:
    bar = TimeBar(desk.times)
    assert bar.factor == 60
    assert [bar.speed.itemData(at) for at in range(bar.speed.count())] == list(SPEEDS)
    bar.show_playing(True)
    assert bar.play_button.accessibleName() == "Pause (Space)"
    spans: list[object] = []
    bar.span_wanted.connect(spans.append)
    for button in bar.findChildren(QPushButton):
        if button.text() in ("Hour", "All"):
            button.click()
    assert spans == [HOUR, None]
    bar.show_event("something <b>bold</b>")
    assert bar.told.whole() == "something <b>bold</b>"


def test_a_frame_is_drawn_only_in_the_past() -> None:
    picture = QImage(100, 60, QImage.Format.Format_ARGB32)
    frame = PastFrame()

    def corner() -> int:
        picture.fill(0)
        painter = QPainter(picture)
        frame.paint(painter, Camera(), 100, 60)
        painter.end()
        return picture.pixelColor(50, 1).alpha()

    assert corner() == 0
    frame.is_on = True
    assert corner() > 0


def test_the_strip_says_which_moment_is_seen_and_leads_back() -> None:
    parent = QWidget()
    strip, left = PastStrip(parent), list[bool]()
    strip.left.connect(lambda: left.append(True))
    strip.tell("You see 02:14:30, 3 h ago")
    assert strip.isVisibleTo(parent)
    assert strip.text.text() == "You see 02:14:30, 3 h ago"
    strip.findChild(QPushButton).click()
    assert left == [True]


def test_a_click_moves_the_head_and_with_shift_it_sets_a_mark(track: Track) -> None:
    moved: list[datetime] = []
    track.moved.connect(moved.append)
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(track, left, plain, QPoint(300, 40))
    assert moved == [track.at_x(300)] and track.mark is None
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(track, left, shift, QPoint(600, 40))
    assert track.mark == track.at_x(600)
    QTest.mouseClick(track, left, shift, QPoint(603, 40))  # on the mark: it goes
    assert track.mark is None and len(moved) == 1
    QTest.mousePress(track, left, plain, QPoint(100, 40))
    QTest.mouseMove(track, QPoint(5000, 40))
    assert moved[-1] <= track.end
