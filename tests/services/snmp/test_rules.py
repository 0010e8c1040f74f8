"""What may be written, and what of it is told."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.snmp import rules
from noc_console.services.snmp.model import ObjectType, ObjectValue


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        (ObjectType.INTEGER, "-2147483648", -(2**31)),
        (ObjectType.UNSIGNED, "4294967295", 2**32 - 1),
        (ObjectType.COUNTER64, "18446744073709551615", 2**64 - 1),
        (ObjectType.STRING, "Zürich", "Zürich".encode()),
        (ObjectType.STRING, "", b""),
        (ObjectType.HEX, "0x00aaFF", b"\x00\xaa\xff"),
        (ObjectType.HEX, "00:aa:ff", b"\x00\xaa\xff"),
        (ObjectType.HEX, "", b""),
        (ObjectType.OID, ".1.3.6.1", "1.3.6.1"),
        (ObjectType.ADDRESS, "192.0.2.1", "192.0.2.1"),
    ],
)
def test_what_is_typed_becomes_a_value(
    type: ObjectType, text: str, value: int | str | bytes
) -> None:
    assert rules.payload(type, text) == value


@pytest.mark.parametrize(
    ("type", "text", "field"),
    [
        (ObjectType.INTEGER, "2147483648", "value"),
        (ObjectType.UNSIGNED, "-1", "value"),
        (ObjectType.INTEGER, "up", "value"),
        (ObjectType.HEX, "0xabc", "value"),
        (ObjectType.OID, "sysName", "value"),
        (ObjectType.ADDRESS, "2001:db8::1", "value"),
        (ObjectType.STRING, "x" * 70_000, "value"),
        (ObjectType.MISSING, "", "type"),
    ],
)
def test_what_cannot_be_is_refused_and_says_where(type: ObjectType, text: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        rules.payload(type, text)
    assert caught.value.field == field


def value(oid: str, name: str = "", type: ObjectType = ObjectType.STRING) -> ObjectValue:
    return ObjectValue(oid, name, type, "core-1")


@pytest.mark.parametrize(
    ("told", "is_secret"),
    [
        (value("1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"), False),
        (value("1.3.6.1.6.3.18.1.1.1.2.5", "SNMP-COMMUNITY-MIB::snmpCommunityName.5"), True),
        (value("1.3.6.1.6.3.15.1.2.2.1.6.1"), True),
        (value("1.3.6.1.2.1.99.1.0", "X-MIB::radiusPassword.0"), True),
        (value("1.3.6.1.4.1.9.9.96.1.1.1.1.8.3"), True),
        (value("1.3.6.1.4.1.9.9.96.1.1.1.1.8.3", type=ObjectType.INTEGER), False),
        (value("1.3.6.1.2.1.31.1.1.1.18.3", "IF-MIB::ifAlias.3"), False),
    ],
)
def test_what_may_be_a_secret_is_told_by_name_or_place(told: ObjectValue, is_secret: bool) -> None:
    assert rules.looks_secret(told) is is_secret
    assert rules.told(told, is_secret=is_secret) == ("•••" if is_secret else "core-1")


def test_the_journal_keeps_a_line_and_not_a_novel() -> None:
    long = ObjectValue("1.3.6.1.2.1.1.4.0", "", ObjectType.STRING, "a\nb\x00" + "x" * 9000)
    kept = rules.told(long, is_secret=False)
    assert len(kept) <= rules.TOLD + 1
    assert "\n" not in kept
    assert "\x00" not in kept


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.1", "192.0.2.1", 161),
        ("192.0.2.1:1161", "192.0.2.1", 1161),
        ("2001:db8::1", "2001:db8::1", 161),
        ("[2001:db8::1]:1161", "2001:db8::1", 1161),
        ("core-1.example.net:1161", "core-1.example.net", 1161),
    ],
)
def test_an_address_is_read_with_and_without_a_port(text: str, host: str, port: int) -> None:
    assert rules.place(text) == (host, port)


@pytest.mark.parametrize("text", ["", "192.0.2.1:0", "192.0.2.1:70000", "[x]:161", "a b", "-x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rules.place(text)


def test_without_a_type_the_object_keeps_its_own() -> None:
    old = value("1.3.6.1.2.1.1.5.0")
    assert rules.type_to_write(None, old) is ObjectType.STRING
    assert rules.type_to_write(ObjectType.HEX, old) is ObjectType.HEX
    with pytest.raises(Invalid):
        rules.type_to_write(None, ObjectValue("1.3.6.1.9.0", "", ObjectType.MISSING, ""))


def test_a_walk_is_turned_into_rows_and_columns() -> None:
    def value(rest: str) -> ObjectValue:
        return ObjectValue(f"1.3.6.{rest}", "", ObjectType.INTEGER, 1)

    values = [value("2.10"), value("2.9.1"), value("10.9.1"), value("2"), value("9.1")]
    values += [value(f"2.1.{row}") for row in ("10", "9")]
    columns, cells = rules.pivot("1.3.6.2", values)
    assert columns == ("1.3.6.2.1", "1.3.6.2.9")
    assert list(cells) == ["1", "9", "10"]
    assert cells["1"] == {"1.3.6.2.9": value("2.9.1")}


@pytest.mark.parametrize(
    ("type", "value", "raw"),
    [
        (ObjectType.INTEGER, 5, 5),
        (ObjectType.STRING, "ü", "ü".encode()),
        (ObjectType.HEX, "0x00ff", b"\x00\xff"),
        (ObjectType.OID, "1.3.6", "1.3.6"),
        (ObjectType.ADDRESS, "192.0.2.1", None),
        (ObjectType.MISSING, "", None),
    ],
)
def test_the_mibs_are_asked_about_the_value_itself(
    type: ObjectType, value: int | str, raw: int | str | bytes | None
) -> None:
    assert rules.raw(ObjectValue("1.3", "", type, value)) == raw
