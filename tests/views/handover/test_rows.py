"""What changed, as a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.alarms.tally import AlarmsSince
from noc_console.services.handover.model import (
    Changes,
    Deed,
    Entry,
    EntryId,
    EntryKind,
    Handover,
    HandoverId,
    HandoverState,
    Note,
    Shift,
    ShiftId,
)
from noc_console.services.inventory.model import DeviceId
from noc_console.services.maintenance.model import Slot, SlotState, Window, WindowId
from noc_console.services.topology.happenings import Happening
from noc_console.views.handover.rows import (
    ORDER,
    change_columns,
    change_rows,
    handover_columns,
    log_columns,
    note_columns,
    route_of,
    shift_text,
)
from noc_console.views.kit.desk import Desk, Route
from tests.conftest import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(WindowId(1), "card", (), NOW, timedelta(hours=1), "mira", ticket="CHG-7")
ENTRY = Entry(EntryId(2), NOW, "jan", EntryKind.ENTRY, "called\nthem", "ticket:CHG-7", "CHG-7")
NOTE = Note(EntryId(3), "device:7", "core-7", "loud fan", "eva", NOW)


def alarm(number: int, *, cleared: bool = False) -> Alarm:
    severity = Severity.CLEARED if cleared else Severity.MAJOR
    return Alarm(
        AlarmId(number), AlarmObject(number), Condition.CPU, severity, "busy", NOW, NOW,
        device_name=f"core-{number}", was=Severity.MAJOR, cleared_at=NOW if cleared else None,
    )  # fmt: skip


WHOLE = Changes(
    NOW - timedelta(hours=8),
    NOW,
    AlarmsSince(
        NOW, new=(alarm(1),), old=(alarm(2),), shelved=(alarm(3),), over=(alarm(4, cleared=True),),
        acknowledged=(("jan", 2),),
    ),
    network=(Happening(NOW, "edge-2 went", devices=(DeviceId(9),)), Happening(NOW, "link went")),
    deeds=(Deed(NOW, "jan", "Polling is every 30 s"),),
    works=(Slot(WINDOW, NOW, NOW, SlotState.PLANNED),),
    log=(ENTRY,),
    notes=(NOTE,),
)  # fmt: skip


def test_everything_that_is_to_be_known_is_a_row_with_a_way_to_it() -> None:
    rows = change_rows(WHOLE)
    assert {row.kind for row in rows} == set(ORDER)
    assert len({row.key for row in rows}) == len(rows)
    ways = {row.kind: row.route for row in reversed(rows)}
    assert ways["new"] == Route("alarms", id=1)
    assert ways["over"] == Route("device", id=4)
    assert ways["network"] == Route("device", id=9)
    assert ways["maintenance"] == Route("maintenance")
    assert ways["note"] == Route("device", id=7)
    assert ways["log"] is None and ways["set up"] is None


def test_every_row_fills_every_column_and_kinds_have_an_order(desk: Desk) -> None:
    rows = change_rows(WHOLE)
    columns = change_columns(desk)
    for column in columns:
        for row in rows:
            assert isinstance(column.text(row), str)
            for ask in (column.sort, column.icon, column.tip, column.export):
                if ask is not None:
                    ask(row)
    assert columns[0].sort is not None
    kinds = [row.kind for row in sorted(rows, key=columns[0].sort)]
    assert kinds[0] == "new" and kinds[-1] == "network"
    what = next(column for column in columns if column.title == "What")
    assert "called / them" in {what.text(row) for row in rows}


def test_lists_of_the_other_tabs(desk: Desk) -> None:
    handed = Handover(HandoverId(1), "mira", NOW, "x", HandoverState.HANDED, NOW, handed_at=NOW)
    signed = Handover(
        HandoverId(2), "mira", NOW, "x", HandoverState.TAKEN, NOW, handed_at=NOW, taken_by="jan",
        taken_at=NOW,
    )  # fmt: skip
    states = [handover_columns(desk)[2].text(one) for one in (handed, signed)]
    assert states == ["not signed", "signed by jan"]
    assert [column.text(ENTRY) for column in log_columns(desk)][1:3] == ["jan", "CHG-7"]
    assert note_columns(desk)[0].text(NOTE) == "core-7"


@pytest.mark.parametrize(
    ("about", "route"),
    [
        ("device:7", Route("device", id=7)),
        ("alarm:12", Route("alarms", id=12)),
        ("interface:9", Route("graphs", text="interface:9")),
        ("maintenance:3", Route("maintenance", id=3)),
        ("ticket:CHG-7", None),
        ("ticket:7", None),
        ("", None),
    ],
)
def test_an_object_is_looked_at_where_it_is_shown(about: str, route: Route | None) -> None:
    assert route_of(about) == route


def test_who_is_on_shift(desk: Desk, clock: FakeClock) -> None:
    mine, other = Shift(ShiftId(1), "mira", clock.now()), Shift(ShiftId(2), "jan", clock.now())
    assert shift_text(desk, None, ()) == "Not on shift"
    assert shift_text(desk, mine, (mine, other)).endswith("also on shift: jan")
    assert shift_text(desk, mine, (mine,)).startswith("On shift since")
