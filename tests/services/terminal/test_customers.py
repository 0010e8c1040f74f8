"""Who is behind a port, as far as anybody wrote it down."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.model import Onu
from noc_console.services.inventory.model import DeviceId, Interface, InterfaceId
from noc_console.services.terminal.customers import customer_of, towards


def port(name: str = "Gi0/1", alias: str = "", *addresses: str, index: int = 1) -> Interface:
    return Interface(InterfaceId(index), DeviceId(1), index, name, alias=alias, addresses=addresses)


@pytest.mark.parametrize(
    ("alias", "told"),
    [
        ("Customer: ACME GmbH", "ACME GmbH"),
        ("CUST-4711 ACME", "4711 ACME"),
        ("[Kunde] Bäckerei Nord", "Bäckerei Nord"),
        ("ACME (customer)", "ACME (customer)"),
        ("customer", "customer"),
        ("Customer:", "Customer:"),
        ("uplink to lyo-core1", ""),
        ("", ""),
    ],
)
def test_a_description_names_the_customer_without_the_mark(alias: str, told: str) -> None:
    assert customer_of(port(alias=alias)) == told


def test_a_port_to_a_device_of_ours_has_no_customer() -> None:
    assert customer_of(port(alias="Customer aggregation"), is_linked=True) == ""


def test_a_subscribers_session_is_theirs() -> None:
    assert customer_of(port("<pppoe-mira@isp>", "x")) == "mira@isp"


def test_onus_behind_a_port_are_named_and_counted() -> None:
    onus = [Onu(str(at), name=f"villa-{at}", if_index=1) for at in range(5)]
    assert customer_of(port(), onus[:1]) == "villa-0"
    assert customer_of(port(), onus) == "5 ONUs: villa-0, villa-1, villa-2, …"
    assert customer_of(port(index=2), onus) == ""
    assert customer_of(port(), [Onu("1", if_index=1)]) == ""


def test_ports_into_a_network_are_those_with_an_address_in_exactly_it() -> None:
    ports = [port("a", "", "203.0.113.5/30"), port("b", "", "203.0.113.1/24"), port("c", "", "x")]
    assert [one.name for one in towards(ports, "203.0.113.4/30")] == ["a"]
