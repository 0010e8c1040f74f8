"""A handover as a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtGui import QTextCursor, QTextDocument

from noc_console.views.handover.exporting import content, laid_out

TEXT = """# Handover of mira

## Open

- critical: core-1: down – **eva** has it
- <img src="file:///etc/passwd"> \\*not bold\\*

A line of its own.
"""


def blocks(document: QTextDocument) -> list[tuple[str, bool]]:
    """Words of each block, and whether it is of a list."""
    found = []
    block = document.begin()
    while block.isValid():
        found.append((block.text(), QTextCursor(block).currentList() is not None))
        block = block.next()
    return found


def test_marks_become_looks_and_words_stay_words() -> None:
    document = laid_out(TEXT)
    assert blocks(document) == [
        ("Handover of mira", False),
        ("Open", False),
        ("critical: core-1: down – eva has it", True),
        ('<img src="file:///etc/passwd"> *not bold*', True),
        ("A line of its own.", False),
    ]


async def test_each_ending_is_its_kind_of_file(dressed: object) -> None:
    made = await asyncio.to_thread(content, TEXT, Path("a.pdf"))
    assert made.startswith(b"%PDF") and made.rstrip().endswith(b"%%EOF") and len(made) > 2_000
    assert content(TEXT, Path("a.md")) == TEXT.encode()
    plain = content(TEXT, Path("a.txt")).decode()
    assert plain.startswith("HANDOVER OF MIRA\n======") and "*not bold*" in plain


async def test_a_long_handover_has_many_pages(dressed: object) -> None:
    one = await asyncio.to_thread(content, TEXT, Path("a.pdf"))
    many = await asyncio.to_thread(content, TEXT * 60, Path("a.pdf"))
    assert many.count(b"/Type /Page\n") > one.count(b"/Type /Page\n")
