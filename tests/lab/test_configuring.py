"""Configuration modes, as text: what is typed, what is answered, what it does."""

import pytest

from noc_console.lab import plan
from noc_console.lab.cli import Session
from noc_console.lab.setting import image
from noc_console.lab.world import World


@pytest.fixture
def world(lab_clock):
    """Three routers in a chain: Junos, IOS XE, IOS XR."""
    return World(plan.routers(3), lab_clock)


def at(world, number):
    device = world.plan.devices[f"ams-edge-{number}"]
    return device, Session(world, device)


def typed(session, *lines):
    return [session.run(line) for line in lines]


def uplink(device):
    return next(port for port in device.ports if port.link is not None)


def test_a_line_of_ios_xe_counts_at_once_and_is_gone_after_a_reload(world, lab_clock):
    device, session = at(world, 2)
    port = uplink(device)
    typed(session, "conf t", f"interface {port.name}", "shutdown")
    assert session.prompt == "ams-edge-2(config-if)#"
    assert not world.is_up(port)
    assert "shutdown" in session.run("do show running-config").split(port.name)[1][:120]
    typed(session, "end", "reload", "")
    lab_clock.at += 60
    world.agenda.run(lab_clock.at)
    assert world.is_alive(device) and world.is_up(port)


def test_what_was_saved_survives_a_reload(world, lab_clock):
    device, session = at(world, 2)
    typed(session, "conf t", "interface Loopback0", "description kept", "end", "write memory")
    typed(session, "reload", "")
    lab_clock.at += 60
    world.agenda.run(lab_clock.at)
    assert "description kept" in Session(world, device).run("show running-config")


def test_a_planned_reload_asks_and_can_be_called_off(world, lab_clock):
    device, session = at(world, 2)
    boots = world.node(device).boots
    typed(session, "conf t", "hostname x", "end", "reload in 5")
    assert session.prompt.startswith("System configuration has been modified. Save?")
    typed(session, "no")
    assert session.prompt == "Proceed with reload? [confirm]"
    typed(session, "")
    assert "ABORTED" in session.run("reload cancel")
    assert "No reload" in session.run("reload cancel")
    lab_clock.at += 3_600
    world.agenda.run(lab_clock.at)
    assert world.is_alive(device) and world.node(device).boots == boots


@pytest.mark.parametrize("line", ["frobnicate", "interface Gi99/9", "interface", "no", "shutdown"])
def test_what_ios_does_not_know_is_refused_and_changes_nothing(world, line):
    _, session = at(world, 2)
    before = session.run("show running-config")
    session.run("configure terminal")
    assert "% Invalid input" in session.run(line)
    session.run("end")
    assert session.run("show running-config") == before


def test_without_its_management_address_nobody_reaches_it_any_more(world):
    device, session = at(world, 2)
    typed(session, "conf t", "interface Loopback0", "no ip address")
    assert not world.answers(device) and world.is_alive(device)


def test_a_session_that_is_shut_is_down_at_both_ends(world):
    device, session = at(world, 2)
    peer = next(one for one in device.peers if one.far.name == "ams-edge-1")
    other = next(one for one in peer.far.peers if one.far is device)
    typed(session, "conf t", "router bgp 64500", f"neighbor {peer.address} shutdown", "end")
    assert not world.session_up(peer) and not world.session_up(other)
    typed(session, "conf t", "router bgp 64500", f"no neighbor {peer.address} shutdown", "end")
    assert world.session_up(peer) and world.session_up(other)


def test_junos_changes_nothing_before_the_commit(world):
    device, session = at(world, 1)
    port = uplink(device)
    typed(session, "configure exclusive", f"set interfaces {port.name} disable")
    assert session.prompt.endswith("[edit]\nnoc@ams-edge-1# ")
    assert world.is_up(port)
    assert session.run("show | compare") == f"+ set interfaces {port.name} disable"
    assert session.run("commit check") == "configuration check succeeds"
    assert "commit complete" in session.run("commit")
    assert not world.is_up(port)


def test_an_unconfirmed_commit_comes_back_by_itself(world, lab_clock):
    device, session = at(world, 1)
    port = uplink(device)
    typed(session, "configure", f"set interfaces {port.name} disable", "commit confirmed 2")
    assert not world.is_up(port)
    lab_clock.at += 119
    world.agenda.run(lab_clock.at)
    assert not world.is_up(port)
    lab_clock.at += 2
    world.agenda.run(lab_clock.at)
    assert world.is_up(port)


def test_a_confirmed_commit_stays(world, lab_clock):
    device, session = at(world, 1)
    typed(session, "configure", "set system host-name x", "commit confirmed 2", "commit")
    lab_clock.at += 600
    world.agenda.run(lab_clock.at)
    assert "host-name x;" in Session(world, device).run("show configuration")


def test_junos_rolls_back(world):
    _, session = at(world, 1)
    before = session.run("show configuration")
    typed(session, "configure", "set system host-name x", "commit", "rollback 1", "commit", "exit")
    assert session.run("show configuration") == before


def test_junos_refuses_a_policy_that_is_not_there(world):
    _, session = at(world, 1)
    said = typed(session, "configure", "set protocols bgp group internal export NONE", "commit")[-1]
    assert "check-out failed" in said
    assert "NONE" not in Session(world, world.plan.devices["ams-edge-1"]).run("show configuration")


def test_one_configures_exclusively_until_the_session_ends(world):
    device, session = at(world, 1)
    session.run("configure exclusive")
    other = Session(world, device)
    assert "locked" in other.run("configure exclusive")
    session.close()
    assert "Entering" in other.run("configure exclusive")


def test_leaving_with_changes_asks(world):
    _, session = at(world, 1)
    typed(session, "configure", "set system host-name x", "exit")
    assert "Discard uncommitted" in session.prompt
    typed(session, "yes")
    assert "host-name x" not in session.run("show configuration")


def test_xr_commits_for_a_time_and_rolls_back(world, lab_clock):
    device, session = at(world, 3)
    port = uplink(device)
    typed(session, "configure terminal", f"interface {port.name}", "shutdown")
    assert world.is_up(port)
    assert "+  shutdown" in session.run("show commit changes diff")
    typed(session, "commit confirmed 30", "end")
    assert not world.is_up(port)
    lab_clock.at += 31
    world.agenda.run(lab_clock.at)
    assert world.is_up(port)
    typed(session, "conf t", "hostname x", "commit", "end", "rollback configuration last 1")
    assert "hostname x" not in session.run("show running-config")


def test_new_software_is_told_by_command_line_and_description(world, lab_clock):
    device, session = at(world, 2)
    world.settings.of(device).files["new.bin"] = image("iosxe", "17.12.3")
    assert "new.bin" in session.run("dir flash:")
    typed(session, "conf t", "boot system flash:new.bin", "end", "write memory", "reload", "")
    lab_clock.at += 60
    world.agenda.run(lab_clock.at)
    assert "Version 17.12.3" in Session(world, device).run("show version")
    assert "17.12.3" in device.character.describe(device)
    assert world.plan.devices["ams-edge-3"].character.software == "7.9.2"


def test_junos_boots_what_was_added_and_goes_back(world, lab_clock):
    device, session = at(world, 1)
    assert "ERROR" in session.run("request system software add /var/tmp/x no-validate")
    world.settings.of(device).files["x"] = image("junos", "23.1")
    typed(
        session,
        "request system software add /var/tmp/x no-validate",
        "request system reboot",
        "yes",
    )
    lab_clock.at += 60
    world.agenda.run(lab_clock.at)
    again = Session(world, device)
    assert "Junos: 23.1" in again.run("show version")
    typed(again, "request system software rollback", "request system reboot", "yes")
    lab_clock.at += 60
    world.agenda.run(lab_clock.at)
    assert "Junos: 22.4" in Session(world, device).run("show version")
