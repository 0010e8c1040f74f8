import pytest

from noc_console.services.terminal.host_colors import parsed
from tests.services.terminal.screens import screen


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("rgb:ff/80/00", (255, 128, 0)),
        ("rgb:f/8/0", (255, 136, 0)),
        ("rgb:ffff/8080/0000", (255, 128, 0)),
        ("#f80", (0xF0, 0x80, 0)),
        ("#ff8000", (255, 128, 0)),
        ("#fff800000", (0xFF, 0x80, 0)),
        ("#ffff80000000", (255, 128, 0)),
        ("rgbi:1/0.5/0", (255, 128, 0)),
        ("rgbi:9/./0", None),
        ("rgb:ff/80", None),
        ("#ff80", None),
        ("javascript:", None),
        ("", None),
    ],
)
def test_colours_are_read_as_x11_writes_them(text, color) -> None:
    assert parsed(text) == color


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"\x1b]10;?\x07", b"\x1b]10;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]11;?\x1b\\", b"\x1b]11;rgb:1010/1010/1010\x1b\\"),
        (b"\x1b]4;9;#102030\x07\x1b]4;9;?\x07", b"\x1b]4;9;rgb:1010/2020/3030\x07"),
        (b"\x1b]4;9;#fff\x07\x1b]4;9;?\x07", b"\x1b]4;9;rgb:f0f0/f0f0/f0f0\x07"),
        (b"\x1b]4;9;red\x07\x1b]4;9;?\x07", b"\x1b]4;9;rgb:ffff/0000/0000\x07"),
        (b"\x1b]10;#800800800\x07\x1b]10;?\x07", b"\x1b]10;rgb:8080/8080/8080\x07"),
        (b"\x1b]5;0;#102030\x07\x1b]5;0;?\x07", b"\x1b]5;0;rgb:1010/2020/3030\x07"),
        (b"\x1b]5;0;#102030\x07\x1b]4;256;?\x07", b"\x1b]4;256;rgb:1010/2020/3030\x07"),
        (b"\x1b]5;1;?\x07", b"\x1b]5;1;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]17;?\x07", b"\x1b]17;rgb:1010/1010/1010\x07"),
        (b"\x1b]13;#111111;#222222\x07\x1b]14;?\x07", b"\x1b]14;rgb:2222/2222/2222\x07"),
        (b"\x1b]13;#111111\x07\x1b]113\x07\x1b]13;?\x07", b"\x1b]13;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]5;0;#111111\x07\x1b]105;0\x07\x1b]5;0;?\x07", b"\x1b]5;0;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]5;0;#111111\x07\x1b]104\x07\x1b]5;0;?\x07", b"\x1b]5;0;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]10;#111111\x07\x1b]110\x07\x1b]10;?\x07", b"\x1b]10;rgb:dddd/dddd/dddd\x07"),
        (b"\x1b]4;300;?\x07\x1b]4;x;?\x07\x1b]5;5;?\x07\x1b]4;-1;?\x07", b""),
        (b"\x1b]4;1;\x1b[31m?\x07", b""),
        (b"\x1b]21;foreground=?\x07", b""),
    ],
)
def test_colours_are_kept_told_and_forgotten(said, answer) -> None:
    with screen() as engine:
        assert engine.feed(said) == answer


def test_several_questions_in_one_string_are_all_answered() -> None:
    with screen() as engine:
        assert engine.feed(b"\x1b]4;1;#111111;257;#222222;1;?;257;?\x07") == (
            b"\x1b]4;1;rgb:1111/1111/1111\x07\x1b]4;257;rgb:2222/2222/2222\x07"
        )


def test_a_string_of_questions_has_an_end() -> None:
    with screen() as engine:
        answer = engine.feed(b"\x1b]4" + b";1;?" * 1_000 + b"\x07")
        assert answer.count(b"rgb:") == 64
