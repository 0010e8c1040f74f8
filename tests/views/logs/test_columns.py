"""Columns of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from noc_console.services.intake.model import IntakeLine, LineKind
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.theme import look
from noc_console.views.logs.columns import device_of, ink, line_columns, moment, origin

LINE = IntakeLine(
    at=datetime(2026, 11, 21, 3, tzinfo=UTC),
    device_id=7,
    source="10.0.0.1",
    kind=LineKind.SYSLOG,
    severity=3,
    text="Interface xe-0/0/1 went down",
    facility=23,
    host="core-1",
    app="mib2d",
    process="812",
)


def test_a_line_is_told_in_words(desk: Desk) -> None:
    row = {column.key: column.text(LINE) for column in line_columns(desk, {7: "core-1"})}
    assert row["severity"] == "Error"
    assert row["device"] == "core-1"
    assert row["from"] == "mib2d[812]"
    assert row["facility"] == "local7"
    assert row["count"] == ""


def test_repeated_lines_are_counted(desk: Desk) -> None:
    (count,) = (c for c in line_columns(desk, {}) if c.key == "count")
    line = replace(LINE, count=1_204)
    assert count.text(line) == "× 1,204"
    assert count.export is not None and count.export(line) == "1204"


def test_who_spoke_is_the_device_its_host_name_or_its_address() -> None:
    assert device_of(LINE, {}) == "core-1"
    assert device_of(replace(LINE, host=""), {}) == "10.0.0.1"
    assert device_of(replace(LINE, device_id=None), {7: "x"}) == "10.0.0.1"


def test_a_mnemonic_says_more_than_a_process() -> None:
    assert origin(replace(LINE, mnemonic="LINK-3-UPDOWN")) == "LINK-3-UPDOWN"
    assert origin(replace(LINE, process="")) == "mib2d"
    assert origin(replace(LINE, app="", process="")) == ""


def test_only_what_sounds_bad_has_a_colour(dark: None) -> None:
    assert ink(LINE) == look().color("attention.plain")
    assert ink(replace(LINE, severity=5)) is None
    assert ink(replace(LINE, severity=7)) == look().color("text.dim")


def test_a_moment_is_told_to_the_second(desk: Desk) -> None:
    desk.times.toggle_utc()
    now = desk.clock.now()
    assert moment(desk.times, replace(LINE, at=now)) == f"{now:%H:%M:%S}"
    before = now - timedelta(days=40)
    assert moment(desk.times, replace(LINE, at=before)) == f"{before:%d %b %H:%M:%S}"
