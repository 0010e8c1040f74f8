"""Variants, variables, and what a snippet may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.snippets import filling
from noc_console.services.snippets.model import (
    Snippet,
    SnippetId,
    SnippetKind,
    Variable,
    Variant,
)


def snippet(*variants: tuple[str, str]) -> Snippet:
    return Snippet(SnippetId(1), "up", tuple(Variant(*one) for one in variants), owner="mira")


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("cisco-ios", "show ip int brief"),
        ("Cisco-IOS", "show ip int brief"),
        ("cisco-xr", "show ipv4 int brief"),
        ("cisco-nxos", "cisco"),
        ("junos", "any"),
        ("", "any"),
    ],
)
def test_the_variant_that_says_most_fits(platform: str, text: str) -> None:
    made = snippet(
        ("*", "any"),
        ("cisco-*", "cisco"),
        ("cisco-ios*", "show ip int brief"),
        ("cisco-xr", "show ipv4 int brief"),
    )
    assert filling.variant_for(made, platform) == text


def test_a_platform_without_a_variant_has_none() -> None:
    assert filling.variant_for(snippet(("junos", "x")), "cisco-ios") is None


def test_variables_are_found_once_with_defaults_and_choices() -> None:
    text = "int {{port}}\n vlan {{vlan=10}}\n {{state=up|down}} {{ PORT }}"
    assert filling.variables_of(text) == (
        Variable("port"),
        Variable("vlan", "10"),
        Variable("state", "up", ("up", "down")),
    )
    assert [one.name for one in filling.to_ask(text, {"port": "Gi0/1"})] == ["vlan", "state"]


def test_values_are_put_in_as_they_are_and_not_read_again() -> None:
    text = "ping {{host}} source {{from=lo0}}"
    assert filling.filled(text, {"host": "{{from}}", "from": "x"}) == "ping {{from}} source x"
    with pytest.raises(Invalid, match="“from” has no value"):
        filling.filled(text, {"host": "a"})
    with pytest.raises(Invalid, match="control characters"):
        filling.filled(text, {"host": "a\nreload", "from": "x"})


def test_braces_of_configurations_are_text() -> None:
    text = "interfaces { ge-0/0/0 { unit 0; } }"
    assert filling.variables_of(text) == ()
    assert filling.filled(text, {}) == text


def test_a_session_fills_in_what_it_knows() -> None:
    own = filling.own_values(
        host="par",
        address="192.0.2.1",
        site="",
        platform="junos",
        user="mira",
        now=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    )
    assert set(own) == filling.OWN
    assert filling.to_ask("{{host}} {{site}} {{date}}", own) == (Variable("site"),)


def test_lines_are_entered_as_a_keyboard_does() -> None:
    assert filling.as_typed("a\r\nb\n", has_enter=True) == b"a\rb\r"
    assert filling.as_typed("a\nb", has_enter=False) == b"a\rb"


@pytest.mark.parametrize(
    ("variants", "why"),
    [
        ([], "type what"),
        ([("*", " ")], "type what"),
        ([("*", "x" * 64_001)], "at most"),
        ([("*", "a\x1bc")], "control characters"),
        ([("*", "a"), ("", "b")], "same platforms"),
        ([(str(n), "a") for n in range(21)], "20 variants"),
        ([("*", " ".join(f"{{{{v{n}}}}}" for n in range(21)))], "20 variables"),
    ],
)
def test_a_snippet_that_cannot_be_is_refused(variants: list[tuple[str, str]], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        filling.checked_variants([Variant(*one) for one in variants], SnippetKind.TEXT)


def test_names_have_an_end_and_a_shared_snippet_one_owner() -> None:
    assert filling.checked_name("  a b ") == "a b"
    with pytest.raises(Invalid):
        filling.checked_name("")
    with pytest.raises(NotAllowed, match="mira's"):
        filling.must_own(snippet(("*", "x")), "noor")
    filling.must_own(snippet(("*", "x")), "mira")


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text: str) -> None:
    values = {one.name: "v" for one in filling.variables_of(text)}
    assert isinstance(filling.filled(text, values), str)
