"""The columns of the alarm list, and the look of an alarm's six states."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QIcon

from noc_console.services.alarms.model import Alarm, AlarmState, Severity
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import (
    severity_color,
    severity_icon,
    severity_word,
)
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state shows: bold words, a sign that blinks, hollow or dim, and a word of its own."""

    is_bold: bool = False
    blinks: bool = False
    is_hollow: bool = False
    is_dim: bool = False
    word: str = ""


LOOKS = {
    AlarmState.UNACKNOWLEDGED: StateLook(is_bold=True, blinks=True),
    AlarmState.ACKNOWLEDGED: StateLook(is_hollow=True),
    AlarmState.RETURNED: StateLook(is_bold=True, is_dim=True, word="cleared"),
    AlarmState.NORMAL: StateLook(is_dim=True, word="cleared"),
    AlarmState.SHELVED: StateLook(is_hollow=True, is_dim=True, word="shelved"),
    AlarmState.SUPPRESSED: StateLook(is_hollow=True, is_dim=True, word="suppressed"),
}


def state_look(alarm: Alarm) -> StateLook:
    return LOOKS[alarm.state]


def severity_text(alarm: Alarm) -> str:
    """`Major`, `Major, shelved`, `Cleared (major)`."""
    word = LOOKS[alarm.state].word
    if not alarm.is_active:
        was = severity_word(alarm.was).lower()
        return "Cleared" if alarm.was == Severity.CLEARED else f"Cleared ({was})"
    return f"{severity_word(alarm.severity)}, {word}" if word else severity_word(alarm.severity)


def sign(alarm: Alarm, *, light: bool) -> QIcon:
    """The sign of the row; in the dark phase what blinks is hollow."""
    shown = state_look(alarm)
    return severity_icon(alarm.severity, quiet=shown.is_hollow or (shown.blinks and not light))


def ink(alarm: Alarm) -> QColor | None:
    """The colour of a row's words; None is the ordinary one."""
    return look().color("text.dim") if state_look(alarm).is_dim else None


def object_text(alarm: Alarm) -> str:
    """The device, and the port or sensor of it."""
    name = alarm.device_name or alarm.about.key
    return f"{name} · {alarm.interface_name}" if alarm.interface_name else name


def alarm_columns(desk: Desk) -> tuple[Column[Alarm], ...]:
    times, blink = desk.times, desk.blink

    def severity_ink(alarm: Alarm) -> QColor | None:
        return ink(alarm) or severity_color(alarm.severity)

    def is_bold(alarm: Alarm) -> bool:
        return state_look(alarm).is_bold

    return (
        Column(
            "Severity",
            severity_text,
            sort=lambda a: (-a.severity, -a.was),
            width=112,
            icon=lambda a: sign(a, light=blink.is_light),
            color=severity_ink,
            bold=is_bold,
        ),
        Column(
            "Since",
            lambda a: times.clock_time(a.first_seen),
            sort=lambda a: a.first_seen,
            width=82,
            align=Align.RIGHT,
            tip=lambda a: times.both(a.first_seen),
            color=ink,
            export=lambda a: iso(a.first_seen),
        ),
        Column(
            "Age",
            lambda a: times.ago(a.first_seen),
            sort=lambda a: times.age_s(a.first_seen),
            width=58,
            align=Align.RIGHT,
            color=ink,
        ),
        Column("Object", object_text, width=190, color=ink, bold=is_bold, tip=object_text),
        Column("Site", lambda a: a.site_name, width=84, color=ink),
        Column(
            "Problem", lambda a: a.text, width=240, color=ink, tip=lambda a: a.text, stretch=True
        ),
        Column(
            "Count",
            lambda a: f"{a.count:,}",
            sort=lambda a: a.count,
            width=54,
            align=Align.RIGHT,
            color=ink,
            export=lambda a: str(a.count),
        ),
        Column("Ack by", lambda a: a.acked_by or "", width=80, color=ink, id="ack"),
        Column(
            "Notes",
            lambda a: str(a.comments) if a.comments else "",
            sort=lambda a: a.comments,
            width=56,
            align=Align.RIGHT,
            hidden=True,
            color=ink,
        ),
        Column("Condition", lambda a: a.condition.value, width=120, hidden=True, color=ink),
        Column("State", lambda a: a.state.value, width=130, hidden=True, color=ink),
        Column(
            "Last seen",
            lambda a: times.clock_time(a.last_seen),
            sort=lambda a: a.last_seen,
            width=104,
            align=Align.RIGHT,
            hidden=True,
            color=ink,
            tip=lambda a: times.both(a.last_seen),
            export=lambda a: iso(a.last_seen),
        ),
        Column(
            "Acknowledged",
            lambda a: times.clock_time(a.acked_at),
            sort=lambda a: a.acked_at,
            width=110,
            align=Align.RIGHT,
            hidden=True,
            color=ink,
            export=lambda a: iso(a.acked_at),
        ),
    )
