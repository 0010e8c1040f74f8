"""Statements with the blocks around them, in each way of writing, also when it is broken."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.configs.rules.syntax import MOST_WORDS, statements

FAMILIES = ("indented", "set", "braces", "routeros", "fortios", "xml")


def told(text: str, family: str) -> list[tuple[str, str]]:
    return [
        (" ".join(one.path), " ".join(word.text for word in one.words))
        for one in statements(text.split("\n"), family)
    ]


def test_indentation_makes_blocks() -> None:
    text = 'router bgp 1\n neighbor A\n  password "x y"\n!\nline vty 0 4\n login'
    assert told(text, "indented") == [
        ("", "router bgp 1"),
        ("router bgp 1", "neighbor A"),
        ("router bgp 1 neighbor a", "password x y"),
        ("", "line vty 0 4"),
        ("line vty 0 4", "login"),
    ]


def test_paths_and_braces_are_told_apart_by_what_stands_there() -> None:
    assert told("set snmp community x", "braces") == [("", "set snmp community x")]
    text = 'snmp {\n  community "a b" { authorization ro; }\n}\n/* c */ x;'
    assert told(text, "set") == [
        ("", "snmp"),
        ("snmp", "community a b"),
        ("snmp community a b", "authorization ro"),
    ]


def test_menus_of_mikrotik_and_values_by_their_keys() -> None:
    text = '/snmp community\nset [ find default=yes ] name="a b"\n/radius add secret=s'
    assert told(text, "routeros") == [
        ("snmp community default", "yes"),
        ("snmp community name", "a b"),
        ("radius add secret", "s"),
    ]


def test_edits_of_fortinet() -> None:
    text = "config system admin\nedit x\nset password ENC y\nnext\nend\nset z 1"
    assert told(text, "fortios") == [("system admin x", "password ENC y"), ("", "z 1")]


def test_elements_without_their_prefixes() -> None:
    text = '<d:a x="1"><b/><c>one</c>\n</d:a><e>two</e>'
    assert told(text, "xml") == [("a c", "one"), ("e", "two")]


@pytest.mark.parametrize("family", FAMILIES)
def test_words_stand_where_they_say(family: str) -> None:
    text = 'set a "b c" d=e <f>g</f> {\n  h "i'
    lines = text.split("\n")
    for one in statements(lines, family):
        for word in one.words:
            assert lines[one.line][word.start : word.end] == word.text


@pytest.mark.parametrize("family", FAMILIES)
@given(text=st.text(alphabet='ab "{};<>/=\\\n\t[]#!', max_size=120))
def test_no_text_breaks_a_parser(family: str, text: str) -> None:
    for one in statements(text.split("\n"), family):
        assert 0 <= one.line <= text.count("\n") and len(one.words) <= MOST_WORDS


@pytest.mark.parametrize("family", FAMILIES)
def test_an_enemys_lines_take_no_long_time(family: str) -> None:
    evil = ['"' * 9_000, "a=" * 4_500, "<" * 9_000, "<a " * 3_000, "{" * 9_000, "\\" * 9_000] * 20
    began = time.process_time()
    list(statements(evil, family))
    # Not how fast: that it is not exponential. Quadratic in these would be minutes.
    assert time.process_time() - began < 20
