"""The columns of the desk, and the look of an alarm's six states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtGui import QColor, QIcon

from noc_console.services.alarms.model import Alarm, AlarmState, Impact
from noc_console.services.alarms.sla import burnt_by
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.words import STATE_WORDS, condition_text, object_text, severity_text
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_color, severity_icon
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

OBJECT = "object"
"""The id of the column the tree is drawn in."""


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
    AlarmState.RETURNED: StateLook(
        is_bold=True, is_dim=True, word=STATE_WORDS[AlarmState.RETURNED]
    ),
    AlarmState.NORMAL: StateLook(is_dim=True, word=STATE_WORDS[AlarmState.NORMAL]),
    AlarmState.SHELVED: StateLook(
        is_hollow=True, is_dim=True, word=STATE_WORDS[AlarmState.SHELVED]
    ),
    AlarmState.SUPPRESSED: StateLook(
        is_hollow=True, is_dim=True, word=STATE_WORDS[AlarmState.SUPPRESSED]
    ),
}


def state_look(alarm: Alarm) -> StateLook:
    return LOOKS[alarm.state]


def sign(alarm: Alarm, *, light: bool) -> QIcon:
    """The sign of the row; in the dark phase what blinks is hollow."""
    shown = state_look(alarm)
    return severity_icon(alarm.severity, quiet=shown.is_hollow or (shown.blinks and not light))


def ink(alarm: Alarm) -> QColor | None:
    """The colour of a row's words; None is the ordinary one."""
    return look().color("text.dim") if state_look(alarm).is_dim else None


def _line_ink(line: Line) -> QColor | None:
    return None if line.alarm is None else ink(line.alarm)


def _told(tell: Callable[[Alarm], str]) -> Callable[[Line], str]:
    return lambda line: "" if line.alarm is None else tell(line.alarm)


def _words(
    title: str,
    tell: Callable[[Alarm], str],
    *,
    width: int,
    id: str = "",
    hidden: bool = False,
    stretch: bool = False,
) -> Column[Line]:
    text = _told(tell)
    return Column(
        title, text, id=id, width=width, color=_line_ink, tip=text, hidden=hidden, stretch=stretch
    )


def _number(
    title: str,
    number: Callable[[Alarm], float | None],
    *,
    width: int,
    id: str = "",
    hidden: bool = False,
    write: Callable[[float], str] = lambda value: f"{value:,.0f}",
    tip: Callable[[Line], str] | None = None,
) -> Column[Line]:
    """A number that is left out while nobody knows it."""

    def of(line: Line) -> float | None:
        return None if line.alarm is None else number(line.alarm)

    def text(line: Line) -> str:
        value = of(line)
        return "" if value is None else write(value)

    def plain(line: Line) -> str:
        value = of(line)
        return "" if value is None else f"{value:g}"

    return Column(
        title, text, sort=of, id=id, width=width, align=Align.RIGHT, color=_line_ink,
        hidden=hidden, export=plain, tip=tip,
    )  # fmt: skip


def _moment(
    desk: Desk, title: str, at: Callable[[Alarm], datetime | None], *, width: int, hidden: bool
) -> Column[Line]:
    times = desk.times

    def of(line: Line) -> datetime | None:
        return None if line.alarm is None else at(line.alarm)

    def text(line: Line) -> str:
        moment = of(line)
        return "" if line.alarm is None else times.clock_time(moment)

    return Column(
        title, text, sort=of, width=width, align=Align.RIGHT, hidden=hidden, color=_line_ink,
        tip=lambda line: times.both(of(line)), export=lambda line: iso(of(line)),
    )  # fmt: skip


def _hit(name: str) -> Callable[[Alarm], float | None]:
    return lambda alarm: None if alarm.impact is None else float(getattr(alarm.impact, name))


def impact_words(impact: Impact) -> str:
    """`2 devices, 1,240 customers, 12 services, EUR 18,400 a month`."""
    parts = [
        f"{count:,} {word if count != 1 else word.removesuffix('s')}"
        for count, word in (
            (impact.devices, "devices"),
            (impact.customers, "customers"),
            (impact.services, "services"),
        )
        if count
    ]
    if impact.priority:
        parts.append(f"{impact.priority:,} with priority")
    if impact.revenue is not None:
        parts.append(f"{impact.revenue} a month")
    return ", ".join(parts) or "nothing behind it"


def _hit_tip(line: Line) -> str:
    alarm = line.alarm
    return impact_words(alarm.impact) if alarm is not None and alarm.impact is not None else ""


def _revenue(line: Line) -> str:
    alarm = line.alarm
    if alarm is None or alarm.impact is None or alarm.impact.revenue is None:
        return ""
    return str(alarm.impact.revenue)


def marks(line: Line) -> str:
    """What the marks of a line say: who else looks at it, and that something waits."""
    told = []
    if line.is_waiting:
        told.append("waits for the store")
    if line.lookers:
        told.append(f"{', '.join(line.lookers)} looking")
    return "; ".join(told)


def _mark_icon(line: Line) -> QIcon | None:
    if line.is_waiting:
        return icon("clock", "attention.plain")
    return icon("eye", "icon.dim") if line.lookers else None


def alarm_columns(desk: Desk) -> tuple[Column[Line], ...]:
    """Where, since when, how bad, who has it, whom it hits."""
    times, blink = desk.times, desk.blink

    def burnt(alarm: Alarm) -> float | None:
        return burnt_by(alarm, now=desk.clock.now()) or None

    def severity_ink(line: Line) -> QColor | None:
        alarm = line.alarm
        return None if alarm is None else ink(alarm) or severity_color(alarm.severity)

    def signed(line: Line) -> QIcon | None:
        return None if line.alarm is None else sign(line.alarm, light=blink.is_light)

    def is_bold(line: Line) -> bool:
        return line.group is not None or (line.alarm is not None and state_look(line.alarm).is_bold)

    def title(line: Line) -> str:
        if line.group is not None:
            return f"{line.group.title} ({line.group.count:,})"
        return "" if line.alarm is None else object_text(line.alarm)

    def tree_tip(line: Line) -> str:
        behind = f"\n{line.inside:,} folded behind it (→ shows them)" if line.inside else ""
        why = line.alarm.root_why if line.alarm is not None else ""
        return title(line) + behind + (f"\nFolded: {why}" if why else "")

    return (
        Column(
            "Severity",
            _told(lambda a: severity_text(a) if a.is_active else "Cleared"),
            tip=_told(severity_text),
            sort=lambda line: None if line.alarm is None else -line.alarm.severity,
            width=94,
            icon=signed,
            color=severity_ink,
            bold=is_bold,
        ),
        _moment(desk, "Since", lambda a: a.first_seen, width=74, hidden=False),
        Column(
            "Age",
            lambda line: "" if line.alarm is None else times.ago(line.alarm.first_seen),
            sort=lambda line: None if line.alarm is None else times.age_s(line.alarm.first_seen),
            width=56,
            align=Align.RIGHT,
            color=_line_ink,
        ),
        Column(
            "Object", title, id=OBJECT, width=160, color=_line_ink, bold=is_bold, tip=tree_tip,
        ),
        _words("Place", lambda a: a.site_name, id="site", width=72),
        _words("Problem", lambda a: a.text, width=210, stretch=True),
        _number(
            "Customers", _hit("customers"), width=74, id="customers", tip=_hit_tip
        ),
        _words("Ack by", lambda a: a.acked_by or "", width=56, id="ack"),
        _words("Owner", lambda a: a.owner or "", width=64, id="owner", hidden=True),
        _words("Ticket", lambda a: a.ticket, width=52),
        _number("Count", lambda a: float(a.count), width=46),
        Column(
            "", lambda line: "", id="marks", width=28, icon=_mark_icon, tip=marks, export=marks
        ),
        _words("Cause", lambda a: condition_text(a.condition), id="condition", width=120,
               hidden=True),
        _words("Device type", lambda a: "", id="type", width=84, hidden=True),
        _words("State", lambda a: a.state.value, width=120, hidden=True),
        _number("Devices hit", _hit("devices"), width=80, id="devices", hidden=True, tip=_hit_tip),
        _number("Services hit", _hit("services"), width=80, id="services", hidden=True),
        _number("SLA min burnt", burnt, width=96, id="sla", hidden=True),
        _number("Priority customers", _hit("priority"), width=110, id="priority", hidden=True),
        Column(
            "Revenue a month", _revenue, id="revenue", width=110, align=Align.RIGHT, hidden=True,
            color=_line_ink,
        ),
        _number("Notes", lambda a: float(a.comments) or None, width=56, hidden=True),
        _moment(desk, "Last seen", lambda a: a.last_seen, width=96, hidden=True),
        _moment(desk, "Acknowledged", lambda a: a.acked_at, width=104, hidden=True),
    )  # fmt: skip
