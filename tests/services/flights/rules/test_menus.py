"""RouterOS' language: what was typed and what is printed come to one form."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules import menus

EXPORT = """# 2026-11-22 03:00:00 by RouterOS 7.12.1
# model = CCR2116-12G-4S+
/interface ethernet
set [ find default-name=ether1 ] comment="to \\
    the roof" disabled=yes
/ip firewall filter add chain=input action=accept
/ip firewall filter add action=accept chain=input
/system identity
set name="ams-wlr-1"
"""


def test_an_export_in_menus_and_a_terse_one_are_the_same():
    assert list(menus.entries(EXPORT)) == [
        '/interface ethernet set [ find default-name=ether1 ] comment="to the roof" disabled=yes',
        "/ip firewall filter add action=accept chain=input",
        "/ip firewall filter add action=accept chain=input #2",
        "/system identity set name=ams-wlr-1",
    ]


def test_a_configuration_in_this_form_comes_back_as_itself():
    once = menus.entries(EXPORT)
    assert menus.entries("\n".join(once)) == once


def test_what_cannot_be_read_stays_as_it_is_printed():
    assert list(menus.entries('/system script\nadd source="open')) == [
        '/system script add source="open'
    ]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("/ip/address/add interface=ether1 address=10.0.0.1/24",
         "/ip address add address=10.0.0.1/24 interface=ether1"),
        ('/interface set "ether1" comment="plain" disabled=true',
         '/interface set ether1 comment=plain disabled=yes'),
        ("/interface ethernet unset [find  where name=ether1] comment",
         "/interface ethernet unset [ find name=ether1 ] !comment"),
        ("/ip route disable numbers=[find dst-address=\"0.0.0.0/0\" and gateway=10.0.0.1]",
         "/ip route disable [ find dst-address=0.0.0.0/0 gateway=10.0.0.1 ]"),
        ('/system identity set name="a; b"', '/system identity set name="a; b"'),
        ("/interface set ether1 comment=", '/interface set ether1 comment=""'),
    ],
)  # fmt: skip
def test_a_typed_line_is_brought_into_the_form_of_printed_ones(typed: str, line: str) -> None:
    assert menus.parse(typed).line == line


def test_what_find_compares_is_sent_as_it_was_typed():
    """Unquoted, RouterOS would take an address for a prefix, and find nothing."""
    (sent,) = menus.in_full(['/ip address remove [find address="10.0.0.1/24"]'])
    assert sent == '/ip address remove [find address="10.0.0.1/24"]'


def test_lines_in_a_menu_are_sent_with_their_whole_path():
    typed = ["/ip address", "add address=10.0.0.1/24 interface=ether1", "/ip dns", "set servers=x"]
    assert menus.in_full(typed) == (
        "/ip address add address=10.0.0.1/24 interface=ether1",
        "/ip dns set servers=x",
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["/system reboot"], "changes no entry"),
        (["/system reboot", "/ip dns set servers=x"], "changes no entry"),
        (["/tool fetch url=x"], "nobody could take it back"),
        (["ip address add address=x"], "does not begin with a path"),
        ([":foreach i in=[find] do={ }"], "does not begin with a path"),
        (["/ip dns set servers=1.1.1.1; /system reboot"], "one command a line"),
        (['/ip dns set servers="1.1.1.1'], "is open"),
        (["/ip dns set servers=[/system identity get name]"], "only the router works out"),
        (["/ip dns set servers=$x"], "only the router works out"),
        (["/ip address remove 1 2"], "what is “2”"),
        (["/user password set password=hunter2 x y z"], "what is"),
    ],
)
def test_what_is_no_change_of_an_entry_is_refused(lines: list[str], why: str) -> None:
    with pytest.raises(Invalid, match=why) as raised:
        menus.in_full(lines)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("about", "wants"),
    [
        ("[find]", None),
        ("[ find default-name=ether1 ]", {"default-name": "ether1"}),
        ('[find where comment="a b" and disabled=no]', {"comment": '"a b"', "disabled": "no"}),
        ('[find comment~"x"]', None),
        ("[find name!=ether1]", None),
        ("[/interface find name=x]", None),
        ("[find !disabled]", None),
    ],
)
def test_only_what_equals_is_known_to_be_found(about: str, wants: dict[str, str] | None) -> None:
    assert menus.wanted(about) == wants


def test_entries_that_change_their_places_are_seen_where_order_matters():
    first, second = "/ip firewall filter add chain=a", "/ip firewall filter add chain=b"
    route, other = "/ip route add gateway=a", "/ip route add gateway=b"
    one = {first: {}, second: {}, route: {}, other: {}}
    ordered = ("/ip firewall filter",)
    assert menus.moved(one, {second: {}, first: {}}, ordered) == "/ip firewall filter"
    assert menus.moved(one, {first: {}, second: {}, other: {}, route: {}}, ordered) == ""
    assert menus.moved(one, {second: {}}, ordered) == ""


def test_values_are_compared_by_find_as_what_they_are():
    assert [menus.quoted(x) for x in ("10.0.0.1/24", "5", "yes", '"a b"')] == [
        '"10.0.0.1/24"', "5", "yes", '"a b"',
    ]  # fmt: skip
