"""Findings and rules in lists."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.compliance.model import (
    Evidence,
    Finding,
    Rule,
    RuleKind,
    Score,
    Verdict,
)
from noc_console.views.compliance.rows import (
    RuleRow,
    finding_columns,
    finding_rows,
    rule_columns,
    scope_text,
)
from noc_console.views.kit.desk import Desk

AT = datetime(2026, 2, 28, tzinfo=UTC)
RULE = Rule(1, "ntp", RuleKind.HAS, "x", platforms=("ios",), devices=("ams-*",))


def finding(verdict: Verdict, *evidence: Evidence, device: int = 7) -> Finding:
    return Finding(1, device, 3, verdict, AT, AT, evidence)


def test_what_is_gone_is_left_out_and_evidence_is_told_by_its_first_line() -> None:
    found = [
        finding(Verdict.FAIL, Evidence("ip http", 3), Evidence("x", 4)),
        finding(Verdict.FAIL, Evidence("ntp server"), device=8),
        finding(Verdict.FAIL, device=9),
    ]
    rows = finding_rows(found, {1: RULE}, {7: "r7", 8: "r8"})
    assert [row.evidence for row in rows] == ["3: ip http   and 1 more", "missing: ntp server"]
    assert finding_rows(found, {}, {7: "r7"}) == []


def test_every_column_answers_for_every_verdict(desk: Desk) -> None:
    for verdict in Verdict:
        (row,) = finding_rows([finding(verdict)], {1: RULE}, {7: "r7"})
        for column in finding_columns(desk):
            for ask in (column.text, column.sort, column.tip, column.icon, column.color):
                if ask is not None:
                    ask(row)
    told = [column.text(RuleRow(RULE, Score(passed=3, failed=1))) for column in rule_columns()]
    assert told[:6] == ["ntp", "must have", "major", "1", "0", "75 %"]


def test_for_whom_a_rule_is() -> None:
    assert scope_text(RULE) == "ios on ams-*"
    assert scope_text(Rule(1, "r", RuleKind.HAS, "x")) == "every device"
