"""What hangs on an OLT's PON ports: a splitter for each, and the ONUs behind it.

Splitters are passive: what is known of them is the port they hang on and who answers through it.
Their ONUs are no devices of the inventory; they come from the OLT's last inspection.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.actor import Actor
from noc_console.kernel.operation import operation
from noc_console.services.inspection import documents
from noc_console.services.inspection.model import Onu
from noc_console.services.inventory.model import DeviceId, Interface, InterfaceId, Section
from noc_console.services.inventory.service import InventoryService

ONUS = "onus"
WEAK_DBM = -27.0
"""Below this an ONU of class B+ may lose the OLT (ITU-T G.984.2 amendment 1)."""
_UP = frozenset({"online", "working", "up", "active", "registered", "operational", "inservice"})
_FAULTY = ("los", "loss of signal", "loss of frame", "auth", "fail")


class OnuState(StrEnum):
    """How an ONU is. Switched off is no fault of ours; a lost signal may be."""

    UP = "up"
    OFF = "off"
    LOST = "lost"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class PonOnu:
    """An ONU behind a splitter; powers in dBm, distance in metres."""

    name: str
    serial: str
    told: str
    """Its state in the OLT's own word."""
    state: OnuState
    receive_dbm: float | None = None
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class Pon:
    """A PON port and everything behind its splitter."""

    olt: DeviceId
    number: int
    """Of its interface here, or of the port on this OLT: the same tomorrow."""
    port: str
    onus: tuple[PonOnu, ...]
    interface_id: InterfaceId | None = None

    @property
    def dark(self) -> int:
        """How many do not answer."""
        return sum(onu.state in (OnuState.OFF, OnuState.LOST) for onu in self.onus)


def state_of(onu: Onu) -> OnuState:
    """The OLT's word and the light, as one."""
    word = onu.state.strip().lower().replace("-", " ").replace("_", " ")
    if any(fault in word for fault in _FAULTY):
        return OnuState.LOST
    if word.replace(" ", "") not in _UP:
        # Vendors whose tables have no state list only those that answer.
        return OnuState.OFF if word else OnuState.UP
    low = onu.receive_dbm is not None and onu.receive_dbm < WEAK_DBM
    return OnuState.WEAK if low else OnuState.UP


class PonService:
    """Reads the trees behind OLTs."""

    def __init__(self, inventory: InventoryService) -> None:
        self._inventory = inventory

    @operation("topology.pons", right="inventory.see")
    async def pons(self, actor: Actor, *, device_ids: tuple[int, ...]) -> tuple[Pon, ...]:
        """Show the splitters of OLTs, with their ONUs."""
        found: list[Pon] = []
        for number in device_ids:
            id = DeviceId(number)
            sections = await self._inventory.sections(actor, device_id=id)
            ports = await self._inventory.interfaces(actor, device=str(number))
            found += await asyncio.to_thread(trees, id, sections, ports)
        return tuple(found)


def trees(
    olt: DeviceId, sections: Iterable[Section], ports: Sequence[Interface]
) -> tuple[Pon, ...]:
    """The splitters of one OLT in the order of its ports."""
    document = next((one.document for one in sections if one.name == ONUS), "[]")
    by_index = {port.index: port for port in ports if port.index}
    by_name = {port.name: port for port in ports}
    behind: dict[tuple[int, str], list[PonOnu]] = defaultdict(list)
    for onu in documents.read(Onu, document):
        behind[onu.if_index or 0, onu.port].append(
            PonOnu(
                onu.name or onu.serial or onu.index,
                onu.serial,
                onu.state,
                state_of(onu),
                onu.receive_dbm,
                onu.distance_m,
            )
        )
    found = []
    for (index, name), onus in behind.items():
        port = by_index.get(index) or by_name.get(name)
        found.append(
            Pon(
                olt=olt,
                number=int(port.id) if port is not None else index,
                port=name or (port.name if port is not None else "") or f"PON {index}",
                onus=tuple(onus),
                interface_id=None if port is None else port.id,
            )
        )
    return tuple(sorted(found, key=lambda pon: (pon.number, pon.port)))


def olts_of(pons: Collection[Pon]) -> frozenset[DeviceId]:
    """Whose they are."""
    return frozenset(pon.olt for pon in pons)
