"""The handover as it drafts itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Impact,
    Severity,
)
from noc_console.services.alarms.tally import AlarmsSince
from noc_console.services.handover.model import (
    Changes,
    Deed,
    Entry,
    EntryId,
    EntryKind,
    Note,
)
from noc_console.services.handover.rules.draft import MOST, draft, plain
from noc_console.services.maintenance.model import Slot, SlotState, Window, WindowId
from noc_console.services.topology.happenings import Happening

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def alarm(number: int, **more: object) -> Alarm:
    about = AlarmObject(number)
    plain_one = Alarm(
        AlarmId(number), about, Condition.CPU, Severity.MAJOR, "CPU at 97 %", NOW - 2 * HOUR, NOW,
        device_name=f"core-{number}", was=Severity.MAJOR,
    )  # fmt: skip
    return replace(plain_one, **more)  # type: ignore[arg-type]


def changes(**more: object) -> Changes:
    empty = Changes(NOW - 8 * HOUR, NOW, AlarmsSince(NOW - 8 * HOUR))
    return replace(empty, **more)  # type: ignore[arg-type]


def test_a_quiet_night_is_three_lines_and_no_empty_sections() -> None:
    text = draft(changes(), by="mira", zone=UTC)
    assert "# Handover of mira, Mon 02 Mar 06:00" in text
    assert "since Sun 01 Mar 22:00" in text
    assert "All quiet: no alarm stands." in text
    assert "## Open" not in text and "## Notes" not in text


def test_open_alarms_name_who_has_them_the_worst_first() -> None:
    minor = alarm(1, severity=Severity.MINOR, acked_by="jan")
    worst = alarm(2, severity=Severity.CRITICAL, owner="eva", ticket="CHG-7",
                  impact=Impact(customers=1_200))  # fmt: skip
    nobody = alarm(3)
    since = AlarmsSince(NOW, came=2, still=1, folded=5, new=(minor, worst), old=(nobody,))
    text = draft(changes(alarms=since), by="mira", zone=UTC)
    lines = [line for line in text.splitlines() if "CPU at" in line]
    assert lines == [
        "- critical: core-2: CPU at 97 % – 2 h, **eva** has it, ticket CHG-7, 1,200 customers",
        "- major: core-3: CPU at 97 % – 2 h, nobody has it",
        "- minor: core-1: CPU at 97 % – 2 h, seen by jan",
    ]
    assert "3 alarms stand, 5 of them behind another." in text


def test_what_is_put_aside_planned_and_written_down_is_told() -> None:
    shelved = alarm(4, shelved_until=NOW + HOUR)
    window = Window(WindowId(1), "card", (), NOW, 2 * HOUR, "mira", ticket="CHG-9")
    text = draft(
        changes(
            alarms=AlarmsSince(NOW, still=1, shelved=(shelved,), acknowledged=(("jan", 3),)),
            works=(Slot(window, NOW, NOW + 2 * HOUR, SlotState.NOW),),
            network=(Happening(NOW - HOUR, "edge-2 does not answer"),),
            deeds=(Deed(NOW - HOUR, "jan", "Polling is every 30 s"),),
            notes=(Note(EntryId(1), "device:7", "core-7", "loud\nfan", "eva", NOW),),
            log=(Entry(EntryId(2), NOW, "jan", EntryKind.ENTRY, "called", "ticket:CHG-9"),),
        ),
        by="mira",
        zone=UTC,
    )
    for wanted in (
        "major: core-4: CPU at 97 % – until Mon 02 Mar 07:00",
        "Acknowledged by: jan 3.",
        "card – under way until Mon 02 Mar 08:00, ticket CHG-9",
        "Mon 02 Mar 05:00 edge-2 does not answer",
        "Polling is every 30 s (jan)",
        "**core-7**: loud / fan (eva)",
        "**ticket:CHG-9** called (jan)",
        "1 put aside",
    ):
        assert wanted in text


def test_a_flood_is_bounded_and_counted() -> None:
    flood = tuple(alarm(number) for number in range(1, 200))
    text = draft(changes(alarms=AlarmsSince(NOW, came=199, new=flood)), by="m", zone=UTC)
    assert text.count("CPU at") == MOST
    assert f"and {199 - MOST} more" in text
    busy = tuple(Happening(NOW, f"change {n}") for n in range(40))
    text = draft(changes(network=busy, more_network=1_000), by="m", zone=UTC)
    assert f"and {1_000 + 40 - MOST:,} more" in text


def test_words_of_devices_are_words_and_no_markdown() -> None:
    hostile = alarm(5, text="![x](http://evil/) <img src=x> **bold**\n# head")
    text = draft(changes(alarms=AlarmsSince(NOW, came=1, new=(hostile,))), by="m", zone=UTC)
    assert "![x]" not in text and "<img" not in text.replace("\\<img", "")
    assert "\n# head" not in text
    assert "![x](http://evil/) <img src=x> **bold**" in plain(text), "plain text has it as it was"


def test_plain_text_underlines_its_headings() -> None:
    assert plain("# Title\n\n## Part\n- **who** did\n") == (
        "TITLE\n=====\n\nPart\n----\n- who did\n"
    )
