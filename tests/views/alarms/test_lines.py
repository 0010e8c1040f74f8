"""Lines are made when they are looked at."""

from __future__ import annotations

from noc_console.views.alarms.arranging import Wanted, arranged
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.lines import KEPT, Line, Shown
from tests.views.alarms.desks import COLUMNS, NOW, alarm, ledger


def test_a_line_tells_its_alarm_who_looks_and_what_waits() -> None:
    book = ledger([alarm(1), alarm(2, root_id=1)])
    found = arranged(book, Wanted(), COLUMNS, NOW)
    shown = Shown(found, book.by_id, {1: ("ann",)}, frozenset({1}))
    (line,) = shown
    assert (line.alarm, line.inside, line.lookers) == (book.by_id[1], 1, ("ann",))
    assert line.is_waiting and line.opens and not line.is_open


def test_the_head_of_a_group_has_no_alarm() -> None:
    book = ledger([alarm(1)])
    found = arranged(book, Wanted(Asked(group=Grouping.SITE)), COLUMNS, NOW)
    line = Shown(found, book.by_id)[0]
    assert line.alarm is None and line.group is not None and line.opens


def test_lines_are_kept_while_few_and_a_part_is_the_same_lines() -> None:
    book = ledger([alarm(id) for id in range(1, KEPT + 50)])
    shown = Shown(arranged(book, Wanted(), COLUMNS, NOW), book.by_id)
    first = shown[0]
    assert shown[0] is first
    assert [line.key for line in shown[3:6]] == [shown[at].key for at in (3, 4, 5)]
    for at in range(len(shown)):
        shown[at]
    assert len(shown._made) <= KEPT and shown[0] == first
    assert not Line(1, None).opens
