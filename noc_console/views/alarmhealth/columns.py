"""The columns of the list of noise."""

from __future__ import annotations

import math

from noc_console.services.alarms.noise import Kind, Noise
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.times import age

KINDS = (
    (Kind.NOISY, "Noisiest", "The ten that speak most often"),
    (Kind.CHATTERING, "Chattering", "Came three times or more within a minute"),
    (Kind.FLEETING, "Fleeting", "Gone within a minute"),
    (Kind.STALE, "Stale", "Standing for more than a day, and not put aside"),
    (Kind.IGNORED, "Never acted on", "Came five times or more, and nobody did anything"),
)
WORDS = {kind: name.lower() for kind, name, _ in KINDS}


def kinds_text(row: Noise) -> str:
    """`noisiest, stale`."""
    return ", ".join(WORDS[kind] for kind, _, _ in KINDS if kind in row.kinds)


def noise_columns() -> tuple[Column[Noise], ...]:
    def stood(row: Noise) -> float | None:
        return None if math.isnan(row.stood_s) else row.stood_s

    return (
        Column("Object", lambda row: row.thing.name, width=180, tip=lambda row: row.thing.name),
        Column("Condition", lambda row: row.thing.condition.replace("-", " "), width=120),
        Column("Site", lambda row: row.thing.site, width=110),
        Column(
            "Alarms",
            lambda row: f"{row.spoke:,}",
            sort=lambda row: row.spoke,
            width=66,
            align=Align.RIGHT,
            tip=lambda row: f"{row.spoke:,} spoke to somebody, of {row.came:,} times it came",
            export=lambda row: str(row.spoke),
        ),
        Column(
            "Share",
            lambda row: f"{row.share:.1f} %",
            sort=lambda row: row.share,
            width=70,
            align=Align.RIGHT,
            bar=lambda row: row.share / 100,
            export=lambda row: f"{row.share:.2f}",
        ),
        Column(
            "Stood",
            lambda row: "–" if math.isnan(row.stood_s) else age(row.stood_s),
            sort=stood,
            width=64,
            align=Align.RIGHT,
            tip=lambda _row: "How long it stood, the median",
            export=lambda row: "" if math.isnan(row.stood_s) else f"{row.stood_s:.0f}",
        ),
        Column(
            "Acted on",
            lambda row: f"{row.acted:,}" if row.acted else "never",
            sort=lambda row: row.acted,
            width=72,
            align=Align.RIGHT,
            export=lambda row: str(row.acted),
        ),
        Column(
            "Standing",
            lambda row: "" if row.standing_s is None else age(row.standing_s),
            sort=lambda row: row.standing_s,
            width=76,
            align=Align.RIGHT,
            export=lambda row: "" if row.standing_s is None else f"{row.standing_s:.0f}",
        ),
        Column("Why it is here", kinds_text, id="kind", width=170),
        Column(
            "Proposed remedy",
            lambda row: row.remedy.text,
            id="remedy",
            width=300,
            stretch=True,
            tip=lambda row: row.remedy.text,
        ),
    )
