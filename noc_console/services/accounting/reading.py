"""From a request of TACACS+ to a record: which of its arguments mean what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from noc_console.services.accounting.model import Accounted, Known, Moment
from noc_console.wire.tacacs import Accounting, AccountingFlag

_END = re.compile(r"\s*<cr>\s*$", re.IGNORECASE)
"""How Cisco, and those who learnt from it, write Enter."""
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def accounted(told: Accounting, *, known: Known, source: str, at: datetime) -> Accounted:
    """A request of this device, heard at this time (arguments: RFC 8907 §8.1 to §8.3)."""
    privilege = _count_of(told.first("priv-lvl", "priv_lvl"))
    return Accounted(
        source=source,
        device_id=known.device_id,
        received_at=at,
        moment=_moments(told.flags),
        user=told.user,
        port=told.port,
        address=told.address,
        privilege=told.privilege if privilege is None else privilege,
        service=told.first("service"),
        task=told.first("task_id"),
        command=_command_of(told.all("cmd"), told.all("cmd-arg")),
        started_at=_moment_of(told.first("start_time", "stop_time")),
        elapsed_s=_count_of(told.first("elapsed_time")),
    )


def _moments(flags: AccountingFlag) -> Moment:
    if flags is AccountingFlag.START:
        return Moment.START
    return Moment.STOP if flags is AccountingFlag.STOP else Moment.UPDATE


def _command_of(words: Sequence[str], arguments: Sequence[str]) -> str:
    """The line from `cmd=` and the `cmd-arg=` that some devices cut it into."""
    line = " ".join(filter(None, (*words[:1], *arguments)))
    return _END.sub("", line).strip()


def _moment_of(text: str) -> datetime | None:
    """Seconds since 1970 as a moment; None for what no clock of a router says."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    seconds = int(text)
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds <= _LATEST else None


def _count_of(text: str) -> int | None:
    """A count of seconds, such as `elapsed_time`; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
