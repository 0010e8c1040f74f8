"""The rule files of the product, and how mistakes among several files are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.platforms.load import load, load_file
from noc_console.services.inspection.units import UNITS
from tests.services.inspection.platforms.agent import device

RULES = Path(__file__).resolve().parents[4] / "resources" / "platforms"

XPON = "1.3.6.1.4.1.2011.6.128.1.1.2"
PON = 4194304000
"""HUAWEI-XPON-MIB, which no recording shows, and the ifIndex of a PON port."""

PLATFORM = """
[[platform]]
name = "{name}"
type = "network"
match = [{{ object_id = "1.3.6.1.4.1.99" }}]
"""


def test_every_file_of_the_product_can_be_read() -> None:
    rules = load(RULES)
    assert len(rules.platforms) > 700
    assert all(platform.match for platform in rules.platforms.values())


def test_every_class_of_a_sensor_has_a_unit() -> None:
    kinds = {
        kind
        for file in load(RULES).files.values()
        for table in file.tables
        for measure in table.measures
        if measure.what in ("sensor", "wireless")
        for kind in (measure.kind.constant, *measure.kind.among.values(), measure.kind.other)
        if isinstance(kind, str)
    }
    assert kinds <= set(UNITS)


def test_a_platform_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(PLATFORM.format(name="acme"), "utf-8")
    with pytest.raises(Broken, match=r"acme is in one\.toml and two\.toml"):
        load(tmp_path)


def test_using_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    text = PLATFORM.format(name="acme") + 'uses = ["cisko"]\n'
    (tmp_path / "acme.toml").write_text(text, "utf-8")
    with pytest.raises(Broken, match="uses cisko, which is no file"):
        load(tmp_path)


@pytest.mark.parametrize("octets", [b"[vendor", b"\xff\xfe", b"[[platform]]\nname = 3\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(octets)
    with pytest.raises(Broken, match=r"^bad\.toml: "):
        load_file(path)


def test_drivers_know_the_prompt_of_their_platform_and_the_command_for_its_configuration() -> None:
    rules = load(RULES)
    for platform, prompt in (
        ("ios", "core-1#"),
        ("ios", "core-1(config-if)#"),
        ("junos", "{master:0}\nnoc@edge-2> "),
        ("routeros", "[admin@tower 3] > "),
        ("vrp", "<agg-1>"),
        ("vrp", "[~agg-1-GigabitEthernet0/0/1]"),
        ("arista_eos", "leaf1(config)#"),
        ("panos", "admin@pa(active)> "),
    ):
        driver = rules.driver(platform)
        assert driver is not None
        assert driver.prompt.search(prompt.splitlines()[-1]), (platform, prompt)
        assert driver.commands["config"]
    assert rules.driver("nobody") is None


def test_a_driver_of_no_platform_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "drivers.toml").write_text(
        "[driver.acme]\nplatforms = [\"acme\"]\nprompt = '> $'\n", "utf-8"
    )
    with pytest.raises(Broken, match="driver acme is for acme, no platform"):
        load(tmp_path)


async def test_onts_have_serial_state_distance_and_light_where_they_have_any() -> None:
    found = await inspect(
        device(
            "1.3.6.1.2.1.1.1.0|4|Huawei Integrated Access Software",
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.248",
            f"1.3.6.1.2.1.31.1.1.1.1.{PON}|4|GPON 0/1/0",
            f"1.3.6.1.2.1.2.2.1.1.{PON}|2|{PON}",
            f"1.3.6.1.2.1.2.2.1.2.{PON}|4|GPON 0/1/0",
            f"{XPON}.43.1.3.{PON}.1|4x|48575443a1b2c3d4",
            f"{XPON}.43.1.9.{PON}.1|4|house 7",
            f"{XPON}.46.1.15.{PON}.1|2|1",
            f"{XPON}.46.1.20.{PON}.1|2|1834",
            f"{XPON}.51.1.3.{PON}.1|2|221",
            f"{XPON}.51.1.4.{PON}.1|2|-2150",
            f"{XPON}.43.1.3.{PON}.2|4x|48575443a1b2c3d5",
            f"{XPON}.46.1.15.{PON}.2|2|2",
            f"{XPON}.51.1.4.{PON}.2|2|2147483647",
        ),
        load(RULES),
    )
    assert found.verdict.platform == "smartax"
    lit, dark = found.onus
    assert (lit.serial, lit.name, lit.state) == ("48575443A1B2C3D4", "house 7", "online")
    assert (lit.receive_dbm, lit.transmit_dbm, lit.distance_m) == (-21.5, 2.21, 1834)
    assert (dark.state, dark.receive_dbm) == ("offline", None)
