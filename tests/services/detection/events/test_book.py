"""Which rules fit what was heard."""

# ruff: noqa: E501  messages are as long as their makers write them

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events import reading
from noc_console.services.detection.events.book import MOST_REMEMBERED, EventBook
from noc_console.services.detection.events.model import Finding, Mark, Sense, Varbinds
from noc_console.wire import syslog
from tests.services.detection.events.pack import PACK, book

BOOK = book()


def heard(line: str) -> tuple[Finding, ...]:
    told = syslog.parse(line.encode(), datetime(2026, 3, 1, tzinfo=UTC))
    return BOOK.find_line(
        told.text,
        mnemonic=told.mnemonic or "",
        app=told.app or "",
        severity=told.severity,
        facility=told.facility,
        structured=told.structured or "",
    )


CISCO = "<189>123: r1: *Mar  1 18:46:11.123: "
XR = "<189>123: RP/0/RSP0/CPU0:Mar 12 10:00:00.123 UTC: bgp[405]: "
HOST = "<189>Mar  1 10:00:00 r1 "


@pytest.mark.parametrize(
    ("line", "condition", "sense", "key"),
    [
        (CISCO + "%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down BGP Notification sent", "bgp-session-lost", "raise", "10.0.0.1"),
        (CISCO + "%BGP-5-ADJCHANGE: neighbor 10.0.0.1 vpn vrf A Up ", "bgp-session-lost", "clear", "10.0.0.1"),
        (XR + "%ROUTING-BGP-5-ADJCHANGE : neighbor 10.0.0.1 Down - Peer closing", "bgp-session-lost", "raise", "10.0.0.1"),
        (CISCO + "%BGP-3-MAXPFXEXCEED: Number of prefixes received from 10.0.0.1 (afi 0): 101 exceeds limit 100", "bgp-prefix-limit", "raise", "10.0.0.1"),
        (CISCO + "%OSPF-5-ADJCHG: Process 1, Nbr 10.0.0.2 on Gi0/0 from FULL to DOWN, Neighbor Down: Dead timer", "ospf-neighbour-lost", "raise", "10.0.0.2"),
        (CISCO + "%OSPF-5-ADJCHG: Process 1, Nbr 10.0.0.2 on Gi0/0 from LOADING to FULL, Loading Done", "ospf-neighbour-lost", "clear", "10.0.0.2"),
        (CISCO + "%CLNS-5-ADJCHANGE: ISIS: Adjacency to R2 (GigabitEthernet0/0) Down, hold time expired", "isis-adjacency-lost", "raise", "GigabitEthernet0/0"),
        (CISCO + "%LDP-5-NBRCHG: LDP Neighbor 10.0.0.2:0 (1) is DOWN (Discovery Hello Hold Timer expired)", "ldp-session-lost", "raise", "10.0.0.2"),
        (CISCO + "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor 10.1.1.2 (Gi0/1) is down: holding time expired", "eigrp-neighbour-lost", "raise", "10.1.1.2"),
        (CISCO + "%PM-4-ERR_RECOVER: Attempting to recover from bpduguard err-disable state on Gi0/1", "port-disabled", "clear", "Gi0/1"),
        (CISCO + "%SW_MATM-4-MACFLAP_NOTIF: Host aabb.cc00.0100 in vlan 10 is flapping between port Gi0/1 and port Gi0/2", "mac-flapping", "raise", "aabb.cc00.0100"),
        (CISCO + "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 10.0.0.5] [localport: 22] [Reason: Login Authentication Failed]", "login-failures", "raise", "10.0.0.5"),
        (CISCO + "%EC-5-UNBUNDLE: Interface Gi0/1 left the port-channel Po1", "lag-member-lost", "raise", "Gi0/1"),
        (HOST + "rpd[123]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1 (External AS 65000) changed state from Established to Idle (event RecvNotify)", "bgp-session-lost", "raise", "10.0.0.1"),
        (HOST + "rpd[123]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1 (External AS 65000) changed state from OpenConfirm to Established (event RecvKeepAlive)", "bgp-session-lost", "clear", "10.0.0.1"),
        (HOST + "bfdd[9]: BFDD_TRAP_SHOP_STATE_DOWN: local discriminator: 1, new state: down, interface: ge-0/0/0.0, peer addr: 10.0.0.2", "bfd-session-lost", "raise", "10.0.0.2"),
        (HOST + "mib2d[1]: SNMP_TRAP_LINK_DOWN: ifIndex 523, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/0", "interface-down", "raise", "ge-0/0/0"),
        ('<29>1 2026-03-01T10:00:00Z r1 mib2d 1 SNMP_TRAP_LINK_UP [junos@2636.1.1.1.2.18 interface-name="ge-0/0/1"] x', "interface-down", "clear", "ge-0/0/1"),
        (HOST + "%%01IFNET/4/IF_STATE(l)[12]:Interface GigabitEthernet0/0/1 has turned into DOWN state.", "interface-down", "raise", "GigabitEthernet0/0/1"),
        (HOST + "%%01BGP/3/STATE_CHG_UPDOWN(l)[12]:The status of the peer 10.0.0.9 changed from ESTABLISHED to IDLE. (x)", "bgp-session-lost", "raise", "10.0.0.9"),
        (HOST + "%%01OSPF/3/NBR_CHG_DOWN(l)[3]:Neighbor event:neighbor state changed to Down. (ProcessId=1, NeighborAddress=10.0.0.2, NeighborEvent=InactivityTimer)", "ospf-neighbour-lost", "raise", "10.0.0.2"),
        ("<30>interface,info ether1 link down", "interface-down", "raise", "ether1"),
        ("<30>system,error,critical login failure for user admin from 10.0.0.5 via ssh", "login-failures", "raise", "10.0.0.5"),
        (HOST + "TMNX: 123 Base BGP-WARNING-bgpBackwardTransition-2002 [Peer 1: 10.0.0.7]: moved", "bgp-session-lost", "raise", "10.0.0.7"),
        (HOST + "bgpd[77]: %ADJCHANGE: neighbor 10.1.1.2(Unknown) in vrf default Down BGP Notification send", "bgp-session-lost", "raise", "10.1.1.2"),
        (HOST + "sshd[1]: Failed password for invalid user root from 10.0.0.5 port 2222 ssh2", "login-failures", "raise", "10.0.0.5"),
        (HOST + "dhcpd[5]: DHCPDISCOVER from 00:11:22:33:44:55 via eth0: network 10.0.0.0/24: no free leases", "dhcp-pool-empty", "raise", "10.0.0.0/24"),
        (CISCO + "%SFF8472-5-THRESHOLD_VIOLATION: Te1/1/1: Rx power low alarm; Operating value: -40.0 dBm", "optical-power", "raise", "Te1/1/1"),
        (CISCO + "%BGP-5-ADJCHANGE: peer 10.0.0.1 (VRF default AS 65001) old state Established event Stop new state Idle", "bgp-session-lost", "raise", "10.0.0.1"),
        (HOST + "kernel: Out of memory: Killed process 123 (bgpd) total-vm:1kB", "process-crashed", "raise", "bgpd"),
    ],
)  # fmt: skip
def test_lines_of_the_makers_are_understood(
    line: str, condition: str, sense: str, key: str
) -> None:
    (found,) = heard(line)
    assert found.rule is not None
    assert (found.rule.condition, found.sense, found.key) == (condition, sense, key)


@pytest.mark.parametrize(
    ("line", "user"),
    [
        (CISCO + "%SYS-5-CONFIG_I: Configured from console by anna on vty0 (10.0.0.5)", "anna"),
        (HOST + "mgd[1]: UI_COMMIT: User 'anna' requested 'commit' operation (comment: none)", "anna"),
        ("<30>system,info filter rule added by anna", "anna"),
        (XR + "%MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'anna'. Use 'show", "anna"),
    ],
)  # fmt: skip
def test_who_changed_the_configuration_is_read(line: str, user: str) -> None:
    (found,) = heard(line)
    assert (found.sense, found.pattern.mark, found.words["user"]) == (
        Sense.NOTICE,
        Mark.CONFIG,
        user,
    )


OSPF = "1.3.6.1.2.1.14.16.2.2"
AXOS = "1.3.6.1.4.1.6321.1.2.4.2.2.1.1.1.1."


@pytest.mark.parametrize(
    ("oid", "varbinds", "sense", "key"),
    [
        ("1.3.6.1.2.1.15.0.2", (("1.3.6.1.2.1.15.3.1.2.10.0.0.1", 1),), "raise", "10.0.0.1"),
        ("1.3.6.1.2.1.15.0.1", (("1.3.6.1.2.1.15.3.1.2.10.0.0.1", 6),), "clear", "10.0.0.1"),
        (OSPF, (("1.3.6.1.2.1.14.10.1.3.10.0.0.9.0", "10.9.9.9"), ("1.3.6.1.2.1.14.10.1.6.10.0.0.9.0", 1)), "raise", "10.9.9.9"),
        (OSPF, (("1.3.6.1.2.1.14.10.1.3.10.0.0.9.0", "10.9.9.9"), ("1.3.6.1.2.1.14.10.1.6.10.0.0.9.0", 8)), "clear", "10.9.9.9"),
        ("1.3.6.1.2.1.10.166.4.0.4", (("1.3.6.1.2.1.10.166.4.1.3.3.1.2.10.0.0.1.0.0.1.10.0.0.2.0.0", 1),), "raise", "10.0.0.2"),
        ("1.3.6.1.4.1.9.9.187.0.6", (("1.3.6.1.4.1.9.9.187.1.2.5.1.3.1.4.10.0.0.1", 1),), "raise", "10.0.0.1"),
        ("1.3.6.1.4.1.3902.1015.1010.1.10.1.15", (("1.3.6.1.2.1.2.2.1.1", 268501248),), "raise", "268501248"),
        ("1.3.6.1.4.1.6321.1.2.4.2.1.1.2.1", ((AXOS + "2.1", b"loss-of-pon"), (AXOS + "6.1", 0), (AXOS + "8.1", b"/ont/7")), "raise", "loss-of-pon /ont/7"),
        ("1.3.6.1.4.1.6321.1.2.4.2.1.1.2.2", ((AXOS + "2.1", b"loss-of-pon"), (AXOS + "6.1", 0), (AXOS + "8.1", b"/ont/7")), "clear", "loss-of-pon /ont/7"),
        ("1.3.6.1.4.1.30065.4.1.0.2", (("1.3.6.1.4.1.30065.4.1.1.2.1.13.1.1.4.10.0.0.1", 1),), "raise", "10.0.0.1"),
        ("1.3.6.1.4.1.2011.5.25.38.3.2", (("1.3.6.1.4.1.2011.5.25.38.2.3.1.5.8193", "10.0.0.1"),), "clear", "10.0.0.1"),
        ("1.3.6.1.4.1.9.9.106.2.0.1", (("1.3.6.1.4.1.9.9.106.1.2.1.1.15.7.12", 6),), "raise", "12"),
        ("1.3.6.1.4.1.2011.5.25.219.2.2.3", (("1.3.6.1.2.1.47.1.1.1.1.7.67", b"LPU Board 3"),), "raise", "LPU Board 3"),
    ],
)  # fmt: skip
def test_notifications_are_understood(oid: str, varbinds: Varbinds, sense: str, key: str) -> None:
    (found,) = BOOK.find_trap(oid, varbinds)
    assert (found.sense, found.key) == (sense, key)


def test_a_neighbour_between_two_states_is_neither_lost_nor_back() -> None:
    varbinds = (("1.3.6.1.2.1.14.10.1.3.1", "10.9.9.9"), ("1.3.6.1.2.1.14.10.1.6.1", 5))
    assert BOOK.find_trap(OSPF, varbinds) == ()


def test_a_trap_that_does_not_say_which_object_it_means_raises_nothing() -> None:
    assert BOOK.find_trap("1.3.6.1.2.1.15.0.2", ()) == ()


OWN = """[[rule]]
id = "lamp"
title = "Lamp"
condition = "lamp-broken"
about = "lamp"
severity = "minor"
text = "lamp {lamp} {what}"
remedy = "x"
raise = [
  { trap = "1.3.6.1.4.1.99999.*", mib = "ACME-MIB::all", says = "x", take = { lamp = "value:1.3.6.1.4.1.99999.2", what = "value:1.3.6.1.4.1.99999.3" }, names = { what = { "2" = "burns" } }, grade = { of = "value:1.3.6.1.4.1.99999.4", "1" = "critical", "0" = "cleared" } },
]
"""


@pytest.mark.parametrize(
    ("grade", "sense", "severity"),
    [(1, Sense.RAISE, 5), (0, Sense.CLEAR, 0), (9, Sense.RAISE, 3)],
)
def test_a_whole_branch_can_be_one_rule_that_grades_and_names(
    grade: int, sense: Sense, severity: int
) -> None:
    own = book()
    assert own.adopt({"lamp": OWN}) == ()
    varbinds = (
        ("1.3.6.1.4.1.99999.2.0", b"L1"),
        ("1.3.6.1.4.1.99999.3.0", 2),
        ("1.3.6.1.4.1.99999.4.0", grade),
    )
    (found,) = own.find_trap("1.3.6.1.4.1.99999.0.7", varbinds)
    assert (found.sense, found.severity, found.text) == (sense, Severity(severity), "lamp L1 burns")


def test_an_operator_switches_a_rule_off_and_a_mistake_silences_nobody() -> None:
    own = book()
    text = PACK.texts["ietf-bgp-session-lost"].replace("[[rule]]", "[[rule]]\nenabled = false")
    assert own.adopt({"ietf-bgp-session-lost": text, "broken": "["}) == ("broken",)
    varbinds = (("1.3.6.1.2.1.15.3.1.2.10.0.0.1", 1),)
    assert own.find_trap("1.3.6.1.2.1.15.0.2", varbinds) == ()
    assert own.find_trap("1.3.6.1.6.3.1.1.5.1", ()) != ()
    own.adopt({})
    assert own.find_trap("1.3.6.1.2.1.15.0.2", varbinds) != ()


def test_what_matters_is_known_before_it_is_read() -> None:
    assert BOOK.is_urgent_trap("1.3.6.1.2.1.15.0.2")
    assert not BOOK.is_urgent_trap("1.3.6.1.2.1.17.0.2")
    assert BOOK.is_urgent_line("BGP-5-ADJCHANGE", "")
    assert not BOOK.is_urgent_line("", "sshd")
    assert not BOOK.is_urgent_line("NOBODY-7-KNOWS", "")


def test_kinds_of_messages_that_are_made_up_do_not_fill_the_memory() -> None:
    own = EventBook(reading.read({}))
    for number in range(MOST_REMEMBERED + 5):
        own.of_trap(f"1.3.6.{number}")
        own.of_line(f"X-1-{number}", "")
    assert len(own._traps) <= MOST_REMEMBERED
    assert len(own._lines) <= MOST_REMEMBERED


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_line_says_it_is_judged(text: str, mnemonic: str, app: str) -> None:
    for found in BOOK.find_line(text, mnemonic=mnemonic, app=app):
        assert found.rule is None or isinstance(found.key, str)
