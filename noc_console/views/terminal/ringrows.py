"""The devices of a ring as its list shows them: how each stands, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Severity
from noc_console.services.terminal.ring import Member, Phase, Told
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import look

WORDS = {
    Phase.CLOSED: "closed",
    Phase.CONNECTING: "connecting…",
    Phase.READY: "ready",
    Phase.ASKED: "asked…",
    Phase.SAME: "as expected",
    Phase.DIFFERENT: "differs",
    Phase.ERROR: "does not know it",
    Phase.FAILED: "failed",
    Phase.SKIPPED: "not asked",
    Phase.PASSED: "passed over",
    Phase.LEFT_OUT: "left out",
}
QUIET = frozenset({Phase.SKIPPED, Phase.PASSED, Phase.LEFT_OUT})
TROUBLE = {
    Phase.DIFFERENT: Severity.MAJOR,
    Phase.ERROR: Severity.MAJOR,
    Phase.FAILED: Severity.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class RingRow:
    """A device of the ring as the list shows it."""

    number: int
    member: Member
    told: Told
    is_canary: bool


def ring_columns() -> tuple[Column[RingRow], ...]:
    return (
        Column("#", lambda row: str(row.number), sort=lambda row: row.number, width=36),
        Column(
            "Device",
            lambda row: row.member.name + ("  (canary)" if row.is_canary else ""),
            width=176,
            bold=lambda row: row.is_canary,
            stretch=True,
        ),
        Column(
            "State",
            lambda row: WORDS[row.told.phase],
            width=112,
            color=_color,
            tip=lambda row: row.told.text[:600],
        ),
        Column(
            "Answer",
            lambda row: next((x for x in row.told.text.splitlines() if x.strip()), ""),
            width=130,
            stretch=True,
            mono=True,
        ),
        Column(
            "Took",
            _took,
            sort=lambda row: row.told.took_s or None,
            width=62,
            align=Align.RIGHT,
        ),
        Column(
            "Address",
            lambda row: row.member.address,
            width=130,
            hidden=True,
            is_address=True,
            mono=True,
        ),
        Column("Site", lambda row: row.member.site, width=120, hidden=True),
        Column("Platform", lambda row: row.member.platform, width=110, hidden=True),
    )


def _took(row: RingRow) -> str:
    if not row.told.took_s:
        return ""
    return f"{row.told.took_s:.1f} s" if row.told.took_s >= 0.05 else "< 0.1 s"


def _color(row: RingRow) -> QColor | None:
    trouble = TROUBLE.get(row.told.phase)
    if trouble is not None:
        return severity_color(trouble)
    return look().color("text.dim") if row.told.phase in QUIET else None
