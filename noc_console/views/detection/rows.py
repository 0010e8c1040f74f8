"""The columns of the list of alarm rules, and of what a replay found."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QColor, QIcon

from noc_console.kernel.text import duration
from noc_console.services.detection.model import Family, Firing, Origin, RuleRow
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_color, severity_icon, severity_word
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso


def rule_columns() -> tuple[Column[RuleRow], ...]:
    """What a rule watches and how often it rang."""

    def quiet(row: RuleRow) -> QColor | None:
        return None if row.is_enabled else look().color("text.dim")

    def rang(row: RuleRow) -> QColor | None:
        return look().color("text.dim") if not row.alarms else quiet(row)

    return (
        Column(
            "Rule",
            lambda r: r.title,
            sort=lambda r: r.title.casefold(),
            width=250,
            icon=_icon,
            color=quiet,
            tip=lambda r: r.id,
            stretch=True,
        ),
        Column("On", lambda r: "on" if r.is_enabled else "off", width=38, color=quiet),
        Column("Kind", lambda r: r.kind, width=76, color=quiet),
        Column("Watches", lambda r: r.watches, width=150, color=quiet, tip=lambda r: r.watches),
        Column(
            "Scope",
            lambda r: r.scope or "everywhere",
            width=104,
            color=lambda r: quiet(r) if r.scope else look().color("text.dim"),
            tip=lambda r: r.scope,
        ),
        Column(
            "Levels",
            lambda r: r.levels,
            sort=lambda r: -int(r.severity),
            width=196,
            color=quiet,
            tip=lambda r: r.levels,
        ),
        Column("Condition", lambda r: r.condition, width=118, color=quiet),
        Column(
            "Whose",
            lambda r: "changed" if r.origin is Origin.CHANGED else r.origin.value,
            width=66,
            color=lambda r: quiet(r) if r.origin is not Origin.PACK else look().color("text.dim"),
        ),
        Column(
            "7 days",
            lambda r: str(r.alarms) if r.alarms else "–",
            sort=lambda r: r.alarms,
            id="alarms",
            width=62,
            align=Align.RIGHT,
            color=rang,
            bold=lambda r: r.alarms >= 100,
            tip=lambda r: f"{r.alarms} alarms of {r.condition} came in the last seven days",
            export=lambda r: str(r.alarms),
        ),
        Column("Id", lambda r: r.id, width=150, hidden=True),
        Column(
            "Of",
            lambda r: "values" if r.family is Family.METRIC else "events",
            id="family",
            width=70,
            hidden=True,
        ),
        Column("What to do", lambda r: r.remedy.replace("\n", " "), id="remedy", hidden=True),
    )


def _icon(row: RuleRow) -> QIcon | None:
    if not row.is_enabled:
        return icon("pause", "icon.dim")
    return severity_icon(row.severity, quiet=True)  # a rule is no trouble


def firing_columns(desk: Desk) -> tuple[Column[Firing], ...]:
    """When it would have rung, on what and for how long."""
    times = desk.times

    def lasted(row: Firing) -> float:
        end = row.end or desk.clock.now()
        return (end - row.start).total_seconds()

    return (
        Column(
            "From",
            lambda r: times.absolute(r.start),
            sort=lambda r: r.start,
            width=148,
            tip=lambda r: times.both(r.start),
            export=lambda r: iso(r.start),
        ),
        Column(
            "For",
            lambda r: duration(lasted(r)) + ("" if r.end else " …"),
            sort=lasted,
            width=76,
            align=Align.RIGHT,
            tip=lambda r: "" if r.end else "it would still stand",
            export=lambda r: f"{lasted(r):.0f}",
        ),
        Column(
            "Severity",
            lambda r: severity_word(r.severity),
            sort=lambda r: -int(r.severity),
            width=84,
            icon=lambda r: severity_icon(r.severity),
            color=lambda r: severity_color(r.severity),
        ),
        Column("Device", lambda r: r.about.device_name, width=90),
        Column("Object", lambda r: r.about.interface_name, width=76),
        Column("Text", lambda r: r.text, width=120, stretch=True, tip=lambda r: r.text),
    )


def firing_key(row: Firing) -> tuple[str, datetime]:
    return row.about.key, row.start
