from __future__ import annotations

import pytest

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import NotAllowed


def test_an_actor_may_what_it_was_granted_and_nothing_else() -> None:
    reader = Actor("mira", "acme", frozenset({"alarms.view"}))
    reader.require("alarms.view")
    with pytest.raises(NotAllowed, match="mira may not alarms clear"):
        reader.require("alarms.clear")


def test_all_rights_are_every_right() -> None:
    assert Actor("root", "acme", frozenset({ALL_RIGHTS})).may("anything.at.all")
