import pytest

from noc_console.kernel.actor import Actor
from noc_console.lab.run import Lab
from noc_console.services.flights import gauging
from noc_console.services.flights.model import Health
from tests.services.flights.conftest import Console


async def looked(console: Console, actor: Actor, name: str) -> Health:
    device = await console.inventory.device(actor, device_id=console.ids[name])
    return await console.gauge.look(actor, device)


async def test_ports_sessions_and_counters_are_as_the_device_tells_them_now(
    console: Console, lab: Lab, operator: Actor
) -> None:
    before = await looked(console, operator, "ams-edge-2")
    device = lab.device("ams-edge-2")
    ports = [p for p in device.ports if p.link is not None]
    assert before.answers and {p.short for p in ports} <= before.ports_up
    assert len(before.sessions_up) == 4 and before.octets and before.octets > 0
    lab.fail("link-down", ports[0].key)
    after = await looked(console, operator, "ams-edge-2")
    assert before.ports_up - after.ports_up == {ports[0].short}
    assert after.at > before.at


async def test_who_does_not_answer_is_a_finding_and_no_error(
    console: Console, lab: Lab, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauging, "PATIENCE_S", 0.1)
    lab.fail("device-down", "ams-edge-2")
    assert await looked(console, operator, "ams-edge-2") == Health(answers=False)
