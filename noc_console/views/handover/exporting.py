"""A handover as a file: Markdown, plain text, or PDF."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextListFormat,
)

from noc_console.services.handover.service import HandoverService
from noc_console.views.kit.theme import UI_FAMILY

KINDS = "Markdown (*.md);;Text (*.txt);;PDF (*.pdf)"
LONGEST = 100_000
_SIZES = {1: 18.0, 2: 13.0}
_MARKS = "\\`*[]<>|"


def content(text: str, path: Path) -> bytes:
    """What is written into a file, by its ending. For a thread: laying out pages takes a while."""
    kind = path.suffix.lower()
    if kind == ".pdf":
        return pdf(text)
    return (HandoverService.plain(text) if kind == ".txt" else text).encode()


def pdf(text: str) -> bytes:
    """Pages of A4. Words are inserted as words: nothing in them is taken for HTML."""
    document = laid_out(text[:LONGEST])
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Handover")
    writer.setCreator("NOC Console")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(18, 18, 18, 18),
            QPageLayout.Unit.Millimeter,
        )
    )
    document.print_(writer)
    buffer.close()
    return bytes(kept.data())


def laid_out(text: str) -> QTextDocument:
    """Headings, lists and bold words; everything else as it is written."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(QFont(UI_FAMILY, 10))
    cursor = QTextCursor(document)
    is_first = True
    for line in text.splitlines():
        if not line.strip():
            continue
        level = len(line) - len(line.lstrip("#"))
        block = QTextBlockFormat()
        words = line
        if level in _SIZES and line[level : level + 1] == " ":
            words = line[level + 1 :]
            block.setTopMargin(0 if is_first else 12)
            block.setBottomMargin(4)
            _begin(cursor, block, is_first=is_first)
            cursor.insertText(_bare(words), _format(_SIZES[level], bold=True))
        else:
            is_item = line.startswith("- ")
            block.setBottomMargin(2)
            _begin(cursor, block, is_first=is_first)
            if is_item:
                cursor.createList(QTextListFormat.Style.ListDisc)
            _insert(cursor, line[2:] if is_item else line)
        is_first = False
    return document


def _begin(cursor: QTextCursor, block: QTextBlockFormat, *, is_first: bool) -> None:
    if is_first:
        cursor.setBlockFormat(block)
    else:
        # A new block would go on with the list of the one before.
        cursor.insertBlock(block)
        if cursor.currentList() is not None:
            cursor.currentList().remove(cursor.block())


def _insert(cursor: QTextCursor, words: str) -> None:
    for at, part in enumerate(words.split("**")):
        if part:
            cursor.insertText(_bare(part), _format(10.0, bold=at % 2 == 1))


def _format(size: float, *, bold: bool) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFontPointSize(size)
    made.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def _bare(words: str) -> str:
    for mark in _MARKS[1:] + _MARKS[0]:
        words = words.replace(f"\\{mark}", mark)
    return words
