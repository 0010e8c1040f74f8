"""What the reader counted since it was opened, for the health page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Statistics:
    """Datagrams unless said otherwise; numbers only grow."""

    sent: int = 0
    received: int = 0
    resent: int = 0
    """Requests repeated because no answer came in time."""
    timeouts: int = 0
    """Requests given up."""
    refused: int = 0
    """ICMP errors the network sent back."""
    malformed: int = 0
    wrong_source: int = 0
    late: int = 0
    """Answers to nothing we are waiting for: late, doubled or made up."""
    unauthenticated: int = 0
    """v3 messages with a wrong digest, an old clock or too low a security level."""
    reports: int = 0
    """v3 agents that complained (clock, engine, user, digest)."""
    rejected: int = 0
    """Questions a v3 agent would not answer for our user."""
    not_increasing: int = 0
    """Walks stopped because the agent went in circles."""
    too_big: int = 0
    """Answers an agent could not fit; asked again in smaller portions."""
    truncated: int = 0
    """Walks stopped at their limit of rows."""
    bad_values: int = 0
    """Single values left out because their bytes mean nothing."""
    broken_columns: int = 0
    """Columns an agent failed to deliver, asked alone and for one row."""
    engines_changed: int = 0
    """v3 peers that came back as another engine, or with fewer boots than before."""
    engines_restarted: int = 0
    """v3 peers that came back with more boots."""
