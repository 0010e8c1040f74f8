import pytest

from noc_console.services.terminal.host_window import LONGEST_TITLE, plain
from noc_console.services.terminal.model import Size
from tests.services.terminal.screens import screen


def test_a_title_is_one_printable_line_of_at_most_eighty_characters() -> None:
    with screen() as engine:
        engine.feed("\x1b]2;core-1\t\u202egnp.exe\u2028 ok\x07".encode())
        assert engine.title == "core-1gnp.exe ok"
        engine.feed(b"\x1b]0;" + b"x" * 500 + b"\x1b\\")
        assert engine.title == "x" * LONGEST_TITLE


def test_an_icons_title_is_not_the_windows() -> None:
    with screen() as engine:
        engine.feed(b"\x1b]2;window\x07\x1b]1;icon\x07")
        assert engine.title == "window"


def test_titles_are_stacked_and_come_back() -> None:
    with screen() as engine:
        engine.feed(b"\x1b]2;one\x07\x1b[22;0t\x1b]2;two\x07\x1b[22;2t\x1b]2;three\x07")
        engine.feed(b"\x1b[23;2t")
        assert engine.title == "two"
        engine.feed(b"\x1b[23t\x1b[23t\x1b[23t")
        assert engine.title == "one"


def test_the_stack_has_a_bottom() -> None:
    with screen() as engine:
        for number in range(100):
            engine.feed(b"\x1b]2;%d\x07\x1b[22t" % number)
        for _ in range(100):
            engine.feed(b"\x1b[23t")
        assert engine.title == "90"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (b"\x1b[11t", b"\x1b[1t"),
        (b"\x1b[13t", b"\x1b[3;0;0t"),
        (b"\x1b[14t", b"\x1b[4;80;160t"),
        (b"\x1b[16t", b"\x1b[6;16;8t"),
        (b"\x1b[18t", b"\x1b[8;5;20t"),
        (b"\x1b[19t", b"\x1b[9;100;200t"),
        (b"\x1b[21t", b""),
        (b"\x1b[2t\x1b[3;9;9t\x1b[11t\x1b[13t", b"\x1b[1t\x1b[3;0;0t"),
        (b"\x1b[?11t", b""),
        (b"\x1b[t", b""),
    ],
)
def test_a_sessions_window_is_always_where_it_is(asked, answer) -> None:
    with screen() as engine:
        assert engine.feed(asked) == answer


def test_a_suites_window_moves_hides_and_resizes() -> None:
    with screen(80, 24, is_under_test=True) as engine:
        assert engine.feed(b"\x1b[2t\x1b[11t\x1b[1t\x1b[11t") == b"\x1b[2t\x1b[1t"
        assert engine.feed(b"\x1b[3;7;9t\x1b[13t") == b"\x1b[3;7;9t"
        assert engine.feed(b"\x1b[8;30t\x1b[18t") == b"\x1b[8;30;80t"
        assert engine.feed(b"\x1b[8;;90t\x1b[18t") == b"\x1b[8;30;90t"
        assert engine.feed(b"\x1b[4;160;400t\x1b[18t") == b"\x1b[8;10;50t"
        engine.feed(b"\x1b[9;1t")
        assert engine.size == Size(200, 100)
        engine.feed(b"\x1b[9;0t")
        assert engine.size == Size(50, 10)
        engine.feed(b"\x1b[10;2t")
        assert engine.size == Size(200, 100)
        engine.feed(b"\x1b[10;2t\x1b[27t")
        assert engine.size == Size(50, 27)


def test_a_suite_reads_titles_as_text_and_in_hexadecimal() -> None:
    with screen(is_under_test=True) as engine:
        assert engine.feed(b"\x1b]0;ab\x07\x1b[21t\x1b[20t") == b"\x1b]lab\x1b\\\x1b]Lab\x1b\\"
        assert engine.feed(b"\x1b[>1t\x1b[21t") == b"\x1b]l6162\x1b\\"
        assert engine.feed(b"\x1b[>0t\x1b]2;6364\x07\x1b[>0;1T\x1b[21t") == b"\x1b]lcd\x1b\\"


def test_characters_that_reorder_or_hide_are_not_text_for_people() -> None:
    assert plain("a\u200bb\u202ec\x9bd\ne", 10) == "abcde"


def test_a_suite_chooses_lines_and_columns_of_a_page() -> None:
    with screen(is_under_test=True) as engine:
        engine.feed(b"\x1b[36*|\x1b[132$|")
        assert engine.size == Size(132, 36)
        engine.feed(b"\x1b[0*|\x1b[$|")
        assert engine.size == Size(80, 36)
        engine.feed(b"\x1b[9999*|")
        assert engine.size.rows == 500


def test_a_session_has_the_lines_its_window_has() -> None:
    with screen() as engine:
        assert engine.feed(b"\x1b[36*|\x1b[132$|") == b""
        assert engine.size == Size(20, 5)


def test_a_full_reset_ends_hexadecimal_titles_and_a_suites_132_columns() -> None:
    with screen(80, 5, is_under_test=True) as engine:
        engine.feed(b"\x1b[>0;1t\x1b[?40h\x1b[?3h")
        assert engine.size.columns == 132
        engine.feed(b"\x1bc\x1b]2;ab\x1b\\")
        assert engine.size.columns == 80
        assert engine.title == "ab"
        assert engine.feed(b"\x1b[21t") == b"\x1b]lab\x1b\\"
