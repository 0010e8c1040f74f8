from __future__ import annotations

from typing import NewType

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.kernel.operation import Argument, arguments_of, operation, operations

Number = NewType("Number", int)


class Desk:
    @operation("desk.wave")
    async def wave(self, actor: Actor, *, times: int) -> str:
        """Wave at someone.

        Politely.
        """
        return "o/" * times

    @operation("desk.sort")
    async def sort(
        self, actor: Actor, *, ids: tuple[Number, ...] = (), by: str | None = None
    ) -> None:
        """Sort."""

    @operation("desk.give")
    async def give(self, actor: Actor, *, thing: object) -> None:
        """Give a thing."""


async def test_the_door_is_locked_without_the_right() -> None:
    with pytest.raises(NotAllowed, match="mira may not desk wave"):
        await Desk().wave(Actor("mira", "acme"), times=2)
    assert await Desk().wave(Actor("mira", "acme", frozenset({"desk.wave"})), times=2) == "o/o/"


def test_operations_describe_themselves() -> None:
    [described] = [one for one, _ in operations(Desk()) if one.name == "desk.wave"]
    assert (described.name, described.summary) == ("desk.wave", "Wave at someone.")


def test_arguments_are_plain_types_or_the_operation_is_for_programs() -> None:
    assert arguments_of(Desk().sort) == (
        Argument("ids", int, is_many=True, is_needed=False, default=()),
        Argument("by", str, is_many=False, is_needed=False, default=None),
    )
    assert arguments_of(Desk().give) is None
