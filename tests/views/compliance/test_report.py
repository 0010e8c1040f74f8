"""The report as pages; what devices say is never markup."""

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
from noc_console.views.compliance.report import laid_out, pdf
from noc_console.views.compliance.rows import FindingRow, RuleRow

AT = datetime(2026, 2, 28, tzinfo=UTC)
RULE = Rule(1, "<b>ntp</b>", RuleKind.HAS, "x")
BROKEN = FindingRow(
    Finding(1, 7, 3, Verdict.FAIL, AT, AT, (Evidence("<img src=x>", 3),)), RULE, "r7"
)
KEPT = FindingRow(Finding(1, 8, 3, Verdict.PASS, AT, AT), RULE, "r8")


async def test_rules_and_what_is_broken_are_told_word_for_word() -> None:
    document = laid_out([RuleRow(RULE, Score(1, 1))], [BROKEN, KEPT], head="today")
    text = document.toPlainText()
    assert "<b>ntp</b>" in text and "3: <img src=x>" in text and "50 %" in text
    assert "What is broken (1)" in text and "r8" not in text


async def test_pages_are_a_pdf() -> None:
    assert pdf([RuleRow(RULE, Score(1, 1))], [BROKEN] * 50, head="today").startswith(b"%PDF")
