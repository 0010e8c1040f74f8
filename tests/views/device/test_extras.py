"""What the panel tells of a port beside the interface."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.inspection.model import PoePort, Vlan
from noc_console.services.inspection.service import Kept
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.views.device import extras
from noc_console.views.device.known import Known
from tests.views.device.made import port, stack

PORTS = (
    port(101, "Gi1/0/1"),
    port(124, "Gi1/0/24"),
    port(151, "Te1/1/1"),
    port(199, "Gi1/0/99"),
    port(900, "Po1"),
)


def known(**changes: object) -> Known:
    found = replace(stack(), **changes)  # type: ignore[arg-type]
    return Known(
        Device(DeviceId(1), "sw", "10.0.0.1", 161), "", PORTS, (), (), (), Kept(None, found)
    )


def test_aggregate_module_power_and_vlans_are_told() -> None:
    told = extras.of(known())
    assert told[124].lag == "Po1" and told[124].duplex == "full duplex"
    assert told[151].module == "FINISAR FTLX"
    assert told[101].poe == "6.5 W"
    assert told[101].vlans == "1"
    assert told[151].vlans == "10 tagged, 2005 tagged"
    assert 199 not in told


def test_only_what_delivers_power_is_powered() -> None:
    ports = (
        PoePort("1", 1, "on", "deliveringPower"),
        PoePort("2", 2, "on", "searching", "", 900),
        PoePort("3", None, "on", "deliveringPower"),
    )
    assert extras.powered(replace(stack(), poe=ports)) == {1: "on"}


def test_a_trunk_with_hundreds_of_vlans_is_told_in_short() -> None:
    vlans = tuple(Vlan(n, tagged=(101,)) for n in range(1, 301))
    told = extras.of(known(vlans=vlans))[101].vlans
    assert told.endswith("and 294 more") and len(told) < 90


def test_what_takes_a_while_is_put_together_once() -> None:
    whole = extras.completed(known())
    assert whole.extras == extras.of(known())
    assert [vlan.vlan for vlan in whole.matrix.vlans] == [1, 10, 2005]
