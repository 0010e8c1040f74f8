"""A configuration as lines below the lines they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DEEPEST = 32
_FLAT = frozenset({"set", "routeros"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A line, without what only closes or opens it, and the heads of the blocks around it."""

    number: int
    """From 0."""
    text: str
    path: tuple[str, ...]


def placed(lines: Sequence[str], family: str) -> list[Placed]:
    """Every line that says something, with its blocks by indentation; flat where a family is."""
    found: list[Placed] = []
    stack: list[tuple[int, str]] = []
    is_flat = is_a_list(lines, family)
    for number, line in enumerate(lines):
        text = bare(line)
        if not text:
            continue
        indent = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= indent:
            stack.pop()
        found.append(Placed(number, text, tuple(head for _, head in stack)))
        if not is_flat and len(stack) < DEEPEST:
            stack.append((indent, text))
    return found


def is_a_list(lines: Sequence[str], family: str) -> bool:
    """Whether each line stands for itself, such as `set …` of Junos."""
    if family != "set":
        return family in _FLAT
    first = next((text for line in lines[:200] if (text := bare(line))), "")
    return first.startswith(("set ", "deactivate ", "delete "))


def bare(line: str) -> str:
    """Without blanks at its ends, repeated blanks, braces and semicolons; comments are nothing."""
    text = " ".join(line.split())
    if text[:1] in {"!", "#"} or text.startswith("/*"):
        return ""
    text = text.removesuffix(" ## SECRET-DATA").rstrip()
    return text.rstrip("{;} ").rstrip() if text not in {"{", "}"} else ""
