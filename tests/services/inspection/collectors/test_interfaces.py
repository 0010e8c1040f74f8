"""IF-MIB and addresses, as rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.inspection.collectors import interfaces
from noc_console.services.inventory.model import OperStatus

BOOT = datetime(2026, 3, 1, tzinfo=UTC)


def test_both_tables_make_one_interface() -> None:
    basic = [((5,), {"descr": b"GigabitEthernet0/5", "speed": 4294967295, "mac": b"\x00\x1b!\0\0\1",
                     "oper": 1, "admin": 1, "type": 6, "mtu": 9000, "changed": 12345})]  # fmt: skip
    extended = [((5,), {"name": b"Gi0/5", "high_speed": 10000, "alias": b"up", "hc_in": 0})]
    (port,) = interfaces.interfaces(basic, extended, {5: ("10.0.0.1/24",)}, BOOT)
    assert (port.name, port.descr, port.alias) == ("Gi0/5", "GigabitEthernet0/5", "up")
    assert (port.speed_bps, port.has_hc, port.oper_status) == (10**10, True, OperStatus.UP)
    assert port.last_change == BOOT + timedelta(seconds=123.45)
    assert port.addresses == ("10.0.0.1/24",)


def test_a_device_without_names_has_descriptions_or_numbers() -> None:
    basic = [((1,), {"descr": b"lo"}), ((2,), {"oper": 99})]
    one, other = interfaces.interfaces(basic, [], {}, BOOT)
    assert (one.name, one.has_hc) == ("lo", False)
    assert (other.name, other.oper_status) == ("2", OperStatus.UNKNOWN)


def test_leftovers_and_impossible_indexes_are_no_interfaces() -> None:
    basic = [((1,), {"descr": b"lo"}), ((0,), {"descr": b"zero"}), ((1, 2), {"descr": b"two"})]
    found = interfaces.interfaces(basic, [((7,), {"name": b"old"})], {}, BOOT)
    assert [port.name for port in found] == ["lo"]


def test_addresses_come_from_either_table_with_their_length() -> None:
    old = [((10, 0, 0, 1), {"index": 3, "mask": "255.255.255.252"})]
    pointer = "1.3.6.1.2.1.4.32.1.5.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.64"
    new = [
        ((1, 4, 10, 0, 0, 1), {"index": 3, "prefix": "0.0"}),
        ((2, 16, 0x20, 1, 0xD, 0xB8, *[0] * 11, 1), {"index": 3, "prefix": pointer}),
        ((9, 9), {"index": 3}),
    ]
    assert interfaces.addresses(old, new) == {3: ("10.0.0.1/30", "2001:db8::1/64")}


def test_a_mask_that_is_none_means_one_address() -> None:
    assert interfaces.addresses([((10, 0, 0, 1), {"index": 3, "mask": "1.2.3.4"})], []) == {
        3: ("10.0.0.1/32",)
    }


def test_numbers_no_interface_can_have_are_left_out() -> None:
    most = 2**64 - 1
    row = {"type": most, "mtu": most, "speed": most, "high_speed": most, "changed": most}
    (port,) = interfaces.interfaces([((7,), row)], [], {}, BOOT)
    assert (port.type, port.mtu, port.speed_bps, port.last_change) == (0, 0, 0, None)
    fast = {"high_speed": 2**32 - 1, "changed": 2**32 - 1}
    (port,) = interfaces.interfaces([((7,), fast)], [], {}, BOOT)
    assert port.speed_bps == (2**32 - 1) * 10**6
