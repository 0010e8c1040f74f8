from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.kernel.secret import Secret
from noc_console.services.accounting.model import Known, Moment, Record

RECORD = Record(
    id=1,
    device_id=7,
    at=datetime(2026, 3, 1, tzinfo=UTC),
    moment=Moment.START,
    user="mira",
    port="tty2",
    address="192.0.2.5",
    privilege=15,
    service="shell",
    task="1",
    command="",
    is_change=False,
    source="192.0.2.1",
)


def test_a_record_without_a_command_says_what_else_happened() -> None:
    assert RECORD.words == "logged in"
    assert replace(RECORD, moment=Moment.STOP).words == "logged out"
    assert replace(RECORD, service="system").words == "system began"
    assert replace(RECORD, service="connection", moment=Moment.STOP).words == "connection ended"
    assert replace(RECORD, service="ppp", moment=Moment.UPDATE).words == "ppp goes on"
    assert replace(RECORD, command="show version").words == "show version"


def test_a_known_device_does_not_show_its_keys() -> None:
    assert "hunter22" not in repr(Known(1, "core", "ios", (Secret("hunter22"),)))
