"""Which names a few letters mean."""

from __future__ import annotations

import pytest

from noc_console.views.shell.rank import ranked, score


def best(typed: str, *names: str) -> list[str]:
    return ranked(typed, names, lambda name: name)


def test_prefix_goes_before_word_start_before_middle_before_letters() -> None:
    assert best("core", "score keeping", "clever order", "show core", "core-1") == [
        "core-1",
        "show core",
        "score keeping",
        "clever order",
    ]


def test_initials_find_a_command() -> None:
    assert best("aa", "Clear all", "Acknowledge alarms", "Back")[0] == "Acknowledge alarms"


def test_every_word_must_be_found() -> None:
    assert best("map show", "Show on map", "Show alarms") == ["Show on map"]


def test_nothing_typed_keeps_the_order() -> None:
    assert best("  ", "b", "a") == ["b", "a"]


@pytest.mark.parametrize(("typed", "name"), [("xyz", "core"), ("eroc", "core"), ("core1", "core")])
def test_what_does_not_answer_is_left_out(typed: str, name: str) -> None:
    assert score(typed, name) is None


def test_letters_of_a_pattern_are_only_letters() -> None:
    assert best("(.*", "x (.*) y", "anything") == ["x (.*) y"]


def test_a_limit_is_kept() -> None:
    assert len(ranked("a", ["a"] * 500, str, limit=7)) == 7
