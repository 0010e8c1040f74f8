"""The report as pages: how each rule stands, and what is broken with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableCellFormat,
    QTextTableFormat,
)

from noc_console.kernel.text import visible
from noc_console.services.compliance.model import Verdict
from noc_console.views.compliance.rows import KINDS, FindingRow, RuleRow
from noc_console.views.kit.theme import UI_FAMILY

MOST_FINDINGS = 2_000
"""In one report; the table on the page and its CSV have all."""
LONGEST = 300
SPACE = 8.0
DARK, LIGHT = QColor(90, 96, 104), QColor(205, 210, 216)


def pdf(rules: Sequence[RuleRow], findings: Sequence[FindingRow], *, head: str) -> bytes:
    """Pages of A4. Words are inserted as words: nothing in them is taken for HTML."""
    document = laid_out(rules, findings, head=head)
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Compliance of configurations")
    writer.setCreator("NOC Console")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Landscape,
            QMarginsF(),  # the document keeps two centimetres of its own
            QPageLayout.Unit.Millimeter,
        )
    )
    document.print_(writer)
    buffer.close()
    return bytes(kept.data())


def laid_out(
    rules: Sequence[RuleRow], findings: Sequence[FindingRow], *, head: str
) -> QTextDocument:
    """A heading, a table of rules, a table of what is broken."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(QFont(UI_FAMILY, 9))
    cursor = QTextCursor(document)
    cursor.insertText("Compliance of configurations", _format(18, bold=True))
    cursor.insertBlock(_spaced(below=SPACE))
    cursor.insertText(head, _format(9))
    _table(
        cursor,
        ("Rule", "Wants", "Gravity", "Kept", "Broken", "Put up with", "As it should be"),
        [
            (
                row.rule.name,
                KINDS[row.rule.kind],
                row.rule.gravity.value,
                str(row.score.passed),
                str(row.score.failed),
                str(row.score.waived),
                "–" if row.score.share is None else f"{100 * row.score.share:.0f} %",
            )
            for row in rules
        ],
        (28, 16, 12, 10, 10, 12, 12),
        numbers=(3, 4, 5, 6),
    )
    broken = [one for one in findings if one.finding.verdict in {Verdict.FAIL, Verdict.ERROR}]
    cursor.insertBlock(_spaced(above=2 * SPACE, below=SPACE))
    cursor.insertText(f"What is broken ({len(broken)})", _format(13, bold=True))
    _table(
        cursor,
        ("Device", "Rule", "Since (UTC)", "Evidence"),
        [
            (
                one.device,
                one.rule.name,
                f"{one.finding.since:%Y-%m-%d %H:%M}",
                one.evidence,
            )
            for one in broken[:MOST_FINDINGS]
        ],
        (18, 22, 14, 46),
    )
    if len(broken) > MOST_FINDINGS:
        cursor.insertBlock(_spaced(above=SPACE))
        cursor.insertText(f"and {len(broken) - MOST_FINDINGS} more", _format(9))
    return document


def _table(
    cursor: QTextCursor,
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
    numbers: Sequence[int] = (),
) -> None:
    shape = QTextTableFormat()
    shape.setHeaderRowCount(1)
    shape.setCellPadding(3)
    shape.setCellSpacing(0)
    shape.setBorder(0)
    shape.setTopMargin(SPACE / 2)
    shape.setBorderCollapse(True)
    shape.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, width) for width in widths]
    )
    table = cursor.insertTable(1 + len(rows), len(titles), shape)
    right = QTextBlockFormat()
    right.setAlignment(Qt.AlignmentFlag.AlignRight)
    for number, row in enumerate((titles, *rows)):
        for at, text in enumerate(row):
            cell = table.cellAt(number, at)
            cell.setFormat(_ruled(DARK if number == 0 else LIGHT))
            start = cell.firstCursorPosition()
            if at in numbers:
                start.setBlockFormat(right)
            start.insertText(visible(text, limit=LONGEST), _format(9, bold=number == 0))
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _ruled(ink: QColor) -> QTextTableCellFormat:
    """A line under the cell."""
    made = QTextTableCellFormat()
    made.setBottomBorder(0.5)
    made.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBottomBorderBrush(ink)
    return made


def _spaced(*, above: float = 0, below: float = 0) -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setTopMargin(above)
    made.setBottomMargin(below)
    return made


def _format(size: float, *, bold: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFontPointSize(size)
    made.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made
