"""MIB names to OIDs and back."""

from __future__ import annotations

import pytest

from noc_console.adapters.browser.names import Names
from noc_console.kernel.errors import Invalid


@pytest.fixture(scope="module")
def names() -> Names:
    return Names()


@pytest.mark.parametrize(
    ("text", "oid", "name"),
    [
        ("sysName.0", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("sysName", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("SNMPv2-MIB::sysContact.0", "1.3.6.1.2.1.1.4.0", "SNMPv2-MIB::sysContact.0"),
        ("IF-MIB::ifAlias.3", "1.3.6.1.2.1.31.1.1.1.18.3", "IF-MIB::ifAlias.3"),
        ("ifDescr.4293918720", "1.3.6.1.2.1.2.2.1.2.4293918720", "IF-MIB::ifDescr.4293918720"),
        (" .1.3.6.1.2.1.1.5.0 ", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("RFC1213-MIB::ipForwarding", "1.3.6.1.2.1.4.1.0", "RFC1213-MIB::ipForwarding.0"),
        ("1.3.6.1.4.1.9.2.1.58.0", "1.3.6.1.4.1.9.2.1.58.0", ""),
    ],
)
def test_a_name_becomes_its_oid_and_an_oid_its_name(
    names: Names, text: str, oid: str, name: str
) -> None:
    assert names.oid_of(text, is_instance=True) == oid
    assert names.name_of(oid) == name


def test_a_subtree_is_named_without_an_instance(names: Names) -> None:
    assert names.oid_of("sysName", is_instance=False) == "1.3.6.1.2.1.1.5"
    assert names.oid_of("system", is_instance=False) == "1.3.6.1.2.1.1"
    assert names.oid_of("ifXTable", is_instance=True) == "1.3.6.1.2.1.31.1.1"


def test_what_no_mib_names_gets_no_name_of_a_distant_ancestor(names: Names) -> None:
    assert names.name_of("1.3.6.1.2.1.17.1.1.0") == ""
    assert names.name_of("1.3.6.1.2.1.1.99.0") == ""


@pytest.mark.parametrize(
    "text", ["", "sysNonsense", "NO-MIB::sysName.0", "1.3.x", "1.99.1", "sysName.-1", "sysName.9e9"]
)
def test_what_is_neither_is_refused(names: Names, text: str) -> None:
    with pytest.raises(Invalid):
        names.oid_of(text, is_instance=True)


def test_an_index_that_no_oid_can_carry_is_refused(names: Names) -> None:
    for index in ("4294967296", ".".join(["1"] * 130)):
        with pytest.raises(Invalid):
            names.oid_of(f"ifAlias.{index}", is_instance=True)
