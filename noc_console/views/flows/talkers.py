"""The table below the graph: who, how much, and its share as a bar."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.quantity import Bps, Bytes, si
from noc_console.services.flows.model import FlowView, Talker
from noc_console.views.flows.areas import swatch
from noc_console.views.kit.rows import Align, Column


@dataclass(frozen=True, slots=True)
class TalkerRow:
    """A talker with its place, and what it is a share of."""

    place: int
    talker: Talker
    share: float
    average_bps: float
    packet_bytes: float | None
    is_rest: bool = False

    @property
    def key(self) -> object:
        return (self.talker.where or self.talker.label, self.is_rest)


def rows_of(view: FlowView) -> tuple[TalkerRow, ...]:
    """The top ones, and a last row for all others."""
    top = view.top
    seconds = max(1.0, (top.end - top.start).total_seconds())
    whole = max(1, top.total.bytes)
    rows = [
        _row(place, talker, whole, seconds, is_rest=False)
        for place, talker in enumerate(top.talkers)
    ]
    if top.rest.bytes:
        detail = ""
        if top.untold.bytes:
            detail = f"{Bytes(min(top.untold.bytes, top.rest.bytes))} of it too small to be kept"
        others = Talker("all others", top.rest, detail=detail)
        rows.append(_row(len(rows), others, whole, seconds, is_rest=True))
    return tuple(rows)


def _row(place: int, talker: Talker, whole: int, seconds: float, *, is_rest: bool) -> TalkerRow:
    traffic = talker.traffic
    return TalkerRow(
        place=place,
        talker=talker,
        share=traffic.bytes / whole,
        average_bps=traffic.bytes * 8 / seconds,
        packet_bytes=traffic.bytes / traffic.packets if traffic.packets else None,
        is_rest=is_rest,
    )


def columns() -> tuple[Column[TalkerRow], ...]:
    """Sorted as they come: greatest first, the others last."""
    return (
        Column(
            "",
            lambda row: "",
            id="color",
            sort=lambda row: row.place,
            width=34,
            icon=lambda row: swatch(10**6 if row.is_rest else row.place),
        ),
        Column(
            "Talker",
            lambda row: row.talker.label,
            width=300,
            stretch=True,
            bold=lambda row: not row.is_rest,
        ),
        Column("About", lambda row: row.talker.detail, width=220, dim=True),
        Column(
            "Share",
            lambda row: f"{row.share:.1%}",
            sort=lambda row: row.share,
            width=110,
            align=Align.RIGHT,
            bar=lambda row: row.share,
            export=lambda row: f"{row.share:.6f}",
        ),
        Column(
            "Average",
            lambda row: str(Bps(row.average_bps)),
            sort=lambda row: row.average_bps,
            width=100,
            align=Align.RIGHT,
            export=lambda row: f"{row.average_bps:.0f}",
        ),
        Column(
            "Bytes",
            lambda row: str(Bytes(row.talker.traffic.bytes)),
            sort=lambda row: row.talker.traffic.bytes,
            width=96,
            align=Align.RIGHT,
            export=lambda row: str(row.talker.traffic.bytes),
        ),
        Column(
            "Packets",
            lambda row: si(row.talker.traffic.packets, "").strip(),
            sort=lambda row: row.talker.traffic.packets,
            width=84,
            align=Align.RIGHT,
            export=lambda row: str(row.talker.traffic.packets),
        ),
        Column(
            "Flows",
            lambda row: si(row.talker.traffic.flows, "").strip(),
            sort=lambda row: row.talker.traffic.flows,
            width=76,
            align=Align.RIGHT,
            export=lambda row: str(row.talker.traffic.flows),
        ),
        Column(
            "Bytes a packet",
            lambda row: "–" if row.packet_bytes is None else f"{row.packet_bytes:.0f}",
            sort=lambda row: row.packet_bytes,
            id="packetsize",
            width=110,
            align=Align.RIGHT,
            hidden=True,
        ),
    )
