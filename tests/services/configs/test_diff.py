"""What differs is told line by line, whole, in order, and as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.configs.diff import (
    Diff,
    Mark,
    around,
    compare,
    differing,
    unified,
)

LINES = st.lists(st.sampled_from(["!", "interface a", " x", " y", "exit", "end"]), max_size=30)


@given(LINES, LINES)
def test_every_line_of_both_sides_is_there_once_in_order(a: list[str], b: list[str]) -> None:
    diff = compare(a, b)
    assert [p.left for p in diff.pairs if p.left is not None] == list(range(len(a)))
    assert [p.right for p in diff.pairs if p.right is not None] == list(range(len(b)))
    for pair in diff.pairs:
        if pair.mark is Mark.SAME:
            assert pair.left is not None and pair.right is not None
            assert a[pair.left] == b[pair.right]
    assert diff.is_same == (a == b)


def patched(left: Sequence[str], told: Sequence[str]) -> list[str]:
    """What `patch` would make of it."""
    made, at = [], 0
    for line in told[2:]:
        if line.startswith("@@"):
            place, count = map(int, line.split()[1][1:].split(","))
            start = place - 1 if count else place
            start = start if count or place else at
            made += left[at:start]
            at = start
        elif line.startswith("+"):
            made.append(line[1:])
        else:
            assert left[at] == line[1:]
            at += 1
            if line.startswith(" "):
                made.append(line[1:])
    return made + list(left[at:])


@given(LINES.filter(bool), LINES.filter(bool))
def test_a_unified_diff_makes_the_right_of_the_left(a: list[str], b: list[str]) -> None:
    diff = compare(a, b)
    told = unified(a, b, diff, names=("a", "b"), context=3)
    if diff.is_same:
        assert told == []
    elif all(pair.mark is not Mark.SAME for pair in diff.pairs) or len(a) > 6:
        assert patched(a, told) == b


def test_a_block_that_came_is_told_as_a_block() -> None:
    before = ["interface a", " ip 1", "!", "interface c", " ip 3", "!"]
    after = ["interface a", " ip 1", "!", "interface b", " ip 2", "!", "interface c", " ip 3", "!"]
    diff = compare(before, after)
    assert (diff.added, diff.removed) == (3, 0)
    added = [after[p.right] for p in diff.pairs if p.mark is Mark.ADDED and p.right is not None]
    assert added in (["interface b", " ip 2", "!"], ["!", "interface b", " ip 2"])


def test_a_long_text_of_few_different_lines_is_still_compared() -> None:
    before = [line for n in range(4_000) for line in (f"interface {n % 700}", f" x {n % 51}", "!")]
    after = [*before[:6_000], " mtu 9000", *before[6_000:]]
    diff = compare(before, after)
    assert (diff.added, diff.removed) == (1, 0)


def test_hunks_that_touch_are_one() -> None:
    a = [str(n) for n in range(40)]
    b = [*a[:5], "x", *a[6:9], "y", *a[10:30], "z", *a[31:]]
    diff = compare(a, b)
    assert [(h.start, h.end) for h in diff.hunks(3)] == [(2, 13), (27, 34)]
    assert Diff((), 0, 0).hunks() == ()


def test_a_change_says_in_which_block_it_stands() -> None:
    lines = ["router bgp 65000", " address-family ipv4", "  neighbor 192.0.2.1 activate"]
    assert around(lines, 2) == "router bgp 65000 › address-family ipv4"
    assert around(lines, 0) == ""
    told = unified(lines, lines[:2], compare(lines, lines[:2]), names=("a", "b"))
    assert told[2].startswith("@@ -1,3 +1,2 @@")


def test_the_part_of_a_line_that_differs() -> None:
    assert differing(" mtu 1500", " mtu 9000") == ((5, 7), (5, 7))
    assert differing("same", "same") == ((4, 4), (4, 4))
