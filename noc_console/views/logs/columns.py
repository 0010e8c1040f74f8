"""The columns of the log."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor

from noc_console.services.intake.model import IntakeLine, LineKind
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import Times, iso
from noc_console.views.logs.asked import facility_word, severity_word

ERROR, NOTICE = 3, 5
KINDS = {LineKind.TRAP: "Trap", LineKind.SYSLOG: "Syslog"}


def ink(line: IntakeLine) -> QColor | None:
    """What sounds bad stands out a little, what is only told for the record steps back."""
    if line.severity <= ERROR:
        return look().color("attention.plain")
    return look().color("text.dim") if line.severity > NOTICE else None


def device_of(line: IntakeLine, names: Mapping[int, str]) -> str:
    """The device's name, or who spoke."""
    if line.device_id is None:
        return line.source
    return names.get(line.device_id, line.host or line.source)


def origin(line: IntakeLine) -> str:
    """What in the device spoke: `sshd[812]`, `%SYS-5-CONFIG_I`."""
    if line.mnemonic:
        return line.mnemonic
    return f"{line.app}[{line.process}]" if line.app and line.process else line.app


def moment(times: Times, line: IntakeLine) -> str:
    """To the second: only the time today, with the day before that."""
    at, now = (when.astimezone(times.zone()) for when in (line.at, times.clock.now()))
    return at.strftime("%H:%M:%S" if at.date() == now.date() else "%d %b %H:%M:%S")


def line_columns(desk: Desk, names: Mapping[int, str]) -> tuple[Column[IntakeLine], ...]:
    """`names` by device id; the page fills it as it learns them."""
    times = desk.times
    return (
        Column(
            "Time",
            lambda line: moment(times, line),
            sort=lambda line: (line.at, line.id),
            width=118,
            tip=lambda line: times.both(line.at),
            export=lambda line: iso(line.at),
        ),
        Column(
            "Severity",
            lambda line: severity_word(line.severity),
            sort=lambda line: line.severity,
            width=84,
            color=ink,
        ),
        Column("Device", lambda line: device_of(line, names), width=130),
        Column("From", origin, width=112, dim=True, id="from", tip=origin),
        Column(
            "Message",
            lambda line: line.text,
            width=320,
            color=lambda line: look().color("text.dim") if line.severity > NOTICE else None,
            tip=lambda line: line.text,
            stretch=True,
        ),
        Column(
            "Count",
            lambda line: f"× {line.count:,}" if line.count > 1 else "",
            sort=lambda line: line.count,
            width=52,
            align=Align.RIGHT,
            export=lambda line: str(line.count),
        ),
        Column("Kind", lambda line: KINDS[line.kind], width=62, dim=True),
        Column(
            "Facility", lambda line: facility_word(line.facility), width=74, dim=True, hidden=True
        ),
        Column(
            "Source",
            lambda line: line.source,
            width=118,
            hidden=True,
            is_address=True,
        ),
        Column("Host", lambda line: line.host, width=110, hidden=True),
        Column("Message id", lambda line: line.message_id, width=110, hidden=True),
    )
