"""What is known of one exporter while its datagrams come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from noc_console.services.flows.rules.losses import Losses
from noc_console.wire.flows.records import Heard

MOST_RATES = 8


@dataclass(slots=True)
class ExporterHealth:
    """Counted since this collector started."""

    device_id: int | None = None
    versions: dict[str, None] = field(default_factory=dict)
    datagrams: int = 0
    flows: int = 0
    malformed: int = 0
    waiting: int = 0
    given_up: int = 0
    templates: int = 0
    last_at: float = 0.0
    """Seconds since 1970."""
    sampling: set[int] = field(default_factory=set)
    losses: Losses = field(default_factory=Losses)
    flows_told: int = 0
    """Flows at the time of the last word, for the rate between two words."""

    def heard(self, heard: Heard) -> None:
        """Count one datagram that could be read."""
        self.versions[heard.version] = None
        self.flows += len(heard.rows)
        self.waiting += heard.waiting
        self.given_up += heard.unknown
        if heard.sequence is not None:
            self.losses.take(heard.sequence, heard.uptime_ms)
        if len(heard.rows) and len(self.sampling) < MOST_RATES:
            self.sampling.update(int(rate) for rate in np.unique(heard.rows["sampling"]) if rate)

    def facts(self, seconds: float) -> dict[str, Any]:
        """As it is told, `seconds` after the last time."""
        rate = (self.flows - self.flows_told) / max(seconds, 1.0)
        self.flows_told = self.flows
        return {
            "device_id": self.device_id,
            "version": ", ".join(self.versions),
            "datagrams": self.datagrams,
            "flows": self.flows,
            "lost": self.losses.lost,
            "lost_share": round(self.losses.share, 6),
            "malformed": self.malformed,
            "waiting": self.waiting,
            "given_up": self.given_up,
            "templates": self.templates,
            "sampling": sorted(self.sampling)[:MOST_RATES],
            "flows_per_s": round(rate, 1),
        }
