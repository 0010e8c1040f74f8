"""The table of vendors and platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.inspection.vendors import enterprise, parse
from noc_console.services.inventory.model import DeviceType

TABLE = parse(
    (Path(__file__).resolve().parents[3] / "resources/platforms/old/vendors.toml").read_text(
        "utf-8"
    )
)


@pytest.mark.parametrize(
    ("object_id", "descr", "vendor", "platform", "kind", "version"),
    [
        (
            "1.3.6.1.4.1.9.1.2494",
            "Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), "
            "Version 17.9.4a, RELEASE SOFTWARE (fc3)",
            "Cisco",
            "ios-xe",
            DeviceType.SWITCH,
            "17.9.4a",
        ),
        (
            "1.3.6.1.4.1.9.1.2955",
            "Cisco IOS XR Software (NCS-5700), Version 7.9.2",
            "Cisco",
            "ios-xr",
            DeviceType.ROUTER,
            "7.9.2",
        ),
        (
            "1.3.6.1.4.1.2636.1.1.1.4.63",
            "Juniper Networks, Inc. ex4300-32f Ethernet Switch, kernel JUNOS 21.4R3-S5.4",
            "Juniper",
            "junos",
            DeviceType.SWITCH,
            "21.4R3-S5.4",
        ),
        (
            "1.3.6.1.4.1.8072.3.2.10",
            "Linux web-1 6.1.0-18-amd64 #1 SMP Debian x86_64",
            "Net-SNMP",
            "linux",
            DeviceType.SERVER,
            "6.1.0-18-amd64",
        ),
        ("1.3.6.1.4.1.318.1.3.27", "APC Web/SNMP", "APC", "apc", DeviceType.POWER, ""),
    ],
)
def test_a_device_is_told_by_its_words(
    object_id: str, descr: str, vendor: str, platform: str, kind: DeviceType, version: str
) -> None:
    found = TABLE.identify(object_id, descr)
    assert (found.vendor, found.platform, found.type, found.version) == (
        vendor,
        platform,
        kind,
        version,
    )


def test_a_device_nobody_described_is_told_by_its_layers() -> None:
    unknown = "1.3.6.1.4.1.99999.1"
    assert TABLE.identify(unknown, "", services=6, is_forwarding=True).type is DeviceType.ROUTER
    assert TABLE.identify(unknown, "", services=2).type is DeviceType.SWITCH
    assert TABLE.identify(unknown, "v1.2.3").type is DeviceType.OTHER


def test_the_enterprise_is_the_number_after_the_private_prefix() -> None:
    assert enterprise("1.3.6.1.4.1.9.1.1") == 9
    assert enterprise("1.3.6.1.2.1.33") is None
    assert enterprise("") is None


@pytest.mark.parametrize(
    "text",
    [
        "[[platform]]\ntype = 'router'",
        "[[platform]]\nplatform = 'x'\ntype = 'spaceship'",
        "[[platform]]\nplatform = 'x'\ndescr = '('",
        "[[vendor]]\nname = 'x'",
        "not toml",
    ],
)
def test_a_table_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(Broken):
        parse(text)
