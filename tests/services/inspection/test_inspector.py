"""One inspection of devices that are written down here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from noc_console.services.inspection import as_json
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.model import Findings
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.schema import read
from noc_console.services.inspection.recorded import RecordedAgent

RULES = Path(__file__).resolve().parents[3] / "resources" / "platforms"
ACME = """
[vendor]
name = "Acme"
enterprises = [99]

[[platform]]
name = "acme"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99" }]
skip = [SKIP]

[[table]]
entry = "1.3.6.1.4.1.99.2.1"
columns = { name = 1, load = 2 }
  [[table.processor]]
  value = "load"
  name = "{name}"
  [[table.sensor]]
  class = "temperature"
  value = "load"
  [[table.sensor]]
  class = "temperature"
  value = "load"
"""
DEVICE = """\
1.3.6.1.2.1.1.1.0|4|Acme box
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99.1
1.3.6.1.2.1.1.5.0|4|box-1
1.3.6.1.2.1.2.2.1.1.1|2|1
1.3.6.1.2.1.2.2.1.2.1|4|eth0
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.7.1|2|1
1.3.6.1.2.1.2.2.1.8.1|2|2
1.3.6.1.2.1.4.20.1.1.192.0.2.9|64|192.0.2.9
1.3.6.1.2.1.4.20.1.2.192.0.2.9|2|1
1.3.6.1.2.1.4.20.1.3.192.0.2.9|64|255.255.255.0
1.3.6.1.2.1.25.3.3.1.2.1|2|17
1.3.6.1.4.1.99.2.1.1.4|4|Control card
1.3.6.1.4.1.99.2.1.2.4|2|42
"""


def rules(skip: str = "") -> Rules:
    return Rules([read("acme", tomllib.loads(ACME.replace("SKIP", skip)))])


async def look(text: str, by: Rules | None = None) -> Findings:
    return await inspect(RecordedAgent(text.encode()), by or rules())


async def test_a_device_is_understood_from_its_name_to_its_load() -> None:
    found = await look(DEVICE)
    assert (found.verdict.platform, found.verdict.vendor, found.system.name) == (
        "acme",
        "Acme",
        "box-1",
    )
    (port,), (address,) = found.interfaces, found.addresses
    assert (port.name, port.admin, port.oper) == ("eth0", "up", "down")
    assert (address.address, address.prefix_length, address.if_index) == ("192.0.2.9", 24, 1)


async def test_the_vendors_processors_win_over_the_standard_table() -> None:
    (processor,) = (await look(DEVICE)).processors
    assert (processor.name, processor.usage_percent) == ("Control card", 42.0)


async def test_the_standard_table_is_asked_where_the_vendor_tells_nothing() -> None:
    plain = "\n".join(line for line in DEVICE.splitlines() if ".99.2.1." not in line)
    (processor,) = (await look(plain)).processors
    assert processor.usage_percent == 17.0
    assert (await look(plain, rules('"hr-processors"'))).processors == ()


async def test_the_same_instance_is_one_sensor() -> None:
    assert len((await look(DEVICE)).sensors) == 1


async def test_neighbours_are_heard_before_the_rest_is_read() -> None:
    heard: list[Findings] = []
    found = await inspect(RecordedAgent(DEVICE.encode()), rules(), heard=heard.append)
    assert [each.interfaces for each in heard] == [found.interfaces]
    assert heard[0].processors == ()


async def test_a_device_that_says_nothing_is_no_error() -> None:
    found = await look("")
    assert (found.verdict.platform, found.interfaces, found.problems) == ("", (), ())


@pytest.fixture(scope="module")
def every_rule() -> Rules:
    return load(RULES)


async def test_the_json_is_plain_and_has_every_array(every_rule: Rules) -> None:
    told = as_json.document(await look(DEVICE, every_rule))
    assert told["interfaces"][0] == {
        "if_index": 1,
        "name": "eth0",
        "descr": "eth0",
        "alias": "",
        "type": "ethernetCsmacd",
        "speed_bps": None,
        "mtu": None,
        "mac": "",
        "admin": "up",
        "oper": "down",
        "duplex": "",
        "lag_index": None,
        "above": [],
    }
    arrays = (
        "interfaces addresses neighbours processors memory storage sensors transceivers vlans"
        " bgp_peers ospf_neighbours wireless problems"
    )
    assert all(isinstance(told[each], list) for each in arrays.split())
