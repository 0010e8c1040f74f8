"""How what runs for ever shows that it still moves.

A loop calls `beat()` every time round; whoever started it (`app/supervise.py`) counts. Outside
of a supervised worker it does nothing, so that loops need not know who watches them. A worker
with several loops gives each a name: every one of them has to move.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Strand:
    """One loop of a worker."""

    beats: int = 0
    is_resting: bool = False
    """It waits for others and may do so for ever."""
    task: weakref.ref[Any] | None = None
    """Where it runs, so that a watchdog can tell where it hangs."""


@dataclass(slots=True)
class Heartbeat:
    """The loops of one worker, by name."""

    current_task: Callable[[], Any] = lambda: None
    """Tells in which task the caller runs."""
    strands: dict[str, Strand] = field(default_factory=dict)

    def adopt(self) -> None:
        """What beats from now on in this context, and in tasks started from it, beats here."""
        _own.set(self)

    def task_of(self, strand: str) -> Any:
        """The task a loop runs in, while there is one."""
        found = self.strands.get(strand)
        return None if found is None or found.task is None else found.task()


_own: ContextVar[Heartbeat | None] = ContextVar("heartbeat", default=None)


def beat(strand: str = "") -> None:
    """Say that this loop moves."""
    _strand(strand, is_resting=False)


def rest(strand: str = "") -> None:
    """Say that this loop has nothing to do until somebody comes; `beat` when they did."""
    _strand(strand, is_resting=True)


def _strand(name: str, *, is_resting: bool) -> None:
    heart = _own.get()
    if heart is None:
        return
    strand = heart.strands.get(name)
    if strand is None:
        task = heart.current_task()
        strand = Strand(task=None if task is None else weakref.ref(task))
        heart.strands[name] = strand
    strand.beats += 1
    strand.is_resting = is_resting
