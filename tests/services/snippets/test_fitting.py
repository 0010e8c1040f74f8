"""A snippet for a ring of several makers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.snippets.fitting import example, to_ask, words_for
from noc_console.services.snippets.model import Snippet, SnippetId, Variant
from noc_console.services.terminal.ring import Member

NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
MEMBERS = (
    Member(1, "par-1", "192.0.2.1", "iosxe", "Paris"),
    Member(2, "lyo-1", "192.0.2.2", "junos"),
    Member(3, "nce-1", "192.0.2.3", "junos", "Nice"),
    Member(4, "mrs-1", "192.0.2.4", "timos"),
)
SNIPPET = Snippet(
    SnippetId(1),
    "Neighbours",
    (
        Variant("ios*", "show ip ospf neighbor {{neighbour}}"),
        Variant("junos", "show ospf neighbor {{neighbour=all}} | match {{site}}"),
    ),
)


def test_what_some_device_does_not_know_is_asked_once() -> None:
    asked = to_ask(SNIPPET, MEMBERS, user="mira", now=NOW)
    assert [(one.name, one.default) for one in asked] == [("neighbour", "all"), ("site", "")]
    known = to_ask(SNIPPET, MEMBERS[::2], user="mira", now=NOW)
    assert [one.name for one in known] == ["neighbour"]


def test_each_device_gets_its_platforms_words_with_its_own_values() -> None:
    typed = {"neighbour": "10.0.0.1", "site": "Lyon"}
    assert words_for(SNIPPET, MEMBERS, typed, user="mira", now=NOW) == {
        1: "show ip ospf neighbor 10.0.0.1",
        2: "show ospf neighbor 10.0.0.1 | match Lyon",
        3: "show ospf neighbor 10.0.0.1 | match Nice",
    }
    with pytest.raises(Invalid, match="site"):
        words_for(SNIPPET, MEMBERS, {"neighbour": "x"}, user="mira", now=NOW)


def test_an_example_has_each_variant_that_is_used_once() -> None:
    assert example(SNIPPET, MEMBERS).splitlines() == [one.text for one in SNIPPET.variants]
    assert example(SNIPPET, MEMBERS[3:]) == ""
