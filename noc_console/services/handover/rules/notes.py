"""Pinned notes from the log: what was written, changed and taken off, in its order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from noc_console.services.handover.model import Entry, EntryKind, Note


def standing(entries: Iterable[Entry]) -> tuple[Note, ...]:
    """The notes that are not taken off, with their newest words; the newest note first."""
    notes: dict[int, Note] = {}
    for entry in entries:
        if entry.kind is EntryKind.NOTE:
            notes[entry.id] = Note(
                entry.id, entry.about, entry.about_name, entry.text, entry.by, entry.at
            )
        elif entry.of_id is not None and entry.of_id in notes:
            if entry.kind is EntryKind.REMOVED:
                del notes[entry.of_id]
            elif entry.kind is EntryKind.EDITED:
                notes[entry.of_id] = replace(
                    notes[entry.of_id],
                    text=entry.text,
                    edited_by=entry.by,
                    edited_at=entry.at,
                )
    return tuple(sorted(notes.values(), key=lambda note: (note.at, note.id), reverse=True))
