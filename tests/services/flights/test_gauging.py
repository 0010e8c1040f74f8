import asyncio

import pytest

from noc_console.db.samples import INTERFACE, Poll, Row
from noc_console.kernel.actor import Actor
from noc_console.lab.run import Lab
from noc_console.services.flights import gauging
from noc_console.services.flights.model import Health
from noc_console.services.inventory.model import Inspected, SeenInterface
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


async def test_errors_and_discards_are_counted(console: Console, lab: Lab, operator: Actor) -> None:
    before = await looked(console, operator, "ams-edge-2")
    port = next(p for p in lab.device("ams-edge-2").ports if p.link is not None)
    lab.fail("rising-errors", port.key)
    assert before.errors is not None and before.errors_ps is None, "nobody polls it"
    async with asyncio.timeout(20):
        while ((await looked(console, operator, "ams-edge-2")).errors or 0) < before.errors + 10:
            await asyncio.sleep(0.05)


async def test_what_the_poller_measured_last_is_known_without_a_second_look(
    console: Console, operator: Actor
) -> None:
    number = console.ids["ams-edge-2"]
    device = await console.inventory.device(operator, device_id=number)
    seen = Inspected(
        device.address, device.port, console.clock.now(), device.name,
        credential_id=device.credential_id, serial=device.serial,
        interfaces=(SeenInterface(index=1, name="Te0/0/0", type=gauging.ETHERNET),),
    )  # fmt: skip
    await console.inventory.record(operator, inspected=seen)
    (port,) = await console.inventory.interfaces(operator, device_id=number)
    now_ms = round(console.clock.now().timestamp() * 1000)
    counted = {"in_octets": 7_500_000, "in_errors": 120, "out_discards": 180, "epoch": 1}
    for at_ms, times in ((now_ms - 60_000, 0), (now_ms, 1)):
        told = dict.fromkeys(INTERFACE.columns, 0) | {k: v * times for k, v in counted.items()}
        row = Row(INTERFACE, port.id, tuple((told | {"status": 1, "epoch": 1}).values()))
        await console.samples.append([Poll(device.id, at_ms, [row])])
    health = await looked(console, operator, "ams-edge-2")
    assert health.bps == pytest.approx(1e6) and health.errors_ps == pytest.approx(5.0)


async def test_who_does_not_answer_is_a_finding_and_no_error(
    console: Console, lab: Lab, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauging, "PATIENCE_S", 0.1)
    lab.fail("device-down", "ams-edge-2")
    assert await looked(console, operator, "ams-edge-2") == Health(answers=False)
