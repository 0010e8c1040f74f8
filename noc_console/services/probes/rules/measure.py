"""A round of a probe as the row that is kept."""

from __future__ import annotations

from noc_console.services.probes.model import PHASES, Round
from noc_console.services.probes.spread import jitter_us, percentile

PERCENTILES = (0, 10, 25, 50, 75, 90, 100)
"""What the smoke is drawn of."""


def row(told: Round) -> tuple[int | None, ...]:
    """The values of `db.samples.PROBE` for a round."""
    ordered = sorted(told.rtts_us)
    spread = [round(percentile(ordered, each)) for each in PERCENTILES] if ordered else [None] * 7
    phases = [told.phases_us.get(name) for name in PHASES]
    ends = None if told.expires_at is None else int(told.expires_at.timestamp())
    return (
        told.sent,
        told.lost,
        *spread,
        jitter_us(told.rtts_us),
        int(told.state),
        told.duplicates,
        told.late,
        *phases,
        ends,
    )
