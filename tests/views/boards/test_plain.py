"""Words stand as they were typed, and the time in its zone."""

from __future__ import annotations

from PySide6.QtCore import Qt

from noc_console.services.boards.model import TileKind
from noc_console.views.boards.plain import ClockContent, NoteContent


async def test_a_note_is_never_markup(content) -> None:
    note = await content(TileKind.NOTE, text="call <b>Ada</b>\nat five").load()
    assert isinstance(note, NoteContent)
    assert note.label.text() == "call <b>Ada</b>\nat five"
    assert note.label.textFormat() is Qt.TextFormat.PlainText
    assert note.route() is None


async def test_a_clock_tells_the_time_of_its_zone(content, clock) -> None:
    local = await content(TileKind.CLOCK, zone="utc").load()
    assert isinstance(local, ClockContent)
    assert local.words() == ("00:00:00", "Sun 01 Mar · UTC")
    before = local.grab().toImage()
    clock.tick(seconds=3661)
    assert local.words()[0] == "01:01:01"
    assert local.grab().toImage() != before
