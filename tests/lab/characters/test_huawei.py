import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "ams-acc-3"
COMMANDS = (
    "display version",
    "display interface",
    "display current-configuration",
    "display interface brief",
    "display lldp neighbor brief",
    "display arp",
    "display mac-address",
    "display cpu-usage",
    "display memory-usage",
    "display clock",
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


def test_processor_memory_and_optics_are_in_the_vendors_tables(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    switch = device(whole, NAME)
    assert column(tree, "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5", at) == {"10": whole.cpu(switch, at)}
    port = next(p for p in switch.ports if p.far and p.optical)
    received = column(tree, "1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8", at)[str(1000 + port.position)]
    assert received / 100 == pytest.approx(whole.optics(port, at)[0], abs=0.01)


def test_an_olt_lists_the_homes_on_a_tree(whole, lab_clock):
    olt = Session(whole, device(whole, "ams-olt-1"))
    answer = olt.run("display ont info summary 0/1/0")
    assert "online" in answer
    assert "ams-olt-1-0-00" in answer
    tree = mib_of(whole, "ams-olt-1")
    assert one(tree, "1.3.6.1.2.1.1.1.0", lab_clock.at) == b"Huawei Integrated Access Software"
    assert column(tree, "1.3.6.1.4.1.2011.6.128.1.1.2.46.1.15", lab_clock.at)


def test_an_olt_complains_in_its_own_words(whole):
    assert "% Unknown command" in Session(whole, device(whole, "ams-olt-1")).run("reload")
