import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import forecast, heads
from tests.services.flights.conftest import WAYS

IOS = WAYS["ios"]
SHOWN = """hostname a
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
interface GigabitEthernet1/0/3
 description old
interface TenGigabitEthernet1/1/1
interface TwentyFiveGigE1/1/1
interface Vlan10
router ospf 1
 network 192.0.2.0 0.0.0.255 area 0
"""
PAIRS = [("Gi1/0/3", "GigabitEthernet1/0/3"), ("Twe1/1/1", "TwentyFiveGigE1/1/1"),
         ("Gi1/0/9", "GigabitEthernet1/0/9"), ("Hu1/0/1", "HundredGigE1/0/1")]  # fmt: skip


def full(*lines, shown=SHOWN, pairs=PAIRS, manner=IOS):
    return heads.in_full(lines, forecast.configured(shown, manner), pairs, manner)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("interface GigabitEthernet1/0/3", "interface GigabitEthernet1/0/3"),
        ("interface Gi1/0/3", "interface GigabitEthernet1/0/3"),
        ("int gi 1/0/3", "interface GigabitEthernet1/0/3"),
        ("interface gigabitethernet1/0/3", "interface GigabitEthernet1/0/3"),
        ("interface Twe1/1/1", "interface TwentyFiveGigE1/1/1"),
        ("interface Te1/1/1", "interface TenGigabitEthernet1/1/1"),
        ("interface Vl10", "interface Vlan10"),
        ("no int Vl10", "no interface Vlan10"),
        ("interface vl30", "interface Vlan30"),
        ("interface lo99", "interface Loopback99"),
        ("interface po5", "interface Port-channel5"),
        ("interface Virtual-Template1", "interface Virtual-Template1"),
        ("interface Gi1/0/3.100", "interface GigabitEthernet1/0/3.100"),
        ("ip route 10.0.0.0 255.0.0.0 null0", "ip route 10.0.0.0 255.0.0.0 Null0"),
        ("hostname int1", "hostname int1"),
        ("description interface Gi1/0/3", "description interface Gi1/0/3"),
    ],
)
def test_a_name_is_written_as_the_device_prints_it(typed, printed):
    assert full(typed) == (printed,)


def test_names_within_sections_are_written_in_full_too():
    typed = ("router ospf 1", " passive-interface Vl10", " neighbor 192.0.2.9 update-source Lo0")
    assert full(*typed) == (
        "router ospf 1",
        " passive-interface Vlan10",
        " neighbor 192.0.2.9 update-source Loopback0",
    )


def test_a_name_that_could_be_two_interfaces_is_refused():
    with pytest.raises(Invalid, match=r"could be TenGigabitEthernet1/1/1 or TwentyFiveGigE1/1/1"):
        full("interface T1/1/1")


@pytest.mark.parametrize("typed", ["interface Gi9/0/9", "interface GE1/0/4", "interface Fo1/0/1"])
def test_an_interface_nobody_knows_is_refused(typed):
    with pytest.raises(Invalid, match="neither its configuration nor the inventory knows"):
        full(typed, " shutdown")


def test_an_interface_that_exists_without_a_block_is_not_taken_for_a_new_one():
    with pytest.raises(Invalid, match="has GigabitEthernet1/0/9, and no block of it"):
        full("interface Gi1/0/9", " shutdown")


def test_where_the_device_takes_changes_back_itself_a_block_may_be_new():
    """IOS XR prints no interface that is not configured."""
    xr = WAYS["iosxr"]
    pairs = [("HundredGigE0/0/0/1", "HundredGigE0/0/0/1")]
    shown = "interface Loopback0\n"
    assert full("interface Hu0/0/0/1", shown=shown, pairs=pairs, manner=xr) == (
        "interface HundredGigE0/0/0/1",
    )


def test_ranges_are_refused():
    with pytest.raises(Invalid, match="write a loop"):
        full("interface range Gi1/0/1 - 4")


def test_the_preview_of_a_short_name_changes_the_block_that_is_there():
    """Its inverse never takes an interface away that was there before."""
    before = forecast.configured(SHOWN, IOS)
    lines = heads.in_full(("interface Gi1/0/3", " shutdown"), before, PAIRS, IOS)
    told = forecast.forecast(before, lines, IOS)
    assert told.adds == ("shutdown",)
    assert told.inverse == ("interface GigabitEthernet1/0/3", "no shutdown", "exit")


def test_set_lines_are_left_as_they_are():
    lines = ("set interfaces Gi1/0/3 disable",)
    assert heads.in_full(lines, {}, PAIRS, WAYS["junos"]) == lines


@pytest.mark.parametrize(
    ("platform", "typed", "printed"),
    [
        ("nxos", "interface lo7", "interface loopback7"),
        ("arista_eos", "interface Po7", "interface Port-Channel7"),
        ("iosxr", "interface BE7", "interface Bundle-Ether7"),
        ("vrp", "interface vlanif7", "interface Vlanif7"),
    ],
)
def test_platforms_print_in_their_own_ways(platform, typed, printed):
    assert full(typed, shown="interface mgmt0\n", manner=WAYS[platform]) == (printed,)
