"""What a value says of itself."""

from __future__ import annotations

from noc_console.services.snmp.model import ObjectType, ObjectValue


def test_an_object_the_device_lacks_is_not_there() -> None:
    assert not ObjectValue("1.3.6.1.2.1.1.99.0", "", ObjectType.MISSING, "").is_there
    assert ObjectValue("1.3.6.1.2.1.1.5.0", "", ObjectType.STRING, "").is_there
