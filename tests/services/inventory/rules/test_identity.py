"""The same device seen twice, and two devices that only look the same."""

from __future__ import annotations

import pytest

from noc_console.services.inventory.rules.identity import (
    Identity,
    best,
    compare,
    normal_mac,
    trusted_address,
    trusted_engine_id,
    trusted_mac,
    trusted_name,
    trusted_serial,
)

CORE = Identity(
    name="core-1",
    serial="JN12AB0001",
    engine_id="80000a4c03f4a7390cc72c",
    chassis_mac="f4:a7:39:0c:c7:2c",
    sys_object_id="1.3.6.1.4.1.2636.1.1.1.2.165",
    contacts=frozenset({("10.0.0.1", 161)}),
    addresses=frozenset({"10.0.0.1", "10.1.1.0"}),
    macs=frozenset({"f4:a7:39:0c:c7:2d", "f4:a7:39:0c:c7:2e"}),
)


def test_the_same_box_at_another_address_is_the_same() -> None:
    seen = Identity(
        name="core-1",
        serial="JN12AB0001",
        sys_object_id=CORE.sys_object_id,
        contacts=frozenset({("10.1.1.0", 161)}),
        addresses=CORE.addresses,
    )
    verdict = compare(CORE, seen)
    assert verdict.is_same
    assert "the serial number is the same (JN12AB0001)" in verdict.reasons


@pytest.mark.parametrize(
    "serial", ["", "0123456789", "0000000000", "N/A", "To be filled by O.E.M."]
)
def test_two_boxes_with_a_factory_serial_are_two(serial: str) -> None:
    one = Identity(name="sw-1", serial=serial, contacts=frozenset({("10.0.0.1", 161)}))
    other = Identity(name="sw-2", serial=serial, contacts=frozenset({("10.0.0.2", 161)}))
    assert not compare(one, other).is_same


def test_clones_of_one_disk_image_share_an_engine_id_and_are_two() -> None:
    engine = "80001f8880e9630000d61ff449"
    one = Identity(name="vm-1", engine_id=engine, macs=frozenset({"00:50:56:00:00:01"}))
    other = Identity(name="vm-2", engine_id=engine, macs=frozenset({"00:50:56:00:00:02"}))
    verdict = compare(one, other)
    assert not verdict.is_same
    assert "the names differ (vm-1, vm-2)" in verdict.reasons


def test_boxes_without_serials_are_told_by_their_interfaces_macs() -> None:
    one = Identity(macs=frozenset({"00:1b:21:00:00:01", "00:1b:21:00:00:02"}))
    assert compare(one, one).is_same


def test_bridges_macs_that_every_host_has_tell_nothing() -> None:
    one = Identity(macs=frozenset({"02:42:ac:11:00:01", "02:42:ac:11:00:02"}))
    assert not compare(one, one).is_same


def test_a_renamed_device_stays_itself() -> None:
    seen = Identity(name="core-one", contacts=CORE.contacts, sys_object_id=CORE.sys_object_id)
    assert compare(Identity(name="core-1", contacts=CORE.contacts), seen).is_same


def test_a_spare_in_the_same_place_takes_the_place_over() -> None:
    spare = Identity(name="core-1", serial="JN99ZZ0009", contacts=CORE.contacts)
    verdict = compare(CORE, spare)
    assert verdict.is_same
    assert verdict.reasons[-1].endswith("the box was replaced")


def test_another_box_that_got_the_address_is_another_device() -> None:
    stranger = Identity(
        name="printer", serial="PRN000123", contacts=CORE.contacts, sys_object_id="1.3.6.1.4.1.11.2"
    )
    assert not compare(CORE, stranger).is_same


def test_private_addresses_in_common_do_not_make_two_boxes_one() -> None:
    one = Identity(addresses=frozenset({"192.168.1.1"}))
    assert not compare(one, one).is_same


def test_a_known_unknown_is_recognised_by_its_short_name() -> None:
    heard = Identity(name="core-1", is_managed=False)
    answered = Identity(name="core-1.example.net", serial="JN12AB0001")
    assert compare(heard, answered).is_same


def test_hearsay_of_another_name_and_chassis_is_someone_else() -> None:
    heard = Identity(name="core-2", chassis_mac="00:1b:21:00:00:09", is_managed=False)
    assert not compare(heard, CORE).is_same


def test_of_two_that_fit_the_surer_one_is_taken_and_a_tie_goes_to_the_older() -> None:
    half = Identity(name="core-1", addresses=frozenset({"10.1.1.0"}))
    assert best(CORE, [(1, half), (2, CORE)])[0] == 2
    assert best(CORE, [(8, CORE), (7, CORE)])[0] == 7
    assert best(CORE, [])[0] is None


@pytest.mark.parametrize(
    "text", ["AA:BB:CC:DD:EE:FF", "aabb.ccdd.eeff", "aa-bb-cc-dd-ee-ff", "0xAABBCCDDEEFF"]
)
def test_every_notation_of_a_mac_is_one(text: str) -> None:
    assert normal_mac(text) == "aa:bb:cc:dd:ee:ff"


@pytest.mark.parametrize("text", ["", "aabbcc", "gg:bb:cc:dd:ee:ff", "Gi0/1"])
def test_what_is_no_mac_is_nothing(text: str) -> None:
    assert normal_mac(text) == ""


@pytest.mark.parametrize(
    "mac",
    ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:42:ac:11:00:02", "00:00:5e:00:01:0a"],
)
def test_macs_that_are_nobodys_own_are_not_trusted(mac: str) -> None:
    assert trusted_mac(mac) == ""


def test_short_and_empty_identifiers_are_not_trusted() -> None:
    assert trusted_serial("abc") == ""
    assert trusted_engine_id("8000000000") == ""
    assert trusted_engine_id("80001f8880000000000000") == ""
    assert trusted_engine_id("zz") == ""
    assert trusted_name("localhost") == ""
    assert trusted_address("127.0.0.1") == ""
    assert trusted_address("fe80::1%eth0") == ""
    assert trusted_address("2001:db8::1/64") == "2001:db8::1"
