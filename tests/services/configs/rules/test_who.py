"""Who changed a configuration: what was heard, else a new header, else nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.configs.model import Deed
from noc_console.services.configs.rules.who import credited, told_by_text
from noc_console.services.intake.model import ConfigChange

AT = datetime(2026, 3, 1, tzinfo=UTC)


def heard(who: str, how: str = "") -> ConfigChange:
    return ConfigChange(1, AT, who, how, "line")


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("! Last configuration change at 10:00:01 UTC Sun Mar 1 2026 by mira", "mira"),
        ("!! Last configuration change at Sun Mar  1 10:00:01 2026 by tom", "tom"),
        ("## Last commit: 2026-03-01 10:00:01 UTC by root", "root"),
        (": Written by admin at 10:00:01.123 UTC Sun Mar 1 2026", "admin"),
        ("!Last configuration was updated at 2026-03-01 10:00:01+00:00 by ops", "ops"),
        ("hostname by mira", ""),
    ],
)
def test_headers_of_configurations_name_their_last_author(line: str, who: str) -> None:
    assert told_by_text(["!", line, "end"]) == who


def test_what_was_heard_comes_first_each_once() -> None:
    changes = [heard("mira", "vty0"), heard("tom"), heard("mira", "vty0"), heard("-")]
    assert credited(changes, [], ["## Last commit: x by root"]) == ("mira, tom", "vty0")


def test_syslog_and_aaa_of_one_change_name_the_user_once_and_both_ways() -> None:
    changes = [
        heard("mira", "AAA: 192.0.2.5, tty2"),
        heard("mira", "vty0 (192.0.2.5)"),
        heard("mira", "AAA: 192.0.2.5, tty2"),
    ]
    assert credited(changes, [], []) == ("mira", "AAA: 192.0.2.5, tty2, vty0 (192.0.2.5)")


FLIGHT = Deed("mira", "flight 7 “x”, approved by joris")
TERMINAL = Deed("tom", "elevated terminal of tom (CHG-1)", is_certain=False)
HEADER = ["## Last commit: 2026-03-02 10:00:01 UTC by noc"]


def test_who_planned_a_flight_stands_before_the_login_it_came_with() -> None:
    assert credited([], [], ["x"], [FLIGHT]) == ("mira", FLIGHT.how)
    by_login = credited([heard("noc", "vty0")], [], ["x"], [FLIGHT])
    assert by_login == ("mira, noc", f"{FLIGHT.how}; vty0")
    assert credited([], [], HEADER, [FLIGHT, FLIGHT])[0] == "mira, noc"


def test_who_could_have_changed_it_counts_when_the_device_names_nobody() -> None:
    assert credited([], [], ["x"], [TERMINAL]) == ("tom", TERMINAL.how)
    named = credited([heard("anna", "vty0")], [], ["x"], [TERMINAL])
    assert named == ("anna", f"{TERMINAL.how}; vty0")
    assert credited([], [], ["x"], [TERMINAL, FLIGHT])[0] == "mira"


def test_a_header_counts_only_when_it_is_new() -> None:
    old = ["## Last commit: 2026-03-01 10:00:01 UTC by root"]
    new = ["## Last commit: 2026-03-02 10:00:01 UTC by mira"]
    assert credited([], old, new) == ("mira", "by its header")
    assert credited([], old, old) == ("", "")
    assert credited([heard("", "console")], [], []) == ("", "console")
