import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "ams-ups-1"
COMMANDS = (
    "about",
    "ups -st",
    "system",
    "tcpip",
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


def test_the_agent_says_which_vendor_it_is(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    character = device(whole, NAME).character
    assert one(tree, "1.3.6.1.2.1.1.2.0", at) == character.object_id
    assert one(tree, "1.3.6.1.2.1.1.1.0", at) == character.describe(device(whole, NAME)).encode()
    assert len(column(tree, "1.3.6.1.2.1.2.2.1.1", at)) == len(device(whole, NAME).ports)
