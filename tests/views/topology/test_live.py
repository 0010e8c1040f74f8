"""States of single devices, without reading the network again."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import (
    AlarmChanged,
    AlarmObject,
    AlarmsChanged,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.model import (
    DeviceId,
    InterfaceStatusChanged,
    LinksChanged,
    ReachabilityChanged,
)
from noc_console.views.topology.live import LiveTool
from noc_console.views.topology.page import MapPage
from tests.views.conftest import until
from tests.views.topology.conftest import opened


async def test_an_alarm_reads_one_device_and_not_the_network(
    page: MapPage, ids: dict[str, DeviceId], alarms: AlarmService, operator: Actor
) -> None:
    await opened(page)
    scene, device = page.canvas.scene, ids["pra-cr1"]
    await alarms.report(
        operator,
        about=AlarmObject(device),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="busy",
    )
    await until(lambda: page.canvas.scene.look[scene.number[device]] == Severity.MAJOR)
    assert page.canvas.scene is scene, "the scene was not made anew"
    shown = scene.nodes[scene.number[device]]
    assert (shown.severity, shown.alarms) == (Severity.MAJOR, 1)
    known = next(node for node in page.stage.network.nodes if node.device_id == device)
    assert known.severity is Severity.MAJOR


async def test_only_states_of_known_devices_are_taken(
    page: MapPage, ids: dict[str, DeviceId]
) -> None:
    live = page.tool(LiveTool)
    device = ids["pra-cr1"]
    answer = ReachabilityChanged(device_id=device, reachability="down")
    assert not live.takes(answer), "nothing is on the map yet"
    await opened(page)
    assert live.takes(answer)
    assert live.takes(AlarmChanged(alarm_id=1, what="raised", severity=5, device_id=device))
    several = AlarmsChanged(
        what="raised", severity=5, alarm_ids="1 2", device_ids=f"99999 {device}"
    )
    assert live.takes(several)
    assert not live.takes(replace(several, alarm_ids="1", device_ids="99999"))
    assert not live.takes(ReachabilityChanged(device_id=99999, reachability="down"))
    assert not live.takes(LinksChanged(device_id=device))


async def test_ports_without_a_link_do_not_concern_the_map(
    page: MapPage, ids: dict[str, DeviceId]
) -> None:
    await opened(page)
    live = page.tool(LiveTool)
    port = next(iter(live.ports))

    def changed(interface: int) -> InterfaceStatusChanged:
        return InterfaceStatusChanged(
            device_id=ids["pra-cr1"], interface_id=interface, oper_status=2
        )

    assert live.takes(changed(max(live.ports) + 1000))
    assert not live.takes(changed(port))
