"""What terminals on screen are given: the engine, the sessions, and who knows the network."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.services.inventory.service import InventoryService
from noc_console.services.terminal.ports import EngineFactory
from noc_console.services.terminal.sessions import SessionService


@dataclass(frozen=True, slots=True)
class TerminalServices:
    """Bundled, since the page and every window of its own need all of it."""

    open_engine: EngineFactory
    sessions: SessionService
    inventory: InventoryService
