"""A device written down in a few lines."""

from __future__ import annotations

from noc_console.services.inspection.recorded import RecordedAgent


def device(*lines: str) -> RecordedAgent:
    """An agent that answers what the lines of a recording say."""
    return RecordedAgent("\n".join(lines).encode())
