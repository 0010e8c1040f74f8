import random
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.wire import syslog
from noc_console.wire.syslog import SyslogLine, parse

NOW = datetime(2026, 3, 12, 10, 0, 30, tzinfo=UTC)


def test_the_examples_of_rfc_5424():
    line = parse(
        b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - "
        b"\xef\xbb\xbf'su root' failed for lonvick on /dev/pts/8",
        NOW,
    )
    assert line == SyslogLine(
        4,
        2,
        datetime(2003, 10, 11, 22, 14, 15, 3000, UTC),
        "mymachine.example.com",
        "su",
        "'su root' failed for lonvick on /dev/pts/8",
        message_id="ID47",
    )
    line = parse(
        b"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time", NOW
    )
    assert (line.at, line.pid) == (datetime(2003, 8, 24, 12, 14, 15, 3, UTC), "8710")
    line = parse(
        b'<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [a@32473 x="3" y="]\\""][b@1 p="h"]'
        b" text",
        NOW,
    )
    assert line.structured == '[a@32473 x="3" y="]\\""][b@1 p="h"]'
    assert line.text == "text"


@pytest.mark.parametrize(
    ("data", "host", "app", "text"),
    [
        (
            b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
            "mymachine",
            "su",
            "'su root' failed",
        ),
        (b"<28>Mar 12 10:00:00 mx1 rpd[123]: BGP_DOWN: peer", "mx1", "rpd", "BGP_DOWN: peer"),
        (
            b"<189>123: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console",
            None,
            "%SYS-5-CONFIG_I",
            "%SYS-5-CONFIG_I: Configured from console",
        ),
        (
            b"<189>45: rtr1: Mar  1 2024 18:46:11 UTC: %LINK-3-UPDOWN: Interface Gi0/1, down",
            "rtr1",
            "%LINK-3-UPDOWN",
            "%LINK-3-UPDOWN: Interface Gi0/1, down",
        ),
        (
            b"<190>Mar 12 2024 10:00:00 HUA1 %%01IFNET/4/LINK_STATE(l)[0]:The line protocol",
            "HUA1",
            "%%01IFNET/4/LINK_STATE",
            "%%01IFNET/4/LINK_STATE(l)[0]:The line protocol",
        ),
        (b"<134>2024-03-12T10:00:00+01:00 host app: msg", "host", "app", "msg"),
        (b"<13>Mar 12 10:00:00 10.0.0.1 no tag here", "10.0.0.1", None, "no tag here"),
        (
            b"<30>system,info,account user admin logged in",
            None,
            None,
            "system,info,account user admin logged in",
        ),
        (b"hello", None, None, "hello"),
    ],
)
def test_lines_of_many_vendors(data, host, app, text):
    line = parse(data, NOW)
    assert (line.host, line.app, line.text) == (host, app, text)


@pytest.mark.parametrize(
    ("data", "mnemonic", "app", "text"),
    [
        (  # IOS with sequence number and a clock that is not set
            b"<187>000123: *Mar  1 00:00:23.123: %LINK-3-UPDOWN: Interface Gi0/1, changed state",
            "LINK-3-UPDOWN",
            "%LINK-3-UPDOWN",
            "%LINK-3-UPDOWN: Interface Gi0/1, changed state",
        ),
        (  # IOS-XE with a zone and a switch number
            b"<189>4711: sw1: .Mar 12 10:00:00.001 UTC: %LINEPROTO-5-UPDOWN: Line protocol",
            "LINEPROTO-5-UPDOWN",
            "%LINEPROTO-5-UPDOWN",
            "%LINEPROTO-5-UPDOWN: Line protocol",
        ),
        (  # IOS-XR
            b"<187>99: RP/0/RSP0/CPU0:Mar 12 10:00:00.123 UTC: ifmgr[405]: "
            b"%PKT_INFRA-LINK-3-UPDOWN : Interface TenGigE0/0/0/1, changed state to Down",
            "PKT_INFRA-LINK-3-UPDOWN",
            "ifmgr",
            "%PKT_INFRA-LINK-3-UPDOWN : Interface TenGigE0/0/0/1, changed state to Down",
        ),
        (  # NX-OS
            b"<189>: 2026 Mar 12 10:00:00 UTC: %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Eth1/1",
            "ETHPORT-5-IF_DOWN_LINK_FAILURE",
            "%ETHPORT-5-IF_DOWN_LINK_FAILURE",
            "%ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Eth1/1",
        ),
        (  # ASA, with time and without
            b"<166>Mar 12 2026 10:00:00 asa1 : %ASA-6-302013: Built inbound TCP connection",
            "ASA-6-302013",
            "%ASA-6-302013",
            "%ASA-6-302013: Built inbound TCP connection",
        ),
        (
            b"<166>%ASA-4-106023: Deny tcp src outside",
            "ASA-4-106023",
            "%ASA-4-106023",
            "%ASA-4-106023: Deny tcp src outside",
        ),
        (  # Huawei VRP
            b"<190>Mar 12 2026 10:00:00 HUA1 %%01IFNET/4/LINK_STATE(l)[0]:The line protocol",
            "IFNET/4/LINK_STATE",
            "%%01IFNET/4/LINK_STATE",
            "%%01IFNET/4/LINK_STATE(l)[0]:The line protocol",
        ),
        (  # Junos, standard and structured
            b"<28>Mar 12 10:00:00 mx1 rpd[123]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1",
            "RPD_BGP_NEIGHBOR_STATE_CHANGED",
            "rpd",
            "RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1",
        ),
        (
            b"<165>1 2026-03-12T10:00:00.000Z mx1 mgd 3046 UI_DBASE_LOGOUT_EVENT "
            b'[junos@2636.1.1.1.2.18 username="regress"] User regress exiting',
            "UI_DBASE_LOGOUT_EVENT",
            "mgd",
            "User regress exiting",
        ),
        (  # RouterOS, without and with a BSD header
            b"<30>system,info,account user admin logged in from 10.0.0.9 via winbox",
            "system,info,account",
            None,
            "system,info,account user admin logged in from 10.0.0.9 via winbox",
        ),
        (
            b"<30>Mar 12 10:00:00 MikroTik interface,info ether1 link down",
            "interface,info",
            None,
            "interface,info ether1 link down",
        ),
        (b"<13>Mar 12 10:00:00 host sshd[1]: Failed password", None, "sshd", "Failed password"),
        (b"<13>hello, information", None, None, "hello, information"),
    ],
)
def test_the_kind_of_a_message_is_told_as_its_maker_names_it(data, mnemonic, app, text):
    line = parse(data, NOW)
    assert (line.mnemonic, line.app, line.text) == (mnemonic, app, text)


def test_an_nx_os_time_has_its_year_in_front():
    line = parse(b"<189>: 2025 Mar  2 10:00:00.250 UTC: %A-5-B: x", NOW)
    assert line.at == datetime(2025, 3, 2, 10, 0, 0, 250_000, UTC)
    assert parse(b"<189>: 2025 Mar 42 10:00:00 UTC: %A-5-B: x", NOW).at is None


def test_the_year_rfc_3164_leaves_out_is_the_nearest_one():
    newyear = datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert parse(b"<13>Dec 31 23:59:59 h a: x", newyear).at.year == 2025
    before = datetime(2025, 12, 31, 23, 59, 55, tzinfo=UTC)
    assert parse(b"<13>Jan  1 00:00:01 h a: x", before).at.year == 2026
    assert parse(b"<13>Feb 29 00:00:01 h a: x", datetime(2025, 2, 28, tzinfo=UTC)).at.year == 2024


@pytest.mark.parametrize("data", [b"<13>Feb 30 10:00:00 x y: z", b"<13>Mar 12 25:00:00 x y: z"])
def test_a_time_that_cannot_be_stays_text(data):
    line = parse(data, NOW)
    assert line.at is None
    assert line.text == data[4:].decode()


@pytest.mark.parametrize("data", [b"<192>x", b"<999>x", b"<>x", b"<-1>x", b""])
def test_without_a_priority_a_line_is_user_notice(data):
    line = parse(data, NOW)
    assert (line.facility, line.severity) == (1, 5)
    assert line.text == data.decode()


def test_what_could_fool_a_terminal_or_a_reader_is_shown():
    line = parse("<13>\x1b[2J\x07 a\nb \u202egnp.exe \x9b1m \x00".encode(), NOW)
    assert line.text == "␛[2J␇ a␊b \ufffdgnp.exe \ufffd1m"


def test_a_line_is_cut_at_eight_kibibytes():
    assert len(parse(b"<13>" + b"x" * 60_000, NOW).text) == syslog.MAX_BYTES - 4


TEXT = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
LINES = st.builds(
    SyslogLine,
    st.integers(0, 23),
    st.integers(0, 7),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    TEXT,
    TEXT,
    TEXT,
)


@given(LINES)
def test_a_line_of_rfc_5424_survives_the_way_to_bytes_and_back(line):
    assert parse(syslog.format_rfc5424(line), NOW) == line


def _is_no_time(line: SyslogLine) -> bool:
    """Some devices write a year or a zone after the time: a host called so is taken for it."""
    return line.host not in ("UTC", "GMT", "Z") and re.fullmatch(r"\d{4}", line.host) is None


@given(LINES.filter(_is_no_time))
def test_a_line_of_rfc_3164_loses_only_what_the_format_cannot_say(line):
    found = parse(syslog.format_rfc3164(line), line.at)
    assert found.at == line.at.replace(microsecond=0)
    assert (found.facility, found.severity) == (line.facility, line.severity)
    assert (found.host, found.app, found.text) == (line.host, line.app, line.text)


def test_priorities_that_do_not_exist_are_not_sent():
    with pytest.raises(ValueError):
        syslog.format_rfc5424(SyslogLine(24, 0, None, None, None, ""))


def test_twenty_thousand_mutated_lines_are_all_understood_somehow():
    rng = random.Random(20261121)
    seeds = [
        b'<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [a@1 x="3"] text',
        b"<189>123: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured",
        b"<28>Mar 12 10:00:00 mx1 rpd[123]: BGP_DOWN: peer",
        b"<134>2024-03-12T10:00:00+01:00 host app: msg",
    ]
    for _ in range(20_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 5)):
            at = rng.randrange(len(data) + 1)
            if rng.random() < 0.5:
                data[at : at + 1] = bytes((rng.randrange(256),))
            else:
                del data[at : at + rng.randint(1, 5)]
        line = parse(bytes(data), NOW)
        assert 0 <= line.severity <= 7 and 0 <= line.facility <= 23
        assert not any(ord(each) < 32 for each in line.text)
