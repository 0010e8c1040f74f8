"""Calendars as files (RFC 5545): holidays read out of them, rotas written into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from noc_console.kernel.text import visible
from noc_console.services.oncall.model import Holiday, Imported, Rota, Stretch

LARGEST = 2 << 20
"""Characters of a file."""
MOST_HOLIDAYS = 2_000
LONGEST_DAYS = 366
MOST_PROBLEMS = 50
FOLD_OCTETS = 75
_DAY = timedelta(days=1)
_WEEKS_OR_DAYS = re.compile(r"P(?:(\d{1,3})W|(\d{1,3})D)")
_YEARLY_ADDS_NOTHING = {"FREQ", "BYMONTH", "BYMONTHDAY", "INTERVAL", "WKST"}


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


def read(text: str) -> Imported:
    """The whole-day events of a calendar as holidays; what else is in it is told as a problem."""
    if len(text) > LARGEST:
        return Imported((), (f"the file is larger than {LARGEST >> 20} MB",))
    found: dict[tuple[date, date, bool], Holiday] = {}
    problems: list[str] = []
    events = 0
    for number, lines in _events(text):
        events += 1
        told = _holiday(lines)
        if isinstance(told, str):
            problems.append(f"line {number}: {told}")
            continue
        found.setdefault((told.start, told.end, told.is_yearly), told)
    if not events:
        problems.append("there is no event in this file: is it an iCalendar file (.ics)?")
    if len(found) > MOST_HOLIDAYS:
        problems.append(f"only the last {MOST_HOLIDAYS:,} of {len(found):,} holidays are taken")
    kept = sorted(found.values())[-MOST_HOLIDAYS:]
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems = [*problems[:MOST_PROBLEMS], f"and {more:,} more like these"]
    return Imported(tuple(kept), tuple(problems))


def write(
    rota: Rota, stretches: Iterable[Stretch], names: dict[int, str], *, stamp: datetime
) -> str:
    """Who is on call as a calendar to subscribe to: an event for each person's duty."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//NOC Console//On call//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(f'On call: {rota.name}')}",
        f"X-WR-TIMEZONE:{_escaped(rota.zone)}",
    ]
    for stretch in stretches:
        for person in stretch.people:
            why = " · ".join(filter(None, (stretch.layer, stretch.holiday)))
            lines += [
                "BEGIN:VEVENT",
                f"UID:oncall-{rota.id}-{person}-{_utc(stretch.start)}@noc-console",
                f"DTSTAMP:{_utc(stamp)}",
                f"DTSTART:{_utc(stretch.start)}",
                f"DTEND:{_utc(stretch.end)}",
                f"SUMMARY:{_escaped(f'{names.get(person, str(person))} on call: {rota.name}')}",
                *([f"DESCRIPTION:{_escaped(why)}"] if why else []),
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


# --- reading -------------------------------------------------------------------------------------


def _events(text: str) -> Iterator[tuple[int, list[_Line]]]:
    """The lines of each VEVENT, without those of what is nested in it, and where it begins."""
    inside: list[str] = []
    lines: list[_Line] = []
    began = 0
    for number, raw in _unfolded(text):
        line = _line(raw)
        if line.name == "BEGIN":
            inside.append(line.value.upper())
            if inside[-1] == "VEVENT":
                lines, began = [], number
        elif line.name == "END":
            if inside and inside[-1] == "VEVENT" == line.value.upper():
                yield began, lines
            if inside:
                inside.pop()
        elif inside and inside[-1] == "VEVENT":
            lines.append(line)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with their numbers: a line that begins with a blank goes on the one before."""
    kept, at = "", 0
    for number, raw in enumerate(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")), start=1):
        if raw[:1] in (" ", "\t"):
            kept += raw[1:]
            continue
        if kept:
            yield at, kept
        kept, at = raw, number
    if kept:
        yield at, kept


def _line(raw: str) -> _Line:
    """NAME;PARAM=value;PARAM="quoted: value":the value."""
    is_quoted = False
    for at, character in enumerate(raw):
        if character == '"':
            is_quoted = not is_quoted
        elif character == ":" and not is_quoted:
            name, *parameters = raw[:at].split(";")
            told = (each.partition("=") for each in parameters)
            named = {key.upper(): value.strip('"') for key, _, value in told}
            return _Line(name.upper(), named, raw[at + 1 :])
    return _Line("", {}, "")


def _holiday(lines: Sequence[_Line]) -> Holiday | str:
    """An event as a holiday, or why it is none."""
    by_name = {line.name: line for line in reversed(lines)}
    name = visible(_plain(by_name["SUMMARY"].value), limit=100) if "SUMMARY" in by_name else ""
    shown = name or "an event"
    if "DTSTART" not in by_name:
        return f"{shown} has no beginning"
    if by_name.get("STATUS", _Line("", {}, "")).value.upper() == "CANCELLED":
        return f"{shown} was cancelled"
    start = _date(by_name["DTSTART"].value)
    if start is None:
        return f"{shown} is not a whole day"
    end: date | None = start + _DAY
    if "DTEND" in by_name:
        end = _date(by_name["DTEND"].value)
    elif "DURATION" in by_name:
        end = _after(start, by_name["DURATION"].value)
    if end is None:
        return f"the end of {shown} cannot be read"
    end = max(end, start + _DAY)  # some write the same day as the end
    if (end - start).days > LONGEST_DAYS:
        return f"{shown} is longer than a year"
    is_yearly = False
    if "RRULE" in by_name:
        problem = _unlike_yearly(by_name["RRULE"].value)
        if problem:
            return f"{shown} comes back in a way that is not understood: {problem}"
        is_yearly = True
    return Holiday(start, end, name, is_yearly)


def _unlike_yearly(rule: str) -> str:
    """What of a recurrence rule is more than the same day every year; empty for nothing."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    if parts.get("FREQ") != "YEARLY":
        return visible(rule, limit=60)
    if parts.get("INTERVAL", "1") != "1" or not parts.keys() <= _YEARLY_ADDS_NOTHING:
        return visible(rule, limit=60)
    many = "," in parts.get("BYMONTH", "") or "," in parts.get("BYMONTHDAY", "")
    return visible(rule, limit=60) if many else ""


def _date(value: str) -> date | None:
    """A DATE, or a DATE-TIME at midnight, which some programs write for a whole day."""
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T000000)?", value.strip())
    if found is None:
        return None
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return None
    # Room for a day after it, and for years before and after.
    return day if 1900 <= day.year <= 2200 else None


def _after(start: date, value: str) -> date | None:
    found = _WEEKS_OR_DAYS.fullmatch(value.strip().upper())
    if found is None:
        return None
    return start + timedelta(days=7 * int(found[1]) if found[1] else int(found[2]))


def _plain(value: str) -> str:
    """TEXT without its escapes."""
    return re.sub(r"\\([\\;,nN])", lambda found: " " if found[1] in "nN" else found[1], value)


# --- writing -------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    safe = visible(text, limit=500)
    return re.sub(r"([\\;,])", r"\\\1", safe)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """At most 75 octets a line, never cutting through a character."""
    done: list[bytes] = []
    kept = b""
    for character in line:
        octets = character.encode()
        room = FOLD_OCTETS - (1 if done else 0)
        if len(kept) + len(octets) > room:
            done.append(kept)
            kept = b""
        kept += octets
    done.append(kept)
    return b"\r\n ".join(done).decode()
