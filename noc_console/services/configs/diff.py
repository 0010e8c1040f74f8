"""What differs between two texts, line by line: patience first, Myers' kin in between.

Lines that occur once on both sides anchor the comparison (Bram Cohen's patience diff), so that a
block that was added does not borrow the `!` and `exit` of its neighbours. Between anchors that
are close the standard library compares; what is large and has no anchor is told as replaced:
the cost stays near the length of the texts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CLOSE = 200_000
"""Lines times lines that are compared without an anchor."""
WIDTHS = (1, 4, 16)
"""Lines in a row that make an anchor when fewer of them make none."""


class Mark(StrEnum):
    """What became of a line."""

    SAME = "same"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Pair:
    """A line on both sides, by its number from 0; None where a side has none."""

    mark: Mark
    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Hunk:
    """Pairs around changes: from `start` to before `end` in `Diff.pairs`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Diff:
    """Two texts side by side."""

    pairs: tuple[Pair, ...]
    added: int
    """Lines that only the right side has, changed ones among them."""
    removed: int
    """Lines that only the left side has, changed ones among them."""

    @property
    def is_same(self) -> bool:
        return not self.added and not self.removed

    def hunks(self, context: int = 3) -> tuple[Hunk, ...]:
        """Stretches of changes with so many equal lines around them."""
        found: list[Hunk] = []
        for at, pair in enumerate(self.pairs):
            if pair.mark is Mark.SAME:
                continue
            start, end = max(0, at - context), min(len(self.pairs), at + context + 1)
            if found and start <= found[-1].end:
                found[-1] = Hunk(found[-1].start, end)
            else:
                found.append(Hunk(start, end))
        return tuple(found)


def compare(left: Sequence[str], right: Sequence[str]) -> Diff:
    """The two texts aligned; blanks at the end of a line count as nothing."""
    a, b = [line.rstrip() for line in left], [line.rstrip() for line in right]
    pairs: list[Pair] = []
    at_a = at_b = 0
    for same_a, same_b, length in [*_same(a, b), (len(a), len(b), 0)]:
        pairs += _between(at_a, same_a, at_b, same_b)
        pairs += [Pair(Mark.SAME, same_a + n, same_b + n) for n in range(length)]
        at_a, at_b = same_a + length, same_b + length
    counted = Counter(pair.mark for pair in pairs)
    changed = counted[Mark.CHANGED]
    return Diff(tuple(pairs), counted[Mark.ADDED] + changed, counted[Mark.REMOVED] + changed)


def _between(a: int, end_a: int, b: int, end_b: int) -> Iterator[Pair]:
    """What is on neither side the same: changed line by line, the rest removed or added."""
    common = min(end_a - a, end_b - b)
    for n in range(common):
        yield Pair(Mark.CHANGED, a + n, b + n)
    for n in range(a + common, end_a):
        yield Pair(Mark.REMOVED, n, None)
    for n in range(b + common, end_b):
        yield Pair(Mark.ADDED, None, n)


def _same(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """Runs of equal lines in order: where in a, where in b, how many."""
    found: list[tuple[int, int]] = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        lo_a, hi_a, lo_b, hi_b = todo.pop()
        while lo_a < hi_a and lo_b < hi_b and a[lo_a] == b[lo_b]:
            found.append((lo_a, lo_b))
            lo_a, lo_b = lo_a + 1, lo_b + 1
        while lo_a < hi_a and lo_b < hi_b and a[hi_a - 1] == b[hi_b - 1]:
            hi_a, hi_b = hi_a - 1, hi_b - 1
            found.append((hi_a, hi_b))
        if lo_a == hi_a or lo_b == hi_b:
            continue
        small = (hi_a - lo_a) * (hi_b - lo_b) <= CLOSE
        for width in WIDTHS[:1] if small else WIDTHS:
            anchors = _anchors(a, b, (lo_a, hi_a), (lo_b, hi_b), width)
            if anchors:
                break
        if anchors:
            edge_a, edge_b = lo_a, lo_b
            for at_a, at_b in [*anchors, (hi_a, hi_b)]:
                todo.append((edge_a, at_a, edge_b, at_b))
                edge_a, edge_b = at_a, at_b
                if at_a < hi_a:
                    found.append((at_a, at_b))
                    edge_a, edge_b = at_a + 1, at_b + 1
        elif small:
            matcher = SequenceMatcher(None, a[lo_a:hi_a], b[lo_b:hi_b], autojunk=False)
            for block in matcher.get_matching_blocks():
                found += [(lo_a + block.a + n, lo_b + block.b + n) for n in range(block.size)]
    return _runs(sorted(found))


def _anchors(
    a: Sequence[str], b: Sequence[str], of_a: tuple[int, int], of_b: tuple[int, int], width: int
) -> list[tuple[int, int]]:
    """Lines that occur once on each side, the longest series of them that keeps its order.

    With a `width`, so many lines in a row: a long text of few different lines has anchors too.
    """
    once_a, once_b = _once(a, *of_a, width), _once(b, *of_b, width)
    both = [(at, once_b[line]) for line, at in once_a.items() if line in once_b]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, at_b) in enumerate(both):
        place = bisect_left(ends, at_b)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(at_b)
            last.append(number)
        else:
            ends[place], last[place] = at_b, number
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(both[at])
        at = before[at]
    return chain[::-1]


def _once(lines: Sequence[str], start: int, end: int, width: int) -> dict[object, int]:
    """Lines (or so many of them in a row) that occur once, in order, with their place."""
    keys: Sequence[object] = lines[start:end]
    if width > 1:
        keys = [tuple(lines[at : at + width]) for at in range(start, end - width + 1)]
    counted = Counter(keys)
    return {key: at for at, key in enumerate(keys, start) if counted[key] == 1}


def _runs(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for a, b in pairs:
        if runs and runs[-1][0] + runs[-1][2] == a and runs[-1][1] + runs[-1][2] == b:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((a, b, 1))
    return runs


def around(lines: Sequence[str], at: int) -> str:
    """The blocks a line stands in, by indentation: `router bgp 65000 › neighbor 192.0.2.1`."""
    found: list[str] = []
    indent = _indent(lines[at]) if at < len(lines) else 0
    for number in range(min(at, len(lines)) - 1, max(-1, at - 5_000), -1):
        line = lines[number]
        if indent == 0:
            break
        if line.strip() and line.strip()[0] not in "!#" and _indent(line) < indent:
            found.append(line.strip().rstrip("{ "))
            indent = _indent(line)
    return " › ".join(reversed(found))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def differing(left: str, right: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The part of two lines that is not the same: from where to where, on each side."""
    start, most = 0, min(len(left), len(right))
    while start < most and left[start] == right[start]:
        start += 1
    back = 0
    while back < most - start and left[-1 - back] == right[-1 - back]:
        back += 1
    return (start, len(left) - back), (start, len(right) - back)


def unified(
    left: Sequence[str],
    right: Sequence[str],
    diff: Diff,
    *,
    names: tuple[str, str],
    context: int = 3,
) -> list[str]:
    """As `diff -u` writes it, with the block a change stands in behind each @@."""
    if diff.is_same:
        return []
    told = [f"--- {names[0]}", f"+++ {names[1]}"]
    for hunk in diff.hunks(context):
        told += _written(left, right, diff.pairs[hunk.start : hunk.end])
    return told


def _written(left: Sequence[str], right: Sequence[str], pairs: Sequence[Pair]) -> list[str]:
    lefts = [pair.left for pair in pairs if pair.left is not None]
    rights = [pair.right for pair in pairs if pair.right is not None]
    block = around(right, rights[0]) if rights else around(left, lefts[0])
    told = [f"@@ -{_place(lefts)} +{_place(rights)} @@ {block}".rstrip()]
    gone: list[str] = []
    come: list[str] = []
    for pair in pairs:
        if pair.mark is Mark.SAME and pair.left is not None:
            told += gone + come
            gone, come = [], []
            told.append(f" {left[pair.left]}")
            continue
        if pair.left is not None:
            gone.append(f"-{left[pair.left]}")
        if pair.right is not None:
            come.append(f"+{right[pair.right]}")
    return told + gone + come


def _place(numbers: Sequence[int]) -> str:
    return f"{numbers[0] + 1},{len(numbers)}" if numbers else "0,0"
