"""Telnet's negotiation: what a server may ask, and what it gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire.telnet import (
    BINARY,
    DO,
    DONT,
    ECHO,
    IAC,
    IS,
    MOST_ANSWERS,
    NAWS,
    SB,
    SE,
    SEND,
    SGA,
    TTYPE,
    WILL,
    WONT,
    Telnet,
)

WINDOW = bytes((IAC, SB, NAWS, 0, 80, 0, 24, IAC, SE))
ASK_TYPE = bytes((IAC, SB, TTYPE, SEND, IAC, SE))


def client(**settings: str) -> Telnet:
    return Telnet(columns=80, rows=24, **settings)


def test_text_passes_and_commands_do_not() -> None:
    shown, answer = client().feed(b"login: " + bytes((IAC, 241)) + b"ok" + bytes((IAC, IAC)))
    assert shown == b"login: ok\xff" and answer == b""


def test_a_carriage_return_alone_comes_with_a_nul() -> None:
    telnet = client()
    assert telnet.feed(b"a\r\x00b\r\nc\r")[0] == b"a\rb\r\nc\r"
    assert telnet.feed(b"\x00d")[0] == b"d"


def test_enter_is_sent_with_its_nul_and_255_doubled() -> None:
    telnet = client()
    assert telnet.encode(b"show\r") == b"show\r\x00"
    assert telnet.encode(b"\xff\r\n") == b"\xff\xff\r\x00"
    telnet.feed(bytes((IAC, DO, BINARY)))
    assert telnet.is_binary and telnet.encode(b"a\r") == b"a\r"


def test_the_server_echoes_and_learns_type_and_size() -> None:
    telnet = client(terminal="vt100")
    assert telnet.begin() == bytes((IAC, DO, SGA, IAC, DO, ECHO, IAC, WILL, TTYPE, IAC, WILL, NAWS))
    assert telnet.feed(bytes((IAC, WILL, ECHO, IAC, WILL, SGA))) == (b"", b"")
    assert telnet.is_echoing
    assert telnet.feed(bytes((IAC, DO, NAWS)))[1] == WINDOW
    telnet.feed(bytes((IAC, DO, TTYPE)))
    assert telnet.feed(ASK_TYPE)[1] == bytes((IAC, SB, TTYPE, IS)) + b"VT100" + bytes((IAC, SE))


def test_a_server_that_asks_first_is_agreed_with() -> None:
    telnet = client()
    assert telnet.feed(bytes((IAC, WILL, ECHO)))[1] == bytes((IAC, DO, ECHO))
    assert telnet.feed(bytes((IAC, DO, NAWS)))[1] == bytes((IAC, WILL, NAWS)) + WINDOW


@pytest.mark.parametrize(
    ("asked", "answer"), [((DO, 39), (WONT, 39)), ((WILL, 70), (DONT, 70)), ((DO, ECHO), (WONT, 1))]
)
def test_what_we_do_not_speak_is_refused(asked: tuple[int, int], answer: tuple[int, int]) -> None:
    assert client().feed(bytes((IAC, *asked)))[1] == bytes((IAC, *answer))


def test_what_is_agreed_already_is_not_answered_again() -> None:
    telnet = client()
    telnet.feed(bytes((IAC, WILL, ECHO)))
    assert telnet.feed(bytes((IAC, WILL, ECHO)))[1] == b""
    assert telnet.feed(bytes((IAC, WONT, ECHO)))[1] == bytes((IAC, DONT, ECHO))
    assert telnet.feed(bytes((IAC, WONT, ECHO)))[1] == b"" and not telnet.is_echoing


def test_the_size_is_told_anew_only_to_whom_it_was_told() -> None:
    telnet = client()
    assert telnet.resize(132, 43) == b""
    telnet.feed(bytes((IAC, DO, NAWS)))
    assert telnet.resize(255, 50) == bytes((IAC, SB, NAWS, 0, 255, 255, 0, 50, IAC, SE))


def test_the_type_is_told_only_after_agreeing() -> None:
    assert client().feed(ASK_TYPE)[1] == b""


def test_a_server_that_keeps_changing_its_mind_is_left_without_answers() -> None:
    telnet = client()
    back_and_forth = bytes((IAC, WILL, ECHO, IAC, WONT, ECHO)) * MOST_ANSWERS
    assert len(telnet.feed(back_and_forth)[1]) == 3 * MOST_ANSWERS
    assert telnet.feed(back_and_forth)[1] == b""


def test_an_endless_subnegotiation_takes_no_room() -> None:
    telnet = client()
    telnet.feed(bytes((IAC, SB, TTYPE)))
    for _ in range(100):
        assert telnet.feed(b"x" * 65_536) == (b"", b"")
    assert len(telnet._sub) < 1000
    assert telnet.feed(bytes((IAC, SE)) + b"ok") == (b"ok", b"")


def test_a_command_within_a_subnegotiation_is_one_outside() -> None:
    telnet = client()
    got = telnet.feed(bytes((IAC, SB, TTYPE, IAC, WILL, ECHO)) + b"ok")
    assert got == (b"ok", bytes((IAC, DO, ECHO)))


def test_break_and_keep_alive_are_single_commands() -> None:
    assert client().interrupt() == bytes((IAC, 243))
    assert client().keep_alive() == bytes((IAC, 241))


@given(st.binary(max_size=400), st.data())
def test_however_it_is_cut_the_same_comes_out(sent: bytes, data: st.DataObject) -> None:
    whole, cut = client(), client()
    shown, answers = bytearray(), bytearray()
    at = 0
    while at < len(sent):
        size = data.draw(st.integers(1, 40))
        part, answer = cut.feed(sent[at : at + size])
        shown += part
        answers += answer
        at += size
    assert whole.feed(sent) == (bytes(shown), bytes(answers))


@given(st.binary(max_size=200))
def test_what_is_typed_arrives_at_a_telnet_server_as_it_was(typed: bytes) -> None:
    typed = typed.replace(b"\n", b"")
    assert client().feed(client().encode(typed))[0] == typed


def test_a_connection_goes_on_where_another_left_it() -> None:
    first = client()
    asked = first.begin()
    assert asked
    first.feed(bytes((IAC, WILL, ECHO, IAC, DO, NAWS, IAC, DO, BINARY, IAC, WILL)))
    second = Telnet.going_on(first.kept, columns=100, rows=30)
    assert second.agreed == first.agreed and second.is_echoing and second.is_binary
    assert second.feed(bytes((SGA,))) == (b"", b""), "the rest of what was begun"
    assert second.resize(80, 24) == WINDOW
    assert second.encode(b"\r") == b"\r"


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"us": [], "them": 7, "at": 3, "verb": "x", "sub": b""},
        {"us": {"31": "MAYBE", "99": "YES"}, "them": {"1": 1, "x": "YES"}},
        {"at": "OPTION", "verb": 7},
        {"at": "__class__", "sub": "x" * 100_000},
    ],
)
def test_what_makes_no_sense_is_left_out_of_what_goes_on(kept: dict[str, object]) -> None:
    telnet = Telnet.going_on(kept, columns=80, rows=24)
    assert telnet.agreed == {"us": {}, "them": {}}
    assert telnet.feed(b"text") == (b"text", b"")


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_wherever_it_is_left_the_rest_is_understood(before: bytes, after: bytes) -> None:
    whole = client()
    whole.feed(before)
    other = Telnet.going_on(whole.kept, columns=80, rows=24)
    assert other.feed(after)[0] == whole.feed(after)[0]
