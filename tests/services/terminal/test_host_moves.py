"""Movements as DEC STD 070 has them, in sessions as in suites; rows and columns from one."""

import random
import re

import pytest

from noc_console.services.terminal.ports import TerminalEngine
from tests.services.terminal.screens import screen, shown

MARGINS = b"\x1b[3;8r\x1b[?69h\x1b[4;12s"
"""Rows 3 to 8, columns 4 to 12."""


def place(engine: TerminalEngine) -> tuple[int, int]:
    found = re.fullmatch(rb"\x1b\[(\d+);(\d+)R", engine.feed(b"\x1b[6n"))
    assert found is not None
    return int(found.group(1)), int(found.group(2))


@pytest.mark.parametrize("is_under_test", [False, True])
@pytest.mark.parametrize(
    ("moved", "where"),
    [
        (b"\x1b[G", (2, 1)),
        (b"\x1b[3G", (2, 3)),
        (b"\x1b[99G", (2, 9)),
        (b"\x1b[3`", (2, 3)),
        (b"\x1b[3d", (3, 2)),
        (b"\x1b[d", (1, 2)),
        (b"\x1b[99d", (6, 2)),
        (b"\x1b[2a", (2, 4)),
        (b"\x1b[a", (2, 3)),
        (b"\x1b[99a", (2, 9)),
        (b"\x1b[2e", (4, 2)),
        (b"\x1b[99e", (6, 2)),
        (b"\x1b[9D", (2, 1)),
        (b"\x1b[5C\x1b[2D", (2, 5)),
        (b"\x08\x08\x08", (2, 1)),
    ],
)
def test_in_origin_mode_rows_and_columns_count_from_the_margins(
    moved, where, is_under_test
) -> None:
    with screen(20, 10, is_under_test=is_under_test) as engine:
        engine.feed(MARGINS + b"\x1b[?6h\x1b[2;2H")
        engine.feed(moved)
        assert place(engine) == where


def test_what_sets_the_mode_and_what_moves_may_come_together() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[?25;6h\x1b[2;2H\x1b[5GX")
        assert shown(engine)[3] == " " * 7 + "X"


def test_a_left_margin_holds_who_is_right_of_it() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[5;7H")
        engine.feed(b"\x1b[99D")
        assert place(engine) == (5, 4)
        engine.feed(b"\x08\x1b[D")
        assert place(engine) == (5, 4)


def test_a_left_margin_holds_nobody_left_of_it() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[5;3H")
        engine.feed(b"\x08")
        assert place(engine) == (5, 2)
        engine.feed(b"\x1b[7D")
        assert place(engine) == (5, 1)


def test_margins_chosen_between_two_movements_count_for_the_second() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS)
        engine.feed(
            b"\x1b[5;7H\x1b[9DX\x1b[2;12s\x1b[6;7H\x1b[9DX\x1b[s\x1b[7;7H" + b"\x08" * 9 + b"X"
        )
        assert shown(engine)[4:7] == ["   X", " X", "X"]
        engine.feed(b"\x1b[2J\x1b[?6h\x1b[2G\x1b[5;9r\x1b[2;4H\x1b[2GY")
        assert shown(engine)[5] == " Y"


def test_a_reset_between_two_movements_forgets_the_margins() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[5;7H\x1b[9DX\x1b[!p\x1b[?69h\x1b[6;7H\x1b[9DX")
        assert shown(engine)[4:6] == ["   X", "X"]


def test_backspaces_between_characters_are_each_where_they_are() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[5;4Hab\x08\x08\x08\x08c\x08d\x08" + b"\x08" * 20_000)
        assert shown(engine)[4] == "   db"
        assert place(engine) == (5, 4)


def test_wrapping_backwards_goes_past_the_left_margin() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[?7;1045h\x1b[5;4H")
        engine.feed(b"\x08")
        assert place(engine) == (4, 12)


def test_without_the_modes_movements_are_the_engines_again() -> None:
    with screen(20, 10) as engine:
        engine.feed(MARGINS + b"\x1b[?6h\x1b[?6;69l\x1b[5;4H")
        engine.feed(b"\x1b[3D")
        assert place(engine) == (5, 1)
        engine.feed(b"\x1b[7G\x1b[2d")
        assert place(engine) == (2, 7)


@pytest.mark.parametrize("asked", [b"\x1b[g", b"\x1b[0g"])
def test_a_tab_stop_is_cleared_where_the_cursor_is(asked) -> None:
    with screen(40) as engine:
        engine.feed(b"\t" + asked + b"\r\tX")
        assert shown(engine)[0] == " " * 16 + "X"


def test_all_tab_stops_are_cleared_when_asked_for() -> None:
    with screen(40) as engine:
        engine.feed(b"\x1b[3g\tX")
        assert shown(engine)[0] == " " * 39 + "X"


PIECES = [
    b"\x1b[?6h", b"\x1b[?6l", b"\x1b[?69h", b"\x1b[?69l", b"\x1b[3;7r", b"\x1b[r", b"\x1b[4;12s",
    b"\x1b[s", b"\x08", b"\x08\x08\x08", b"\x1b[3G", b"\x1b[5`", b"\x1b[2d", b"\x1b[a", b"\x1b[2e",
    b"\x1b[4D", b"ab", b"c\r\n", b"\x1b[2;5H", b"\x1b[!p", b"\x1bc", b"\x1b7", b"\x1b8",
    b"\x1b[?45h", b"\x1b[6n", b'\x1b[63;1"p', b'\x1b[64;1"p', b"\x1b[g", b"\t", b"\x1b[1;\x08m",
    b"\x1b]0;a\x08b\x07", b"\x1b[?1049h", b"\x1b[?1049l", "e\u0301日".encode(), b"\x1b[3b",
    b"\x1bV", b"\x1b[1",
]  # fmt: skip


@pytest.mark.parametrize("is_under_test", [False, True])
def test_a_stream_cut_anywhere_moves_as_a_whole_one_does(is_under_test) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        said = b"".join(chance.choices(PIECES, k=80))
        with (
            screen(16, 9, is_under_test=is_under_test) as whole,
            screen(16, 9, is_under_test=is_under_test) as parts,
        ):
            answers = whole.feed(said)
            at = 0
            while at < len(said):
                end = at + chance.randint(1, 9)
                taken = parts.feed(said[at:end])
                assert answers.startswith(taken)
                answers, at = answers[len(taken) :], end
            assert not answers
            assert repr(whole.frame()) == repr(parts.frame())
            assert (whole.title, whole.modes) == (parts.title, parts.modes)
