"""The status line: facts, and when they are stale."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.services.alarms.model import AlarmCounts, Severity
from noc_console.services.telemetry.model import CollectorHealth
from noc_console.views.kit.desk import Desk
from noc_console.views.shell.status import StatusLine
from tests.conftest import FakeClock
from tests.views.conftest import shown


@pytest.fixture
def line(desk: Desk) -> StatusLine:
    made = StatusLine(desk.times, who="mira", tenant="acme", store="SQLite noc.db", interval_s=60.0)
    shown(made, 1300, 28)
    return made


def test_who_where_and_which_store(line: StatusLine) -> None:
    assert line.who.text() == "mira · acme"
    assert line.store.text() == "SQLite noc.db"


def test_data_are_stale_after_two_intervals(line: StatusLine, clock: FakeClock) -> None:
    line.show_collectors((CollectorHealth("lab-1", clock.now(), devices=63),))
    assert line.collector.text() == "lab-1 · 63 devices"
    assert not line.is_stale
    fresh = line.grab().toImage()
    clock.tick(seconds=119)
    line.tick()
    assert not line.is_stale
    assert line.age.text() == "data 1 min old"
    clock.tick(seconds=2)
    line.tick()
    assert line.is_stale
    assert line.age.text() == "data 2 min old · stale"
    assert line.grab().toImage() != fresh


def test_no_collector_is_said_once_it_had_the_time_to_start(
    line: StatusLine, clock: FakeClock
) -> None:
    line.tick()
    assert not line.is_stale
    line.show_collectors(())
    assert not line.is_stale
    assert line.collector.text() == "collector starting"
    clock.tick(seconds=21)
    line.tick()
    assert line.is_stale
    assert line.collector.text() == "no collector"


def test_the_newest_of_several_collectors_counts(line: StatusLine, clock: FakeClock) -> None:
    old = CollectorHealth("a", clock.now() - timedelta(hours=1), devices=5)
    new = CollectorHealth("b", clock.now() - timedelta(seconds=3), devices=7, due_late_s=9)
    line.show_collectors((old, new))
    assert line.collector.text() == "2 collectors · 7 devices, 9 s late"
    assert line.age_s() == 3
    assert "a: heard 1 h ago" in line.collector.toolTip()


def test_counts_have_colour_only_when_there_are_some(line: StatusLine) -> None:
    none = line.grab().toImage()
    line.show_counts(AlarmCounts(critical=1, warning=1200))
    assert line.counts[Severity.CRITICAL].count == 1
    assert line.counts[Severity.WARNING].accessibleName() == "1,200 warning alarms"
    assert line.grab().toImage() != none

    def colourful(severity: Severity) -> int:
        image = line.counts[severity].grab().toImage()
        return sum(
            image.pixelColor(x, y).saturationF() > 0.45 and image.pixelColor(x, y).valueF() > 0.5
            for x in range(image.width())
            for y in range(image.height())
        )

    assert colourful(Severity.CRITICAL) > 20
    assert colourful(Severity.MAJOR) == 0


def test_a_click_leads_to_the_alarms(line: StatusLine) -> None:
    asked: list[object] = []
    line.alarms_asked.connect(asked.append)
    line.zone_asked.connect(lambda: asked.append("zone"))
    line.counts[Severity.MAJOR].click()
    line.zone.click()
    assert asked == [Severity.MAJOR, "zone"]


def test_the_clock_has_a_zone(line: StatusLine, desk: Desk) -> None:
    desk.times.use_utc = True
    line.tick()
    assert line.zone.text() == "00:00:00 UTC"


def test_everything_fits_the_smallest_window(line: StatusLine, clock: FakeClock) -> None:
    line.show_collectors((CollectorHealth("a-rather-long-name", clock.now(), devices=12480),))
    line.resize(960, 28)
    assert line.minimumSizeHint().width() <= 960
