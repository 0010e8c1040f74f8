"""Spans: what took how long, for whoever collects traces; for nobody, at no cost.

    with span("poll", device=17):
        …

What is said of a span is numbers, words of ours and ids: no names, no addresses, no secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

Fact = str | int | float | bool
Opener = Callable[[str, Mapping[str, Fact]], AbstractContextManager[object]]

_NOTHING: AbstractContextManager[object] = nullcontext()
_opener: Opener | None = None


def span(name: str, **facts: Fact) -> AbstractContextManager[object]:
    """The block is a span of that name, if anybody collects spans."""
    return _NOTHING if _opener is None else _opener(name, facts)


def collect_with(opener: Opener | None) -> None:
    """From now on spans are opened by this; None: by nobody. Once a process."""
    global _opener
    _opener = opener
