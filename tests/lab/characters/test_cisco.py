import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "ams-core-1"
COMMANDS = (
    "show version",
    "show interfaces",
    "show running-config",
    "show inventory",
    "show cdp neighbors",
    "show lldp neighbors",
    "show ip arp",
    "show processes cpu",
    "show bgp summary",
    "show ip ospf neighbor",
    "show clock",
    "show environment",
    "show interfaces description",
    "show ip interface brief",
    "show interfaces transceiver",
    "show mac address-table",
)


@pytest.fixture
def session(whole):
    return Session(whole, device(whole, NAME))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_vendors_own_words_are_understood(session, whole, command):
    answer = session.run(command)
    assert answer
    assert answer != device(whole, NAME).character.refuse(command)


def test_other_words_are_refused_as_the_vendor_would(session, whole):
    assert session.run("frobnicate now") == device(whole, NAME).character.refuse("frobnicate now")


def test_the_command_line_counts_what_snmp_counts(session, whole, lab_clock):
    port = next(p for p in device(whole, NAME).ports if p.far)
    tree = mib_of(whole, NAME)
    counted = column(tree, "1.3.6.1.2.1.31.1.1.1.6", lab_clock.at)[str(port.if_index)]
    assert f"packets input, {counted} bytes" in session.run(f"show interfaces {port.name}")


def test_an_interface_that_is_not_there_is_refused(session):
    assert "Invalid input" in session.run("show interfaces Ethernet99")


def test_processor_memory_and_sensors_are_in_the_vendors_tables(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    router = device(whole, NAME)
    assert column(tree, "1.3.6.1.4.1.9.9.109.1.1.1.1.8", at) == {"1": whole.cpu(router, at)}
    used = column(tree, "1.3.6.1.4.1.9.9.221.1.1.1.1.18", at)["10.1"]
    free = column(tree, "1.3.6.1.4.1.9.9.221.1.1.1.1.20", at)["10.1"]
    assert used + free == pytest.approx(router.character.memory_mb * 2**20, rel=1e-6)
    own = column(tree, "1.3.6.1.4.1.9.9.91.1.1.1.1.4", at)
    assert own == column(tree, "1.3.6.1.2.1.99.1.1.1.4", at)


def test_a_switch_shortens_its_names_and_a_router_does_not(whole, lab_clock):
    switch, router = mib_of(whole, "ams-acc-1"), mib_of(whole, NAME)
    assert one(switch, "1.3.6.1.2.1.31.1.1.1.1.41", lab_clock.at) == b"Te1/1/1"
    assert one(switch, "1.3.6.1.2.1.2.2.1.2.41", lab_clock.at) == b"TenGigabitEthernet1/1/1"
    assert one(router, "1.3.6.1.2.1.31.1.1.1.1.12", lab_clock.at) == b"HundredGigE0/0/0/0"


def test_sessions_that_fell_are_shown_as_active(session, whole, lab_clock):
    edge = device(whole, "ams-edge-1")
    whole.power_off(edge, "test", lab_clock.at)
    whole.settle(lab_clock.at)
    line = next(x for x in session.run("show bgp summary").splitlines() if edge.router_id in x)
    assert line.endswith("Active")
