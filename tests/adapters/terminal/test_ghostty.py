import os
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import (
    Key,
    KeyPress,
    MouseTracking,
    Point,
    Row,
    Selection,
    Size,
)

SEQUENCES = (
    b"\x1b[1;31m", b"\x1b[0m", b"\x1b[5;5H", b"\x1b[2J", b"\x1b[K", b"\x1b[2;4r", b"\x1b[r",
    b"\x1bM", b"\x1b[3L", b"\x1b[2M", b"\x1b[4P", b"\x1b[5@", b"\x1b[7X", b"\x1b]0;title\x07",
    b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?6h", b"\x1b[?6l", b"\x1b[?7l", b"\x1b[?7h",
    b"\x1b(0", b"\x1b(B", b"\x1b7", b"\x1b8", b"\x1b[c", b"\x1b[6n", b"\x1bP$qm\x1b\\",
    b"\x1b[18t", b"\x1b]8;;http://a.b\x1b\\", b"\x1b]4;1;?\x07", b"\x1b[10b", b"\x1b[?25l",
    b"\x1bP+q544e\x1b\\", b"\x1b[?40h\x1b[?3h", b"\r\n", b"\x1b[38;2;1;2;3m", b"\x1b[48:5:7m",
    b"\x1b_Gx\x1b\\", b"\x1b]52;c;aGk=\x07", "日本".encode(), "e\u0301".encode(), "👩‍🔧".encode(),
    b"\x1b[3\n;4H", b"\x9b1m", b"\x1b\x9d0;x\x07", b"\xff\xfe",
)  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(SEQUENCES),
    st.binary(max_size=8),
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


def picture(engine: GhosttyEngine) -> list[tuple[object, ...]]:
    frame = engine.frame()
    return [(row.runs, row.is_wrapped) for row in frame.rows] + [(frame.cursor, engine.title)]


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=30).map(b"".join), st.randoms(use_true_random=False))
def test_bytes_cut_anywhere_make_the_same_screen_and_answers(said, chance) -> None:
    whole, cut = GhosttyEngine(Size(20, 6)), GhosttyEngine(Size(20, 6))
    at, answers = 0, b""
    while at < len(said):
        end = at + chance.randint(1, 7)
        answers += cut.feed(said[at:end])
        at = end
    # What a frame takes away of changes must not depend on the pieces either.
    assert whole.feed(said) == answers
    assert picture(whole) == picture(cut)
    whole.close()
    cut.close()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("abc 日本xyz", max_size=60), min_size=1, max_size=12),
    st.integers(2, 40),
    st.integers(2, 12),
)
def test_narrower_and_back_keeps_every_character(lines, columns, rows) -> None:
    engine = GhosttyEngine(Size(30, 8), scrollback=1_000)
    engine.feed("\r\n".join(lines).encode())

    def everything() -> str:
        total = engine.viewport.total
        chosen = Selection(Point(0, 0), Point(total - 1, engine.size.columns - 1))
        return engine.selected_text(chosen).replace(" ", "").strip()

    before = everything()
    engine.resize(Size(columns, rows))
    assert everything() == before
    engine.resize(Size(30, 8))
    assert everything() == before
    engine.close()


def test_a_fuzz_of_bytes_never_throws_and_a_reset_makes_it_usable_again() -> None:
    """NOC_FUZZ_ROUNDS=5000 is the minute that is run before a release."""
    chance = random.Random(20_261_121)
    engine = GhosttyEngine(Size(80, 24), scrollback=500)
    for number in range(int(os.environ.get("NOC_FUZZ_ROUNDS", "150"))):
        parts = [chance.choice(SEQUENCES) for _ in range(20)]
        parts += [chance.randbytes(chance.randint(0, 400)) for _ in range(4)]
        parts += [
            b"\x1b[%d;%d%c"
            % (chance.randrange(10**5), chance.randrange(99), chance.randint(32, 126))
            for _ in range(20)
        ]
        chance.shuffle(parts)
        engine.feed(b"".join(parts))
        frame = engine.frame()
        assert len(frame.rows) == engine.size.rows == 24
        if number % 50 == 0:
            engine.resize(Size(chance.randint(1, 200), 24))
            engine.encode_key(KeyPress(Key.UP))
            engine.selected_text(Selection(Point(0, 0), Point(10, 10)))
    engine.resize(Size(80, 24))
    engine.feed(b"\x18\x1b\\\x1bc")
    engine.feed(b"usable")
    assert engine.frame().rows[0].text == "usable"
    engine.close()


HOSTILE = {
    "an operating system command of two megabytes": b"\x1b]0;" + b"A" * 2_000_000,
    "a clipboard of two megabytes": b"\x1b]52;c;" + b"A" * 2_000_000 + b"\x07",
    "a link of two megabytes": b"\x1b]8;;http://" + b"A" * 2_000_000 + b"\x1b\\",
    "a device string of two megabytes": b"\x1bP$q" + b"A" * 2_000_000,
    "a picture of two megabytes": b"\x1b_Gf=24,s=999,v=999;" + b"QUFB" * 500_000 + b"\x1b\\",
    "a hundred thousand marks": b"a" + "\u0301".encode() * 100_000,
    "a number of a hundred thousand digits": b"\x1b[" + b"9" * 100_000 + b"A",
    "a hundred thousand numbers": b"\x1b[" + b"9;" * 100_000 + b"m",
    "controls within a sequence": b"\x1b[" + b"\n" * 200_000,
    "repetitions": b"a\x1b[65535b" * 2_000,
    "sizes": b"\x1b[8;99999;99999t\x1b[4;99999;99999t" * 1_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_output_takes_no_memory_and_leaves_the_screen_usable(what) -> None:
    engine = GhosttyEngine(Size(80, 24), scrollback=500)
    engine.feed(b"x")
    tracemalloc.start()
    for at in range(0, len(HOSTILE[what]), 65_536):
        assert engine.feed(HOSTILE[what][at : at + 65_536]) == b""
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 300_000
    assert engine.size == Size(80, 24)
    engine.feed(b"\x18\x1b\\\x1bcusable")
    assert engine.frame().rows[0].text == "usable"
    engine.close()


def test_the_scrollback_keeps_what_was_promised_and_not_much_more() -> None:
    engine = GhosttyEngine(Size(80, 24), scrollback=5_000)
    engine.feed(b"".join(b"%d\r\n" % number for number in range(30_000)))
    assert 5_000 <= engine.viewport.total - 24 <= 8_000
    engine.resize(Size(160, 24))
    engine.feed(b"".join(b"%d\r\n" % number for number in range(30_000)))
    assert 5_000 <= engine.viewport.total - 24 <= 8_000
    engine.close()


def test_the_view_goes_anywhere_in_the_scrollback(engine) -> None:
    engine.feed(b"".join(b"line %d\r\n" % number for number in range(100)))
    assert engine.viewport.is_at_bottom
    engine.scroll_to(10)
    assert engine.viewport.top == 10
    assert engine.frame().rows[0].text == "line 10"
    engine.scroll(-500)
    assert engine.viewport.top == 0
    engine.feed(b"more\r\n")
    assert engine.viewport.top == 0
    engine.scroll_to(5_000)
    assert engine.viewport.is_at_bottom
    engine.clear_scrollback()
    assert engine.viewport.total == 5
    assert engine.lines(0, 1) == ["line 97"]


def test_an_idle_scrollback_can_be_packed_and_is_read_all_the_same(engine) -> None:
    engine.feed(b"".join(b"line %d\r\n" % number for number in range(2_000)))
    while engine.compress():
        pass
    total = engine.viewport.total
    assert engine.lines(total - 6, 2) == ["line 1995", "line 1996"]


def test_what_the_program_switched_on_is_told(engine) -> None:
    engine.feed(b"\x1b[?2004h\x1b[?1002h\x1b[?1049h\x1b[?1h\x1b=\x1b[?1004h\x1b[?2026h\x1b[?5h")
    modes = engine.modes
    assert modes.mouse is MouseTracking.DRAGS
    assert modes.bracketed_paste and modes.alternate_screen and modes.application_cursor
    assert modes.application_keypad and modes.focus_reporting and modes.synchronized
    assert modes.reverse_video
    engine.reset()
    assert engine.modes.mouse is MouseTracking.NONE
    assert not engine.modes.alternate_screen


def test_the_bell_is_counted(engine) -> None:
    engine.feed(b"\x07\x07\x1b]0;no bell\x07")
    assert engine.bells == 2


def test_a_selection_as_html_keeps_colours_and_escapes_the_rest(engine) -> None:
    engine.feed(b"a \x1b[31m<b>&\x1b[0m\r\n" + b"line\r\n" * 30)
    found = engine.selected_html(Selection(Point(0, 0), Point(1, 3)))
    assert "&lt;b&gt;&amp;" in found
    assert "color:#010101" in found
    assert found.endswith("line</pre>")
    assert engine.viewport.is_at_bottom


def test_links_of_devices_are_never_in_html(engine) -> None:
    engine.feed(b"\x1b]8;;http://a.b\x07click\x1b]8;;\x07")
    assert "http" not in engine.selected_html(Selection(Point(0, 0), Point(0, 9)))


def test_a_window_that_resizes_tells_programs_that_asked(engine) -> None:
    assert engine.resize(Size(30, 6)) == b""
    engine.feed(b"\x1b[?2048h")
    assert engine.resize(Size(40, 7)) == b"\x1b[48;7;40;112;320t"


def test_no_device_changes_how_wide_the_window_is(engine) -> None:
    engine.feed(b"\x1b[?40h\x1b[?3h")
    assert engine.size == Size(20, 5)
    engine.feed(b"\x1b[?\n40h\x1b[?3h")
    assert engine.size == Size(20, 5)
    assert all(sum(run.columns for run in row.runs) <= 20 for row in engine.frame().rows)


def test_a_suite_may_change_how_wide_the_window_is() -> None:
    engine = GhosttyEngine(Size(80, 24), is_under_test=True)
    engine.feed(b"\x1b[?40h\x1b[?3h")
    assert engine.size == Size(132, 24)
    engine.feed(b"\x1b[8;30;100t")
    assert engine.size == Size(100, 30)
    engine.close()


def test_a_row_is_read_by_people(engine) -> None:
    engine.feed("日本 ok".encode())
    row = engine.frame().rows[0]
    assert isinstance(row, Row)
    assert row.text == "日本 ok"
