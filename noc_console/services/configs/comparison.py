"""Two configurations beside each other, as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from noc_console.services.configs.diff import Diff, compare, unified
from noc_console.services.configs.masking import mask_lines


@dataclass(frozen=True, slots=True)
class Side:
    """A text with what it is called and how it is written."""

    name: str
    lines: Sequence[str]
    family: str = "indented"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Lines as they may be shown; what differs was found in the whole ones, so that a password
    that changed is a changed line on which both sides are masked."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    left_name: str
    right_name: str
    diff: Diff

    def __str__(self) -> str:
        return self.unified() or f"{self.left_name} and {self.right_name} say the same."

    def unified(self, context: int = 3) -> str:
        """As `diff -u` writes it; empty when nothing differs."""
        names = (self.left_name, self.right_name)
        told = unified(self.left, self.right, self.diff, names=names, context=context)
        return "\n".join(told) + "\n" if told else ""


def side_by_side(left: Side, right: Side, *, with_secrets: bool = False) -> Comparison:
    """Compare whole texts, show masked ones. For a thread: large ones take a moment."""
    diff = compare(left.lines, right.lines)
    shown = [
        tuple(side.lines if with_secrets else mask_lines(side.lines, side.family)[0])
        for side in (left, right)
    ]
    return Comparison(shown[0], shown[1], left.name, right.name, diff)
