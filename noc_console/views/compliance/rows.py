"""Findings and rules in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor, QIcon

from noc_console.services.compliance.model import (
    Finding,
    Gravity,
    Rule,
    RuleKind,
    Score,
    Verdict,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

VERDICTS = {
    Verdict.FAIL: ("broken", "close", 0),
    Verdict.ERROR: ("cannot be judged", "help", 1),
    Verdict.WAIVED: ("put up with", "clock", 2),
    Verdict.PASS: ("kept", "check", 3),
}
GRAVITIES = {
    Gravity.CRITICAL: 0,
    Gravity.MAJOR: 1,
    Gravity.MINOR: 2,
    Gravity.NOTE: 3,
}
KINDS = {
    RuleKind.HAS: "must have",
    RuleKind.LACKS: "must not have",
    RuleKind.BLOCK: "in each block",
    RuleKind.TEMPLATE: "golden template",
}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A rule on a device."""

    finding: Finding
    rule: Rule
    device: str

    @property
    def key(self) -> tuple[int, int]:
        return self.finding.rule_id, self.finding.device_id

    @property
    def evidence(self) -> str:
        """The first line the verdict stands on, and how many more."""
        told = self.finding.evidence
        if not told:
            return ""
        first = told[0]
        text = f"{first.line}: {first.text.strip()}" if first.line else f"missing: {first.text}"
        return text if len(told) == 1 else f"{text}   and {len(told) - 1} more"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with how it stands."""

    rule: Rule
    score: Score


def finding_rows(
    findings: Sequence[Finding], rules: Mapping[int, Rule], names: Mapping[int, str]
) -> list[FindingRow]:
    """Findings of rules and devices that are still there."""
    return [
        FindingRow(one, rules[one.rule_id], names[one.device_id])
        for one in findings
        if one.rule_id in rules and one.device_id in names
    ]


def finding_columns(desk: Desk) -> tuple[Column[FindingRow], ...]:
    """Broken first, the gravest of them first."""
    times = desk.times

    def troubled(row: FindingRow) -> bool:
        return row.finding.verdict in {Verdict.FAIL, Verdict.ERROR}

    def shown_icon(row: FindingRow) -> QIcon:
        tint = "attention.plain" if troubled(row) else "icon.dim"
        return icon(VERDICTS[row.finding.verdict][1], tint)

    def color(row: FindingRow) -> QColor | None:
        return look().color("attention.plain") if troubled(row) else None

    return (
        Column(
            "Verdict",
            lambda r: VERDICTS[r.finding.verdict][0],
            sort=lambda r: (
                VERDICTS[r.finding.verdict][2],
                GRAVITIES[r.rule.gravity],
                r.device.lower(),
                r.rule.name,
            ),
            width=140,
            icon=shown_icon,
            color=color,
            tip=lambda r: _waived(desk, r.finding),
        ),
        Column("Device", lambda r: r.device, width=160, bold=lambda r: True),
        Column("Rule", lambda r: r.rule.name, width=200),
        Column(
            "Gravity",
            lambda r: r.rule.gravity.value,
            sort=lambda r: GRAVITIES[r.rule.gravity],
            width=80,
        ),
        Column(
            "Since",
            lambda r: times.ago(r.finding.since),
            sort=lambda r: times.age_s(r.finding.since),
            width=80,
            align=Align.RIGHT,
            tip=lambda r: times.both(r.finding.since),
            export=lambda r: iso(r.finding.since),
        ),
        Column("Evidence", lambda r: r.evidence, width=420, mono=True, stretch=True),
    )


def rule_columns() -> tuple[Column[RuleRow], ...]:
    """Rules by how many devices break them."""

    def color(row: RuleRow) -> QColor | None:
        return look().color("attention.plain") if row.score.failed else None

    return (
        Column("Rule", lambda r: r.rule.name, width=220, bold=lambda r: True),
        Column("Wants", lambda r: KINDS[r.rule.kind], width=130),
        Column(
            "Gravity",
            lambda r: r.rule.gravity.value,
            sort=lambda r: GRAVITIES[r.rule.gravity],
            width=80,
        ),
        Column(
            "Broken",
            lambda r: str(r.score.failed),
            sort=lambda r: r.score.failed,
            width=80,
            align=Align.RIGHT,
            color=color,
        ),
        Column(
            "Put up with",
            lambda r: str(r.score.waived),
            sort=lambda r: r.score.waived,
            id="waived",
            width=90,
            align=Align.RIGHT,
        ),
        Column(
            "As it should be",
            lambda r: "–" if r.score.share is None else f"{100 * r.score.share:.0f} %",
            sort=lambda r: r.score.share,
            id="share",
            width=130,
            align=Align.RIGHT,
            bar=lambda r: r.score.share,
        ),
        Column("For", lambda r: scope_text(r.rule), width=180, dim=True),
        Column("On", lambda r: "yes" if r.rule.is_on else "no", width=50),
        Column("Why", lambda r: r.rule.remedy, width=240, dim=True, stretch=True),
    )


def scope_text(rule: Rule) -> str:
    """`ios, junos on ams-*`, or every device."""
    platforms = ", ".join(rule.platforms)
    devices = ", ".join(rule.devices)
    if platforms and devices:
        return f"{platforms} on {devices}"
    return platforms or devices or "every device"


def _waived(desk: Desk, finding: Finding) -> str:
    if finding.waived_until is None:
        return ""
    return f"until {desk.times.absolute(finding.waived_until)}: {finding.waived_for}"
