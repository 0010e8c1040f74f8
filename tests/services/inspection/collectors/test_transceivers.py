"""Pluggable modules."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import transceivers
from noc_console.services.inspection.model import Entity, Interface, Transceiver
from tests.services.inspection.collectors.recording import agent, table


async def test_a_module_that_calls_itself_optics_is_one_and_finds_its_port() -> None:
    parts = (
        Entity(1090, 1, "container", name="subslot 0/0 transceiver container 0"),
        Entity(
            1091, 1090, "module", name="subslot 0/0 transceiver 0", descr="GE LX",
            model="GLC-LH-SMD", serial="FNS1", vendor="CISCO", hardware="V01",
        ),
        Entity(1092, 1091, "port", name="Gi0/0/0", if_index=1),
    )  # fmt: skip
    assert await transceivers.read(agent({}), (), parts) == (
        Transceiver(
            index="1091",
            if_index=1,
            entity_index=1091,
            type="GE LX",
            vendor="CISCO",
            model="GLC-LH-SMD",
            revision="V01",
            serial="FNS1",
        ),
    )


@pytest.mark.parametrize(
    "descr",
    ["QSFP-100G-CWDM4", "100GBASE-SR4, 4x25G, MMF", "SFP-10G-LR", "1310 nm XFP", "10GBase-LR"],
)
async def test_words_of_optics(descr: str) -> None:
    parts = (Entity(3, 1, "module", descr=descr, serial="x"),)
    assert len(await transceivers.read(agent({}), (), parts)) == 1


@pytest.mark.parametrize(
    "descr",
    [
        "SFP container",
        "Fixed 24p Gig-T/SFP",
        "4-Port 100GBase-QSFP28",
        "6450 2 PORT SFP+ MOD 10G",
        "S4128F-ON 28x10GbE, 2x100GbE QSFP28 Interface Module",
        "Transceiver Temperature Sensor",
        "Supervisor",
    ],
)
async def test_what_holds_optics_is_none(descr: str) -> None:
    parts = (Entity(3, 1, "module", descr=descr, serial="x"),)
    assert await transceivers.read(agent({}), (), parts) == ()


async def test_junos_evolved_says_the_place_in_words() -> None:
    words = "QSFP-100G @ /Chassis[0]/Fpc[0]/Pic[1]/Port[3]"
    parts = (Entity(75, 1, "module", descr=words, serial="x"),)
    (found,) = await transceivers.read(agent({}), (Interface(507, "et-0/1/3"),), parts)
    assert (found.type, found.if_index) == ("QSFP-100G", 507)


async def test_huawei_lists_every_cage() -> None:
    cells = table(
        "1.3.6.1.4.1.2011.5.25.31.1.1.3.1",
        {
            2: {"6": 1310, "7": -1},
            4: {"6": b"S17", "7": b""},
            24: {"6": b"OEM"},
            25: {"6": b"GPB"},
            45: {"6": b"3000(9um)"},
        },
    )
    (found,) = await transceivers.read(agent(cells), (), (Entity(6, 1, "port", if_index=60),))
    assert (found.if_index, found.serial, found.model) == (60, "S17", "GPB")
    assert (found.distance_m, found.wavelength_nm) == (3000, 1310)


async def test_comware_tells_the_maker_by_number() -> None:
    cells = table(
        "1.3.6.1.4.1.25506.2.70.1.1.1",
        {
            1: {"50": b"MM"},
            2: {"50": b"10G_BASE_SR_SFP", "51": b""},
            3: {"50": 850},
            7: {"50": 2147483647},
            8: {"50": 1},
            39: {"50": b"\x00\x17\x6a"},
        },
    )
    (found,) = await transceivers.read(agent(cells), (Interface(50),), ())
    assert (found.if_index, found.type, found.oui) == (50, "10G_BASE_SR_SFP", "00:17:6a")
    assert (found.cable, found.wavelength_nm, found.distance_m, found.ddm) == (
        "MM",
        850,
        None,
        True,
    )


async def test_an_empty_cage_of_mikrotik_is_no_module() -> None:
    cells = table(
        "1.3.6.1.4.1.14988.1.1.19.1.1",
        {2: {"25": b"sfp1", "26": b"sfp2", "27": b"sfp3"}, 5: {"25": 85000, "26": 0, "27": 0},
         7: {"25": 3302, "26": 0, "27": 3300}},
    )  # fmt: skip
    found = await transceivers.read(agent(cells), (), ())
    assert [(one.index, one.wavelength_nm) for one in found] == [("25", 850), ("27", None)]


async def test_ocnos_tells_the_day_it_was_made() -> None:
    cells = table(
        "1.3.6.1.4.1.36673.100.1.2.2.1",
        {26: {"1.15": b"FS"}, 28: {"1.15": b"QSFP28"}, 36: {"1.15": b"180905"}, 35: {"1.16": b""}},
    )
    (found,) = await transceivers.read(agent(cells), (), ())
    assert (found.index, found.vendor, found.date) == ("1.15", "FS", "2018-09-05")


async def test_a_juniper_module_is_known_by_its_light_and_named_by_its_part() -> None:
    words = "QSFP-100G @ /Chassis[0]/Fpc[0]/Pic[0]/Port[0]"
    parts = (
        Entity(75, 1, "module", descr=words, serial="ADD8", vendor="ADDON"),
        Entity(76, 1, "module", descr="SFP-T", serial="copper"),
    )
    cells = {
        **table(
            "1.3.6.1.4.1.2636.3.60.1.1.1.1",
            {5: {"507": 0, "509": 0}, 8: {"507": 31, "509": 0}, 30: {"507": 4, "509": 1}},
        ),
        **table("1.3.6.1.4.1.2636.3.60.1.2.1.1", {6: {"511.0": -210, "509.0": 0}}),
    }
    ports = (Interface(507, "et-0/0/0"),)
    module, light, copper = await transceivers.read(agent(cells), ports, parts)
    assert (module.index, module.entity_index, module.serial) == ("507", 75, "ADD8")
    assert (module.ddm, module.channels, module.if_index) == (True, 4, 507)
    assert (light.index, light.if_index, light.ddm) == ("511", 511, True)
    assert (copper.serial, copper.ddm) == ("copper", None)
