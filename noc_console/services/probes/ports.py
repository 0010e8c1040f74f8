"""What probes need from the network. Adapters fit these shapes."""

from __future__ import annotations

from typing import Protocol

from noc_console.services.probes.model import Aim, Round


class Prober(Protocol):
    """Asks targets of every kind.

    What a target does wrong is a value (`Round.state`, `error`). Raises Refused when this
    machine may not ask at all (no right to send pings), with what to do about it.
    """

    async def run(self, aim: Aim) -> Round:
        """One round; over within the settings' time-outs."""
        ...
