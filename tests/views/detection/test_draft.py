"""What is typed, as the text of a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.model import Rule
from noc_console.services.detection.pack import our_book
from noc_console.views.detection.draft import Draft, draft_of, split_words


@pytest.mark.parametrize("rule", our_book().every, ids=lambda rule: rule.id)
def test_every_rule_of_ours_survives_the_form(rule: Rule) -> None:
    again = read_rule(draft_of(rule).toml(), origin=rule.origin)
    assert replace(again, file=rule.file, at=rule.at) == rule


def test_what_is_no_number_is_told_by_its_key() -> None:
    draft = Draft(id="x", title="X", condition="x", levels=(("major", "9O", ""),))
    with pytest.raises(Invalid, match=r"level.raise: a number"):
        read_rule(draft.toml())


def test_levels_without_a_value_are_left_out() -> None:
    draft = Draft(
        id="x", title="X", condition="x", levels=(("major", "90", "80"), ("minor", " ", "1"))
    )
    assert len(read_rule(draft.toml()).levels) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", ["a", "b"]),
        ("'Bad Berka' c", ["Bad Berka", "c"]),
        ('"open', ["open"]),
        ("", []),
    ],
)
def test_words_are_split_at_blanks(text: str, words: list[str]) -> None:
    assert split_words(text) == words
