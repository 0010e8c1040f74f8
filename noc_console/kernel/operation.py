"""Marks the methods that are doors into the console.

A marked method checks its right before it runs, and shows up in the command
palette, on the command line and in the manual without further wiring.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from types import NoneType, UnionType
from typing import Any, Concatenate, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

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


@dataclass(frozen=True, slots=True)
class Argument:
    """One keyword of an operation, as a form or a command line can ask for it."""

    name: str
    kind: type
    """str, int, float, bool, datetime or an Enum."""
    is_many: bool
    """A tuple of `kind`: may be given several times."""
    is_needed: bool
    default: Any = None


PLAIN = (str, int, float, bool, datetime)


def operation(name: str, *, right: str | None = None) -> Callable[[Door[S, P, R]], Door[S, P, R]]:
    """Make a service method an operation; the right defaults to the name.

    Arguments after the actor are keyword-only with plain types (str, int, float,
    bool, enums, None, tuples of these): every door can offer them then.
    """

    def mark(method: Door[S, P, R]) -> Door[S, P, R]:
        summary = (inspect.getdoc(method) or "").split("\n", 1)[0]
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


def arguments_of(method: Callable[..., Any]) -> tuple[Argument, ...] | None:
    """What an operation asks for; None when a keyword is no plain value: such an operation
    is for programs of ours (workers hand over values), not for people.
    """
    hints = get_type_hints(inspect.unwrap(method))
    found = []
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        shape = _shape(hints.get(parameter.name))
        if shape is None:
            return None
        needed = parameter.default is inspect.Parameter.empty
        default = None if needed else parameter.default
        found.append(Argument(parameter.name, *shape, is_needed=needed, default=default))
    return tuple(found)


def _shape(hint: Any) -> tuple[type, bool] | None:
    """The plain type behind an annotation, and whether it is a tuple of it."""
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        return _shape(rest[0]) if len(rest) == 1 else None
    if get_origin(hint) is tuple:
        inner = _shape(get_args(hint)[0])
        return (inner[0], True) if inner else None
    kind = getattr(hint, "__supertype__", hint)  # what a NewType stands for
    is_plain = isinstance(kind, type) and (kind in PLAIN or issubclass(kind, Enum))
    return (kind, False) if is_plain else None
