"""Flights as the authors of what stands in a configuration."""

from __future__ import annotations

from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.lab.run import Lab
from noc_console.services.configs.model import Deed
from noc_console.services.flights import store
from noc_console.services.flights.deeds import FlightDeeds
from noc_console.services.flights.model import (
    UNBORN,
    Flight,
    FlightChanged,
    Image,
    Kind,
    Phase,
    Stand,
    Target,
    TargetId,
    Way,
)
from tests.services.flights.conftest import Console
from tests.services.flights.test_pilot import flown, planned

HOUR = timedelta(hours=1)


async def test_a_flight_is_told_with_who_planned_and_approved_it(
    console: Console, operator: Actor, colleague: Actor
) -> None:
    deeds = FlightDeeds(console.db)
    one, two = console.ids["ams-edge-2"], console.ids["ams-edge-5"]
    begin = console.clock.now()
    flight = await planned(
        console, operator, "snmp-server contact x", names=["ams-edge-2"], title="a contact"
    )
    before = console.clock.now()
    assert await deeds.deeds(operator, device_id=one, start=begin, end=before) == ()
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.DONE
    now = console.clock.now()
    told = Deed("mira", f"flight {flight.id} “a contact”, approved by joris")
    assert await deeds.deeds(operator, device_id=one, start=begin, end=now) == (told,)
    assert await deeds.deeds(operator, device_id=two, start=begin, end=now) == ()
    assert await deeds.deeds(operator, device_id=one, start=now, end=now + HOUR) == ()
    other = Actor("eve", "other", frozenset({"*"}))
    assert await deeds.deeds(other, device_id=one, start=begin, end=now) == ()
    with pytest.raises(NotAllowed):
        await deeds.deeds(Actor("guest", "acme"), device_id=one, start=begin, end=now)


async def test_what_was_taken_back_says_so(
    console: Console, lab: Lab, operator: Actor, colleague: Actor
) -> None:
    begin = console.clock.now()
    peer = lab.device("ams-edge-2").peers[0].address
    text = f"router bgp 64500\n neighbor {peer} shutdown"
    flight = await planned(console, operator, text, names=["ams-edge-2"], canary_soak_s=5.0)
    ended = await flown(console, flight, colleague)
    assert ended.phase is Phase.UNDONE, ended.why
    (told,) = await FlightDeeds(console.db).deeds(
        operator, device_id=console.ids["ams-edge-2"], start=begin, end=console.clock.now()
    )
    assert told.who == "mira" and told.how.endswith(", approved by joris, taken back")


async def test_software_is_told_as_such(console: Console, operator: Actor) -> None:
    now = console.clock.now()
    flight = Flight(
        UNBORN, "a fix", Kind.FIRMWARE, "", "mira", now, approved_by="joris", approved_at=now,
        image=Image("a.bin", 7, "5" * 128, "2" * 64, "17.9"), ended_at=now,
    )  # fmt: skip
    target = Target(
        TargetId(0), UNBORN, 7, "core-1", "192.0.2.1", "ios", 0, Stand.KEPT, Way.IMAGE,
        changed_at=now,
    )  # fmt: skip
    async with console.db.begin(operator) as tx:
        number = await store.add(tx, flight, [(target, b"")])
        (kept,) = await store.targets_of(tx, number)
        await store.add_step(tx, number, at=now, what="held", text="", target_id=int(kept.id))
        tx.record(FlightChanged(flight_id=number, title=flight.title, what="done"))
    (told,) = await FlightDeeds(console.db).deeds(operator, device_id=7, start=now - HOUR, end=now)
    assert told == Deed("mira", f"software flight {number} “a fix”, approved by joris")
