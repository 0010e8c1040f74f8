"""Pinned notes from the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.handover.model import Entry, EntryId, EntryKind
from noc_console.services.handover.rules.notes import standing

START = datetime(2026, 3, 1, tzinfo=UTC)


def entry(number: int, kind: EntryKind, text: str = "", of: int | None = None) -> Entry:
    return Entry(
        EntryId(number), START + timedelta(minutes=number), f"person {number}", kind, text,
        "device:7", "core-1", None if of is None else EntryId(of),
    )  # fmt: skip


def test_a_note_has_its_newest_words_and_says_who_changed_them() -> None:
    (note,) = standing(
        [
            entry(1, EntryKind.NOTE, "fan is loud"),
            entry(2, EntryKind.EDITED, "fan is very loud", of=1),
            entry(3, EntryKind.EDITED, "fan exchanged", of=1),
        ]
    )
    assert (note.text, note.by, note.edited_by) == ("fan exchanged", "person 1", "person 3")
    assert note.at == START + timedelta(minutes=1)


def test_a_note_that_was_taken_off_is_gone_for_good() -> None:
    steps = [
        entry(1, EntryKind.NOTE, "old"),
        entry(2, EntryKind.NOTE, "new"),
        entry(3, EntryKind.REMOVED, of=1),
        entry(4, EntryKind.EDITED, "too late", of=1),
        entry(5, EntryKind.REMOVED, of=99),
        entry(6, EntryKind.ENTRY, "no note"),
    ]
    assert [note.text for note in standing(steps)] == ["new"]


def test_the_newest_note_comes_first() -> None:
    notes = standing([entry(1, EntryKind.NOTE, "a"), entry(2, EntryKind.NOTE, "b")])
    assert [note.text for note in notes] == ["b", "a"]
