"""Marks the methods that are doors into the console.

A marked method checks its right before it runs, and shows up in the command
palette, on the command line and in the manual without further wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import getdoc
from typing import Any, Concatenate, ParamSpec, TypeVar

from noc_console.kernel.actor import Actor

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
Door = Callable[Concatenate[S, Actor, P], Coroutine[Any, Any, R]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a user or program may do, and the right it takes."""

    name: str
    right: str
    summary: str


def operation(name: str, *, right: str | None = None) -> Callable[[Door[S, P, R]], Door[S, P, R]]:
    """Make a service method an operation; the right defaults to the name.

    Arguments after the actor are keyword-only with plain types (str, int, float,
    bool, enums, None, tuples of these): every door can offer them then.
    """

    def mark(method: Door[S, P, R]) -> Door[S, P, R]:
        summary = (getdoc(method) or "").split("\n", 1)[0]
        described = Operation(name, right or name, summary)

        @wraps(method)
        async def door(self: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor.require(described.right)
            return await method(self, actor, *args, **kwargs)

        door.operation = described  # type: ignore[attr-defined]
        return door

    return mark


def operations(service: object) -> Iterator[tuple[Operation, Callable[..., Any]]]:
    """Every operation a service offers, for those who build menus and command lines."""
    for name in dir(service):
        method = getattr(service, name)
        if described := getattr(method, "operation", None):
            yield described, method
