"""What is kept of a record, and what counts as a change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.services.accounting import rules
from noc_console.services.accounting.model import Accounted, Moment, Record
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver

AT = datetime(2026, 3, 1, tzinfo=UTC)
_RULES = load(Path(__file__).resolve().parents[3] / "resources" / "platforms")


def driver(platform: str) -> Driver:
    found = _RULES.driver(platform)
    assert found is not None
    return found


def heard(command: str = "", **fields: object) -> Accounted:
    told: dict[str, object] = {
        "source": "192.0.2.1",
        "device_id": 7,
        "received_at": AT,
        "moment": Moment.STOP,
        "user": "mira",
        "port": "tty2",
        "address": "198.51.100.9",
        "privilege": 15,
        "service": "shell",
        "task": "42",
        "command": command,
    }
    return Accounted(**told | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("ios", "show running-config"),
        ("ios", "terminal length 0"),
        ("ios", "do show ip interface brief"),
        ("ios", "enable"),
        ("ios", "end"),
        ("nxos", "show interface (SUCCESS)"),
        ("vrp", "display current-configuration"),
        ("vrp", "quit"),
        ("junos", "show configuration"),
        ("junos", "run show bgp summary"),
        ("", "show version"),
        ("", "ping 192.0.2.1"),
        ("", "exit"),
        ("", ""),
    ],
)
def test_looking_is_no_change(platform: str, command: str) -> None:
    assert not rules.is_change(command, driver(platform) if platform else None)


@pytest.mark.parametrize(
    ("platform", "command"),
    [
        ("ios", "configure terminal"),
        ("ios", "interface GigabitEthernet0/1"),
        ("ios", "description uplink"),
        ("ios", "no shutdown"),
        ("iosxr", "commit"),
        ("nxos", "configure terminal ; interface Ethernet1/1 ; shutdown (SUCCESS)"),
        ("vrp", "system-view"),
        ("junos", "set system host-name edge"),
        ("", "configure terminal"),
        ("", "show running-config | redirect flash:copy"),
        ("", "write memory"),
    ],
)
def test_what_is_not_known_to_look_is_a_change(platform: str, command: str) -> None:
    assert rules.is_change(command, driver(platform) if platform else None)


@pytest.mark.parametrize(
    ("platform", "command", "secret"),
    [
        ("ios", "username x secret 0 hunter22", "hunter22"),
        ("ios", "snmp-server community hunter22 RO", "hunter22"),
        ("ios", "enable password hunter22", "hunter22"),
        ("ios", "key-string hunter22", "hunter22"),
        ("ios", "tacacs-server key 0 hunter22", "hunter22"),
        ("ios", "neighbor 192.0.2.1 password hunter22", "hunter22"),
        ("junos", "set snmp community hunter22 authorization read-only", "hunter22"),
        ("vrp", "snmp-agent community read cipher hunter22", "hunter22"),
        ("nxos", "configure terminal ; username x password 0 hunter22 (SUCCESS)", "hunter22"),
        ("", "username x secret 0 hunter22", "hunter22"),
        ("ios", "username x sec 0 hunter22", "hunter22"),
        ("ios", "enable passw hunter22", "hunter22"),
        ("vrp", "snmp-agent comm read hunter22", "hunter22"),
        ("ios", "configure terminal ; username x sec hunter22 ; end", "hunter22"),
    ],
)
def test_no_secret_of_a_command_is_kept(platform: str, command: str, secret: str) -> None:
    kept = rules.kept(heard(command), driver(platform) if platform else None)
    assert secret not in kept.command and "••" in kept.command
    assert kept.command.split()[0] == command.split()[0], "what was done is still told"


def test_what_is_no_secret_stays_as_it_was_typed() -> None:
    for command in (
        "ip route 192.0.2.0 255.255.255.0 198.51.100.1 name uplink",
        "no ip address 192.0.2.1 255.255.255.0 sec",
        "passive-interface default",
        "commit confirmed 5",
        "set community 65000:100 additive",
    ):
        assert rules.kept(heard(command), driver("ios")).command == command


def test_words_of_an_enemy_are_bounded_and_made_visible() -> None:
    kept = rules.kept(heard("x" * 5_000, user="mi\x1b[2Jra", privilege=900, port="\u202e"), None)
    assert len(kept.command) <= rules.LONGEST_COMMAND + 1
    assert "\x1b" not in kept.user and "\u202e" not in kept.port and kept.privilege == 255
    assert kept.is_change, "nobody knows what it did"


def test_who_and_from_where_is_told_as_aaa_tells_it() -> None:
    change = rules.change_of(rules.kept(heard("snmp-server community hunter22"), None))
    assert (change.who, change.how, change.device_id) == ("mira", "AAA: 198.51.100.9, tty2", 7)
    assert "hunter22" not in change.text
    bare = rules.kept(heard("commit", port="", address=""), None)
    assert rules.way(bare) == "AAA"


def test_a_command_told_at_its_beginning_and_its_end_is_shown_once() -> None:
    def record(command: str, moment: Moment, task: str) -> Record:
        return rules.kept(heard(command, moment=moment, task=task), None)

    both = [record("commit", Moment.START, "1"), record("commit", Moment.STOP, "1")]
    end = record("commit", Moment.STOP, "2")
    session = [record("", Moment.START, "3"), record("", Moment.STOP, "3")]
    assert rules.each_once([*both, end, *session]) == (both[0], end, *session)


def test_a_long_and_nasty_line_is_masked_in_its_time() -> None:
    """No secret before its word, no backtracking: what somebody sends costs little."""
    line = "password " * 300
    assert len(rules.masked_command(line, driver("ios"))) <= rules.LONGEST_COMMAND * 2
