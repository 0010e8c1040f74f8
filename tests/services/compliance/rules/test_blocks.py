"""Configurations as lines below lines."""

from __future__ import annotations

from noc_console.services.compliance.rules.blocks import bare, is_a_list, placed


def told(text: str, family: str = "indented") -> list[tuple[str, ...]]:
    return [(*one.path, one.text) for one in placed(text.split("\n"), family)]


def test_indentation_and_braces_make_blocks_and_lists_make_none() -> None:
    text = "router bgp 1\n neighbor a\n  activate\n!\nline vty 0\n"
    assert told(text) == [
        ("router bgp 1",),
        ("router bgp 1", "neighbor a"),
        ("router bgp 1", "neighbor a", "activate"),
        ("line vty 0",),
    ]
    assert told("system {\n    host-name r1;\n}\n", "set") == [
        ("system",),
        ("system", "host-name r1"),
    ]
    assert told("set a b\n set c", "set") == [("set a b",), ("set c",)]


def test_a_list_is_known_by_its_lines() -> None:
    assert is_a_list(["## x", "set system x"], "set") and not is_a_list(["system {"], "set")
    assert is_a_list([], "routeros") and not is_a_list(["set x"], "indented")


def test_what_only_opens_closes_or_comments_says_nothing() -> None:
    assert [bare(x) for x in ("}", "{", "! x", "# x", "/* x */", "")] == [""] * 6
    assert bare('  key  "x"; ## SECRET-DATA') == 'key "x"'
