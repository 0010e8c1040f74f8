"""Saved sessions in folders, as people arrange them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from noc_console.kernel.events import Event

NodeId = NewType("NodeId", int)


@dataclass(frozen=True, slots=True)
class Node:
    """A folder (no address), or a session: where it leads, in the words of routes."""

    id: NodeId
    parent_id: NodeId | None
    name: str
    address: str = ""
    note: str = ""
    owner: str = ""
    is_shared: bool = False
    position: int = 0

    @property
    def is_folder(self) -> bool:
        return not self.address


@dataclass(frozen=True, slots=True)
class Found:
    """A session in somebody else's file: its folders, its name, where it leads."""

    folders: tuple[str, ...]
    name: str
    address: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a file could not be taken over, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    found: tuple[Found, ...]
    problems: tuple[Problem, ...] = ()
    source: str = ""
    """Whose file it is: `SecureCRT`, `PuTTY`, `CSV`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTreeChanged(Event):
    """Somebody arranged their sessions."""

    owner: str
    what: str
    name: str = ""
    count: int = 1
