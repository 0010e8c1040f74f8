from __future__ import annotations

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.kernel.operation import operation, operations


class Desk:
    @operation("desk.wave")
    async def wave(self, actor: Actor, *, times: int) -> str:
        """Wave at someone.

        Politely.
        """
        return "o/" * times


async def test_the_door_is_locked_without_the_right() -> None:
    with pytest.raises(NotAllowed, match="mira may not desk wave"):
        await Desk().wave(Actor("mira", "acme"), times=2)
    assert await Desk().wave(Actor("mira", "acme", frozenset({"desk.wave"})), times=2) == "o/o/"


def test_operations_describe_themselves() -> None:
    [(described, _)] = operations(Desk())
    assert (described.name, described.summary) == ("desk.wave", "Wave at someone.")
