"""pysnmp's values as ours."""

from __future__ import annotations

from typing import Any

import pytest
from pysnmp.proto import rfc1902, rfc1905

from noc_console.adapters.browser.engine import shown, to_write
from noc_console.kernel.errors import Invalid
from noc_console.services.snmp.model import ObjectType


@pytest.mark.parametrize(
    ("value", "type", "read"),
    [
        (rfc1902.Integer32(-5), ObjectType.INTEGER, -5),
        (rfc1902.Gauge32(2**32 - 1), ObjectType.UNSIGNED, 2**32 - 1),
        (rfc1902.Counter32(7), ObjectType.COUNTER32, 7),
        (rfc1902.Counter64(2**64 - 1), ObjectType.COUNTER64, 2**64 - 1),
        (rfc1902.TimeTicks(100), ObjectType.TIMETICKS, 100),
        (rfc1902.OctetString("Zürich\nNord".encode()), ObjectType.STRING, "Zürich\nNord"),
        (rfc1902.OctetString(b"\xff\x00"), ObjectType.HEX, "0xff00"),
        (rfc1902.OctetString(b"a\x00"), ObjectType.HEX, "0x6100"),
        (rfc1902.OctetString(b""), ObjectType.STRING, ""),
        (rfc1902.ObjectName("1.3.6.1.4.1.9"), ObjectType.OID, "1.3.6.1.4.1.9"),
        (rfc1902.IpAddress("192.0.2.1"), ObjectType.ADDRESS, "192.0.2.1"),
        (rfc1902.Opaque(b"\x9f"), ObjectType.OPAQUE, "0x9f"),
        (rfc1905.noSuchInstance, ObjectType.MISSING, ""),
        (rfc1902.Null(""), ObjectType.NULL, ""),
    ],
)
def test_every_type_is_read(value: Any, type: ObjectType, read: int | str) -> None:
    found = shown((rfc1902.ObjectName("1.3.6.1.2.1.1.5.0"), value))
    assert (found.oid, found.name) == ("1.3.6.1.2.1.1.5.0", "")
    assert (found.type, found.value) == (type, read)


@pytest.mark.parametrize(
    ("type", "value"),
    [
        (ObjectType.INTEGER, -5),
        (ObjectType.COUNTER64, 2**64 - 1),
        (ObjectType.STRING, "ü".encode()),
        (ObjectType.OID, "1.3.6.1"),
        (ObjectType.ADDRESS, "192.0.2.1"),
    ],
)
def test_what_is_written_reads_back_as_it_was(type: ObjectType, value: int | str | bytes) -> None:
    found = shown((rfc1902.ObjectName("1.3.6.1"), to_write(type, value)))
    plain = value.decode() if isinstance(value, bytes) else value
    assert (found.type, found.value) == (type, plain)


def test_what_no_device_takes_is_refused() -> None:
    with pytest.raises(Invalid):
        to_write(ObjectType.MISSING, "")
