"""Flights in a list, their devices, and their log."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon

from noc_console.kernel.text import plural
from noc_console.services.flights.model import Flight, Kind, Phase, Stand, Step, Target, Way
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso

PHASES = {
    Phase.FLYING: ("flying", "play", 0),
    Phase.UNDOING: ("taking back", "undo", 1),
    Phase.APPROVED: ("approved", "check", 2),
    Phase.PLANNED: ("to approve", "eye", 3),
    Phase.FAILED: ("needs a hand", "attention", 4),
    Phase.UNDONE: ("taken back", "undo", 5),
    Phase.DONE: ("done", "check", 6),
    Phase.CANCELLED: ("called off", "close", 7),
}
STANDS = {
    Stand.STUCK: ("not brought back", 0),
    Stand.UNLIKE: ("not as before", 1),
    Stand.ASKS: ("asks for a yes", 2),
    Stand.REFUSED: ("refused", 3),
    Stand.FAILED: ("failed", 4),
    Stand.UNDOING: ("taking back", 5),
    Stand.CHANGING: ("changing", 6),
    Stand.HELD: ("watched", 7),
    Stand.PLANNED: ("planned", 8),
    Stand.KEPT: ("kept", 9),
    Stand.UNDONE: ("taken back", 10),
    Stand.SKIPPED: ("left alone", 11),
    Stand.SAME: ("nothing to do", 12),
}
WAYS = {
    Way.COMMIT: ("by itself", "The device takes it back by itself, unless told to keep it"),
    Way.GUARDED: ("inverse, reload", "By the prepared inverse; behind it stands a reload"),
    Way.INVERSE: ("inverse", "By the prepared inverse"),
    Way.SAFE: (
        "safe mode",
        "The device takes it back by itself once our session there ends, and with it what others"
        " change there meanwhile",
    ),
    Way.IMAGE: ("former image", "By booting the software from before"),
    Way.NONE: ("", ""),
}
_BAD = frozenset((Stand.STUCK, Stand.UNLIKE, Stand.ASKS, Stand.REFUSED, Stand.FAILED))
_BUSY = frozenset((Stand.CHANGING, Stand.UNDOING, Stand.HELD, Stand.ASKS))
_WAITING = (Stand.PLANNED, Stand.CHANGING, Stand.HELD, Stand.ASKS, Stand.UNDOING)
_QUIET = frozenset((Stand.SKIPPED, Stand.SAME))


def wave_text(target: Target) -> str:
    return {-1: "", 0: "canary"}.get(target.wave, f"wave {target.wave}")


def change_text(target: Target) -> str:
    """`+3 −1`."""
    told = (f"+{target.adds}" if target.adds else "", f"−{target.removes}" * bool(target.removes))
    return " ".join(filter(None, told))


def progress(flight: Flight) -> tuple[int, int]:
    """How many devices are through, of those that fly."""
    rest = {Stand.REFUSED.value, Stand.SAME.value}
    flown = {stand: many for stand, many in flight.counts.items() if stand not in rest}
    of = sum(flown.values())
    return of - sum(flown.get(stand.value, 0) for stand in _WAITING), of


def counts_text(flight: Flight) -> str:
    """`12 kept, 3 watched`, the troubling ones first."""
    order = sorted(flight.counts, key=lambda stand: STANDS[Stand(stand)][1])
    return ", ".join(f"{flight.counts[stand]:,} {STANDS[Stand(stand)][0]}" for stand in order)


def asks_text(flight: Flight) -> str:
    """What a flight waits for a person to answer; "" for nothing."""
    many = flight.counts.get(Stand.ASKS, 0) if flight.phase is Phase.FLYING else 0
    if not many:
        return ""
    return (
        f"{plural(many, 'device')} set otherwise than previewed: look at the difference, and say"
        " yes to keep it as it came. Without a yes it is taken back in time."
    )


def _flight_ink(flight: Flight) -> QColor | None:
    if flight.phase is Phase.FAILED:
        return look().color("attention.plain")
    return look().color("text.dim") if flight.phase.is_over else None


def flight_columns(desk: Desk) -> tuple[Column[Flight], ...]:
    times = desk.times

    def phase_icon(flight: Flight) -> QIcon | None:
        return icon(PHASES[flight.phase][1], "icon.dim")

    return (
        Column(
            "State",
            lambda flight: PHASES[flight.phase][0],
            sort=lambda flight: (PHASES[flight.phase][2], -int(flight.id)),
            width=116,
            icon=phase_icon,
            color=_flight_ink,
            bold=lambda flight: flight.phase.is_in_the_air,
        ),
        Column(
            "What",
            lambda flight: flight.title,
            width=200,
            stretch=True,
            color=_flight_ink,
            bold=lambda flight: flight.phase.is_in_the_air,
            tip=lambda flight: flight.why or flight.title,
        ),
        Column(
            "Devices",
            lambda flight: f"{flight.devices:,}",
            sort=lambda flight: flight.devices,
            width=64,
            align=Align.RIGHT,
            color=_flight_ink,
            tip=counts_text,
        ),
        Column(
            "Kind",
            lambda flight: "software" if flight.kind is Kind.FIRMWARE else "change",
            width=76,
            color=_flight_ink,
            hidden=True,
        ),
        Column("By", lambda flight: flight.by, width=100, color=_flight_ink, hidden=True),
        Column("Ticket", lambda flight: flight.ticket, width=80, color=_flight_ink, hidden=True),
        Column(
            "Planned",
            lambda flight: times.ago(flight.created_at),
            sort=lambda flight: flight.created_at,
            width=96,
            align=Align.RIGHT,
            color=_flight_ink,
            tip=lambda flight: times.absolute(flight.created_at),
            export=lambda flight: iso(flight.created_at),
        ),
    )


def target_columns() -> tuple[Column[Target], ...]:
    def ink(target: Target) -> QColor | None:
        if target.stand in _BAD:
            return look().color("attention.plain")
        return look().color("text.dim") if target.stand in _QUIET else None

    return (
        Column("Device", lambda target: target.name, width=150),
        Column(
            "Wave",
            wave_text,
            sort=lambda target: (target.wave < 0, target.wave, int(target.id)),
            width=66,
            dim=True,
        ),
        Column(
            "Stands",
            lambda target: STANDS[target.stand][0],
            sort=lambda target: STANDS[target.stand][1],
            width=112,
            color=ink,
            bold=lambda target: target.stand in _BUSY,
        ),
        Column("Lines", change_text, sort=lambda t: t.adds + t.removes, width=64,
               align=Align.RIGHT),
        Column("Comes back", lambda target: WAYS[target.way][0], width=112, dim=True,
               tip=lambda target: WAYS[target.way][1]),
        Column("Why", lambda target: target.why, width=180, stretch=True, color=ink,
               tip=lambda target: target.why),
        Column("Platform", lambda target: target.platform, width=90, dim=True, hidden=True),
    )  # fmt: skip


def step_columns(desk: Desk) -> tuple[Column[Step], ...]:
    times = desk.times
    return (
        Column(
            "At",
            lambda step: times.clock_time(step.at),
            sort=lambda step: step.at,
            width=76,
            tip=lambda step: times.absolute(step.at),
            export=lambda step: iso(step.at),
        ),
        Column("Device", lambda step: step.name, width=140),
        Column("What", lambda step: step.what, width=90, dim=True),
        Column("Told", lambda step: step.text, width=260, stretch=True,
               tip=lambda step: step.text),
    )  # fmt: skip


def facts(desk: Desk, flight: Flight) -> tuple[tuple[str, str], ...]:
    """What the pane tells of a flight, by the words in front of it."""
    times = desk.times
    told = [("Planned", f"{flight.by}, {times.absolute(flight.created_at)[:16]}")]
    if flight.approved_at is not None:
        said = f": {flight.approval}" if flight.approval else ""
        told.append(("Approved", f"{flight.approved_by}{said}"))
    if flight.ticket:
        told.append(("Ticket", flight.ticket))
    if flight.starts_at is not None and flight.ends_at is not None:
        span = f"{times.absolute(flight.starts_at)[:16]} to {times.absolute(flight.ends_at)[:16]}"
        told.append(("Window", span))
    if flight.image is not None:
        what = "brought there only" if flight.stage_only else "booted"
        told.append(("Software", f"{flight.image.name}, {flight.image.version}, {what}"))
    gates = flight.gates
    order = (
        f"{plural(flight.canaries, 'canary', 'canaries')} watched {gates.canary_soak_s:g} s, then"
        f" waves of {flight.wave_size} watched {gates.soak_s:g} s"
    )
    told.append(("Order", order))
    if off := gates.not_watched:
        told.append(("Not watched", f"{', '.join(off)}: this stops nothing"))
    return tuple(told)
