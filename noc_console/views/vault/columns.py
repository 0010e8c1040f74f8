"""The columns of the vault's lists."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QColor

from noc_console.services.secrets.model import Holder, HolderKind
from noc_console.services.vault.model import Entry, UsedOn
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.table import spaced
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import age, iso

OLD_DAYS = 365
"""A secret that stayed the same for longer is pointed at."""


def entry_columns(desk: Desk) -> list[Column[Entry]]:
    def days(entry: Entry) -> float | None:
        return _days(desk, entry.changed_at)

    def is_old(entry: Entry) -> bool:
        return (days(entry) or 0) > OLD_DAYS

    return [
        Column("Name", lambda e: e.name, width=170, stretch=True, bold=lambda e: True),
        Column(
            "Tried",
            lambda e: str(e.tried or ""),
            sort=lambda e: e.tried,
            width=60,
            align=Align.RIGHT,
            tip=lambda e: "In this order, among those that match equally well.",
        ),
        Column("Kind", lambda e: e.kind, width=125),
        Column("User", lambda e: e.credential.user if e.credential else "", width=100),
        Column("For", for_what, width=210, tip=for_what),
        Column(
            "Devices",
            lambda e: "" if e.devices is None else spaced(e.devices),
            sort=lambda e: e.devices,
            width=80,
            align=Align.RIGHT,
            export=lambda e: "" if e.devices is None else str(e.devices),
        ),
        Column(
            "Age",
            lambda e: _age(desk, e.changed_at),
            sort=lambda e: e.changed_at,
            width=90,
            color=lambda e: look().color("attention.plain") if is_old(e) else None,
            tip=lambda e: "The same for more than a year." if is_old(e) else "",
            export=lambda e: iso(e.changed_at) if e.changed_at else "",
        ),
        Column(
            "Last used",
            lambda e: f"{_age(desk, e.used_at)} ago" if e.used_at else "not yet seen",
            sort=lambda e: e.used_at,
            width=120,
            color=lambda e: None if e.used_at else look().color("text.dim"),
            export=lambda e: iso(e.used_at) if e.used_at else "",
        ),
        Column("By", lambda e: e.used_by, id="by", width=140),
        Column("Kept in", lies, width=110, color=lambda e: _warn(e.is_behind)),
    ]


def holder_columns(desk: Desk) -> list[Column[Holder]]:
    return [
        Column("Name", lambda h: h.name, width=200, stretch=True, bold=lambda h: h.is_this),
        Column("Kind", lambda h: "person" if h.kind is HolderKind.PERSON else "machine", width=90),
        Column(
            "State",
            holder_state,
            width=190,
            color=lambda h: _warn(not h.is_let_in),
        ),
        Column("Fingerprint", lambda h: h.fingerprint, width=260, mono=True),
        Column(
            "Since",
            lambda h: f"{_age(desk, h.added_at)} ago",
            sort=lambda h: h.added_at,
            width=110,
            export=lambda h: iso(h.added_at),
        ),
        Column("By", lambda h: h.added_by, id="by", width=140),
    ]


def device_columns() -> list[Column[UsedOn]]:
    return [
        Column("Device", lambda d: d.name or d.address, width=190, stretch=True),
        Column("Address", lambda d: d.address, width=130, mono=True, is_address=True),
        Column("Platform", lambda d: d.platform, width=110),
        Column("Why", lambda d: d.why, width=220),
    ]


def for_what(entry: Entry) -> str:
    """Which devices a credential is for, in words."""
    known = entry.credential
    if known is None:
        return "the console itself" if entry.kind == "Key for contents" else ""
    if known.kind.is_snmp:
        return "devices that answered to it"
    if known.kind.value == "token":
        return "programs"
    parts = [", ".join(known.match.names), ", ".join(known.match.words)]
    parts.append("site " + ", ".join(known.match.sites) if known.match.sites else "")
    return " · ".join(part for part in parts if part) or "every device"


def lies(entry: Entry) -> str:
    if not entry.refs:
        return "no secret"
    if entry.is_elsewhere:
        return "OpenBao"
    return "store, older key" if entry.is_behind else "store"


def holder_state(holder: Holder) -> str:
    if not holder.is_let_in:
        return "asks to be let in"
    return "opened it here" if holder.is_this else "can open it"


def _days(desk: Desk, at: datetime | None) -> float | None:
    return None if at is None else (desk.clock.now() - at).total_seconds() / 86_400


def _age(desk: Desk, at: datetime | None) -> str:
    return "" if at is None else age(max(0.0, (desk.clock.now() - at).total_seconds()))


def _warn(is_bad: bool) -> QColor | None:
    return look().color("attention.plain") if is_bad else None
