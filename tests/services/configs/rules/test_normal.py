"""What counts of a configuration when two are compared."""

from __future__ import annotations

import re

from noc_console.services.configs.rules.normal import (
    cleaned,
    digest,
    lines_of,
    looks_whole,
    normalised,
)

KEY = b"k" * 32


def test_control_characters_and_blank_ends_are_not_kept() -> None:
    assert cleaned("\r\n\n a\tb\x07\x1b \r\nc\x00\n\n") == " a\tb\nc\n"
    assert lines_of("a  \r\nb\rc") == ["a", "b", "c"]


def test_volatile_lines_and_blanks_do_not_count_and_everything_else_does() -> None:
    volatile = (re.compile("^! Last configuration"),)
    one = "! Last configuration change at 1\n\nhostname r1  \n"
    other = "! Last configuration change at 2\nhostname r1\n"
    assert normalised(one, volatile) == "hostname r1"
    assert digest(KEY, one, volatile) == digest(KEY, other, volatile)
    assert digest(KEY, one) != digest(KEY, other)
    assert digest(KEY, other, volatile) != digest(KEY, other.replace("r1", "r2"), volatile)


def test_without_the_key_nobody_can_tell_whether_a_guess_is_there() -> None:
    assert digest(KEY, "a") != digest(b"x" * 32, "a")


def test_an_answer_of_a_line_or_two_is_no_configuration() -> None:
    assert not looks_whole("% Not authorised\n\n\n\n\n")
    assert looks_whole("a\nb\nc\nd\n")
