"""What the operator asked the log for, as values, and as the words of a route."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from noc_console.services.intake.model import LineKind, LineQuery

PAGE = 300
"""Lines fetched at a time."""
SPANS: tuple[tuple[str, float | None], ...] = (
    ("Last 15 minutes", 900),
    ("Last hour", 3600),
    ("Last 6 hours", 6 * 3600),
    ("Last 24 hours", 24 * 3600),
    ("Last 7 days", 7 * 24 * 3600),
    ("All that is kept", None),
)
SEVERITIES = (
    "Emergency",
    "Alert",
    "Critical",
    "Error",
    "Warning",
    "Notice",
    "Informational",
    "Debug",
)
"""RFC 5424 §6.2.1."""
FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news"),
    *("uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock"),
    *(f"local{number}" for number in range(8)),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `span_s` seconds back from now, None for everything kept."""

    text: str = ""
    span_s: float | None = 24 * 3600
    device_id: int | None = None
    kind: LineKind | None = None
    facility: int | None = None
    severity: int | None = None
    source: str = ""
    at: datetime | None = None
    """Around this moment instead of back from now."""

    def query(self, now: datetime, *, before: int | None = None) -> LineQuery:
        """The question to the service."""
        start = None if self.span_s is None else now - timedelta(seconds=self.span_s)
        end = None
        if self.at is not None:
            half = timedelta(seconds=(self.span_s or 3600) / 2)
            start, end = self.at - half, self.at + half
        return LineQuery(
            text=self.text,
            device_ids=() if self.device_id is None else (self.device_id,),
            kinds=() if self.kind is None else (self.kind,),
            facilities=() if self.facility is None else (self.facility,),
            severity=self.severity,
            sources=(self.source,) if self.source else (),
            start=start,
            end=end,
            before=before,
            limit=PAGE,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether something other than the span leaves lines out."""
        return self != Asked(span_s=self.span_s)

    def widened(self) -> Asked:
        """Everything kept, with nothing left out."""
        return Asked(span_s=None)


def from_route(text: str, device_id: int | None) -> Asked:
    """`severity:3 kind:trap at:2026-11-21T08:00:00+00:00 words…`; words that mean nothing here
    are looked for.
    """
    asked = Asked(device_id=device_id)
    words: list[str] = []
    try:
        parts = shlex.split(text)
    except ValueError:  # an unclosed quote: meant as a character
        parts = text.split()
    for part in parts:
        name, colon, value = part.partition(":")
        changed = _told(asked, name, value) if colon and value else None
        if changed is None:
            words.append(f'"{part}"' if " " in part else part)
        else:
            asked = changed
    return replace(asked, text=" ".join(words))


def _told(asked: Asked, name: str, value: str) -> Asked | None:
    if name == "severity" and value.isdecimal() and int(value) < len(SEVERITIES):
        return replace(asked, severity=int(value))
    if name == "kind" and value in tuple(LineKind):
        return replace(asked, kind=LineKind(value))
    if name == "facility" and value in FACILITIES:
        return replace(asked, facility=FACILITIES.index(value))
    if name == "source":
        return replace(asked, source=value)
    if name == "at":
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return None
        return replace(asked, at=at, span_s=3600) if at.tzinfo is not None else None
    return None


def severity_word(severity: int) -> str:
    """`Error`; a number nobody gave a name as it is."""
    return SEVERITIES[severity] if 0 <= severity < len(SEVERITIES) else str(severity)


def facility_word(facility: int | None) -> str:
    """`local7`; "" for a trap, which has none."""
    if facility is None:
        return ""
    return FACILITIES[facility] if 0 <= facility < len(FACILITIES) else str(facility)
