"""Own addresses: every table that may have them."""

from __future__ import annotations

from ipaddress import IPv4Address as Ip

from noc_console.services.inspection.collectors import addresses
from noc_console.services.inspection.model import Address, Interface
from tests.services.inspection.collectors.recording import Cell, agent, table

OLD = "1.3.6.1.2.1.4.20.1"
INET = "1.3.6.1.2.1.4.34.1"
IPV6 = "1.3.6.1.2.1.55.1.8.1"
PORTS = (Interface(1, "lo"), Interface(2, "ge0"), Interface(3, "ge1"))
V6 = "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"
PREFIX = f".1.3.6.1.2.1.4.32.1.5.2.{V6}.64"

Cells = dict[str, Cell]


async def read(*tables: Cells, ports: tuple[Interface, ...] = PORTS) -> tuple[Address, ...]:
    cells: Cells = {}
    for each in tables:
        cells |= each
    return await addresses.read(agent(cells), ports)


async def test_an_address_has_its_mask_and_its_port() -> None:
    cells = table(OLD, {2: {"10.1.2.3": 2}, 3: {"10.1.2.3": Ip("255.255.252.0")}})
    assert await read(cells) == (Address("10.1.2.3", 22, 2),)


async def test_an_untold_mask_is_that_of_the_class() -> None:
    ports = {"10.0.0.1": 2, "172.16.0.1": 2, "192.168.3.1": 3, "127.0.0.1": 1}
    found = await read(table(OLD, {2: ports, 3: dict.fromkeys(ports, Ip("0.0.0.0"))}))
    assert {one.address: one.prefix_length for one in found} == {
        "10.0.0.1": 8,
        "127.0.0.1": 8,
        "172.16.0.1": 16,
        "192.168.3.1": 24,
    }


async def test_a_number_before_the_address_is_not_part_of_it() -> None:
    cells = table(OLD, {2: {"1.192.168.168.216": 2}, 3: {"1.192.168.168.216": Ip("255.255.255.0")}})
    assert [one.address for one in await read(cells)] == ["192.168.168.216"]


async def test_ipv6_has_the_prefix_its_row_points_to() -> None:
    cells = table(INET, {3: {V6: 2}, 4: {V6: 1}, 5: {V6: PREFIX}, 6: {V6: 2}})
    assert await read(cells) == (Address("2001:db8::1", 64, 2, "manual"),)


async def test_a_null_pointer_is_no_prefix_length() -> None:
    (found,) = await read(table(INET, {3: {V6: 2}, 5: {V6: ".0.0"}}))
    assert found.prefix_length is None


async def test_broadcast_dead_and_half_made_addresses_are_left_out() -> None:
    one, two, three = "1.4.10.0.0.255", "1.4.10.0.0.2", "1.4.10.0.0.3"
    cells = table(
        INET,
        {3: {one: 2, two: 2, three: 2}, 4: {one: 3}, 7: {two: 3}, 10: {three: 3}},
    )
    assert await read(cells) == ()


async def test_agents_that_get_the_index_wrong_are_understood() -> None:
    octets = "254.128.0.0.0.0.0.0.2.0.1.255.254.0.0.1"
    letters = ".".join(str(ord(letter)) for letter in "fe80::200:1ff:fe00:2")
    cells = table(
        INET,
        {3: {f"2.{octets}.0.0.0.9": 2, f"4.{octets}": 3, f"2.20.{letters}": 3}},
    )
    assert {(one.address, one.if_index) for one in await read(cells)} == {
        ("fe80::200:1ff:fe00:1", 2),
        ("fe80::200:1ff:fe00:1", 3),
        ("fe80::200:1ff:fe00:2", 3),
    }


async def test_the_old_ipv6_table_begins_with_the_interface() -> None:
    place = "3.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2"
    spelt = "2." + ".".join(str(ord(letter)) for letter in "2001:db8::3/64")
    cells = table(IPV6, {2: {place: 48, spelt: 64}})
    assert set(await read(cells)) == {
        Address("2001:db8::2", 48, 3),
        Address("2001:db8::3", 64, 2),
    }


async def test_tp_link_tells_ipv6_in_a_table_of_its_own() -> None:
    place = "2.2.1.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.4"
    cells = table("1.3.6.1.4.1.11863.6.50.1.1.1", {1: {place: 2}, 5: {place: 64}})
    assert await read(cells) == (Address("2001:db8::4", 64, 2),)


async def test_what_one_table_leaves_open_another_fills() -> None:
    old = table(OLD, {2: {"10.0.0.1": 2}, 3: {"10.0.0.1": Ip("255.255.255.128")}})
    new = table(INET, {3: {"1.4.10.0.0.1": 2}, 5: {"1.4.10.0.0.1": ".0.0"}, 6: {"1.4.10.0.0.1": 4}})
    assert await read(old, new) == (Address("10.0.0.1", 25, 2, "dhcp"),)


async def test_loopback_of_ipv6_and_addresses_of_nowhere_say_nothing() -> None:
    loopback = "2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1"
    cells = {
        **table(INET, {3: {loopback: 1, "1.4.169.254.3.3": 99}}),
        **table(OLD, {2: {"127.0.0.1": 99, "10.9.9.9": 99, "0.0.0.0": 2, "10.8.8.8": 98}}),
        **table(OLD, {3: {"10.8.8.8": Ip("255.255.255.0")}}),
    }
    assert [one.address for one in await read(cells)] == ["10.8.8.8"]


async def test_of_a_box_without_interfaces_every_address_counts() -> None:
    found = await read(table(OLD, {2: {"10.9.9.9": 99}}), ports=())
    assert found == (Address("10.9.9.9", 8, 99),)


async def test_nonsense_in_an_index_is_no_address() -> None:
    cells = {
        **table(OLD, {2: {"300.1.1.1": 1, "1": 1}}),
        **table(INET, {3: {"9.4.1.2.3.4": 1, "2.16.1.2": 1, "1": 1, "2.3.7.8.9": 1}}),
        **table(IPV6, {2: {"1.2.3": 64}}),
    }
    assert await read(cells) == ()
