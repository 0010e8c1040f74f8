"""From a request to a record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.services.accounting.model import Accounted, Known, Moment
from noc_console.services.accounting.reading import accounted
from noc_console.wire.tacacs import Accounting, AccountingFlag, Argument

AT = datetime(2026, 3, 1, tzinfo=UTC)
KNOWN = Known(7, "core", "ios")


def read(flags: int = 4, privilege: int = 1, **arguments: str) -> Accounted:
    told = Accounting(
        flags=AccountingFlag(flags),
        method=6,
        privilege=privilege,
        user="mira",
        port="tty2",
        address="192.0.2.5",
        arguments=tuple(
            Argument(name.replace("_lvl", "-lvl"), value) for name, value in arguments.items()
        ),
    )
    return accounted(told, known=KNOWN, source="198.51.100.1", at=AT)


def test_a_command_is_told_with_its_task_and_rights() -> None:
    one = read(
        task_id="42",
        service="shell",
        priv_lvl="15",
        cmd="configure terminal <cr>",
        start_time="1772323200",
        timezone="UTC",
        elapsed_time="3",
    )
    assert (one.device_id, one.source, one.user, one.address) == (
        7,
        "198.51.100.1",
        "mira",
        "192.0.2.5",
    )
    assert (one.task, one.service, one.privilege, one.command) == (
        "42",
        "shell",
        15,
        "configure terminal",
    )
    assert one.started_at == datetime(2026, 3, 1, tzinfo=UTC) and one.elapsed_s == 3
    assert one.received_at == AT


def test_a_command_in_pieces_is_put_together() -> None:
    told = Accounting(
        AccountingFlag.STOP,
        6,
        0,
        "mira",
        "",
        "",
        (
            Argument("cmd", "show"),
            Argument("cmd-arg", "version"),
            Argument("cmd-arg", "<cr>"),
        ),
    )
    assert accounted(told, known=KNOWN, source="", at=AT).command == "show version"


@pytest.mark.parametrize(
    ("flags", "moment"),
    [(2, Moment.START), (4, Moment.STOP), (8, Moment.UPDATE), (10, Moment.UPDATE)],
)
def test_when_of_a_task_it_is(flags: int, moment: Moment) -> None:
    assert read(flags).moment is moment


@pytest.mark.parametrize("text", ["", "-1", "1e9", "٣٣٣٣", "9" * 40, "12", "99999999999"])
def test_a_time_no_clock_says_is_left_out(text: str) -> None:
    assert read(start_time=text).started_at is None


@pytest.mark.parametrize("text", ["", "many", "-3", "9" * 12])
def test_a_count_that_is_none_is_left_out_and_rights_come_from_the_header(text: str) -> None:
    one = read(privilege=7, priv_lvl=text, elapsed_time=text)
    assert one.elapsed_s is None and one.privilege == 7
    assert read(privilege=7, priv_lvl="0").privilege == 0
