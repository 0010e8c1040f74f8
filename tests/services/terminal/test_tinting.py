"""Words that stand out: found once in each text, in slices, by patterns that are not slow."""

from __future__ import annotations

import pytest

from noc_console.services.terminal.filtering import AMBER, USUAL, Rule, Stretch
from noc_console.services.terminal.tinting import KEPT, STRIKES, Tinter

EVIL = Rule(r"(a+)+$", "series.b")
LONG = "a" * 60 + "!"


def found(tinter: Tinter, text: str) -> list[tuple[str, str]]:
    assert tinter.look([text], budget_s=60)
    stretches = tinter.known(text)
    assert stretches is not None
    return [(text[part.start : part.end], part.tint) for part in stretches]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%LINK-3-UPDOWN: Interface Gi0/1, changed state to down", ["down"]),
        ("Gi0/2 err-disabled, 3 Errors, login FAILED", ["err-disabled", "Errors", "FAILED"]),
        ("up, shutdown, failover, terror, downstream", []),
        ("", []),
    ],
)
def test_who_never_chose_rules_sees_trouble_in_amber_and_nothing_else(
    text: str, words: list[str]
) -> None:
    assert found(Tinter(USUAL), text) == [(word, AMBER) for word in words]


def test_of_two_rules_that_meet_the_first_wins() -> None:
    tinter = Tinter([Rule("down", "series.c"), Rule(r"\S+ d", "series.a"), Rule("Gi", "series.b")])
    assert found(tinter, "Gi0/2 down") == [("Gi", "series.b"), ("down", "series.c")]


def test_each_text_is_matched_once_and_as_many_as_fit_into_the_time() -> None:
    tinter, clock = Tinter([Rule("x")]), iter(range(100))
    texts = [f"x{n}" for n in range(4)]

    def look() -> bool:
        return tinter.look(texts, budget_s=1.5, now=lambda: float(next(clock)))

    assert not look()
    assert [tinter.known(text) is not None for text in texts] == [True, False, False, False]
    assert [look(), look(), look()] == [False, False, True]
    assert look(), "nothing is matched again, so no time is asked for"
    assert tinter.known("x3") == (Stretch(0, 1, "series.a"),)


def test_what_is_remembered_is_bounded() -> None:
    tinter = Tinter([Rule("x")])
    for start in range(0, KEPT + 10, 10):
        assert tinter.look([f"x {n}" for n in range(start, start + 10)], budget_s=60)
    assert tinter.known("x 0") is None and tinter.known(f"x {KEPT + 9}") is not None


def test_a_rule_that_would_take_for_ever_is_given_up_and_the_others_go_on() -> None:
    tinter = Tinter([Rule("a!"), EVIL])
    for _ in range(STRIKES):
        assert tinter.problem == ""
        assert not tinter.look(["quick a!", LONG], budget_s=60)
    assert "(a+)+$" in tinter.problem and "too long" in tinter.problem
    assert found(tinter, LONG) == [("a!", "series.a")]
    assert found(tinter, "quick a!") == [("a!", "series.a")]


def test_one_slow_moment_condemns_no_rule() -> None:
    tinter = Tinter([EVIL])
    for _ in range(STRIKES + 2):
        assert not tinter.look([LONG], budget_s=60)
        tinter = tinter if tinter.problem == "" else pytest.fail("condemned")
        assert found(tinter, f"other {_} a") == [("a", "series.b")]


def test_kept_rules_that_are_no_expressions_are_left_out() -> None:
    assert found(Tinter([Rule("("), Rule("up")]), "up") == [("up", "series.a")]
