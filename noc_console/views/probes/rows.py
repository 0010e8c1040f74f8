"""The columns of the list of probes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtGui import QColor, QIcon

from noc_console.services.alarms.model import Alarm, Condition, Severity
from noc_console.services.inventory.model import Reachability
from noc_console.services.probes.about import probe_of
from noc_console.services.probes.model import ProbeNow, ProbeState
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column, Curve
from noc_console.views.kit.severity import severity_color, state_icon
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso
from noc_console.views.kit.units import ms_text
from noc_console.views.probes.smoke import tint_of

STALE_ROUNDS = 2.5
"""Intervals after which a word is history: nobody has asked since."""


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One probe on the list, with its alarms and the shape of its last hour."""

    now: ProbeNow
    worst: Severity = Severity.CLEARED
    trouble: Condition | None = None
    """What the worst alarm is about."""
    is_stale: bool = False
    curve: Curve | None = None

    @property
    def id(self) -> int:
        return int(self.now.probe.id)

    def __eq__(self, other: object) -> bool:
        """Curves are compared by identity: they are swapped as a whole."""
        if self is other:
            return True
        if not isinstance(other, ProbeRow):
            return NotImplemented
        mine = (self.now, self.worst, self.trouble, self.is_stale)
        theirs = (other.now, other.worst, other.trouble, other.is_stale)
        return mine == theirs and self.curve is other.curve

    def __hash__(self) -> int:
        return hash(self.id)


def probe_rows(
    probes: Sequence[ProbeNow],
    alarms: Sequence[Alarm],
    curves: Mapping[int, Curve],
    before: Sequence[ProbeRow],
    *,
    now: datetime,
) -> list[ProbeRow]:
    """The rows of the list. Those that did not change are the same objects as `before`.

    For a thread: ten thousand rows take a tenth of a second, which a window must not stand still.
    """
    worst = _worst(alarms)
    old = {row.id: row for row in before}
    rows = []
    for each in probes:
        number = int(each.probe.id)
        severity, trouble = worst.get(number, (Severity.CLEARED, None))
        stale = each.at is not None and is_stale(each, now - each.at)
        row = ProbeRow(each, severity, trouble, stale, curves.get(number))
        known = old.get(number)
        rows.append(known if known is not None and known == row else row)
    return rows


def _worst(alarms: Sequence[Alarm]) -> dict[int, tuple[Severity, Condition]]:
    """The worst standing alarm of each probe."""
    found: dict[int, tuple[Severity, Condition]] = {}
    for alarm in alarms:
        probe_id = probe_of(alarm.about)
        if probe_id is not None and alarm.is_active:
            known = found.get(probe_id)
            if known is None or alarm.severity > known[0]:
                found[probe_id] = alarm.severity, alarm.condition
    return found


_WORDS = {
    ProbeState.UNKNOWN: "Waiting",
    ProbeState.WELL: "Well",
    ProbeState.WRONG: "Wrong",
    ProbeState.SILENT: "Silent",
}
_TROUBLES = {
    Condition.PROBE_LOSS: "Lossy",
    Condition.PROBE_LATENCY: "Slow",
    Condition.CERTIFICATE_EXPIRY: "Expiring",
}
"""What is said of a target that answers, but not well."""
_ORDER = {ProbeState.SILENT: 0, ProbeState.WRONG: 1, ProbeState.UNKNOWN: 3, ProbeState.WELL: 4}


def is_stale(now: ProbeNow, at_most: timedelta) -> bool:
    """Whether the word is older than `at_most`; a probe without one waits, and is not stale."""
    return now.at is not None and at_most > timedelta(
        seconds=max(10.0, now.probe.interval_s * STALE_ROUNDS)
    )


def state_word(row: ProbeRow) -> str:
    if row.now.probe.is_paused:
        return "Paused"
    if row.is_stale:
        return "Stale"
    if row.now.state == ProbeState.WELL and row.trouble in _TROUBLES:
        return _TROUBLES[row.trouble]
    return _WORDS[row.now.state]


def origin_text(row: ProbeRow) -> str:
    """Who asks: a wish, or who did it last."""
    _, _, name = row.now.probe.origin.partition(":")
    if row.now.probe.origin.startswith("zone:"):
        return f"zone {name}"
    return name or row.now.by or "any collector"


def interval_text(seconds: float) -> str:
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 60:g} min" if seconds >= 60 and seconds % 60 == 0 else f"{seconds:g} s"


def row_icon(row: ProbeRow) -> QIcon:
    """The same ring as a device's: its worst alarm gives the colour, silence fills it."""
    state = row.now.state
    if row.now.probe.is_paused:
        return icon("pause", "icon.dim")
    if row.is_stale or state == ProbeState.UNKNOWN:
        return state_icon(Reachability.UNKNOWN)
    is_down = state == ProbeState.SILENT and row.worst > Severity.CLEARED
    return state_icon(Reachability.DOWN if is_down else Reachability.UP, row.worst)


def probe_columns(desk: Desk) -> tuple[Column[ProbeRow], ...]:
    times = desk.times

    def quiet(row: ProbeRow) -> QColor | None:
        return look().color("text.dim") if row.now.probe.is_paused or row.is_stale else None

    def state_ink(row: ProbeRow) -> QColor | None:
        if row.worst > Severity.CLEARED:
            return severity_color(row.worst)
        return look().color("text.dim")

    def loss_ink(row: ProbeRow) -> QColor | None:
        loss = row.now.loss_percent
        return quiet(row) if not loss else look().color(tint_of(loss))

    def ms(title: str, name: str, width: int, *, hidden: bool = False) -> Column[ProbeRow]:
        def value(row: ProbeRow) -> float | None:
            found = getattr(row.now, f"{name}_ms")
            return found if isinstance(found, float) else None

        def text(row: ProbeRow) -> str:
            found = value(row)
            return "–" if found is None else ms_text(found)

        def plain(row: ProbeRow) -> str:
            found = value(row)
            return "" if found is None else f"{found:.3f}"

        return Column(
            title,
            text,
            sort=value,
            id=title.lower(),
            width=width,
            align=Align.RIGHT,
            color=quiet,
            hidden=hidden,
            export=plain,
        )

    def loss_text(row: ProbeRow) -> str:
        loss = row.now.loss_percent
        return "–" if loss is None else f"{loss:.0f} %"

    return (
        Column(
            "State",
            state_word,
            sort=lambda r: (r.now.probe.is_paused, -r.worst, _ORDER[r.now.state]),
            width=88,
            icon=row_icon,
            color=state_ink,
            tip=lambda r: r.now.error or state_word(r),
        ),
        Column(
            "Name",
            lambda r: r.now.name,
            width=168,
            color=quiet,
            bold=lambda r: r.worst >= Severity.MAJOR,
            tip=lambda r: "by the rule “ping every device”" if r.now.probe.is_of_rule else "",
        ),
        Column("Kind", lambda r: r.now.probe.title, width=104, color=quiet),
        Column(
            "Target",
            lambda r: r.now.target,
            width=180,
            mono=True,
            is_address=True,
            color=quiet,
            stretch=True,
        ),
        Column("From", origin_text, width=112, color=quiet),
        Column(
            "Loss",
            loss_text,
            sort=lambda r: r.now.loss_percent,
            width=58,
            align=Align.RIGHT,
            color=loss_ink,
            tip=lambda r: f"{r.now.lost} of {r.now.sent} in the last round",
            export=lambda r: "" if r.now.loss_percent is None else f"{r.now.loss_percent:.1f}",
        ),
        ms("Median", "median", 78),
        ms("Jitter", "jitter", 74),
        ms("Least", "least", 74, hidden=True),
        ms("Greatest", "greatest", 78, hidden=True),
        Column(
            "Last hour",
            lambda r: "",
            sort=lambda r: r.now.median_ms,
            id="hour",
            width=120,
            curve=lambda r: r.curve,
        ),
        Column(
            "Certificate",
            lambda r: _days_text(r, desk),
            sort=lambda r: r.now.expires_at,
            width=86,
            align=Align.RIGHT,
            color=quiet,
            tip=lambda r: f"ends {times.absolute(r.now.expires_at)}" if r.now.expires_at else "",
            export=lambda r: iso(r.now.expires_at),
        ),
        Column(
            "Every",
            lambda r: interval_text(r.now.probe.interval_s),
            sort=lambda r: r.now.probe.interval_s,
            width=62,
            align=Align.RIGHT,
            dim=True,
            export=lambda r: f"{r.now.probe.interval_s:g}",
        ),
        Column(
            "Age",
            lambda r: times.ago(r.now.at),
            sort=lambda r: r.now.at,
            width=58,
            align=Align.RIGHT,
            dim=True,
            tip=lambda r: times.both(r.now.at),
            export=lambda r: iso(r.now.at),
        ),
        Column("Last error", lambda r: r.now.error, id="error", width=240, hidden=True),
    )


def _days_text(row: ProbeRow, desk: Desk) -> str:
    ends = row.now.expires_at
    if ends is None:
        return ""
    days = (ends - desk.clock.now()).total_seconds() / 86_400
    return f"{days:.0f} d" if days > 0 else "ended"
