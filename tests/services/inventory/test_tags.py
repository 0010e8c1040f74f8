"""What a tag is, and which words of a choice mean it."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.inventory import tags


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Edge", "edge"), ("  pop-1 ", "pop-1"), ("Zákazník", "zákazník"), ("a/b.c+d_e", "a/b.c+d_e")],
)
def test_a_tag_is_kept_in_lower_case_without_blanks_around_it(typed: str, kept: str) -> None:
    assert tags.normal(typed) == kept


def test_one_word_typed_in_two_ways_of_unicode_is_one_tag() -> None:
    assert tags.normal("cafe\u0301") == tags.normal("caf\u00e9")


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "two words", "-edge", "tag:edge", "a,b", "edge*", "e\x00", "\u202eedge", "x" * 41],
)
def test_what_could_be_mistaken_in_a_filter_or_a_list_is_no_tag(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        tags.normal(typed)
    assert refused.value.field == "tags"


def test_a_tag_named_twice_counts_once_and_too_many_are_refused() -> None:
    assert tags.normals(["B", "a", "b"]) == ("b", "a")
    assert len(tags.normals(f"t{number}" for number in range(tags.MOST_AT_ONCE))) == 50
    with pytest.raises(Invalid, match="at most 50 tags"):
        tags.normals(f"t{number}" for number in range(tags.MOST_AT_ONCE + 1))


@pytest.mark.parametrize(
    ("word", "is_meant"),
    [("tag:edge", True), ("tag:ed", False), ("tag:ed*", True), ("tag:*", True), ("tag:", False)],
)
def test_the_whole_tag_is_meant_unless_a_star_says_otherwise(word: str, is_meant: bool) -> None:
    assert tags.is_about_tags(word) and not tags.is_about_tags(word[1:])
    assert tags.fits(word, ("edge", "north")) is is_meant
    assert not tags.fits(word, ())
