"""Records of devices, made fit to be kept: masked, bounded, and judged."""

from __future__ import annotations

import re
from collections.abc import Sequence

from noc_console.kernel.text import visible
from noc_console.services.accounting.model import Accounted, Moment, Record
from noc_console.services.configs.masking import masked
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.model import ConfigChange
from noc_console.services.terminal.judging import Verdict, judge

LONGEST_WORD = 120
LONGEST_COMMAND = 2_000
_RESULT = re.compile(r"\s*\((?:SUCCESS|FAILURE|REDIRECT)\)\s*$")
"""What NX-OS writes behind a command."""
_DO = re.compile(r"^(?:do|run)(?:-exec)?\s+", re.IGNORECASE)
"""Looks from within a configuration mode."""
_LOOKS_TEXT = (
    "show display get list dir ls more cat ping ping6 traceroute tracert traceroute6 mtr help ?"
    " who whoami exit end quit logout enable disable login return terminal screen-length"
    " screen-width pager history monitor"
)
_LOOKS = frozenset(_LOOKS_TEXT.split())
"""First words that change nothing at any command line we know of."""
_WORD = re.compile(r"(?<!\S)[A-Za-z][A-Za-z-]*(?!\S)")
_HIDING = (
    "secret",
    "password",
    "passphrase",
    "community",
    "key-string",
    "pre-shared-key",
    "authentication-key",
    "shared-key",
)
"""Words before secrets; most devices tell them in full, some as they were typed."""
SHORTEST = 3
"""Letters of a shortened word that are taken for one of these."""
_NEVER = re.compile(r"[|>;]|\bsave\b", re.IGNORECASE)


def is_change(command: str, driver: Driver | None) -> bool:
    """Whether a command may have changed the device.

    A record does not tell in which mode it was typed: what is not known to look only, such as
    `description uplink`, is a change.
    """
    line = _DO.sub("", _RESULT.sub("", command.strip()))
    if not line:
        return False
    if judge(driver, line).verdict is Verdict.READS:
        return False
    if driver is not None and driver.grammar is not None:
        return judge(driver, line).verdict is Verdict.CHANGES or _first(line) not in _LOOKS
    return _first(line) not in _LOOKS or _NEVER.search(line) is not None


def kept(heard: Accounted, driver: Driver | None) -> Record:
    """What is kept of a record: no secret of it, and nothing longer than it needs to be."""
    return Record(
        id=0,
        device_id=heard.device_id,
        at=heard.received_at,
        moment=heard.moment,
        user=visible(heard.user, limit=LONGEST_WORD),
        port=visible(heard.port, limit=LONGEST_WORD),
        address=visible(heard.address, limit=LONGEST_WORD),
        privilege=min(max(heard.privilege, 0), 255),
        service=visible(heard.service, limit=LONGEST_WORD),
        task=visible(heard.task, limit=LONGEST_WORD),
        command=masked_command(heard.command, driver),
        is_change=is_change(heard.command, driver),
        source=heard.source,
        started_at=heard.started_at,
        elapsed_s=heard.elapsed_s,
    )


def masked_command(command: str, driver: Driver | None) -> str:
    """A command without its secrets.

    It is looked at as the device's own way of writing has it and as the most common one: a line
    alone does not say in which block it stands.
    """
    families = dict.fromkeys((driver.family if driver is not None else "indented", "indented"))
    parts = []
    # NX-OS tells of a whole way in one line: `configure terminal ; interface … ; …`.
    for part in visible(command, limit=LONGEST_COMMAND).split(" ; "):
        whole = _WORD.sub(_in_full, part)
        for family in families:
            part, _ = masked(part, family)
            whole, count = masked(whole, family)
            # As it was typed, unless its words only hide something when they are written out.
            part = whole if count else part
        parts.append(part)
    return " ; ".join(parts)


def _in_full(word: re.Match[str]) -> str:
    """A word that stands before secrets, where it was typed shortened: `sec`, `comm`."""
    typed = word[0].lower()
    if len(typed) < SHORTEST:
        return word[0]
    return next((each for each in _HIDING if each.startswith(typed)), word[0])


def change_of(record: Record) -> ConfigChange:
    """What who changed a configuration is told from."""
    return ConfigChange(
        device_id=record.device_id,
        at=record.at,
        who=record.user,
        how=way(record),
        text=record.command,
    )


def way(record: Record) -> str:
    """From where, and that AAA says so: `AAA: 192.0.2.5, tty2`."""
    places = ", ".join(filter(None, (record.address, record.port)))
    return f"AAA: {places}" if places else "AAA"


def each_once(records: Sequence[Record]) -> tuple[Record, ...]:
    """Without the ends of commands whose beginning is there: some devices tell of both."""
    begun = {_task(one) for one in records if one.moment is Moment.START and one.command}
    return tuple(
        one
        for one in records
        if not (one.command and one.moment is not Moment.START and _task(one) in begun)
    )


def _task(record: Record) -> tuple[int, str, str, str]:
    return record.device_id, record.task, record.user, record.command


def _first(line: str) -> str:
    return line.split(maxsplit=1)[0].lower()
