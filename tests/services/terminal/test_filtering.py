"""`| grep` beside a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.filtering import (
    AMBER,
    MARK,
    Filter,
    Line,
    LiveFilter,
    Rule,
    Stretch,
    Wanted,
    rules_of,
)

OUTPUT = "Gi0/1 up\r\nGi0/2 down\r\nGi0/3 up\r\nGi0/4 up\r\nGi0/5 down\r\npar#"


def filtered(wanted: Wanted, text: str = OUTPUT) -> list[Line]:
    live = LiveFilter(wanted)
    live.received(text.encode())
    return live.take()


def shown(wanted: Wanted, text: str = OUTPUT) -> list[str]:
    return [line.text for line in filtered(wanted, text)]


def test_only_lines_that_match_are_shown_with_what_matched() -> None:
    assert filtered(Wanted("DOWN")) == [
        Line(1, "Gi0/2 down", True, (Stretch(6, 10, MARK),)),
        Line(4, "Gi0/5 down", True, (Stretch(6, 10, MARK),)),
    ]


def test_no_pattern_shows_all_and_inverting_shows_the_others() -> None:
    assert len(shown(Wanted())) == 5
    assert shown(Wanted("up", is_inverted=True)) == ["Gi0/2 down", "Gi0/5 down"]
    assert shown(Wanted("Up", is_case_sensitive=True)) == []
    assert shown(Wanted("gi0/[12] ")) == ["Gi0/1 up", "Gi0/2 down"]
    assert shown(Wanted("[12]", is_regex=False)) == []


def test_context_shows_the_lines_around_once_and_tells_of_gaps() -> None:
    told = filtered(Wanted("/2|/5", context=1))
    assert [(line.text, line.is_hit) for line in told] == [
        ("Gi0/1 up", False),
        ("Gi0/2 down", True),
        ("Gi0/3 up", False),
        ("Gi0/4 up", False),
        ("Gi0/5 down", True),
    ]
    many = "".join(f"line {n}\n" for n in range(20))
    lines = filtered(Wanted("line 5|line 15", context=1), many)
    assert [line.number for line in lines if line.is_after_gap] == [14]


def test_rules_colour_and_the_first_wins() -> None:
    rules = (Rule("down", "series.c"), Rule(r"Gi\S+ d", "series.a"), Rule(r"Gi\S+", "series.b"))
    made = Filter(Wanted(rules=rules))
    assert made.stretches("Gi0/2 down", is_hit=True) == (
        Stretch(0, 5, "series.b"),
        Stretch(6, 10, "series.c"),
    )


def test_rules_mean_the_same_however_lines_are_filtered() -> None:
    rules = (Rule("d.wn", AMBER),)
    plain = Filter(Wanted("Gi", is_regex=False, is_case_sensitive=True, rules=rules))
    assert Stretch(6, 10, AMBER) in plain.stretches("Gi0/2 DOWN", is_hit=True)


def test_another_pattern_looks_at_what_was_heard_before() -> None:
    live = LiveFilter(Wanted("down"))
    live.received(OUTPUT.encode())
    assert len(live.take()) == 2
    live.change(Wanted("up"))
    assert live.generation == 1
    assert len(live.take()) == 3
    assert live.take() == []


def test_a_wrong_pattern_is_refused_and_the_old_one_stays() -> None:
    live = LiveFilter(Wanted("down"))
    with pytest.raises(Invalid, match="no regular expression"):
        live.change(Wanted("("))
    assert live.wanted.pattern == "down"
    with pytest.raises(Invalid, match="500"):
        Filter(Wanted("x" * 501))


def test_each_command_may_begin_anew() -> None:
    live = LiveFilter()
    live.is_by_command = True
    live.received(b"old\r\n")
    live.sent(b"show", "typed")
    assert live.heard == 1
    live.sent(b"\r", "typed")
    live.received(b"new\r\n")
    assert [line.text for line in live.take()] == ["new"]


def test_a_pattern_that_takes_too_long_is_given_up_and_said() -> None:
    live = LiveFilter(Wanted(r"(a+)+$"))
    live.received(b"a" * 60 + b"!\n")
    assert live.take() == []
    assert "too long" in live.problem and not live.is_behind
    live.change(Wanted("a+"))
    assert len(live.take()) == 1 and live.problem == ""


def test_a_flood_is_taken_in_slices_and_memory_is_bounded() -> None:
    live = LiveFilter(Wanted("7$"))
    for start in range(0, 150_000, 1_000):
        live.received("".join(f"{n}\n" for n in range(start, start + 1_000)).encode())
    seen, turns = 0, 0
    while live.is_behind:
        seen += len(live.take(5_000))
        turns += 1
    assert (seen, turns) == (10_000, 20)


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(0, 3), st.booleans())
def test_hits_do_not_depend_on_how_output_was_cut(
    parts: list[bytes], context: int, is_inverted: bool
) -> None:
    wanted = Wanted("a", context=context, is_inverted=is_inverted)
    whole, cut = LiveFilter(wanted), LiveFilter(wanted)
    whole.received(b"".join(parts))
    told = []
    for part in parts:
        cut.received(part)
        told += cut.take()
    assert told == whole.take()


def test_kept_rules_that_are_none_are_left_out() -> None:
    assert rules_of([("up", "series.a"), ("x", "red"), ("y",)]) == (Rule("up", "series.a"),)
