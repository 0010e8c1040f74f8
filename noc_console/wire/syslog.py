"""Syslog lines: RFC 5424, RFC 3164, and what vendors send instead.

A syslog sender is never told that it is wrong, so nothing is refused: whatever has no meaning to
us stays in the text. What could fool a terminal or a reader is shown as a symbol.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_BYTES = 8192
_DEFAULT_PRI = 13  # user.notice, what RFC 3164 §4.3.3 gives a line without one

_HIDDEN = {n: chr(0x2400 + n) for n in range(32)}
_HIDDEN[0x7F] = "\u2421"
_HIDDEN |= dict.fromkeys(range(0x80, 0xA0), "\ufffd")
# Marks that turn the writing direction round make a line read as what it is not.
_HIDDEN |= dict.fromkeys((0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F)), "\ufffd")
_HIDDEN |= dict.fromkeys(range(0x2066, 0x206A), "\ufffd")

_PRI = re.compile(r"<(\d{1,3})>")
_RFC5424 = re.compile(r"1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ?")
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(Z|[+-]\d\d:?\d\d)?(?=$|[\s:])"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_BSD = re.compile(
    rf"[*.]?({'|'.join(_MONTHS)}) {{1,2}}(\d{{1,2}})(?:,? (\d{{4}}))? "
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (\d{4}))?(?: (?:UTC|GMT|Z))?(?=$|[\s:])",
)
# NX-OS puts the year first: "<189>: 2026 Mar 12 10:00:00 UTC: %ETHPORT-5-IF_DOWN_…".
_NXOS = re.compile(
    rf"(\d{{4}}) ({'|'.join(_MONTHS)}) {{1,2}}(\d{{1,2}}) "
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: [A-Z]{1,5})?(?=$|[\s:])"
)
# IOS-XR: "<189>123: RP/0/RSP0/CPU0:Mar 12 10:00:00.123 UTC: ifmgr[405]: %PKT_INFRA-LINK-3-UPDOWN".
_XR_NODE = re.compile(r"((?:RP|LC|\d{1,3})/[\w/]{1,40}):(?=[A-Z][a-z]{2} )")
_JUNOS = re.compile(r"([A-Z][A-Z0-9]{1,31}(?:_[A-Z0-9]{1,31}){1,12}):(?= |$)")
_TOPICS = re.compile(
    r"(?=[a-z0-9!-]+,)((?:[a-z0-9!-]{2,24},){0,5}(?:info|warning|error|critical|debug)"
    r"(?:,[a-z0-9!-]{2,24}){0,5}) (?=\S)"
)
_VRP_VERSION = re.compile(r"%%?\d{0,2}")
# Cisco: "<189>123: router: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: …", counter and name optional.
_CISCO_COUNTER = re.compile(r"(\d{1,12}): +(?=\S)")
_CISCO_HOST = re.compile(r"([A-Za-z0-9][\w.-]{0,254}): +(?=[*.]?[A-Z][a-z]{2} )")
_HOST = re.compile(r"([A-Za-z0-9_][\w.:-]{0,254}) +(?=\S)")
_TAG = re.compile(r"([A-Za-z0-9_./-]{1,48})(?:\[([^\]\s]{1,32})\])?: ?")
_MNEMONIC = re.compile(r"(%{1,2}[A-Z0-9][\w/.-]*[-/]\d[-/][\w./-]+)")


@dataclass(frozen=True, slots=True)
class SyslogLine:
    """One line. `severity` 0 (emergency) to 7 (debug); `at` is what the sender claims."""

    facility: int
    severity: int
    at: datetime | None
    host: str | None
    app: str | None
    text: str
    pid: str | None = None
    message_id: str | None = None
    structured: str | None = None
    """RFC 5424 structured data as it came, between its brackets; None when there is none."""
    mnemonic: str | None = None
    """What kind of message it is, as its maker names it: `SYS-5-CONFIG_I` (Cisco),
    `IFNET/4/LINK_STATE` (Huawei), `RPD_BGP_NEIGHBOR_STATE_CHANGED` (Juniper),
    `system,info,account` (MikroTik's topics)."""


def shown(text: str) -> str:
    """The text with control characters as symbols and direction marks replaced."""
    return text.translate(_HIDDEN)


def parse(data: bytes, received: datetime) -> SyslogLine:
    """Understand as much as there is. `received` (aware) supplies the year RFC 3164 leaves out,
    and times without a zone are taken as UTC.
    """
    text = data[:MAX_BYTES].decode("utf-8", "replace").rstrip("\r\n\0 ")
    pri, text = _split_pri(text)
    match = _RFC5424.match(text)
    if match:
        return _rfc5424(pri, match, text[match.end() :], received)
    return _loose(pri, text, received)


def _split_pri(text: str) -> tuple[int, str]:
    match = _PRI.match(text)
    if match is None or int(match[1]) > 191:
        return _DEFAULT_PRI, text
    return int(match[1]), text[match.end() :]


def _rfc5424(pri: int, match: re.Match[str], rest: str, received: datetime) -> SyslogLine:
    at, host, app, pid, message_id = (
        None if each == "-" else shown(each) for each in match.groups()
    )
    structured, text = _split_structured(rest)
    stamp = _ISO.match(at) if at else None
    return SyslogLine(
        facility=pri >> 3,
        severity=pri & 7,
        at=_iso_time(stamp) if stamp else None,
        host=host,
        app=app,
        text=shown(text.removeprefix("\ufeff")),
        pid=pid,
        message_id=message_id,
        structured=structured,
        mnemonic=_kind_of(message_id, structured, text),
    )


def _split_structured(rest: str) -> tuple[str | None, str]:
    """Structured data and the message after it; what is not well-formed is message."""
    if rest == "-" or rest.startswith("- "):
        return None, rest[2:]
    pos = 0
    quoted = False
    while pos < len(rest) and (rest[pos] == "[" or pos):
        mark = rest[pos]
        if mark == "\\" and quoted:
            pos += 1
        elif mark == '"':
            quoted = not quoted
        elif mark == "]" and not quoted and rest[pos + 1 : pos + 2] != "[":
            return shown(rest[: pos + 1]), rest[pos + 1 :].removeprefix(" ")
        pos += 1
    return None, rest


def _kind_of(message_id: str | None, structured: str | None, text: str) -> str | None:
    """Juniper's structured form says it in the message id; others say it in the text."""
    if message_id and structured and structured.startswith("[junos@2636."):
        return message_id
    return _mnemonic(text)


def _mnemonic(text: str) -> str | None:
    """The maker's name for this kind of message, when the text begins with one."""
    found = _MNEMONIC.match(text)
    if found:
        return shown(found[1][_VRP_VERSION.match(found[1]).end() :])  # type: ignore[union-attr]
    found = _JUNOS.match(text) or _TOPICS.match(text)
    return found[1] if found else None


def _loose(pri: int, text: str, received: datetime) -> SyslogLine:
    """RFC 3164 and its cousins: peel off what is recognised, keep the rest as text."""
    counter = _CISCO_COUNTER.match(text)
    if counter:
        text = text[counter.end() :]
    text = text.removeprefix(": ") if _NXOS.match(text, 2) else text
    host: str | None = None
    named = _CISCO_HOST.match(text) or _XR_NODE.match(text)
    if named:
        host, text = named[1], text[named.end() :]
    at, rest = _split_time(text, received)
    if rest is not text and not rest.startswith(":"):
        rest = rest.lstrip()
        found = None if host or _TAG.match(rest) or rest.startswith("%") else _HOST.match(rest)
        if found:
            host, rest = found[1], rest[found.end() :]
    text = rest.lstrip(": ") if at else rest
    app, pid, text = _split_app(text)
    kind = _mnemonic(text)
    return SyslogLine(pri >> 3, pri & 7, at, host, app, shown(text), pid, mnemonic=kind)


def _split_app(text: str) -> tuple[str | None, str | None, str]:
    """The program's name. A vendor's mnemonic is a name too, but stays in the text for rules."""
    tag = _TAG.match(text)
    if tag:
        return tag[1], tag[2] and shown(tag[2]), text[tag.end() :]
    mnemonic = _MNEMONIC.match(text)
    return (mnemonic[1] if mnemonic else None), None, text


def _split_time(text: str, received: datetime) -> tuple[datetime | None, str]:
    """The time in front and the text after it; the same text object when there is none."""
    match = _ISO.match(text)
    if match:
        at = _iso_time(match)
    elif match := _NXOS.match(text):
        year, month, day, hour, minute, second, fraction = match.groups()
        at = _time_of(
            month, day, hour, minute, second, fraction, years=[int(year)], received=received
        )
    else:
        match = _BSD.match(text)
        at = _bsd_time(match, received) if match else None
    return (at, text[match.end() :]) if match and at else (None, text)


def _fraction(digits: str | None) -> int:
    return int((digits or "0").ljust(6, "0")[:6])


def _iso_time(match: re.Match[str]) -> datetime | None:
    zone = match[8]
    text = f"{match[1]}-{match[2]}-{match[3]}T{match[4]}:{match[5]}:{match[6]}{zone or 'Z'}"
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=_fraction(match[7]))


def _bsd_time(match: re.Match[str], received: datetime) -> datetime | None:
    """The year nearest to now, unless the sender gave one: a line of 31 December may come late."""
    month, day, early_year, hour, minute, second, fraction, late_year = match.groups()
    year = early_year or late_year
    years = [int(year)] if year else [received.year + n for n in (-1, 0, 1)]
    return _time_of(month, day, hour, minute, second, fraction, years=years, received=received)


def _time_of(
    month: str,
    day: str,
    hour: str,
    minute: str,
    second: str,
    fraction: str | None,
    *,
    years: list[int],
    received: datetime,
) -> datetime | None:
    times = []
    for each in years:
        try:
            times.append(
                datetime(
                    each,
                    _MONTHS.index(month) + 1,
                    int(day),
                    int(hour),
                    int(minute),
                    int(second),
                    _fraction(fraction),
                    UTC,
                )
            )
        except ValueError:  # 29 February of a year that has none, hour 25
            continue
    return min(times, key=lambda at: abs(at - received), default=None)


def format_rfc3164(line: SyslogLine) -> bytes:
    """As an old device sends it: no year, no zone, whole seconds."""
    at = line.at or datetime(1970, 1, 1, tzinfo=UTC)
    stamp = f"{_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S}"
    tag = f"{line.app or '-'}[{line.pid}]" if line.pid else line.app or "-"
    return f"<{_pri(line)}>{stamp} {line.host or '-'} {tag}: {line.text}".encode()


def format_rfc5424(line: SyslogLine) -> bytes:
    """As a newer device sends it: full time in UTC, structured data if there is any."""
    at = f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if line.at else "-"
    fields = (at, line.host, line.app, line.pid, line.message_id, line.structured)
    header = " ".join(each or "-" for each in fields)
    return f"<{_pri(line)}>1 {header} {line.text}".encode()


def _pri(line: SyslogLine) -> int:
    if not 0 <= line.facility <= 23 or not 0 <= line.severity <= 7:
        raise ValueError("facility is 0 to 23, severity 0 to 7")
    return line.facility << 3 | line.severity
