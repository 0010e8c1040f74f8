import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "ams-core-2"
COMMANDS = (
    "show version",
    "show interfaces",
    "show configuration",
    "show chassis hardware",
    "show lldp neighbors",
    "show arp",
    "show bgp summary",
    "show ospf neighbor",
    "show interfaces terse",
    "show chassis routing-engine",
    "show interfaces diagnostics optics",
    "show system uptime",
    "show ethernet-switching table",
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


def test_the_operating_table_names_its_parts(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    router = device(whole, NAME)
    names = column(tree, "1.3.6.1.4.1.2636.3.1.13.1.5", at)
    assert names["9.1.0.0"] == b"Routing Engine 0"
    assert column(tree, "1.3.6.1.4.1.2636.3.1.13.1.8", at)["9.1.0.0"] == whole.cpu(router, at)
    assert one(tree, "1.3.6.1.4.1.2636.3.1.3.0", at) == router.serial.encode()


def test_light_is_told_in_hundredths_of_dbm(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    port = next(p for p in device(whole, NAME).ports if p.far)
    received = column(tree, "1.3.6.1.4.1.2636.3.60.1.1.1.1.5", at)[str(port.if_index)]
    assert received / 100 == pytest.approx(whole.optics(port, at)[0], abs=0.01)


def test_ports_are_known_to_neighbours_by_their_index(whole):
    router = device(whole, NAME)
    assert router.character.lldp_port_id(router.ports[0]) == b"510"


def test_a_port_that_is_not_there_is_an_error(session):
    assert session.run("show interfaces xe-9/9/9") == "error: device xe-9/9/9 not found"
