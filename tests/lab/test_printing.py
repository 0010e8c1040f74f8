"""What is typed, as the configuration shows it."""

import pytest

from noc_console.lab import plan, printing
from noc_console.lab.cli import Session
from noc_console.lab.world import World


@pytest.fixture
def world(lab_clock):
    return World(plan.routers(3), lab_clock)


def shown(world, *lines, number=2):
    session = Session(world, world.plan.devices[f"ams-edge-{number}"])
    for line in ("configure terminal", *lines, *(["commit"] if number == 3 else []), "end"):
        session.run(line)
    return session.run("show running-config")


@pytest.mark.parametrize("typed", ["interface Te0/0/0", "int te 0/0/0", "interface ten0/0/0"])
def test_a_short_name_opens_the_block_of_the_full_one(world, typed):
    before = shown(world)
    after = shown(world, typed, "desc HELLO")
    assert after.count("interface ") == before.count("interface ")
    assert "interface TenGigabitEthernet0/0/0\n description HELLO\n" in after
    assert "Te0/0/0" not in after.replace("TenGigabitEthernet0/0/0", "")


def test_ios_xr_prints_full_names_too(world):
    after = shown(world, "interface Hu0/0/0/0", "description HELLO", number=3)
    assert "interface HundredGigE0/0/0/0\n" in after and "interface Hu0" not in after


def test_of_a_secret_a_hash_is_kept_which_takes_the_place_of_the_one_before(world):
    first = shown(world, "username bob secret hunter2word")
    assert "hunter2word" not in first and "username bob secret 9 $9$" in first
    again = shown(world, "username bob secret other3word")
    assert again.count("username bob ") == 1 and again != first


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("ip route 10.0.0.0 255.0.0.0 null0", "ip route 10.0.0.0 255.0.0.0 Null0"),
        ("access-list 10 permit host 192.0.2.1", "access-list 10 permit 192.0.2.1"),
        ("router bgp 1", "router bgp 1"),
        ("no interface Lo0", "no interface Loopback0"),
        ("neighbor 192.0.2.1 update-source lo0", "neighbor 192.0.2.1 update-source Loopback0"),
    ],
)
def test_lines_are_written_in_full(world, typed, printed):
    device = world.plan.devices["ams-edge-2"]
    assert printing.as_printed(device, typed) == printed


def test_a_physical_interface_cannot_be_removed(world):
    device = world.plan.devices["ams-edge-2"]
    session = Session(world, device)
    session.run("configure terminal")
    assert "not permitted" in session.run("no interface Te0/0/0")
    assert "interface TenGigabitEthernet0/0/0" in session.run("do show running-config")


def test_the_beginning_of_several_words_is_none_of_them():
    assert printing.word("ip", {"ip", "ipv4"}) == "ip"
    assert printing.word("de", {"description", "deny"}) is None
    assert printing.word("s", {"shutdown"}) is None
    assert printing.word("shut", {"shutdown", "speed"}) == "shutdown"


def test_an_interface_is_found_by_the_beginning_of_its_type(world):
    device = world.plan.devices["ams-edge-2"]
    assert printing.port(device, "gig0/0/2").name == "GigabitEthernet0/0/2"
    assert printing.port(device, "Gi99/9") is None and printing.port(device, "what") is None


def test_junos_keeps_a_hash_of_a_password_in_the_place_of_the_one_before(world):
    device = world.plan.devices["ams-edge-1"]
    for plain in ("hunter2word", "other3word"):
        session = Session(world, device)
        session.run("configure exclusive")
        session.run(f'set system login user bob authentication plain-text-password-value "{plain}"')
        session.run("commit")
        session.run("exit")
    told = Session(world, device).run("show configuration | display set")
    assert told.count('user bob authentication encrypted-password "$6$') == 1
    assert "hunter2word" not in told and "plain-text" not in told
    assert printing.as_set(device, "system host-name x") == "system host-name x"
