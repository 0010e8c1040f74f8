from __future__ import annotations

import pytest

from noc_console.services.flights.rules import shutting


@pytest.mark.parametrize(
    ("lines", "ports"),
    [
        (["interface GigabitEthernet1/0/3", "description x", "shutdown", "exit"],
         ("GigabitEthernet1/0/3",)),
        (["interface Gi 0/1", " shut"], ("Gi0/1",)),
        (["interface Gi1", "shutdown", "no shutdown"], ()),
        (["interface Gi1", "description x", "exit", "router bgp 1", "shutdown"], ()),
        (["interface GigabitEthernet0/0/0/1 shutdown"], ("GigabitEthernet0/0/0/1",)),
        (["interface GigabitEthernet0/0/1", "undo shutdown", "quit"], ()),
        (["no interface Vlan10"], ("Vlan10",)),
        (["no interface Gi1 description"], ()),
        (["router bgp 64500", "neighbor 192.0.2.1 shutdown"], ()),
        (["set interfaces ge-0/0/1 disable"], ("ge-0/0/1",)),
        (["set interfaces ge-0/0/1 unit 5 disable"], ("ge-0/0/1.5",)),
        (["delete interfaces xe-0/0/1", "deactivate interfaces xe-0/0/2"],
         ("xe-0/0/1", "xe-0/0/2")),
        (["delete interfaces xe-0/0/1 disable", "set system host-name disable"], ()),
        (["shutdown"], ()),
        (["/interface ethernet set [ find default-name=ether1 ] disabled=yes"], ("ether1",)),
        (["/interface disable ether2", "/interface enable ether2"], ()),
        (["/interface vlan remove [find name=vlan7]"], ("vlan7",)),
        (["/interface ethernet set ether1 disabled=no comment=x"], ()),
        (["/ip address disable [find address=x]", "/interface bridge port remove [find]"], ()),
    ],
)  # fmt: skip
def test_what_lines_shut_is_told_and_nothing_else(lines: list[str], ports: tuple[str, ...]) -> None:
    assert shutting.told(lines) == ports


@pytest.mark.parametrize(
    ("port", "names"),
    [
        ("GigabitEthernet1/0/3", {"Gi1/0/3", "Gi1/0/3.100"}),
        ("Gi1/0/3", {"Gi1/0/3", "Gi1/0/3.100"}),
        ("Vlan10", {"Vl10"}),
        ("ge-0/0/1", {"ge-0/0/1", "ge-0/0/1.0"}),
        ("ge-0/0/1.0", {"ge-0/0/1.0"}),
        ("TenGigabitEthernet1/0/5", {"Te1/0/5"}),
        ("Bundle-Ether7", {"BE7"}),
        ("Te1/0/3", set()),
    ],
)
def test_they_are_found_among_the_names_the_device_tells(port: str, names: set[str]) -> None:
    known = ["Gi1/0/3", "Gi1/0/3.100", "Gi1/0/30", "Gi1/0/4", "Vl10", "Vl100", "ge-0/0/1",
             "ge-0/0/1.0", "ge-0/0/10", "xe-0/0/1", "Te1/0/5", "BE7", "BE70", "T1/0/5"]  # fmt: skip
    assert shutting.named([port], known) == names
