"""Which entries of the register count."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inventory.decisions import Decision, Verdict, ordered, standing

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(number: int, verdict: Verdict, port: int | None = 11) -> Decision:
    return Decision(number, AT, "mira", verdict, 1, port, 2, 21)


def test_the_newest_word_about_the_same_ends_counts() -> None:
    register = [said(1, Verdict.ACCEPT), said(2, Verdict.REJECT), said(3, Verdict.DRAW, 12)]
    assert [one.id for one in standing(register)] == [2, 3]


def test_what_was_taken_back_does_not_count_until_it_is_said_again() -> None:
    register = [said(1, Verdict.ACCEPT), said(2, Verdict.FORGET)]
    assert standing(register) == ()
    assert [one.id for one in standing([*register, said(3, Verdict.ACCEPT)])] == [3]


def test_the_lower_device_comes_first_with_its_port() -> None:
    assert ordered(9, 91, 2, None) == (2, None, 9, 91)
    assert ordered(2, None, 9, 91) == (2, None, 9, 91)


def test_accepting_and_drawing_say_it_is_there() -> None:
    assert said(1, Verdict.ACCEPT).says_it_is_there
    assert said(1, Verdict.DRAW).says_it_is_there
    assert not said(1, Verdict.REJECT).says_it_is_there
