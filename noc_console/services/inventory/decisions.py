"""What people decided about links: facts of their own, stronger than evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event


class Verdict(StrEnum):
    """What was decided about a connection of two ports."""

    ACCEPT = "accept"
    """It is there, and stays though evidence fades."""
    REJECT = "reject"
    """It is not there, whatever evidence says."""
    DRAW = "draw"
    """It is there, and nobody else knows of it."""
    FORGET = "forget"
    """The decision before is taken back: evidence counts again."""


Ends = tuple[int, int | None, int, int | None]
"""Device, port, device, port; the lower device first, as links have it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the register; the newest about the same ends is the one that counts."""

    id: int
    at: datetime
    actor: str
    verdict: Verdict
    a_device: int
    a_interface: int | None
    b_device: int
    b_interface: int | None
    speed_bps: int = 0
    """What a drawn link can carry, where no port tells; bit/s."""
    reason: str = ""

    @property
    def ends(self) -> Ends:
        return self.a_device, self.a_interface, self.b_device, self.b_interface

    @property
    def says_it_is_there(self) -> bool:
        return self.verdict in (Verdict.ACCEPT, Verdict.DRAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecided(Event):
    """Somebody accepted, rejected or drew a link, or took that back."""

    a_device: int
    b_device: int
    verdict: str
    reason: str


def ordered(a: int, a_port: int | None, b: int, b_port: int | None) -> Ends:
    """The ends with the lower device first."""
    return (a, a_port, b, b_port) if a <= b else (b, b_port, a, a_port)


def standing(register: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count, from a register in its order; the oldest first."""
    newest: dict[Ends, Decision] = {}
    for one in register:
        newest.pop(one.ends, None)
        newest[one.ends] = one
    return tuple(one for one in newest.values() if one.verdict is not Verdict.FORGET)
