"""What people type for an object."""

from __future__ import annotations

import pytest

from noc_console.services.mibs.rules.names import Typed, as_name, as_oid


@pytest.mark.parametrize(
    ("text", "oid"),
    [
        ("1.3.6.1", "1.3.6.1"),
        (" .1.3.6. ", "1.3.6"),
        ("1", "1"),
        ("", ""),
        ("1..3", ""),
        ("1.3.x", ""),
        ("ifAlias.3", ""),
        ("1.99999999999", ""),
    ],
)
def test_a_number_is_taken_with_its_points_forgiven(text: str, oid: str) -> None:
    assert as_oid(text) == oid


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("sysName", Typed("", "sysName", "")),
        (" IF-MIB::ifAlias.3 ", Typed("IF-MIB", "ifAlias", ".3")),
        ("mib-2.17.1", Typed("", "mib-2", ".17.1")),
        ("", None),
        ("IF-MIB::", None),
        ("sysName.-1", None),
        ("sys name", None),
    ],
)
def test_a_name_is_taken_apart(text: str, typed: Typed | None) -> None:
    assert as_name(text) == typed
