import pytest

from tests.services.terminal.screens import screen, shown


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (b"\x1b[2;3H\x1b[?6n", b"\x1b[?2;3;1R"),
        (b"\x1b[?15n", b"\x1b[?13n"),
        (b"\x1b[?25n", b"\x1b[?21n"),
        (b"\x1b[?26n", b"\x1b[?27;1;0;0n"),
        (b"\x1b[?63;5n", b"\x1bP5!~0000\x1b\\"),
        (b"\x1b[?77n", b""),
        (b"\x1b[x", b"\x1b[2;1;1;128;128;1;0x"),
        (b"\x1b[1x", b"\x1b[3;1;1;128;128;1;0x"),
        (b"\x1b[2x", b""),
        (b"\x1b[1$p", b"\x1b[1;4$y"),
        (b"\x1b[4$p", b"\x1b[4;2$y"),
        (b"\x1b[4h\x1b[4$p", b"\x1b[4;1$y"),
        (b"\x1b[?25$p", b"\x1b[?25;1$y"),
        (b"\x1b[?42h\x1b[?42$p", b"\x1b[?42;4$y"),
        (b"\x1b[?8l\x1b[?8$p", b"\x1b[?8;3$y"),
        (b"\x1b[?60h\x1b[?60$p", b"\x1b[?60;4$y"),
        (b"\x1b[?9876$p", b"\x1b[?9876;0$y"),
        (b"\x1b[=c", b"\x1bP!|00000000\x1b\\"),
        (b"\x1b[=1c", b""),
    ],
)
def test_reports_are_what_a_terminal_of_this_kind_says(asked, answer) -> None:
    with screen() as engine:
        assert engine.feed(asked) == answer


@pytest.mark.parametrize(
    ("before", "asked", "answer"),
    [
        ("\x1b[1;3r", "r", "1$r1;3r"),
        ("\x1b[1m", "m", "1$r0;1m"),
        ("\x1b[4 q", " q", "1$r4 q"),
        ('\x1b[1"q', '"q', '1$r1"q'),
        ('\x1b[1"q\x1b[!p', '"q', '1$r0"q'),
        ("\x1b[2*x", "*x", "1$r2*x"),
        ("", '"p', '1$r64;1"p'),
        ('\x1b[62;1"p', '"p', '1$r62;1"p'),
        ('\x1b[65;0"p', '"p', '1$r64;0"p'),
        ("", "t", "1$r5t"),
        ("", "*|", "1$r5*|"),
        ("", "$|", "1$r20$|"),
        ("", "$}", "1$r0$}"),
        ("", "nonsense", "0$r"),
        ("", "", "0$r"),
    ],
)
def test_settings_are_told_when_asked_for(before, asked, answer) -> None:
    with screen() as engine:
        engine.feed(before.encode())
        assert engine.feed(f"\x1bP$q{asked}\x1b\\".encode()) == f"\x1bP{answer}\x1b\\".encode()


def test_another_level_resets_the_terminal() -> None:
    with screen() as engine:
        engine.feed(b'text\x1b[62;1"p')
        assert engine.frame().rows[0].text == ""
        assert engine.feed(b"\x1b[4$p") == b""  # a VT220 knew no DECRQM
        engine.feed(b'\x1b[64;1"p')
        assert engine.feed(b"\x1b[4$p") == b"\x1b[4;2$y"


def test_a_suite_finds_modes_without_an_effect_as_it_left_them() -> None:
    with screen(is_under_test=True) as engine:
        assert engine.feed(b"\x1b[?42h\x1b[?42$p\x1b[?42l\x1b[?42$p") == (
            b"\x1b[?42;1$y\x1b[?42;2$y"
        )
        assert engine.feed(b"\x1b[2h\x1b[2$p") == b"\x1b[2;1$y"
        assert engine.feed(b"\x1bc\x1b[2$p") == b"\x1b[2;2$y"


def test_nothing_is_printed() -> None:
    with screen() as engine:
        assert engine.feed(b"secret\x1b[i\x1b[5i\x1b[?5i\x1b[4i") == b""


def test_a_suite_meets_a_vt420_and_sessions_a_vt220() -> None:
    with screen(is_under_test=True) as engine:
        assert engine.feed(b"\x1b[c\x1b[>c\x1b[1c") == b"\x1b[?64;1;6;21;22;28c\x1b[>41;383;0c"
    with screen() as engine:
        assert engine.feed(b"\x1b[c\x1b[>c") == b"\x1b[?62;22c\x1b[>1;0;0c"


@pytest.mark.parametrize(
    ("before", "then", "line"),
    [
        (b"\x1b[4h", b"ab\x1b[HX", "Xb"),  # inserting
        (b"\x1b[?7l", b"\x1b[1;19Habc", " " * 18 + "ab"),  # not wrapping
        (b"\x1b[3;4r\x1b[?6h", b"\x1b[HX", "X"),  # origin
        (b"\x1b[1$}", b"X", "X"),  # writing into a status line
        (b"\x1b(0", b"\x1b[Hqq", "qq"),  # line drawing
        (b"\x1b)0\x0e", b"\x1b[Hqq", "qq"),
        (b'\x1b[1"q', b"\x1b[HX\x1b[H\x1b[?J", ""),  # protection
        (b"\x1bV", b"\x1b[HX\x1b[H\x1b[J", ""),
        (b"\x1b[?69h\x1b[2;4s", b"\x1b[1;3Habc", "  abc"),  # side margins
        (b"\x1b[2;5H\x1b7", b"\x1b[3;9H\x1b8X", "X"),  # what was saved
    ],
)
@pytest.mark.parametrize("is_under_test", [False, True])
def test_a_soft_reset_is_one(before, then, line, is_under_test) -> None:
    with screen(20, 5, is_under_test=is_under_test) as engine:
        engine.feed(before + b"\x1b[!p" + then)
        assert shown(engine)[0] == line


def test_a_soft_reset_lets_lines_scroll_through_the_whole_screen_again() -> None:
    with screen(20, 5) as engine:
        engine.feed(b"top\x1b[2;3r\x1b[!p\x1b[5;1H\n")
        assert shown(engine)[0] == ""


def test_a_soft_reset_leaves_text_and_cursor_where_they_are() -> None:
    with screen(20, 5) as engine:
        engine.feed(b"text\x1b[2;4r\x1b[?6h\x1b[2;7H\x1b[1;31m\x1b[!p")
        assert engine.feed(b"\x1b[6n") == b"\x1b[3;7R"
        assert shown(engine)[0] == "text"
        assert engine.feed(b"\x1bP$qm\x1b\\") == b"\x1bP1$r0m\x1b\\"


def test_a_soft_reset_gives_the_keys_and_the_cursor_back() -> None:
    with screen() as engine:
        engine.feed(b"\x1b[?1;66;2004h\x1b[?25l\x1b[!p")
        modes = engine.modes
        assert (modes.application_cursor, modes.application_keypad) == (False, False)
        assert modes.bracketed_paste  # which DEC never had, and xterm leaves
        assert engine.feed(b"\x1b[?25$p") == b"\x1b[?25;1$y"


def test_the_same_level_chosen_again_resets_softly() -> None:
    with screen() as engine:
        engine.feed(b'text\x1b[4h\x1b[64;1"p')
        assert shown(engine)[0] == "text"
        assert engine.feed(b"\x1b[4$p") == b"\x1b[4;2$y"


@pytest.mark.parametrize("is_under_test", [False, True])
def test_there_are_no_side_margins_below_level_four(is_under_test) -> None:
    with screen(is_under_test=is_under_test) as engine:
        engine.feed(b'\x1b[63;1"p\x1b[?25;69h\x1b[5;6s\x1b[1;5Habc')
        assert engine.feed(b"\x1b[6n") == b"\x1b[1;8R"
        engine.feed(b'\x1b[64;1"p\x1b[?69h\x1b[5;6s\x1b[1;5Habc')
        assert engine.feed(b"\x1b[6n") == b"\x1b[2;6R"
