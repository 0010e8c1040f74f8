"""Which device a neighbour's words point to."""

from __future__ import annotations

from noc_console.services.inventory.rules.neighbours import (
    called,
    name_key,
    names_agree,
    point_to,
)

MAC = "00:1b:21:00:00:02"


def aim(**words) -> int | None:
    told = {"chassis": "", "address": "", "name": ""} | words
    return point_to(
        **told,
        by_mac={MAC: [2]},
        by_address={"10.0.0.3": [3], "192.168.1.1": [4, 5]},
        by_name={"core-2": [(2, "core-2.example.net")], "twin": [(6, "twin"), (7, "twin")]},
        not_this=1,
    )


def test_the_chassis_the_address_and_the_name_each_point() -> None:
    assert aim(chassis=MAC) == 2
    assert aim(address="10.0.0.3") == 3
    assert aim(name="CORE-2") == 2


def test_the_chassis_outvotes_the_address() -> None:
    assert aim(chassis=MAC, address="10.0.0.3") == 2
    assert aim(chassis=MAC, name="core-2", address="10.0.0.3") == 2


def test_a_word_that_fits_two_alike_points_to_none() -> None:
    assert aim(name="twin") is None
    assert aim(address="192.168.1.1") is None
    assert aim() is None


def test_names_with_two_different_domains_are_two() -> None:
    assert names_agree("core-2", "core-2.example.net")
    assert not names_agree("core-2.ams.net", "core-2.fra.net")
    assert not names_agree("localhost", "localhost")


def test_an_address_used_as_a_name_stays_whole() -> None:
    assert name_key("10.0.0.3") == "10.0.0.3"
    assert name_key("Core-2.example.net") == "core-2"


def test_words_in_place_of_a_chassis_mac_are_a_name() -> None:
    assert called("", "rack 4 phone") == "rack 4 phone"
    assert called("", MAC) == ""
    assert called("sw", "rack 4") == "sw"
