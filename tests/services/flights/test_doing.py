"""What is done to one device, verb by verb."""

from __future__ import annotations

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused
from noc_console.lab.run import Lab
from noc_console.services.flights.doing import GRACE_S, Changer, Untouched, patience_s
from noc_console.services.flights.model import Flight, Sealed, Target, Way
from noc_console.services.inventory.model import Device
from tests.services.flights.conftest import Console, Text

Ready = tuple[Flight, Target, Device, Sealed]


async def ready(console: Console, actor: Actor, name: str, template: str) -> Ready:
    flight = await console.flights.plan(
        actor, title="x", device_ids=(console.ids[name],), template=template
    )
    (target,) = (await console.flights.show(actor, flight_id=flight.id)).targets
    device = await console.inventory.device(actor, device_id=target.device_id)
    return flight, target, device, await console.logbook.kept(actor, target)


@pytest.fixture
def changer(console: Console) -> Changer:
    return Changer(console.reach, again_s=0.05, patience_s=lambda _f, _t: 0.3)


@pytest.fixture
def noted() -> list[str]:
    return []


async def test_what_is_changed_is_read_back_and_told(
    console: Console, operator: Actor, changer: Changer, noted: list[str], config: Text
) -> None:
    flight, target, device, kept = await ready(
        console, operator, "ams-edge-2", "interface Loopback0\n description told"
    )

    async def note(text: str) -> None:
        assert "description told" not in config("ams-edge-2"), "written after it was done"
        noted.append(text)

    done = await changer.change(operator, flight, target, device, kept, note)
    assert "+ description told" in done.did and not done.surprise
    assert noted == ["reload in 10", "types the lines"]

    async def quiet(_text: str) -> None:
        pass

    await changer.undo(operator, flight, target, device, kept, quiet)
    assert "description told" not in config("ams-edge-2")
    await changer.undo(operator, flight, target, device, kept, quiet)  # once more is no harm


async def test_what_the_device_took_back_cannot_be_kept(
    console: Console, operator: Actor, lab: Lab, changer: Changer
) -> None:
    flight, target, device, kept = await ready(
        console, operator, "ams-edge-1", "set system host-name other"
    )

    async def note(_text: str) -> None:
        pass

    await changer.change(operator, flight, target, device, kept, note)
    lab.world.agenda.run(lab.world.now() + 660)
    with pytest.raises(Refused, match="taken back before it could be kept"):
        await changer.keep(operator, flight, target, device, kept, note)
    assert await changer.is_as_before(operator, device, kept)


async def test_what_was_kept_before_a_kill_is_kept_once_more(
    console: Console, operator: Actor, changer: Changer, config: Text
) -> None:
    """Killed between the device and the store: there is no reload left to call off."""

    async def note(_text: str) -> None:
        pass

    lines = ("set system host-name other", "hostname other", "hostname other")
    for name, text in zip(("ams-edge-1", "ams-edge-2", "ams-edge-3"), lines, strict=True):
        flight, target, device, kept = await ready(console, operator, name, text)
        await changer.change(operator, flight, target, device, kept, note)
        for _ in range(2):
            await changer.keep(operator, flight, target, device, kept, note)
        assert "other" in config(name)


async def test_a_device_that_is_not_reached_was_not_touched(
    console: Console, operator: Actor, lab: Lab, changer: Changer
) -> None:
    flight, target, device, kept = await ready(console, operator, "ams-edge-3", "hostname other")
    lab.fail("device-down", "ams-edge-3")

    async def note(_text: str) -> None:
        raise AssertionError("nothing may be begun")

    with pytest.raises(Untouched):
        await changer.change(operator, flight, target, device, kept, note)
    with pytest.raises(Refused, match="could not be brought back"):
        await changer.undo(operator, flight, target, device, kept, note)


async def test_a_device_gets_its_own_time_and_a_little_more(
    console: Console, operator: Actor
) -> None:
    flight, target, _, _ = await ready(console, operator, "ams-edge-3", "hostname other")
    assert target.way is Way.COMMIT
    assert patience_s(flight, target) == 60 * flight.confirm_minutes + GRACE_S
