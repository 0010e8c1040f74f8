"""What notifications and lines become."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.intake import rules
from noc_console.services.intake.model import LineKind, LogLine, Trap
from noc_console.services.telemetry.ports import Value
from tests.services.intake.conftest import BOOK

KNOWN = sorted(
    {pattern.trap for pattern in BOOK.pack.notices if pattern.trap}
    | {pattern.trap for rule in BOOK.rules for pattern in rule.raises if pattern.trap}
)
AT = datetime(2026, 3, 1, tzinfo=UTC)


def trap(oid: str, *varbinds: tuple[str, Value]) -> Trap:
    return Trap("127.20.1.1", AT, "v2c", oid, 100, varbinds)


def line(text: str, severity: int = 5, app: str = "") -> LogLine:
    return LogLine("127.20.1.1", AT, 23, severity, text, app=app)


def test_a_link_trap_names_the_interface_and_asks_for_a_look() -> None:
    told = trap(
        "1.3.6.1.6.3.1.1.5.3",
        ("1.3.6.1.2.1.2.2.1.1.7", 7),
        ("1.3.6.1.2.1.31.1.1.1.1.7", b"xe-0/0/7"),
    )
    assert rules.meaning(told, BOOK).look
    kept = rules.line_of_trap(told, 3, BOOK)
    assert kept.text == "link down: interface xe-0/0/7"
    assert (kept.device_id, kept.kind, kept.severity) == (3, LineKind.TRAP, 3)


def test_a_link_trap_without_a_name_gives_the_index() -> None:
    told = trap("1.3.6.1.6.3.1.1.5.4", ("1.3.6.1.2.1.2.2.1.1.7", 7))
    assert rules.line_of_trap(told, 3, BOOK).text == "link up: ifIndex 7"


@pytest.mark.parametrize(
    ("oid", "name", "look"),
    [
        ("1.3.6.1.6.3.1.1.5.1", "cold start", True),
        ("1.3.6.1.6.3.1.1.5.5", "authentication failure", False),
        ("1.3.6.1.2.1.33.2.1", "on battery", True),
        ("1.3.6.1.4.1.318.0.9", "power restored", True),
        ("1.3.6.1.4.1.9.9.109.2.0.1", "CPU above its threshold", True),
        ("1.3.6.1.2.1.15.0.2", "BGP session lost", False),
    ],
)
def test_known_traps_have_names(oid: str, name: str, look: bool) -> None:
    assert (rules.meaning(trap(oid), BOOK).name, rules.meaning(trap(oid), BOOK).look) == (
        name,
        look,
    )


def test_an_unknown_trap_shows_what_it_carries_and_does_not_stir_the_poller() -> None:
    told = trap("1.3.6.1.4.1.99999.1", ("1.3.6.1.4.1.99999.2", b"\x00\x1f\xff"), ("1.3.6.1.3.1", 5))
    assert not rules.meaning(told, BOOK).look
    assert rules.line_of_trap(told, None, BOOK).text == (
        "trap 1.3.6.1.4.1.99999.1: 1.3.6.1.4.1.99999.2 = 00 1f ff, 1.3.6.1.3.1 = 5"
    )


def test_an_unknown_trap_is_called_as_its_mib_calls_it() -> None:
    names = {"1.3.6.1.4.1.9.1": "ACME-MIB::lampBroken", "1.3.6.1.4.1.9.2.7": "ACME-MIB::lamp.7"}
    told = trap("1.3.6.1.4.1.9.1", ("1.3.6.1.4.1.9.2.7", 3), ("1.3.6.1.9.9", 1))
    text = rules.line_of_trap(told, None, BOOK, lambda oid: names.get(oid, "")).text
    assert text == "trap lampBroken: lamp.7 = 3, 1.3.6.1.9.9 = 1"


def test_a_log_line_carries_its_program() -> None:
    assert rules.line_of_log(line("up", app="rpd"), 1).text == "rpd: up"


def test_a_mnemonic_is_not_said_twice_and_every_field_is_kept() -> None:
    told = LogLine(
        "127.20.1.1",
        AT,
        23,
        5,
        "%SYS-5-CONFIG_I: Configured",
        host="r1",
        app="%SYS-5-CONFIG_I",
        process="7",
        message_id="ID1",
        mnemonic="SYS-5-CONFIG_I",
        structured="[x]",
    )
    kept = rules.line_of_log(told, 1)
    assert kept.text == "%SYS-5-CONFIG_I: Configured"
    assert (kept.facility, kept.host, kept.process) == (23, "r1", "7")
    assert (kept.message_id, kept.mnemonic, kept.structured) == ("ID1", "SYS-5-CONFIG_I", "[x]")


def test_equal_lines_are_one_with_a_count() -> None:
    kept = [rules.line_of_log(line(text), 1) for text in ("a", "b", "a", "a")]
    assert [(one.text, one.count) for one in rules.bundled(kept)] == [("a", 3), ("b", 1)]


def test_what_is_urgent_is_kept_longest() -> None:
    assert rules.is_urgent(trap("1.3.6.1.6.3.1.1.5.3"), BOOK)
    assert not rules.is_urgent(trap("1.3.6.1.4.1.99999.1"), BOOK)
    assert rules.is_urgent(line("fire", severity=0), BOOK)
    assert not rules.is_urgent(line("login", severity=6), BOOK)


VALUES = st.one_of(st.none(), st.integers(), st.binary(max_size=300), st.text(max_size=300))


@given(
    st.lists(st.tuples(st.sampled_from(["1.3.6.1.2.1.2.2.1.2.1", "1.3.6.1.9"]), VALUES)),
    st.sampled_from([*KNOWN, "1.3.6.1.4.1.4"]),
)
def test_whatever_a_trap_carries_the_line_is_one_bounded_printable_line(
    varbinds: list[tuple[str, Value]], oid: str
) -> None:
    text = rules.line_of_trap(trap(oid, *varbinds), None, BOOK).text
    assert len(text) <= rules.TEXT_LIMIT + 1
    assert text.isprintable() or "\xa0" in text or "\u3000" in text or " " in text
    assert not any(ord(character) < 0x20 for character in text)


@given(st.text(max_size=5_000), st.integers(-9, 99))
def test_whatever_a_log_line_says_it_is_kept_bounded(text: str, severity: int) -> None:
    kept = rules.line_of_log(line(text, severity=severity), None)
    assert len(kept.text) <= rules.TEXT_LIMIT + 1
    assert 0 <= kept.severity <= 7
    assert not any(ord(character) < 0x20 for character in kept.text)
