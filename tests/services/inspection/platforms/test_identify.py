"""Which platform wins, what it tells, and why."""

from __future__ import annotations

import tomllib

from noc_console.services.inspection.collectors import system
from noc_console.services.inspection.model import Entity, Verdict
from noc_console.services.inspection.platforms import identify
from noc_console.services.inspection.platforms.identify import Rules, enterprise
from noc_console.services.inspection.platforms.schema import read
from tests.services.inspection.platforms.agent import device

ACME = """
[vendor]
name = "Acme"
enterprises = [99]

[[platform]]
name = "acme"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99" }]
version = [{ descr = 'Version (\\S+)' }]
serial = ["1.3.6.1.4.1.99.1.1.0", "1.3.6.1.4.1.99.2.1.3"]
model = [{ object_ids = { "1.3.6.1.4.1.99.7" = "A7", "1.3.6.1.4.1.99.7.1" = "A7-1" } }]

[[platform]]
name = "acme-olt"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99", descr = 'OLT' }]
unless = [{ descr = 'OLT tester' }]
features = [{ join = ["1.3.6.1.4.1.99.5.0", "1.3.6.1.4.1.99.6.0"], format = "{1} of {2}" }]

[[platform]]
name = "acme-probe"
type = "appliance"
match = [{ object_id = "1.3.6.1.4.1.99", get = { "1.3.6.1.4.1.99.9.0" = '^probe' } }]
version = [{ join = ["1.3.6.1.4.1.99.2.1.4", "1.3.6.1.4.1.99.5.0"], format = "{1} ({2})" }]

[[platform]]
name = "acme-rows"
type = "appliance"
match = [{ object_id = "1.3.6.1.4.1.99", has = "1.3.6.1.4.1.99.3.1.2" }]

[[platform]]
name = "twin-a"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99.200" }]

[[platform]]
name = "twin-b"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99.200" }]
"""
RULES = Rules([read("acme", tomllib.loads(ACME))])


async def verdict(*lines: str, entities: tuple[Entity, ...] = ()) -> Verdict:
    agent = device(*lines)
    who = await system.read(agent)
    platform, why = await RULES.identify(agent, who)
    return await identify.facts(agent, RULES, platform, who, entities, why)


def box(object_id: str, descr: str = "") -> tuple[str, str]:
    return f"1.3.6.1.2.1.1.1.0|4|{descr}", f"1.3.6.1.2.1.1.2.0|6|{object_id}"


async def test_more_kinds_of_evidence_win() -> None:
    found = await verdict(*box("1.3.6.1.4.1.99.7", "Acme OLT"))
    assert found.platform == "acme-olt"
    assert "sysDescr has 'OLT'" in found.reasons[0]


async def test_an_exception_sends_a_device_to_the_next_rule() -> None:
    assert (await verdict(*box("1.3.6.1.4.1.99.7", "OLT tester"))).platform == "acme"


async def test_a_single_instance_decides_among_devices_that_say_the_same() -> None:
    found = await verdict(*box("1.3.6.1.4.1.99.7"), "1.3.6.1.4.1.99.9.0|4|probe 3")
    assert found.platform == "acme-probe"
    assert (await verdict(*box("1.3.6.1.4.1.99.7"), "1.3.6.1.4.1.99.9.0|4|x")).platform == "acme"


async def test_rows_of_a_column_decide_where_there_is_no_single_instance() -> None:
    found = await verdict(*box("1.3.6.1.4.1.99.7"), "1.3.6.1.4.1.99.3.1.2.5|2|1")
    assert found.platform == "acme-rows"


async def test_two_that_fit_alike_are_no_verdict_but_the_vendor_is() -> None:
    found = await verdict(*box("1.3.6.1.4.1.99.200.1"))
    assert (found.platform, found.vendor) == ("", "Acme")
    assert "twin-a, twin-b fit equally well" in found.reasons[0]


async def test_an_unknown_device_gets_no_vendor_that_is_a_guess() -> None:
    found = await verdict(*box("1.3.6.1.4.1.12345.1", "something"))
    assert (found.platform, found.vendor, found.reasons) == ("", "", ("no rule fits",))


async def test_facts_come_from_the_first_way_that_tells() -> None:
    found = await verdict(
        *box("1.3.6.1.4.1.99.7.1.4", "Acme Version 3.2, built today"),
        "1.3.6.1.4.1.99.2.1.3.8|4|",
        "1.3.6.1.4.1.99.2.1.3.9|4|SN-9",
    )
    assert (found.model, found.version, found.serial) == ("A7-1", "3.2", "SN-9")
    assert any(reason.startswith("serial: from 1.3.6.1.4.1.99.2.1.3") for reason in found.reasons)


async def test_instances_are_put_together_only_when_all_tell() -> None:
    olt = box("1.3.6.1.4.1.99.7", "OLT")
    both = await verdict(*olt, "1.3.6.1.4.1.99.5.0|2|8", "1.3.6.1.4.1.99.6.0|2|16")
    assert both.features == "8 of 16"
    assert (await verdict(*olt, "1.3.6.1.4.1.99.5.0|2|8")).features == ""


async def test_a_column_may_be_a_part_of_what_is_put_together() -> None:
    unit = "1.3.6.1.4.1.99.2.1.4.3.65.66.67|4|6.1"
    told = unit, "1.3.6.1.4.1.99.5.0|4|US", "1.3.6.1.4.1.99.9.0|4|probe"
    assert (await verdict(*box("1.3.6.1.4.1.99.7"), *told)).version == "6.1 (US)"


async def test_the_chassis_tells_what_no_rule_does() -> None:
    chassis = Entity(1, 0, "chassis", model="C1", serial="S1", software="V1")
    found = await verdict(*box("1.3.6.1.4.1.99.7", "OLT"), entities=(chassis,))
    assert (found.model, found.serial, found.version) == ("C1", "S1", "V1")


def test_the_enterprise_number_of_an_object_id() -> None:
    assert enterprise("1.3.6.1.4.1.99.1") == 99
    assert enterprise("1.3.6.1.2.1") is None
