"""Devices with their newest configuration, versions, and lines that a search found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor, QIcon

from noc_console.services.accounting.model import Record
from noc_console.services.compliance.model import Score
from noc_console.services.configs.model import Match, Overview, Version, Why
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

WHYS = {Why.SCHEDULE: "schedule", Why.CHANGE: "change heard", Why.DEMAND: "on demand"}
STATES = {
    "kept": ("kept", "check", 4),
    "failing": ("fails", "attention", 0),
    "set-up": ("needs setting up", "key", 1),
    "waiting": ("waiting", "clock", 2),
    "never": ("not yet", "clock", 3),
    "cannot": ("no way known", "close", 5),
}
SET_UP = {
    "untrusted": "its SSH key is not trusted yet",
    "no-login": "there is no login for it",
    "key-changed": "it shows another SSH key than before",
    "auth": "it refused the login",
    "way": "a jump host on its way refused the login",
}


@dataclass(frozen=True, slots=True)
class ConfigRow:
    """A device on the page."""

    one: Overview
    score: Score | None = None

    @property
    def id(self) -> int:
        return self.one.device_id

    @property
    def state(self) -> str:
        stand = self.one.standing
        if stand.wanted_at is not None:
            return "waiting"
        if stand.reason in SET_UP:
            return "set-up"
        if stand.error:
            return "cannot" if stand.reason in {"platform", "address"} else "failing"
        if self.one.version is not None:
            return "kept"
        return "cannot" if self.one.can else "never"

    @property
    def state_text(self) -> str:
        return STATES[self.state][0]

    @property
    def why_text(self) -> str:
        """What stands in the way, in words."""
        return self.one.standing.error or (self.one.can if self.state == "cannot" else "")


def config_rows(found: tuple[Overview, ...], scores: Mapping[int, Score]) -> list[ConfigRow]:
    return [ConfigRow(one, scores.get(one.device_id)) for one in found]


def config_columns(desk: Desk) -> tuple[Column[ConfigRow], ...]:
    """Devices."""
    times = desk.times

    def attention(row: ConfigRow) -> QColor | None:
        troubled = row.state in {"failing", "set-up"}
        return look().color("attention.plain") if troubled else None

    def state_icon(row: ConfigRow) -> QIcon:
        troubled = row.state in {"failing", "set-up"}
        return icon(STATES[row.state][1], "attention.plain" if troubled else "icon.dim")

    def broken(row: ConfigRow) -> QColor | None:
        failed = row.score is not None and row.score.failed
        return look().color("attention.plain") if failed else None

    return (
        Column("Device", lambda r: r.one.name, id="device", width=150, bold=lambda r: True),
        Column(
            "Backup",
            lambda r: r.state_text,
            sort=lambda r: STATES[r.state][2],
            id="state",
            width=140,
            icon=state_icon,
            color=attention,
            tip=lambda r: r.why_text,
        ),
        Column("Platform", lambda r: r.one.platform or "–", width=100, dim=True),
        Column(
            "Address", lambda r: r.one.address, width=120, mono=True, is_address=True, hidden=True
        ),
        Column(
            "Changed",
            lambda r: times.ago(r.one.version.at if r.one.version else None),
            sort=lambda r: times.age_s(r.one.version.at if r.one.version else None),
            width=90,
            align=Align.RIGHT,
            tip=lambda r: times.both(r.one.version.at if r.one.version else None),
            export=lambda r: iso(r.one.version.at if r.one.version else None),
        ),
        Column(
            "By",
            lambda r: (r.one.version.who if r.one.version else "") or "–",
            width=110,
            tip=lambda r: r.one.version.how if r.one.version else "",
        ),
        Column(
            "Lines",
            lambda r: f"{r.one.version.lines:,}".replace(",", " ") if r.one.version else "–",
            sort=lambda r: r.one.version.lines if r.one.version else None,
            width=70,
            align=Align.RIGHT,
            hidden=True,
        ),
        Column(
            "Last change",
            lambda r: _delta(r.one.version),
            id="delta",
            width=100,
            align=Align.RIGHT,
            mono=True,
        ),
        Column(
            "Versions",
            lambda r: str(r.one.versions),
            sort=lambda r: r.one.versions,
            width=80,
            align=Align.RIGHT,
        ),
        Column(
            "Rules",
            lambda r: _score(r.score),
            sort=lambda r: r.score.share if r.score else None,
            id="rules",
            width=110,
            color=broken,
            tip=lambda r: _score_tip(r.score),
        ),
        Column(
            "Read",
            lambda r: times.ago(r.one.standing.kept_at),
            sort=lambda r: times.age_s(r.one.standing.kept_at),
            width=80,
            align=Align.RIGHT,
            tip=lambda r: times.both(r.one.standing.kept_at),
            export=lambda r: iso(r.one.standing.kept_at),
        ),
        Column("Problem", lambda r: r.why_text, width=220, dim=True, stretch=True),
    )


def version_columns(desk: Desk) -> tuple[Column[Version], ...]:
    """The versions of one device."""
    times = desk.times
    return (
        Column(
            "From",
            lambda v: times.clock_time(v.at),
            sort=lambda v: v.id,
            width=110,
            tip=lambda v: f"{times.both(v.at)}\nseen last {times.both(v.seen_at)}",
            export=lambda v: iso(v.at),
        ),
        Column("Changes", _delta, width=76, mono=True, align=Align.RIGHT),
        Column("By", lambda v: v.who or "–", width=66, tip=lambda v: v.how),
        Column("Read for", lambda v: WHYS[v.why], id="why", width=90, dim=True, stretch=True),
    )


def command_columns(desk: Desk) -> tuple[Column[Record], ...]:
    """Commands that the device accounted (AAA)."""
    times = desk.times
    return (
        Column(
            "At",
            lambda r: times.clock_time(r.at),
            sort=lambda r: r.id,
            width=110,
            tip=lambda r: times.both(r.at),
            export=lambda r: iso(r.at),
        ),
        Column("User", lambda r: r.user or "–", width=90),
        Column("From", lambda r: r.address or "–", width=120, mono=True, is_address=True),
        Column("Line", lambda r: r.port or "–", width=70, dim=True),
        Column(
            "Command",
            lambda r: r.words,
            width=400,
            mono=True,
            stretch=True,
            bold=lambda r: r.is_change,
            tip=lambda r: f"{r.words}\nprivilege {r.privilege}, told by {r.source} (AAA)",
        ),
    )


def match_columns(desk: Desk) -> tuple[Column[Match], ...]:
    """Lines that a search found."""
    times = desk.times
    return (
        Column("Device", lambda m: m.device, width=150, bold=lambda m: m.is_newest),
        Column(
            "Version",
            lambda m: "newest" if m.is_newest else times.clock_time(m.at),
            sort=lambda m: m.version_id,
            width=110,
            tip=lambda m: times.both(m.at),
            export=lambda m: iso(m.at),
        ),
        Column("Line", lambda m: str(m.line), sort=lambda m: m.line, width=70, align=Align.RIGHT),
        Column("Text", lambda m: m.text.strip(), width=500, mono=True, stretch=True),
    )


def _delta(version: Version | None) -> str:
    if version is None:
        return "–"
    return f"+{version.added} −{version.removed}"


def _score(score: Score | None) -> str:
    if score is None or not score.judged:
        return "–"
    bad = score.failed + score.errors
    return f"{bad} of {score.judged} broken" if bad else f"{score.judged} kept"


def _score_tip(score: Score | None) -> str:
    if score is None or not score.judged:
        return "No rule was judged on it yet."
    told = f"{score.passed} kept, {score.failed} broken"
    if score.waived:
        told += f", {score.waived} put up with"
    return told + (f", {score.errors} could not be judged" if score.errors else "")
