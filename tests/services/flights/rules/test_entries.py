"""What lines do to a RouterOS configuration, and that their inverse undoes exactly that."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import entries, forecast
from noc_console.services.flights.rules.forecast import Forecast
from tests.services.flights.conftest import WAYS

ROUTEROS = WAYS["routeros"]
BEFORE = """
/interface bridge add name=lo-mgmt comment=management
/interface ethernet set [ find default-name=ether1 ] comment="to the roof"
/interface ethernet set [ find default-name=ether2 ] disabled=yes name=uplink
/ip address add address=192.0.2.14/32 interface=lo-mgmt network=192.0.2.14
/ip firewall filter add action=accept chain=input comment=first
/ip firewall filter add action=accept chain=input protocol=icmp
/ip firewall filter add action=drop chain=input in-interface=uplink
/ip route add dst-address=0.0.0.0/0 gateway=10.0.0.1
/system identity set name=ams-wlr-1
/system logging set 0 action=disk
/snmp set enabled=yes location=roof
"""
TREE = forecast.configured(BEFORE, ROUTEROS)


def told(*lines: str) -> Forecast:
    return forecast.forecast(TREE, lines, ROUTEROS)


@pytest.mark.parametrize(
    ("line", "came", "inverse"),
    [
        ("/ip address add address=10.1.2.3/24 interface=ether1 disabled=no",
         "/ip address add address=10.1.2.3/24 interface=ether1 network=10.1.2.0",
         '/ip address remove [find address="10.1.2.3/24" interface="ether1"]'),
        ("/interface ethernet set [find name=ether1] comment=x",
         "/interface ethernet set [ find default-name=ether1 ] comment=x",
         '/interface ethernet set [ find default-name=ether1 ] comment="to the roof"'),
        ("/interface disable ether7",
         "/interface ethernet set [ find default-name=ether7 ] disabled=yes",
         "/interface ethernet set [ find default-name=ether7 ] disabled=no"),
        ("/interface enable uplink",
         "/interface ethernet set [ find default-name=ether2 ] name=uplink",
         "/interface ethernet set [ find default-name=ether2 ] disabled=yes"),
        ("/interface bridge set lo-mgmt comment=loopback",
         "/interface bridge add comment=loopback name=lo-mgmt",
         '/interface bridge set [find name="lo-mgmt"] comment=management'),
        ("/system identity set name=other", "/system identity set name=other",
         "/system identity set name=ams-wlr-1"),
        ("/snmp set contact=noc", "/snmp set contact=noc enabled=yes location=roof",
         '/snmp set contact=""'),
        ("/system logging set 0 action=memory", "/system logging set 0 action=memory",
         "/system logging set 0 action=disk"),
        ("/ip service disable telnet", "/ip service set telnet disabled=yes",
         "/ip service set telnet disabled=no"),
        ("/ip firewall filter set [find comment=first] action=drop",
         "/ip firewall filter add action=drop chain=input comment=first",
         '/ip firewall filter set [find action="drop" chain="input" comment="first"]'
         " action=accept"),
        ("/ip address set [find interface=lo-mgmt] address=192.0.2.99/30",
         "/ip address add address=192.0.2.99/30 interface=lo-mgmt network=192.0.2.96",
         None),
    ],
)  # fmt: skip
def test_what_a_line_does_is_foreseen_and_undone(line: str, came: str, inverse: str | None) -> None:
    done = told(line)
    assert done.adds == (came,) and not done.unknown
    assert not done.why_not
    if inverse is not None:
        assert done.inverse == (inverse,)


def test_a_removed_rule_comes_back_to_its_place():
    done = told("/ip firewall filter remove [find comment=first]")
    assert done.removes == ("/ip firewall filter add action=accept chain=input comment=first",)
    (back,) = done.inverse
    assert 'place-before=[find action="accept" chain="input" protocol="icmp"]' in back
    assert not done.why_not


def test_a_rule_is_put_before_another():
    done = told("/ip firewall filter add chain=input action=accept place-before=[find action=drop]")
    rules = [line for line in done.after if line.startswith("/ip firewall")]
    assert rules[2] == "/ip firewall filter add action=accept chain=input"
    assert rules[3].startswith("/ip firewall filter add action=drop")


def test_an_inverse_that_would_take_more_than_came_is_no_inverse():
    """`find` finds whatever has these properties, and perhaps some more."""
    done = told("/ip firewall filter add chain=input action=accept")
    assert "would be missing" in done.why_not


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/ip firewall filter move [find comment=first] destination=2", "order of entries"),
        ('/ip address remove [find address~"10"]', "only the router works out"),
        ("/interface ethernet set [find] disabled=yes", "only the router works out"),
        ("/ip address remove [find interface=ether9]", "nothing in its configuration is like"),
        ("/interface bridge remove lo-mgmt", "other entries name it"),
        ("/interface ethernet set uplink name=up", "other entries name it"),
        ("/interface remove ether1", "built in"),
        ("/ip route add copy-from=[find gateway=10.0.0.1]", "worked out|works out"),
        ("/ip firewall filter add chain=x place-before=[find chain=y]", "not in its configuration"),
        ("/ip route add dst-address=0.0.0.0/0 gateway=10.0.0.1", "such an entry already"),
    ],
)
def test_what_nobody_can_foretell_is_said(line: str, why: str) -> None:
    try:
        (unknown,) = told(line).unknown
    except Invalid as error:
        unknown = str(error)
    assert any(part in unknown for part in why.split("|")), unknown


def test_a_change_of_which_nothing_is_foreseen_is_no_empty_one():
    assert not told('/ip address remove [find address~"10"]').is_empty
    assert told("/system identity set name=ams-wlr-1").is_empty


@pytest.mark.parametrize(
    "line", ["/ip address remove 0", "/ip address set disabled=yes numbers=3", "/ip address remove"]
)
def test_a_number_and_nothing_at_all_are_no_entries(line: str) -> None:
    with pytest.raises(Invalid, match=r"another entry each time|does not say what it is about"):
        told(line)


def test_a_property_whose_usual_value_nobody_knows_is_told_to_be_for_good():
    done = told("/ip dns set servers=192.0.2.53")
    assert done.why_not == "“/ip dns set servers=192.0.2.53” would be left"


def test_several_lines_are_undone_together():
    done = told(
        "/interface bridge add name=br9",
        "/ip address add address=10.9.0.1/24 interface=br9",
        "/ip firewall filter remove [find comment=first]",
        "/ip route set [find gateway=10.0.0.1] distance=5",
    )
    assert not done.why_not and not done.unknown
    assert len(done.inverse) == 4


def test_an_inverse_of_nothing_is_nothing():
    plain: entries.Entries = {line: {} for line in TREE}
    assert entries.inverse(plain, dict(plain), ROUTEROS) == ()


def test_a_secret_that_is_not_printed_cannot_be_read_back():
    line = "/ppp secret add name=x password=hunter2"
    assert told(line).unknown and "may not print its password" in told(line).unknown[0]
    assert entries.unread([line], ["/ppp secret add name=x"]) == line
    assert entries.unread([line, "/ip dns set servers=x"], [line]) == ""
    assert entries.unread(["/interface ethernet set ether1 comment=x"], []) == ""


def test_a_secret_where_others_are_printed_is_foreseen():
    tree = forecast.configured("/ppp secret add name=y password=other", ROUTEROS)
    line = "/ppp secret add name=x password=hunter2"
    assert not forecast.forecast(tree, [line], ROUTEROS).unknown
