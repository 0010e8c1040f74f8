from __future__ import annotations

from dataclasses import dataclass

import pytest

from noc_console.kernel.errors import Broken
from noc_console.kernel.events import Event, EventBus, facts, revive


@dataclass(frozen=True, slots=True, kw_only=True)
class LampLit(Event):
    room: str
    watts: int = 5


def test_an_event_survives_the_journal() -> None:
    lit = LampLit(room="lab", watts=7)
    assert revive("LampLit", facts(lit)) == lit


def test_facts_of_a_newer_version_are_left_out_and_unknown_events_are_none() -> None:
    assert revive("LampLit", {"room": "lab", "colour": "red"}) == LampLit(room="lab")
    assert revive("LampLit", {"watts": 3}) is None
    assert revive("NeverHeardOf", {}) is None


def test_two_events_cannot_share_a_name() -> None:
    with pytest.raises(Broken, match="LampLit"):
        type("LampLit", (Event,), {"__module__": "elsewhere"})


def test_listeners_hear_in_order_until_they_stop() -> None:
    bus, heard = EventBus(), []
    stop = bus.listen(heard.extend)
    bus.publish([LampLit(room="a"), LampLit(room="b")])
    bus.publish([])
    stop()
    bus.publish([LampLit(room="c")])
    assert heard == [LampLit(room="a"), LampLit(room="b")]
