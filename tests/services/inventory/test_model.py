"""Small words of the inventory's values."""

from __future__ import annotations

from noc_console.services.inventory.model import Device, DeviceId, Interface, InterfaceId


def test_an_interface_is_shown_with_what_the_operator_called_it() -> None:
    port = Interface(InterfaceId(1), DeviceId(1), 1, "et-0/0/1", alias="to core-2")
    assert port.label == "et-0/0/1 · to core-2"
    assert Interface(InterfaceId(1), DeviceId(1), 1, "eth0", alias="eth0").label == "eth0"


def test_a_device_without_a_credential_is_a_known_unknown() -> None:
    assert not Device(DeviceId(1), "core-2", "", 0).is_managed
    assert Device(DeviceId(1), "core-2", "10.0.0.2", 161, credential_id=3).is_managed
