"""What a replay says and draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import AlarmObject, Severity
from noc_console.services.detection.model import Firing, Replay
from noc_console.services.detection.pack import our_book
from noc_console.views.detection.replay import around, limits_of, mark, verdict

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=7)


def firing(hours: float, *, lasts: float | None = 1.0) -> Firing:
    begin = START + timedelta(hours=hours)
    end = None if lasts is None else begin + timedelta(hours=lasts)
    return Firing(AlarmObject(7), Severity.MAJOR, begin, end, 97.0, "CPU 97 %")


def test_the_verdict_is_a_sentence() -> None:
    told = Replay("cpu", START, END, (), 12, total=14, kept=3, lost=1, new=11)
    words = verdict(told)
    assert "14 alarms in 7 d" in words and "(2.0 a day) on 12 objects, judged by each poll" in words
    assert "Of 4 real alarms it would have kept 3 and lost 1; 11 would be new." in words
    rough = Replay("x", START, END, (), 1, total=1, resolution_s=300.0, notes=("so it is",))
    assert "means of 5 min" in verdict(rough) and verdict(rough).endswith("So it is.")


def test_the_graph_shows_some_time_around() -> None:
    told = Replay("cpu", START, END, (), 1)
    begin, end = around(firing(24), told)
    assert (begin, end) == (START + timedelta(hours=23.5), START + timedelta(hours=25.5))
    begin, end = around(firing(0.1), told)
    assert begin == START
    begin, end = around(firing(100, lasts=None), told)
    assert end == END


def test_lines_are_drawn_where_levels_are_values() -> None:
    by_id = {rule.id: rule for rule in our_book().every}
    assert [limit.value for limit in limits_of(by_id["cpu"])] == [95, 80]
    assert limits_of(by_id["traffic-anomaly"]) == []
    assert [limit.value for limit in limits_of(by_id["full-soon"])] == [90]


def test_what_still_stands_reaches_to_the_edge() -> None:
    assert mark(firing(1, lasts=None)).end == float("inf")
    assert mark(firing(1)).text == "CPU 97 %"
