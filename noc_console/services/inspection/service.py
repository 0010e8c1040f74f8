"""What people ask of inspections: what the last one found, and why it thinks so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from noc_console.kernel.actor import Actor
from noc_console.kernel.operation import operation
from noc_console.services.inspection import documents
from noc_console.services.inspection.model import Findings, System, Verdict
from noc_console.services.inspection.to_inventory import SECTIONS, VERDICT
from noc_console.services.inventory.model import Section
from noc_console.services.inventory.service import InventoryService


@dataclass(frozen=True, slots=True)
class Kept:
    """The last inspection's findings beside the inventory's own rows.

    Of interfaces only what those rows do not have: duplex, aggregate, stacking. Sensors are
    the inventory's. `at` is None for a device that was never inspected.
    """

    at: datetime | None = None
    findings: Findings = field(default_factory=lambda: Findings(System(), Verdict()))


class InspectionService:
    """Reads what inspections left in the inventory."""

    def __init__(self, inventory: InventoryService) -> None:
        self._inventory = inventory

    @operation("inspection.findings", right="inventory.read")
    async def findings(
        self, actor: Actor, *, device_id: int | None = None, device: str = ""
    ) -> Kept:
        """Show all the last inspection of a device found: parts, VLANs, routing, power, reasons."""
        if device_id is None:
            device_id = int((await self._inventory.device_named(actor, name=device)).id)
        told = await self._inventory.sections(actor, device_id=device_id)
        # Thousands of rows become values: not on the window's thread.
        return await asyncio.to_thread(kept, told)


def kept(sections: Sequence[Section]) -> Kept:
    """The documents as values again."""
    found: dict[str, Any] = {}
    verdict = Verdict()
    for one in sections:
        if one.name == VERDICT:
            verdict = next(iter(documents.read(Verdict, one.document)), verdict)
        elif one.name in SECTIONS:
            found[one.name] = documents.read(SECTIONS[one.name][0], one.document)
    moments = [one.at for one in sections if one.at is not None]
    return Kept(max(moments, default=None), Findings(System(), verdict, **found))
