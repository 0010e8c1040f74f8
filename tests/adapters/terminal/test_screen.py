import random

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import CursorShape, Palette, Size
from tests.adapters.terminal.conftest import THEME


def test_nothing_changed_between_two_frames_without_news(engine) -> None:
    engine.feed(b"one\r\ntwo")
    assert engine.frame().changed == (0, 1, 2, 3, 4)
    assert engine.frame().changed == ()


def test_a_typed_character_changes_its_row_only(engine) -> None:
    engine.feed(b"one\r\ntwo")
    before = engine.frame()
    engine.feed(b"!")
    after = engine.frame()
    assert after.changed == (1,)
    assert after.rows[0] is before.rows[0]
    assert after.rows[1].text == "two!"


def test_scrolled_rows_are_the_same_objects_one_row_higher(engine) -> None:
    engine.feed(b"\x1b[32ma\r\nb\r\nc\r\nd\r\ne")
    before = engine.frame()
    engine.feed(b"\r\nf")
    after = engine.frame()
    assert [row.text for row in after.rows] == ["b", "c", "d", "e", "f"]
    assert all(new is old for new, old in zip(after.rows, before.rows[1:], strict=False))


def test_rows_within_a_region_are_known_again_where_they_are_plain(engine) -> None:
    engine.feed(b"a\r\nb\r\nc\r\nd\r\ne")
    before = engine.frame()
    engine.feed(b"\x1b[2;4r\x1b[4;1H\n")
    after = engine.frame()
    assert [row.text for row in after.rows] == ["a", "c", "d", "", "e"]
    assert after.rows[1] is before.rows[2]
    assert after.rows[2] is before.rows[3]


def test_another_palette_paints_everything_anew(engine) -> None:
    engine.feed(b"\x1b[31mred")
    assert engine.frame().rows[0].runs[0].style.foreground == 0x010101
    engine.set_palette(Palette(0xFFFFFF, 0x000000, None, (0, 0xCC0000)))
    frame = engine.frame()
    assert frame.changed == (0, 1, 2, 3, 4)
    assert frame.rows[0].runs[0].style.foreground == 0xCC0000
    assert frame.foreground == 0xFFFFFF


def test_the_cursor_is_told_with_its_shape(engine) -> None:
    engine.feed(b"ab\x1b[5 q")
    cursor = engine.frame().cursor
    assert (cursor.row, cursor.column) == (0, 2)
    assert cursor.shape is CursorShape.BAR
    assert cursor.is_blinking
    engine.feed(b"\x1b[?25l\x1b[4 q")
    cursor = engine.frame().cursor
    assert not cursor.is_visible
    assert cursor.shape is CursorShape.UNDERLINE


def test_the_cursor_is_nowhere_while_the_view_is_scrolled_away(engine) -> None:
    engine.feed(b"line\r\n" * 50)
    engine.scroll(-20)
    assert engine.frame().cursor.row is None
    engine.scroll_to_bottom()
    assert engine.frame().cursor.row == 4


def test_frames_of_changes_are_those_of_a_fresh_look() -> None:
    """Whatever was kept, a screen is what somebody would see who looks for the first time."""
    chance = random.Random(7)
    parts = [
        b"plain text ", b"\r\n", b"\x1b[1;32m", b"\x1b[m", b"\x1b[2;4r", b"\x1b[r", b"\x1b[3;1H",
        b"\x1b[L", b"\x1b[M", b"\x1bM", b"\x1b[2J", "日本".encode(), "e\u0301".encode(),
        b"\x1b[48;5;20m", b"\x1b[K", b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[2P", b"\x1b[4@",
        b"\x1b]8;;http://a.b\x07", b"\x1b]8;;\x07", b"\x1b]4;1;#123456\x07", b"\x1b[31mr",
        b"\x1b[S",
    ]  # fmt: skip
    kept = GhosttyEngine(Size(20, 5))
    said = b""
    for _ in range(300):
        part = chance.choice(parts)
        said += part
        kept.feed(part)
        if chance.random() < 0.5:
            frame = kept.frame()
            fresh = GhosttyEngine(Size(20, 5))
            fresh.feed(said)
            assert [row.runs for row in frame.rows] == [row.runs for row in fresh.frame().rows]
            fresh.close()
    kept.set_palette(THEME)
    kept.close()
