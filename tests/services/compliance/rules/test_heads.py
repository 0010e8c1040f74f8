import pytest

from noc_console.services.compliance.rules.heads import in_full

HEADS = ("hostname a", "interface GigabitEthernet1/0/3", "interface TenGigabitEthernet1/1/1",
         "interface TwentyFiveGigE1/1/1", "interface Vlan10")  # fmt: skip
PORTS = ({"name": "Tw1/1/1", "descr": "TwentyFiveGigE1/1/1"}, {"name": "Gi1/0/9", "descr": "x"})


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("interface Gi1/0/3", "interface GigabitEthernet1/0/3"),
        ("interface gi 1/0/3", "interface GigabitEthernet1/0/3"),
        ("interface Vl10", "interface Vlan10"),
        ("interface Tw1/1/1", "interface TwentyFiveGigE1/1/1"),
        ("interface Vlan10", "interface Vlan10"),
        ("interface T1/1/1", "interface T1/1/1"),
        ("interface Gi1/0/9", "interface Gi1/0/9"),
        ("router bgp 1", "router bgp 1"),
    ],
)
def test_a_short_name_is_the_block_it_means_or_stays(asked, meant):
    assert in_full(asked, HEADS, PORTS) == meant
