"""RouterOS in the lab: entries, what they do to the network, and Safe Mode."""

from __future__ import annotations

import pytest

from noc_console.lab import menus, plan
from noc_console.lab.characters.mikrotik import Ccr
from noc_console.lab.cli import Session
from noc_console.lab.menus import HISTORY, SAFE_KEY
from noc_console.lab.world import World


@pytest.fixture
def world(lab_clock):
    return World(plan.routers(2, kinds=(Ccr(),)), lab_clock)


@pytest.fixture
def device(world):
    return world.plan.devices["ams-edge-1"]


@pytest.fixture
def session(world, device):
    return Session(world, device)


def export(session):
    return [line for line in session.run("/export terse").splitlines() if line[0] != "#"]


def test_what_is_printed_can_be_read_again(session):
    for line in export(session):
        verb, name, words = menus.read(line[line.index(" set ") + 1 :] if " set " in line
                                       else line[line.index(" add ") + 1 :])  # fmt: skip
        assert verb in ("add", "set") and words and line.endswith(menus.entry(verb, words, name))


@pytest.mark.parametrize(
    ("line", "came"),
    [
        ("/ip address add address=10.9.0.1/24 interface=ether1",
         "/ip address add address=10.9.0.1/24 interface=ether1 network=10.9.0.0"),
        ('/interface set ether3 comment="a \\"b\\" c"',
         '/interface ethernet set [ find default-name=ether3 ] comment="a \\"b\\" c"'),
        ("interface ethernet disable [find name=ether3]",
         "/interface ethernet set [ find default-name=ether3 ] disabled=yes"),
        ("/snmp/set contact=noc", None),
        ("/ip dns set servers=192.0.2.53", "/ip dns set servers=192.0.2.53"),
    ],
)  # fmt: skip
def test_lines_count_at_once(session, line, came):
    before = export(session)
    assert session.run(line) == ""
    after = export(session)
    assert after != before
    assert came is None or came in after


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/ip address add address=10.9.0.1/24 interface=ether99", "input does not match any value"),
        ("/ip address add address=x interface=ether1", "invalid value for argument address"),
        ("/interface disable ether99", "no such item"),
        ("/interface disable", "missing value"),
        ("/frob add x=y", "bad command name"),
        ("/snmp add x=y", "bad command name"),
        ("/interface ethernet remove ether1", ""),
        ("/ip route add gateway=a b", "expected end of command|bad"),
        ("/interface disable [find name=ether99]", ""),
        ("/interface ethernet set ether1 disabled=perhaps", "invalid value"),
    ],
)
def test_what_is_wrong_changes_nothing(session, line, told):
    before = export(session)
    answer = session.run(line)
    assert any(part in answer for part in told.split("|"))
    assert export(session) == before


def test_a_rule_is_put_before_another_and_removed_again(session):
    session.run("/ip firewall filter add chain=input action=drop")
    session.run("/ip firewall filter add chain=input action=accept place-before=[find action=drop]")
    rules = [line for line in export(session) if "firewall" in line]
    assert ["accept" in rules[0], "drop" in rules[1]] == [True, True]
    session.run('/ip firewall filter remove [find action~"acc"]')
    assert [line for line in export(session) if "firewall" in line] == rules[1:]


def test_a_disabled_port_is_down_and_a_disabled_session_is_closed(world, device, session):
    port = next(port for port in device.ports if port.link is not None)
    (peer,) = device.peers
    assert world.is_up(port) and world.session_up(peer)
    session.run(f"/interface disable {port.name}")
    session.run("/routing bgp connection disable [find]")
    assert not world.is_up(port) and not world.session_up(peer)


def test_safe_mode_takes_back_whatever_was_changed_when_its_session_is_lost(world, device, session):
    before = export(session)
    assert session.press(SAFE_KEY) == "[Safe Mode taken]"
    assert session.prompt == "[noc@ams-edge-1] <SAFE> "
    session.run("/snmp set contact=x")
    Session(world, device).run("/ip dns set servers=192.0.2.53")
    session.run("/ip address remove [find interface=lo-mgmt]")
    assert not world.answers(device)
    session.close()
    assert world.answers(device) and export(Session(world, device)) == before


def test_the_same_key_keeps_it_and_so_does_quit(world, device, session):
    session.press(SAFE_KEY)
    session.run("/snmp set contact=kept")
    assert session.press(SAFE_KEY) == "[Safe Mode released]"
    session.press(SAFE_KEY)
    session.run("/ip dns set servers=192.0.2.53")
    session.run("/quit")
    session.close()
    told = "\n".join(export(Session(world, device)))
    assert "contact=kept" in told and "192.0.2.53" in told


@pytest.mark.parametrize(("said", "stands"), [("u", False), ("r", True), ("d", True)])
def test_who_comes_second_is_asked(world, device, session, said, stands):
    session.press(SAFE_KEY)
    session.run("/snmp set contact=first")
    other = Session(world, device)
    other.press(SAFE_KEY)
    assert other.prompt.startswith("Hijacking Safe Mode from someone")
    other.press(said)
    assert ("<SAFE>" in other.prompt) is (said != "d")
    assert ("<SAFE>" in session.prompt) is (said == "d")
    assert ("contact=first" in "\n".join(export(other))) is stands


def test_letters_are_letters_while_nothing_is_asked(session):
    assert [session.press(key) for key in "urd"] == [None] * 3


def test_more_changes_than_are_remembered_stand(world, device, session):
    session.press(SAFE_KEY)
    for number in range(HISTORY + 1):
        session.run(f"/snmp set contact=c{number}")
    assert "<SAFE>" not in session.prompt
    session.close()
    assert f"contact=c{HISTORY}" in "\n".join(export(Session(world, device)))


def test_a_router_that_loses_power_in_safe_mode_boots_as_it_was(world, device, session, lab_clock):
    before = export(session)
    session.press(SAFE_KEY)
    session.run("/snmp set contact=x")
    world.settings.reload(device, 0)
    lab_clock.at += 300
    world.agenda.run(lab_clock.at)
    assert world.is_alive(device) and export(Session(world, device)) == before
    session.close()


def test_a_lab_that_is_killed_forgets_what_safe_mode_held(world, device, session):
    session.run("/snmp set contact=kept")
    session.press(SAFE_KEY)
    session.run("/snmp set contact=held")
    told = "\n".join(menus.printed(world.settings.touched()[device.name].running))
    assert "contact=kept" in told and "contact=held" not in told
    assert "contact=held" in "\n".join(export(session))
