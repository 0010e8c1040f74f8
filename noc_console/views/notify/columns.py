"""The columns of the lists of this page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtGui import QColor

from noc_console.services.notify.model import (
    Channel,
    Contact,
    DryRun,
    Group,
    LogEntry,
    Route,
    Template,
)
from noc_console.services.notify.settings import TITLES
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_icon, severity_word
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso
from noc_console.views.notify.words import (
    TURNS,
    channel_text,
    match_text,
    people_text,
    quiet_text,
    turns_text,
)


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route with the names of what it leads to."""

    route: Route
    number: int
    channels: str
    people: str


def route_rows(
    routes: Sequence[Route],
    channels: dict[int, Channel],
    contacts: dict[int, Contact],
    groups: dict[int, Group],
) -> tuple[RouteRow, ...]:
    """Routes in the order they are asked."""
    return tuple(
        RouteRow(
            route,
            number,
            ", ".join(channels[each].name for each in route.channel_ids if each in channels),
            people_text(route, contacts, groups),
        )
        for number, route in enumerate(routes, 1)
    )


def _attention(is_bad: bool) -> QColor | None:
    return look().color("attention.plain") if is_bad else None


def _dim(is_dim: bool) -> QColor | None:
    return look().color("text.dim") if is_dim else None


def _is_resting(channel: Channel, now: datetime) -> bool:
    return channel.resting_until is not None and channel.resting_until > now


def channel_columns(desk: Desk) -> list[Column[Channel]]:
    def state(channel: Channel) -> str:
        return channel_text(channel, is_resting=_is_resting(channel, desk.clock.now()))

    def ink(channel: Channel) -> QColor | None:
        if not channel.is_enabled and not channel.disabled_why.startswith("HTTP"):
            return _dim(True)
        return _attention(bool(channel.error) or not channel.is_enabled)

    return [
        Column("Name", lambda c: c.name, width=180),
        Column("Kind", lambda c: TITLES[c.kind], width=170),
        Column("Leads to", lambda c: c.shown, id="to", width=210),
        Column("State", state, width=190, color=ink, tip=state),
        Column(
            "Last sent",
            lambda c: desk.times.ago(c.sent_at),
            id="sent",
            sort=lambda c: c.sent_at,
            width=110,
            export=lambda c: iso(c.sent_at),
        ),
        Column("Last error", lambda c: c.error, id="error", width=300, stretch=True,
               tip=lambda c: c.error),
        Column("At once", lambda c: str(c.burst), sort=lambda c: c.burst, align=Align.RIGHT,
               width=80, hidden=True),
        Column("An hour", lambda c: f"{c.per_hour:g}", sort=lambda c: c.per_hour,
               align=Align.RIGHT, width=80, hidden=True),
    ]  # fmt: skip


def contact_columns() -> list[Column[Contact]]:
    def plain(title: str, tell: Callable[[Contact], str], width: int) -> Column[Contact]:
        return Column(title, tell, width=width, color=lambda c: _dim(c.is_paused), tip=tell)

    return [
        plain("Name", lambda c: c.name + (" (on leave)" if c.is_paused else ""), 180),
        plain("E-mail", lambda c: c.email, 220),
        plain("Phone", lambda c: c.phone, 140),
        plain("Telegram", lambda c: c.telegram, 120),
        plain("Time zone", lambda c: c.time_zone, 140),
        plain("Language", lambda c: c.language, 80),
        Column("Quiet hours", quiet_text, width=240, stretch=True),
    ]


def group_columns(names: dict[int, str]) -> list[Column[Group]]:
    def members(group: Group) -> str:
        return ", ".join(names.get(each, "?") for each in group.contact_ids)

    return [
        Column("Group", lambda g: g.name, width=180),
        Column("Members", members, width=500, stretch=True, tip=members),
    ]


def route_columns() -> list[Column[RouteRow]]:
    def text(title: str, tell: Callable[[RouteRow], str], width: int) -> Column[RouteRow]:
        return Column(
            title, tell, width=width, color=lambda r: _dim(not r.route.is_enabled), tip=tell
        )

    return [
        Column("#", lambda r: str(r.number), id="order", sort=lambda r: r.number, width=44,
               align=Align.RIGHT),
        text("Name", lambda r: r.route.name + ("" if r.route.is_enabled else " (off)"), 220),
        text("Alarms", lambda r: match_text(r.route.match), 230),
        text("Channels", lambda r: r.channels, 170),
        text("People", lambda r: r.people, 170),
        text("Tells", lambda r: turns_text(r.route), 220),
        Column("Then", lambda r: "stop" if r.route.is_last else "go on", width=70),
    ]  # fmt: skip


def dry_columns(desk: Desk) -> list[Column[DryRun]]:
    return [
        Column("When", lambda d: TURNS[d.turn], width=140,
               sort=lambda d: list(TURNS).index(d.turn)),
        Column("Channel", lambda d: d.channel or "–", width=150,
               color=lambda d: _attention(not d.channel)),
        Column("Person", lambda d: d.contact or "", width=150),
        Column("To", lambda d: d.to, width=190),
        Column("Not before", lambda d: desk.times.clock_time(d.at), id="at", sort=lambda d: d.at,
               width=110),
        Column("Route", lambda d: d.route, width=180),
        Column("Note", lambda d: d.note, width=260, stretch=True, tip=lambda d: d.note),
    ]  # fmt: skip


def template_columns() -> list[Column[Template]]:
    return [
        Column("Channel", lambda t: TITLES[t.kind], width=150),
        Column("Language", lambda t: t.language, width=70),
        Column("Text", lambda t: "own" if t.is_own else "built in", width=90, stretch=True,
               color=lambda t: _dim(not t.is_own)),
    ]  # fmt: skip


_BAD = frozenset({"given up", "failed", "dropped"})


def log_columns(desk: Desk) -> list[Column[LogEntry]]:
    return [
        Column("Time", lambda e: desk.times.absolute(e.at), sort=lambda e: e.id, width=150,
               export=lambda e: iso(e.at)),
        Column("What", lambda e: e.what.capitalize(), width=80,
               color=lambda e: _attention(e.what in _BAD)),
        Column("Channel", lambda e: e.channel, width=105),
        Column("Person", lambda e: e.contact, width=115),
        Column("To", lambda e: e.to, width=150),
        Column("Severity", lambda e: severity_word(e.severity) if e.alarm_id else "",
               sort=lambda e: e.severity, width=95,
               icon=lambda e: severity_icon(e.severity) if e.alarm_id else None),
        Column("Message", lambda e: e.subject, width=220, stretch=True, tip=lambda e: e.subject),
        Column("Why", lambda e: e.text, width=230, tip=lambda e: e.text),
        Column("Alarm", lambda e: str(e.alarm_id or ""), sort=lambda e: e.alarm_id, width=70,
               align=Align.RIGHT, hidden=True),
        Column("Number", lambda e: str(e.delivery_id), sort=lambda e: e.delivery_id, width=80,
               align=Align.RIGHT, hidden=True),
    ]  # fmt: skip
