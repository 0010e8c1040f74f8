"""BGP sessions, as each vendor tells them."""

from __future__ import annotations

from ipaddress import IPv4Address as Ip

from noc_console.services.inspection.collectors import bgp
from noc_console.services.inspection.model import BgpPeer
from tests.services.inspection.collectors.recording import Cell, agent, table

BGP4 = "1.3.6.1.2.1.15.3.1"
CISCO = "1.3.6.1.4.1.9.9.187.1.2.5.1"
V6 = "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9"

Cells = dict[str, Cell]


async def read(*tables: Cells) -> tuple[BgpPeer, ...]:
    cells: Cells = {bgp.LOCAL_AS: 65000}
    for each in tables:
        cells |= each
    return await bgp.read(agent(cells))


async def test_a_session_is_read_with_its_counters() -> None:
    place = "10.0.0.2"
    cells = table(
        BGP4,
        {
            1: {place: Ip("10.9.9.9")},
            2: {place: 6},
            3: {place: 2},
            5: {place: Ip("10.0.0.1")},
            7: {place: Ip("10.0.0.2")},
            9: {place: 65001},
            10: {place: 12},
            11: {place: 7},
            16: {place: 3600},
        },
    )
    (peer,) = await read(cells)
    assert (peer.address, peer.remote_as, peer.local_as) == ("10.0.0.2", 65001, 65000)
    assert (peer.state, peer.admin, peer.identifier) == ("established", "start", "10.9.9.9")
    assert (peer.established_seconds, peer.in_updates, peer.out_updates) == (3600, 12, 7)
    assert peer.local_address == "10.0.0.1"


async def test_how_long_a_session_is_down_is_not_how_long_it_is_up() -> None:
    (peer,) = await read(table(BGP4, {2: {"10.0.0.2": 3}, 9: {"10.0.0.2": 1}, 16: {"10.0.0.2": 9}}))
    assert (peer.state, peer.established_seconds) == ("active", None)


async def test_ciscos_table_has_ipv6_and_each_session_counts_once() -> None:
    v4 = "1.4.10.0.0.2"
    cisco = table(CISCO, {3: {v4: 6, V6: 1}, 11: {v4: 4_200_000_000, V6: 65001}})
    old = table(BGP4, {1: {"10.0.0.2": Ip("10.9.9.9")}, 2: {"10.0.0.2": 6}, 9: {"10.0.0.2": 23456}})
    first, second = await read(cisco, old)
    assert (first.remote_as, first.identifier) == (4_200_000_000, "10.9.9.9")
    assert (second.address, second.state) == ("2001:db8::9", "idle")


async def test_juniper_has_three_tables_of_one_index() -> None:
    base, place = "1.3.6.1.4.1.2636.5.1.1.2", "0.1.10.0.0.1.1.10.0.0.2"
    cells = {
        **table(
            f"{base}.1.1.1",
            {
                2: {place: 6},
                7: {place: b"\x0a\0\0\x01"},
                9: {place: 64513},
                11: {place: b"\x0a\0\0\x02"},
                13: {place: 65000},
            },
        ),
        **table(f"{base}.4.1.1", {1: {place: 86400}}),
        **table(f"{base}.6.1.1", {1: {place: 5}, 2: {place: 6}}),
    }
    (peer,) = await read(cells)
    assert (peer.address, peer.remote_as, peer.local_as) == ("10.0.0.2", 65000, 64513)
    assert (peer.established_seconds, peer.in_updates, peer.out_updates) == (86400, 5, 6)


async def test_dell_and_arista_have_the_peer_in_the_index_after_the_instance() -> None:
    place = "1.1.4.10.0.0.2"
    for base in ("1.3.6.1.4.1.674.11000.5000.200.1.1.2.1", "1.3.6.1.4.1.30065.4.1.1.2.1"):
        cells = table(
            base,
            {3: {place: b"10.0.0.1"}, 10: {place: 64513}, 13: {place: 6}, 14: {place: b"uplink"}},
        )
        (peer,) = await read(cells)
        assert (peer.address, peer.local_address) == ("10.0.0.2", "10.0.0.1")
        assert (peer.state, peer.description) == ("established", "uplink")


async def test_nokias_sessions_know_their_router() -> None:
    base = "1.3.6.1.4.1.6527.3.1.2"
    one, two = "1.1.4.10.0.0.2", "5.1.4.10.0.0.2"
    cells = {
        **table(f"{base}.14.4.7.1", {7: {one: b"core"}, 66: {one: 65001, two: 65002}}),
        **table(f"{base}.3.1.1", {4: {"1": b"Base", "5": b"customers"}}),
    }
    base_router, customers = await read(cells)
    assert (base_router.vrf, base_router.description) == ("", "core")
    assert (customers.vrf, customers.remote_as) == ("customers", 65002)


async def test_a_state_whose_meaning_nobody_knows_is_not_told() -> None:
    place = "1.4.10.0.0.2"
    base = "1.3.6.1.4.1.24693.100.179.1.1"
    (peer,) = await read(table(base, {3: {place: b"A"}, 4: {place: 3}, 5: {place: 20712}}))
    assert (peer.state, peer.description, peer.remote_as) == ("", "A", 20712)


async def test_a_row_of_zeros_is_no_session() -> None:
    assert await read(table(BGP4, {2: {"0.0.0.0": 1}, 9: {"0.0.0.0": 0}})) == ()


async def test_as_numbers_are_unsigned() -> None:
    (peer,) = await read(table(BGP4, {9: {"10.0.0.2": -94_967_296}}))
    assert peer.remote_as == 4_200_000_000


async def test_force10_puts_the_instance_before_everything() -> None:
    base, place = "1.3.6.1.4.1.6027.20.1.2.1.1.1", "1.1.10.0.0.1.1.10.0.0.2"
    cells = table(
        base,
        {
            3: {place: 6},
            8: {place: b"\x0a\0\0\x01"},
            10: {place: 64513},
            12: {place: b"\x0a\0\0\x02"},
            14: {place: 65000},
        },
    )
    (peer,) = await read(cells)
    assert (peer.address, peer.remote_as, peer.local_as) == ("10.0.0.2", 65000, 64513)
    assert (peer.local_address, peer.state) == ("10.0.0.1", "established")


async def test_huawei_names_the_instance_of_a_session() -> None:
    base = "1.3.6.1.4.1.2011.5.25.177.1.1"
    one, two, three = "0.1.1.1.4.10.0.0.2", "3.1.1.1.4.10.0.0.2", "0.2.1.1.4.10.0.0.2"
    cells: Cells = {
        **table(f"{base}.2.1", {2: {one: 65001, two: 65002, three: 65001}, 5: {one: 6, two: 1}}),
        **table(f"{base}.1.1", {6: {one: b"Public", two: b"customers"}}),
    }
    public, customers = await read(cells)
    assert (public.vrf, public.state, public.address) == ("", "established", "10.0.0.2")
    assert (customers.vrf, customers.remote_as, customers.state) == ("customers", 65002, "idle")
