"""Patterns of texts: what they take, and that no text makes them slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.detection.events.templates import (
    MOST_TEXT,
    check,
    expression,
    template,
)
from tests.services.detection.events.pack import PACK


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("neighbor {peer} Down", "%X: neighbor 10.0.0.1 down", {"peer": "10.0.0.1"}),
        ("Interface {port}, changed", "Interface Gi0/1, changed state", {"port": "Gi0/1"}),
        ("to {name} ({port}) Down", "to R2 (Gi0/0) Down", {"name": "R2", "port": "Gi0/0"}),
        ("reason: {why...}", "the reason: hold time expired", {"why": "hold time expired"}),
        ("a {why...} b {c}", "a 1 2 b 3", {"why": "1 2", "c": "3"}),
        ("state {_} to {state=Down|Idle}", "state Full to Idle", {"state": "Idle"}),
        ("{*}peer {p} ({*}) to {Idle|Down}", "x peer 1 (AS 2) to Down", {"p": "1"}),
    ],
)
def test_a_template_takes_the_words_where_it_varies(
    pattern: str, text: str, words: dict[str, str]
) -> None:
    assert template(pattern).find(text) == words


def test_a_text_that_does_not_fit_gives_none() -> None:
    assert template("neighbor {peer} Down").find("neighbor 10.0.0.1 Up") is None


@pytest.mark.parametrize(
    "pattern", ["", "{peer}", "{a}{b} x", "{Bad} x", "x {a} y {a}", "x {a", "x } y", "x" * 999]
)
def test_a_template_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        template(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b", r"(a|b*)*c", r"\w+x", r"(?=a)b", r"(a)\1", r"a.*?b", r"x{1,30}y",
        r"(?:a?b{2,9})*+c",
        "a?" * 40 + "b", "(?:a|a)" * 40 + "b", r"(?:a|a){1,16}b", r"(?:a?){2}b",
        "a{1,16}a{1,16}b?c?",
        r"a{2,9}b{2,9}c{2,9}", r"[a", r"(?<!a)b", r"a*", "(", r"((a++)++)++b",
    ],
)  # fmt: skip
def test_an_expression_some_text_could_make_slow_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        expression(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"peer (?P<peer>[\d.]++) is (?:up|down)",
        r"x{1,9}y",
        r"a(?>b|c)d?",
        r"[]x]++y",
        r"(?:a|b)++c?d",
        r"a(?:b|c)?d{0,16}e",
        r"a\|b\?" + r"\?" * 20,
    ],
)
def test_an_expression_that_is_surely_quick_is_taken(pattern: str) -> None:
    check(pattern)
    assert expression(pattern).find("peer 192.0.2.1 is down") in ({"peer": "192.0.2.1"}, None)


TEMPLATES = [
    text
    for rule in PACK.rules
    for pattern in (*rule.raises, *rule.clears)
    for text in pattern.texts
]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            ["peer", "state", "neighbor", "(", ")", "to", "Down", "on", ",", "a", "1", "from"]
        )
    )
)
def test_no_text_makes_the_patterns_of_the_pack_slow(words: list[str]) -> None:
    """A pattern that went back and tried again would not come to an end with these."""
    text = (" ".join(words) + " ") * (8 * MOST_TEXT // (len(" ".join(words)) + 1))
    for each in TEMPLATES:
        each.find(text)


@given(st.text(max_size=60))
def test_whatever_is_written_as_an_expression_is_taken_or_refused(text: str) -> None:
    try:
        expression(text)
    except Invalid as error:
        assert str(error)


@given(st.text(max_size=60))
def test_whatever_is_written_as_a_template_is_taken_or_refused(text: str) -> None:
    try:
        template(text).find(text)
    except Invalid as error:
        assert str(error)
