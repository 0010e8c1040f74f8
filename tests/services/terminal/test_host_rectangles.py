from collections.abc import Iterator

import pytest

from noc_console.services.terminal.ports import TerminalEngine
from tests.services.terminal.screens import screen, shown

ALPHABET = b"\x1b[Habcdefgh\r\nijklmnop\r\nqrstuvwx\r\nyz6789+-"


@pytest.fixture
def suite() -> Iterator[TerminalEngine]:
    with screen(8, 4, is_under_test=True) as engine:
        engine.feed(ALPHABET)
        yield engine


def test_sessions_have_no_rectangles() -> None:
    with screen(8, 4) as engine:
        engine.feed(ALPHABET)
        said = b"\x1b[37;1;1;4;8$x\x1b[1;1;4;8$z\x1b[1;1;2;2;1;3;3$v\x1b[1;1;1;1;4;8*y\x1b[2'}\x1b9"
        assert engine.feed(said) == b""
        assert shown(engine) == ["abcdefgh", "ijklmnop", "qrstuvwx", "yz6789+-"]


def test_a_rectangle_is_filled(suite) -> None:
    suite.feed(b"\x1b[37;2;3;3;5$x")
    assert shown(suite) == ["abcdefgh", "ij%%%nop", "qr%%%vwx", "yz6789+-"]


def test_what_is_no_character_fills_nothing(suite) -> None:
    suite.feed(b"\x1b[7;1;1;4;8$x\x1b[37;3;3;1;1$x")
    assert shown(suite)[0] == "abcdefgh"


def test_a_rectangle_is_erased(suite) -> None:
    suite.feed(b"\x1b[2;3;3;9$z")
    assert shown(suite) == ["abcdefgh", "ij", "qr", "yz6789+-"]


def test_what_is_protected_stays_when_erasing_selectively(suite) -> None:
    suite.feed(b'\x1b[1;2H\x1b[1"qBC\x1b[0"q\x1b[1;1;1;4${')
    assert shown(suite)[0] == " BC efgh"


@pytest.mark.parametrize("is_guarding", [False, True])
def test_selective_erasing_knows_nothing_of_isos_protection(suite, is_guarding) -> None:
    suite.feed(b"\x1b[1;2H\x1bVBC" + (b"" if is_guarding else b"\x1bW") + b"\x1b[1;1;1;4${")
    assert shown(suite)[0] == "    efgh"


def test_isos_protection_goes_on_after_a_rectangle(suite) -> None:
    suite.feed(b"\x1b[1;2H\x1bVBC\x1bW\x1b[37;2;1;2;1$x\x1b[2J")
    assert shown(suite) == [" BC", "", "", ""]
    suite.feed(b"\x1b[1;1H\x1bV\x1b[37;2;1;2;1$xA\x1bW\x1b[2J")
    assert shown(suite) == ["ABC", "", "", ""]


def test_a_checksum_tells_a_vt100s_attributes_and_not_protection(suite) -> None:
    suite.feed(b'\x1b[1;1H\x1b[1"qA\x1b[0"q\x1b[1mB')
    assert suite.feed(b"\x1b[7;1;1;1;1;1*y") == b"\x1bP7!~%04X\x1b\\" % (-ord("A") & 0xFFFF)
    assert suite.feed(b"\x1b[7;1;1;2;1;2*y") == b"\x1bP7!~%04X\x1b\\" % (
        -(ord("B") + 0x80) & 0xFFFF
    )


def test_a_rectangle_is_copied_even_onto_itself(suite) -> None:
    suite.feed(b"\x1b[1;1;2;3;1;2;2$v")
    assert shown(suite) == ["abcdefgh", "iabcmnop", "qijkuvwx", "yz6789+-"]


def test_attributes_are_copied_along(suite) -> None:
    suite.feed(b"\x1b[1;1H\x1b[1;31mA\x1b[m\x1b[1;1;1;1;1;4;8$v")
    run = suite.frame().rows[3].runs[-1]
    assert (run.text, run.style.foreground is not None) == ("A", True)


def test_columns_come_and_go_at_the_cursor(suite) -> None:
    suite.feed(b"\x1b[1;3H\x1b[2'}")
    assert shown(suite)[:2] == ["ab  cdef", "ij  klmn"]
    suite.feed(b"\x1b[3'~")
    assert shown(suite)[:2] == ["abdef", "ijlmn"]


def test_columns_move_within_margins_only(suite) -> None:
    suite.feed(b"\x1b[?69h\x1b[2;5s\x1b[2;3r\x1b[2;3H\x1b['}")
    assert shown(suite) == ["abcdefgh", "ij klnop", "qr stvwx", "yz6789+-"]
    suite.feed(b"\x1b[1;1H\x1b['}")
    assert shown(suite)[1] == "ij klnop"


def test_the_screen_moves_sideways_at_its_edges(suite) -> None:
    suite.feed(b"\x1b[1;8H\x1b9")
    assert shown(suite)[:2] == ["bcdefgh", "jklmnop"]
    suite.feed(ALPHABET + b"\x1b[?69h\x1b[2;5s\x1b[1;5H\x1b9")
    assert shown(suite)[0] == "acde fgh"
    suite.feed(b"\x1b[1;2H\x1b6")
    assert shown(suite)[0] == "a cdefgh"
    suite.feed(b"\x1b[1;4H\x1b6")
    assert suite.feed(b"\x1b[6n") == b"\x1b[1;3R"


def test_attributes_are_changed_and_turned_over(suite) -> None:
    suite.feed(b"\x1b[2*x\x1b[1;1;1;2;1;4$r")
    bold = suite.frame().rows[0].runs[0]
    assert (bold.text, bold.style.look.name, bold.style.underline.name) == ("ab", "BOLD", "SINGLE")
    suite.feed(b"\x1b[1;1;1;8;1$t")
    looks = [(run.text, run.style.look.name) for run in suite.frame().rows[0].runs]
    assert looks == [("ab", "NONE"), ("cdefgh", "BOLD")]


def test_everything_is_as_before_after_drawing(suite) -> None:
    suite.feed(b"\x1b[?69h\x1b[2;6s\x1b[2;3r\x1b[?6h\x1b[4h\x1b[1;7m\x1b[2;2H")
    before = suite.feed(
        b"\x1b[6n\x1bP$qm\x1b\\\x1bP$qr\x1b\\\x1bP$qs\x1b\\\x1b[?6$p\x1b[4$p\x1b[?7$p"
    )
    suite.feed(b"\x1b[37;1;1;2;2$x")
    after = suite.feed(
        b"\x1b[6n\x1bP$qm\x1b\\\x1bP$qr\x1b\\\x1bP$qs\x1b\\\x1b[?6$p\x1b[4$p\x1b[?7$p"
    )
    assert after == before
    assert shown(suite) == ["abcdefgh", "i%%lmnop", "q%%tuvwx", "yz6789+-"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"\x1b[1;1;1;1;1;1*y", 0x10000 - ord("a")),
        (b"\x1b[1#y\x1b[1;1;1;1;1;2*y", ord("a") + ord("b")),
        (b"\x1b[1#y\x1b[2J\x1b[1;1;1;1;1;1*y", 0x20),
        (b"\x1b[9#y\x1b[2J\x1b[1;1;1;1;1;1*y", 0),
        (b"\x1b[1#y\x1b[H\x1b[1mX\x1b[1;1;1;1;1;1*y", ord("X") + 0x80),
        (b"\x1b[3#y\x1b[H\x1b[1;4mX\x1b[1;1;1;1;1;1*y", ord("X")),
    ],
)
def test_checksums_are_xterms(suite, said, answer) -> None:
    assert suite.feed(said) == b"\x1bP1!~%04X\x1b\\" % answer


def test_checksums_begin_at_the_origin(suite) -> None:
    said = b"\x1b[1#y\x1b[2;4r\x1b[?69h\x1b[3;8s\x1b[?6h\x1b[7;1;1;1;1;1*y"
    assert suite.feed(said) == b"\x1bP7!~%04X\x1b\\" % ord("k")
