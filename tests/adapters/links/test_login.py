"""A telnet device asks in its text; it is answered once, and only what it asks for."""

from __future__ import annotations

import pytest

from noc_console.adapters.links.login import MOST, TelnetLogin
from noc_console.kernel.secret import Secret


def login(password: str = "s3cret") -> TelnetLogin:
    return TelnetLogin("mira", Secret(password))


@pytest.mark.parametrize(
    ("asks", "then"),
    [
        (b"\r\nUser Access Verification\r\n\r\nUsername: ", b"Password: "),
        (b"Debian GNU/Linux 12\r\n\x1b[0mbox login: ", b"mira\r\nPassword: "),
        (b"User:", b"mira\r\nPassword:"),
        (b"Login name: ", b"\r\nmira's Password: "),
    ],
)
def test_user_and_password_are_typed_when_asked_for(asks: bytes, then: bytes) -> None:
    one = login()
    assert one.heard(asks) == b"mira\r"
    assert one.heard(then) == b"s3cret\r"
    assert one.is_over and "s3cret" not in repr(vars(one))


def test_questions_may_come_in_pieces() -> None:
    one = login()
    assert [one.heard(bytes([byte])) for byte in b"Username: "][-2:] == [b"mira\r", b""]
    said = [one.heard(bytes([byte])) for byte in b"\r\nPassword: "]
    assert [each for each in said if each] == [b"s3cret\r"]


def test_what_only_looks_like_a_question_is_not_answered() -> None:
    one = login()
    for text in (
        b"Last login: ",
        b"Username: is asked for below\r\n",
        b"forgotten password: call 4711\r\n",
        b"Password: ",
        b"\r\nrouter> ",
    ):
        assert one.heard(text) == b""


def test_a_refused_password_is_not_tried_again() -> None:
    one = login()
    one.heard(b"login: ")
    one.heard(b"Password: ")
    assert one.heard(b"\r\nLogin incorrect\r\nlogin: ") == b""
    assert one.heard(b"Password: ") == b""


def test_a_user_the_device_does_not_know_gets_no_password_sent() -> None:
    one = login()
    one.heard(b"login: ")
    assert one.heard(b"\r\nunknown user\r\nlogin: ") == b"" and one.is_over


def test_without_a_password_only_the_user_is_typed() -> None:
    one = login("")
    assert one.heard(b"login: ") == b"mira\r"
    assert one.heard(b"Password: ") == b""


def test_whoever_talks_on_and_on_is_past_the_login() -> None:
    one = login()
    one.heard(b"x" * MOST)
    assert one.heard(b"\r\nlogin: ") == b"" and one.is_over
