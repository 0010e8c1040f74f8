import base64

import pytest

from noc_console.services.terminal.model import Size
from tests.services.terminal.screens import screen


def copied(text: bytes) -> bytes:
    return b"\x1b]52;c;" + base64.b64encode(text) + b"\x07"


def test_a_device_cannot_write_the_clipboard() -> None:
    with screen() as engine:
        engine.feed(copied(b"rm -rf /\n"))
        assert engine.take_clipboard() is None


def test_a_session_that_allows_it_is_given_text_once() -> None:
    with screen(clipboard=True) as engine:
        engine.feed(copied("größe\x1b[201~".encode()))
        assert engine.take_clipboard() == "größe[201~"
        assert engine.take_clipboard() is None


@pytest.mark.parametrize("content", [b"?", b"", b"%%%", base64.b64encode(b"\xff\xfe")])
def test_what_is_no_text_is_no_clipboard(content) -> None:
    with screen(clipboard=True) as engine:
        assert engine.feed(b"\x1b]52;c;" + content + b"\x07") == b""
        assert engine.take_clipboard() is None


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (b"file://host/home/noc%20c", "/home/noc c"),
        (b"/plain", "/plain"),
        (b"file://host/\xc2\x9bx", "/x"),
        (b"file://[bad/x", ""),
    ],
)
def test_the_working_directory_is_text_for_people(told, kept) -> None:
    with screen() as engine:
        engine.feed(b"\x1b]7;" + told + b"\x07")
        assert engine.working_directory == kept


def test_a_link_nobody_may_follow_ends_the_link_before_it() -> None:
    with screen() as engine:
        engine.feed(b"\x1b]8;id=1;http://a.b\x07x\x1b]8;;file:///etc/passwd\x07y")
        runs = engine.frame().rows[0].runs
        assert [(run.text, run.link) for run in runs] == [("x", "http://a.b"), ("y", "")]


def test_capabilities_are_told_by_names_we_know() -> None:
    with screen() as engine:
        assert engine.feed(b"\x1bP+q436f\x1b\\") == b"\x1bP1+r436F=323536\x1b\\"
        assert engine.feed(b"\x1bP+q544E;726D\x1b\\") == (
            b"\x1bP1+r544E=787465726D2D323536636F6C6F72\x1b\\\x1bP0+r\x1b\\"
        )
        assert engine.feed(b"\x1bP+qzz\x1b\\") == b"\x1bP0+r\x1b\\"


@pytest.mark.parametrize(
    "string",
    [
        b"\x1b]777;notify;a;b\x07",
        b"\x1b]9;hello\x07",
        b"\x1b]1337;File=inline=1:AAAA\x07",
        b"\x1b]99999;x\x07",
        b"\x1b]x\x07",
        b"\x1b]\x07",
        b"\x1bP1000p\x1b\\",
        b"\x1bPq#0;2;0;0;0#0~~\x1b\\",
        b"\x1b_Ga=T,f=24,s=1,v=1;AAAA\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstart\x1b\\",
    ],
)
def test_all_other_strings_do_nothing(string) -> None:
    with screen() as engine:
        assert engine.feed(b"a" + string + b"b") == b""
        assert engine.frame().rows[0].text == "ab"
        assert engine.size == Size(20, 5)
        assert engine.title == ""


def test_marks_around_prompts_pass() -> None:
    with screen() as engine:
        assert engine.feed(b"\x1b]133;A\x07$ \x1b]133;B\x07ls\x1b]133;C\x07\r\nfile") == b""
        assert [row.text for row in engine.frame().rows[:2]] == ["$ ls", "file"]
