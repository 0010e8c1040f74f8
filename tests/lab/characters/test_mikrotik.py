import pytest

from noc_console.lab.cli import Session
from tests.lab.asking import column, device, mib_of, one

NAME = "ams-wlr-1"
COMMANDS = (
    "/system resource print",
    "/interface print",
    "/export",
    "/system routerboard print",
    "/system identity print",
    "/ip address print",
    "/ip arp print",
    "/ip neighbor print",
    "/interface wireless registration-table print",
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


def test_health_is_told_in_tenths(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    router = device(whole, NAME)
    heat = one(tree, "1.3.6.1.4.1.14988.1.1.3.10.0", at)
    assert heat / 10 == pytest.approx(whole.temperature(router, at), abs=0.06)
    assert one(tree, "1.3.6.1.4.1.14988.1.1.4.4.0", at) == b"7.12.1"
    assert len(column(tree, "1.3.6.1.2.1.25.3.3.1.2", at)) == router.character.processors


def test_neighbours_heard_by_mndp_are_listed_even_where_lldp_is_off(whole, lab_clock):
    tree, at = mib_of(whole, NAME), lab_clock.at
    names = set(column(tree, "1.3.6.1.4.1.14988.1.1.11.1.1.6", at).values())
    assert names == {b"ams-ap-1", b"ams-ap-2", b"ams-ap-3", b"ams-ap-4"}
    heard = column(tree, "1.0.8802.1.1.2.1.4.1.1.9", at).values()
    assert b"ams-ap-2" not in heard


def test_an_access_point_knows_its_clients_and_their_signal(whole, lab_clock):
    tree, at = mib_of(whole, "ams-ap-1"), lab_clock.at
    clients = device(whole, "ams-ap-1").clients[1]
    strengths = column(tree, "1.3.6.1.4.1.14988.1.1.1.2.1.3", at)
    assert len(strengths) == len(clients)
    assert all(-85 < dbm < -40 for dbm in strengths.values())
    assert column(tree, "1.3.6.1.4.1.14988.1.1.1.3.1.6", at) == {"2": len(clients)}
    shown = Session(whole, device(whole, "ams-ap-1"))
    assert shown.run("/interface wireless registration-table print").count("dBm") == len(clients)


def test_a_router_without_radio_lists_no_clients(session):
    answer = session.run("/interface wireless registration-table print")
    assert "dBm" not in answer
