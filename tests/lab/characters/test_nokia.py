import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "fra-core-2"
COMMANDS = (
    "show version",
    "show port",
    "admin show configuration",
    "show chassis",
    "show system lldp neighbor",
    "show router arp",
    "show router bgp summary",
    "show router ospf neighbor",
    "show system cpu",
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


def test_light_is_told_in_tenths_of_a_microwatt(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    port = next(p for p in device(whole, NAME).ports if p.far)
    told = column(tree, "1.3.6.1.4.1.6527.3.1.2.2.4.31.1.21", at)[f"1.{port.if_index}"]
    assert told == pytest.approx(10 ** (whole.optics(port, at)[0] / 10) * 10_000, rel=0.01)
    whole.line(port.link).cuts.add("test")
    whole.settle(at)
    assert column(tree, "1.3.6.1.4.1.6527.3.1.2.2.4.31.1.21", at)[f"1.{port.if_index}"] == 0


def test_descriptions_carry_what_the_operator_wrote(whole, lab_clock):
    port = next(p for p in device(whole, NAME).ports if p.far)
    text = one(mib_of(whole, NAME), f"1.3.6.1.2.1.2.2.1.2.{port.if_index}", lab_clock.at)
    assert text == f'{port.name}, {port.speed // 1000}-Gig Ethernet, "{port.alias}"'.encode()


def test_the_hardware_table_carries_the_serial_number(whole, lab_clock):
    serials = column(mib_of(whole, NAME), "1.3.6.1.4.1.6527.3.1.2.2.1.8.1.5", lab_clock.at)
    assert device(whole, NAME).serial.encode() in serials.values()
