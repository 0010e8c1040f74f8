"""Walks that net-snmp printed: what it prints for each type, and what the real one prints."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.adapters.snmp import open_reader
from noc_console.wire import ber, oid, snmp, snmprec, snmpwalk
from tests.lab.snmpd import Agent, snmpd

UNDER = ".1.3.6.1.4.1.99999"
WORDS = b'two\r\nlines of "words"\\\n'
DATE = b"\x07\xea\x0b\x15\x06\x17\x19\0+\1\0"
LONG = bytes(range(256))

MIB = """NOC-TEST-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, Gauge32 FROM SNMPv2-SMI TEXTUAL-CONVENTION FROM SNMPv2-TC;
Line ::= TEXTUAL-CONVENTION DISPLAY-HINT "255a" STATUS current DESCRIPTION "x"
    SYNTAX OCTET STRING (SIZE (0..255))
Mac ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" STATUS current DESCRIPTION "x"
    SYNTAX OCTET STRING (SIZE (0..6))
When ::= TEXTUAL-CONVENTION DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d" STATUS current
    DESCRIPTION "x" SYNTAX OCTET STRING (SIZE (8 | 11))
Tenths ::= TEXTUAL-CONVENTION DISPLAY-HINT "d-1" STATUS current DESCRIPTION "x" SYNTAX INTEGER
nocTest OBJECT IDENTIFIER ::= { iso 3 6 1 4 1 99999 }
""" + "\n".join(
    f'noc{name} OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS read-only STATUS current DESCRIPTION "x" '
    f"::= {{ nocTest {number} }}"
    for number, name, syntax in (
        (1, "State", "INTEGER { up(1), down(2) }"),
        (2, "Line", "Line"),
        (3, "Mac", "Mac"),
        (4, "When", "When"),
        (5, "Tenths", 'Tenths UNITS "degrees"'),
        (6, "Bits", "BITS { one(0), two(1), ten(9) }"),
        (7, "Wrong", "INTEGER"),
        (8, "Units", 'Gauge32 UNITS "Mb/s"'),
        (10, "Address", "IpAddress"),
    )
) + "\nEND\n"  # fmt: skip

OBJECTS: dict[str, tuple[str, int, snmp.Value]] = {
    "1.0": ("integer 1", ber.INTEGER, 1),
    "1.1": ("integer 7", ber.INTEGER, 7),
    "2.0": ('octet_str "plain words"', ber.OCTETS, b"plain words"),
    "2.1": (f"octet_str 0x{WORDS.hex()}", ber.OCTETS, WORDS),
    "3.0": ("octet_str 0x00163e010203", ber.OCTETS, bytes.fromhex("00163e010203")),
    "4.0": (f"octet_str 0x{DATE.hex()}", ber.OCTETS, DATE),
    "5.0": ("integer 235", ber.INTEGER, 235),
    "5.1": ("integer -5", ber.INTEGER, -5),
    "6.0": ("octet_str 0x4040", ber.OCTETS, b"@@"),
    "7.0": ('octet_str "text"', ber.OCTETS, b"text"),
    "8.0": ("uinteger 1000", ber.GAUGE32, 1000),
    "9.0": (f"octet_str 0x{WORDS.hex()}", ber.OCTETS, WORDS),
    "9.1": ('octet_str ""', ber.OCTETS, b""),
    "9.2": (f"octet_str 0x{LONG.hex()}", ber.OCTETS, LONG),
    "9.3": ('octet_str "1.2.3.4 = STRING"', ber.OCTETS, b"1.2.3.4 = STRING"),
    "10.0": ("object_id .1.3.6.1.4.1.9", ber.OID, "1.3.6.1.4.1.9"),
    "12.0": ("counter 4294967295", ber.COUNTER32, 4294967295),
}  # fmt: skip
"""What snmpd is told to answer, and what a walk of it has to mean."""


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    home = tmp_path_factory.mktemp("walked")
    (home / "NOC-TEST-MIB.txt").write_text(MIB)
    lines = [f"override {UNDER}.{name} {told}" for name, (told, _, _) in OBJECTS.items()]
    with snmpd(home, extra="\n".join(lines)) as running:
        yield running


def walked(agent: Agent, option: str, *more: str, base: str = UNDER) -> str:
    """What the real snmpwalk prints."""
    program = shutil.which("snmpwalk")
    if program is None:
        pytest.skip("snmpwalk is not installed")
    peer = f"127.0.0.1:{agent.port}"
    words = [program, "-v2c", "-cpublic", option, *more, peer, base]
    printed = subprocess.run(words, capture_output=True, check=True)
    return printed.stdout.decode("utf-8", "surrogateescape")


def read(text: str) -> snmprec.Recording:
    return snmpwalk.read(io.StringIO(text, newline=""))


def values(recording: snmprec.Recording) -> dict[str, tuple[int, snmp.Value]]:
    return {
        oid.decode(name): (tag, snmp.value(tag, content))
        for name, tag, content in recording.varbinds
    }


@pytest.mark.parametrize("option", ["-On", "-OnU", "-One", "-OnT"])
def test_what_the_real_snmpwalk_prints_with_mibs_means_what_the_agent_said(
    agent: Agent, option: str
) -> None:
    recording = read(walked(agent, option, "-M", str(agent.home), "-m", "NOC-TEST-MIB"))
    assert recording.problems == []
    assert values(recording) == {
        f"{UNDER[1:]}.{name}": (tag, value) for name, (_, tag, value) in OBJECTS.items()
    }


@pytest.mark.parametrize("option", ["-OnQ", "-Onq"])
def test_values_without_their_types_are_told_by_their_looks(agent: Agent, option: str) -> None:
    recording = read(walked(agent, option, "-m", ""))
    assert recording.problems == []
    same = {name: value for name, (_, value) in values(recording).items()}
    assert same == {f"{UNDER[1:]}.{name}": value for name, (_, _, value) in OBJECTS.items()}


@pytest.mark.parametrize("option", ["-On", "-Onx", "-Ont", "-OnQ", "-OnT"])
async def test_a_walk_of_a_whole_agent_is_what_our_own_reader_hears(
    agent: Agent, option: str
) -> None:
    recording = read(walked(agent, option, "-m", "", base=".1.3.6.1.2.1"))
    assert recording.problems == []
    async with open_reader(bind="127.0.0.1", bind6="::1") as reader:
        heard = dict(await reader.walk(agent.target(), "1.3.6.1.2.1"))
    here = {name: value for name, (_, value) in values(recording).items()}
    # The agent lives: processes come and go, counters count, the clock goes on.
    stands_still = ("1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.9.1.2", "1.3.6.1.2.1.2.2.1.2.",
                    "1.3.6.1.2.1.2.2.1.6.", "1.3.6.1.2.1.2.2.1.5.", "1.3.6.1.2.1.4.34",
                    "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.25.6", "1.3.6.1.2.1.25.3.2.1.3",
                     "1.3.6.1.2.1.55.1.5.1.2")  # fmt: skip
    compared = [name for name in heard if name.startswith(stands_still)]
    assert len(compared) > 100
    assert {name: here.get(name) for name in compared} == {name: heard[name] for name in compared}
    assert len(here) > len(heard) * 0.9


@pytest.mark.parametrize(
    ("printed", "tag", "value"),
    [
        ("INTEGER: up(1)", ber.INTEGER, 1),
        ("INTEGER: -12", ber.INTEGER, -12),
        ("Timeticks: (123456789) 14 days, 6:56:07.89", ber.TIMETICKS, 123456789),
        ("Counter64: 18446744073709551615", ber.COUNTER64, 2**64 - 1),
        ("Network Address: 0A:00:00:01", ber.IP, "10.0.0.1"),
        ("IpAddress: 10.0.0.1", ber.IP, "10.0.0.1"),
        ("OID: iso.3.6.1", ber.OID, "1.3.6.1"),
        ("OID: .ccitt.0", ber.OID, "0.0"),
        ("Opaque: Float: 0.5", ber.OPAQUE, b"\x9f\x78\x04" + struct.pack(">f", 0.5)),
        ("OPAQUE: 9F 78 04 3F 00 00 00 ", ber.OPAQUE, b"\x9f\x78\x04" + struct.pack(">f", 0.5)),
        ("Opaque: Int64: -2", ber.OPAQUE, b"\x9f\x7a\x01\xfe"),
        ("Hex-STRING: 00 FF ", ber.OCTETS, b"\x00\xff"),
        ("BITS: 60 two(1) three(2) ", ber.OCTETS, b"\x60"),
        ("Wrong Type (should be Counter32): Gauge32: 7", ber.GAUGE32, 7),
        ("NULL", ber.NULL, None),
        ('""', ber.OCTETS, b""),
        ("STRING: ", ber.OCTETS, b""),
        ('STRING: "caf\u00e9"', ber.OCTETS, "café".encode()),
        ('STRING: "Version: 12.2"', ber.OCTETS, b"Version: 12.2"),
        ("up", ber.OCTETS, b"up"),
        ("0:0:00:05.82", ber.TIMETICKS, 582),
        ("5000000000", ber.COUNTER64, 5_000_000_000),
    ],
)
def test_every_way_a_value_is_printed(printed: str, tag: int, value: snmp.Value) -> None:
    recording = read(f".1.3.6.1 = {printed}\n")
    assert recording.problems == []
    assert values(recording) == {"1.3.6.1": (tag, value)}


def test_what_an_agent_does_not_have_is_left_out_without_a_word() -> None:
    recording = read(
        ".1.3.6.1.1 = No Such Object available on this agent at this OID\n"
        ".1.3.6.1.2 = No Such Instance currently exists at this OID\n"
        ".1.3.6.1.3 = INTEGER: 1\n"
        ".1.3.6.1.3 = No more variables left in this MIB View (It is past the end)\n"
    )
    assert values(recording) == {"1.3.6.1.3": (ber.INTEGER, 1)}
    assert recording.problems == []


def test_a_text_file_that_windows_saved_reads_the_same() -> None:
    text = '.1.3.6.1.1 = STRING: "two\nlines"\n.1.3.6.1.2 = Hex-STRING: 00 01 \n02 \n'
    assert values(read(text.replace("\n", "\r\n"))) == values(read(text))


def test_lines_that_mean_nothing_are_problems_with_their_number() -> None:
    recording = read(
        "MIB search path: /usr/share/snmp/mibs\n"
        "# walked on Monday\n"
        ".1.3.6.1.1 = INTEGER: many\n"
        ".1.3.6.1.2 = STRING: \"never closed\n"
        ".1.3.6.1.3 = Counter32: -1\n"
        ".1.3.6.1.4 = IpAddress: 10.0.0.999\n"
        ".1.3.6.1.5 = Hex-STRING: 0G\n"
        ".1.3.6.1.99999999999 = INTEGER: 1\n"
        "SNMPv2-MIB::sysDescr.0 = STRING: a router\n"
        ".1.3.6.1.6 = INTEGER: 6\n"
        "Timeout: No Response from 10.0.0.1\n"
        ".1.3.6.1.6 = INTEGER: 7\n"
        ".1.3.6.1.7 = Elephant: 7\n"
        ".1.3.6.1.8 = STRING: good\n"
        "Timeout: No Response from 10.0.0.1\n"
    )  # fmt: skip
    assert values(recording) == {
        "1.3.6.1.6": (ber.INTEGER, 6),
        "1.3.6.1.8": (ber.OCTETS, b"good"),
    }
    found = {problem.line_number: problem.reason for problem in recording.problems}
    assert sorted(found) == [1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15]
    assert "-On" in found[9]
    assert "never ends" in found[4]


def test_a_value_longer_than_snmp_carries_is_a_problem_and_costs_nothing() -> None:
    endless = ".1.3.6.1.1 = STRING: \"" + "x\n" * 400_000 + ".1.3.6.1.2 = INTEGER: 2\n"  # fmt: skip
    recording = read(endless)
    assert values(recording) == {"1.3.6.1.2": (ber.INTEGER, 2)}
    assert [problem.line_number for problem in recording.problems] == [1]


def test_the_two_formats_are_told_by_what_is_in_them() -> None:
    walk = [".1.3.6.1.2.1.1.1.0 = STRING: x\n", "more\n", ".1.3.6.1.2.1.1.2.0 = OID: .1.3\n"]
    assert snmpwalk.looks_like_walk(walk)
    assert snmpwalk.looks_like_walk(["SNMPv2-MIB::sysDescr.0 = STRING: x\n"])
    assert not snmpwalk.looks_like_walk(["1.3.6.1.2.1.1.1.0|4|.1.3.6.1 = STRING: x\n"])
    assert not snmpwalk.looks_like_walk(["#!/bin/sh\n", "echo hello\n"])


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_text_at_all_is_read_without_a_crash(lines: list[str]) -> None:
    recording = read("\n".join(lines))
    for _, tag, content in recording.varbinds:
        snmp.value(tag, content)


NUMBERED = st.integers(0, 300).map(lambda n: f".1.3.6.1.4.1.{n}.0")
PRINTED = st.sampled_from(
    ["INTEGER:", "Gauge32:", "Counter64:", "STRING:", "Hex-STRING:", "BITS:", "OID:", "Opaque:",
     "Opaque: Float:", "Timeticks:", "IpAddress:", "Network Address:", "Wrong Type (should be X):"]
)  # fmt: skip


@given(
    st.lists(st.tuples(NUMBERED, PRINTED, st.text(alphabet='0123AF :.()"\\\n[]-x', max_size=40)))
)
def test_garbled_values_of_every_type_are_problems_at_worst(
    found: list[tuple[str, str, str]],
) -> None:
    recording = read("".join(f"{name} = {kind} {value}\n" for name, kind, value in found))
    for _, tag, content in recording.varbinds:
        snmp.value(tag, content)
