"""Faults T1, T2 and T4: what a device sends cannot type, resize, store or fill anything."""

import re

import pytest

from noc_console.services.terminal.host import LONGEST_SEQUENCE, LONGEST_STRING
from noc_console.services.terminal.model import Size
from tests.services.terminal.screens import screen, shown

ALLOWED = re.compile(
    rb"(?:\x1b\[\??[0-9;]*[cnRtxu]|\x1b\[\??[0-9;]+\$y|\x1b\[>[0-9;]+c|\x1b\[0\*\{"
    rb"|\x1bP!\|00000000\x1b\\|\x1bP>\|libghostty\x1b\\|\x1bP[01]\$r[0-9;: \"$*|pqmrstx]*\x1b\\"
    rb"|\x1bP[0-9]+!~0000\x1b\\|\x1bP[01]\+r[0-9A-F=]*\x1b\\"
    rb"|\x1b\][0-9;]+;rgb:[0-9a-f/]+(?:\x1b\\|\x07))*"
)
"""Everything that may ever be answered: constants, positions, sizes, settings and colours."""

QUESTIONS = (
    b"\x05", b"\x1b[c", b"\x1b[>c", b"\x1b[=c", b"\x1bZ", b"\x1b[5n", b"\x1b[6n", b"\x1b[?6n",
    b"\x1b[?15n", b"\x1b[?25n", b"\x1b[?26n", b"\x1b[?53n", b"\x1b[?55n", b"\x1b[?56n",
    b"\x1b[?62n", b"\x1b[?63;7n", b"\x1b[?75n", b"\x1b[?85n", b"\x1b[?996n", b"\x1b[>q",
    b"\x1b[x", b"\x1b[1x", b"\x1b[4$p", b"\x1b[1$p", b"\x1b[?7$p", b"\x1b[?42$p", b"\x1b[?9999$p",
    b"\x1b[?u", b"\x1b[11t", b"\x1b[13t", b"\x1b[14t", b"\x1b[15t", b"\x1b[16t", b"\x1b[18t",
    b"\x1b[19t", b"\x1b[20t", b"\x1b[21t", b"\x1bP$qm\x1b\\", b"\x1bP$qr\x1b\\",
    b'\x1bP$q"p\x1b\\', b"\x1bP$qEVIL\x1b\\", b"\x1bP+q544e\x1b\\", b"\x1bP+q4556494c\x1b\\",
    b"\x1bP+q436F;6E6F\x1b\\", b"\x1b]4;1;?\x07", b"\x1b]5;0;?\x07", b"\x1b]10;?\x1b\\",
    b"\x1b]11;?\x07", b"\x1b]12;?;?;?\x07", b"\x1b]17;?\x07", b"\x1b]21;EVIL=?\x1b\\",
    b"\x1b]52;c;?\x07", b"\x1b]52;c;RVZJTA==\x07", b"\x1b]99;i=EVIL:p=?;\x1b\\",
    b"\x1b]5522;type=read;EVIL\x1b\\", b"\x1b_Gi=31337,a=q,s=1,v=1,f=24;AAAA\x1b\\",
    b"\x1b[1;1;1;1;5;9*y", b"\x1b]0;EVIL\x07", b"\x1b]2;EVIL\x07", b"\x1b]7;file://h/EVIL\x07",
    b"\x1b]8;id=EVIL;http://E.V\x07", b"EVIL", b"\x1b[5i", b"\x1b[i",
    b"\x1b]777;notify;EVIL;EVIL\x07", b"\x1b]1337;ReportCellSize\x07", b"\x1b]50;?\x07",
    b"\x1b]l;EVIL\x07", b"\x1bP1000p", b"\x1b^EVIL\x1b\\", b"\x1bXEVIL\x1b\\",
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_constants_positions_and_sizes(question) -> None:
    with screen() as engine:
        engine.feed(b"EVIL\x1b]0;EVIL\x07\x1b]7;EVIL\x07")
        answer = engine.feed(question)
        assert ALLOWED.fullmatch(answer), answer
        assert b"EVIL" not in answer
        assert b"31337" not in answer


def test_questions_one_in_another_answer_nothing_else() -> None:
    with screen() as engine:
        for first in QUESTIONS:
            said = b"".join(first[:-1] + second for second in QUESTIONS)
            answer = engine.feed(said + b"\x18\x1b\\")
            assert ALLOWED.fullmatch(answer), answer


def test_a_string_that_is_too_long_is_thrown_away_and_text_goes_on_behind_it() -> None:
    for introducer, ending in ((b"]0;", b"\x07"), (b"P", b"\x1b\\"), (b"_", b"\x1b\\")):
        with screen() as engine:
            long = b"\x1b" + introducer + b"x" * (LONGEST_STRING + 10)
            engine.feed(b"a" + long[:700])
            for at in range(700, len(long), 900):
                engine.feed(long[at : at + 900])
            engine.feed(ending[:1])
            engine.feed(ending[1:] + b"b")
            assert shown(engine)[0] == "ab"
            assert engine.title == ""


def test_a_string_is_ended_by_whatever_cancels_it() -> None:
    with screen() as engine:
        engine.feed(b"\x1b]0;one\x18a\x1bPtwo\x1ab\x1b]0;three\x1b[1mc")
        assert shown(engine)[0] == "abc"
        assert engine.title == ""


def test_a_sequence_that_never_ends_is_given_up() -> None:
    with screen() as engine:
        engine.feed(b"\x1b[" + b"1;" * LONGEST_SEQUENCE)
        engine.feed(b"\x18ok")
        assert shown(engine)[0] == "ok"


def test_an_eight_bit_control_opens_nothing_behind_our_back() -> None:
    with screen(clipboard=True) as engine:
        engine.feed(b"\x1b\x9d0;evil\x07\x1b[1\x9d52;c;aGk=\x07\x1b\x90$qm\x1b\\")
        assert engine.title == ""
        assert engine.take_clipboard() is None


def test_a_repetition_fills_no_more_than_two_lines() -> None:
    with screen() as engine:
        assert engine.feed(b"a\x1b[9999b") == b""
        assert "".join(shown(engine)) == "a" * 41
        engine.feed(b"\x1b[2J\x1b[Hb\x1b[3b")
        assert shown(engine)[0] == "bbbb"


def test_requests_to_resize_are_not_heard() -> None:
    with screen() as engine:
        assert (
            engine.feed(b"\x1b[8;50;100t\x1b[4;500;500t\x1b[9;1t\x1b[30t\x1b[?40h\x1b[?3h") == b""
        )
        assert engine.size == Size(20, 5)
        assert engine.feed(b"\x1b[18t") == b"\x1b[8;5;20t"


def test_other_modes_set_beside_the_width_stay_set() -> None:
    with screen() as engine:
        engine.feed(b"\x1b[?40;2004h")
        assert engine.modes.bracketed_paste
        assert engine.feed(b"\x1b[?40$p") == b"\x1b[?40;2$y"


def test_marks_beyond_eight_are_thrown_away() -> None:
    with screen() as engine:
        engine.feed(("e" + "\u0301" * 400 + "x").encode())
        assert shown(engine)[0] == "e" + "\u0301" * 8 + "x"


def test_a_reset_forgets_what_was_half_received() -> None:
    with screen() as engine:
        engine.feed(b"\x1b]0;half")
        engine.reset()
        engine.feed(b"ok")
        assert shown(engine)[0] == "ok"
