"""Looks how a device is right now: over SNMP, not at what somebody measured a minute ago."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import steady_s
from noc_console.kernel.errors import Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.flights.model import Health
from noc_console.services.flights.standing import standing
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.ports import SnmpReader, Value
from noc_console.services.telemetry.service import TelemetryService

TYPE = "1.3.6.1.2.1.2.2.1.3"
OPER = "1.3.6.1.2.1.2.2.1.8"
NAME = "1.3.6.1.2.1.31.1.1.1.1"
IN_OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
OUT_OCTETS = "1.3.6.1.2.1.31.1.1.1.10"
IN_DISCARDS = "1.3.6.1.2.1.2.2.1.13"
IN_ERRORS = "1.3.6.1.2.1.2.2.1.14"
OUT_DISCARDS = "1.3.6.1.2.1.2.2.1.19"
OUT_ERRORS = "1.3.6.1.2.1.2.2.1.20"
WRONG = (IN_DISCARDS, IN_ERRORS, OUT_DISCARDS, OUT_ERRORS)
ETHERNET = 6
"""ifType of what carries traffic; others are counted twice or not at all."""
MOST_ROWS = 5_000
PATIENCE_S = 1.5


class SnmpGauge:
    """Ports and counters (RFC 2863), and routing sessions (`standing`), by SNMP."""

    def __init__(
        self,
        reader: SnmpReader,
        credentials: CredentialService,
        inventory: InventoryService,
        telemetry: TelemetryService,
    ) -> None:
        self._reader = reader
        self._credentials = credentials
        self._inventory = inventory
        self._telemetry = telemetry

    async def look(self, actor: Actor, device: Device) -> Health:
        """How it is; a device nobody can ask by SNMP counts as not answering."""
        if device.credential_id is None:
            return Health(answers=False)
        opened = await self._credentials.opened(actor, credential_ids=(device.credential_id,))
        if not opened:
            return Health(answers=False)
        target = SnmpTarget(device.address, device.port, opened[0][1], timeout_s=PATIENCE_S)
        try:
            rows = await self._reader.table(
                target, (TYPE, OPER, NAME, IN_OCTETS, OUT_OCTETS, *WRONG), limit_rows=MOST_ROWS
            )
            sessions = await standing(self._reader, target)
        except Unreachable:
            return Health(answers=False)
        up = frozenset(_text(row.get(NAME), index) for index, row in rows.items()
                       if row.get(OPER) == 1)  # fmt: skip
        counted = [row for row in rows.values() if row.get(TYPE) == ETHERNET]
        octets = sum(_number(row.get(IN_OCTETS)) + _number(row.get(OUT_OCTETS)) for row in counted)
        bps, errors_ps = await self._known(actor, device)
        return Health(
            answers=True,
            ports_up=up,
            sessions_up=sessions,
            octets=octets,
            at=steady_s(),
            bps=bps,
            errors=sum(_number(row.get(column)) for row in counted for column in WRONG),
            errors_ps=errors_ps,
        )

    async def _known(self, actor: Actor, device: Device) -> tuple[float | None, float | None]:
        """Bits, and errors with discards, a second as the poller measured them last; None where
        nobody polls it."""
        ports = await self._inventory.interfaces(actor, device_id=int(device.id))
        now = await self._telemetry.ports_now(actor, interface_ids=[int(p.id) for p in ports])
        physical = {int(port.id) for port in ports if port.type == ETHERNET}
        mine = [word for word in now if word.interface_id in physical]
        rates = [(w.in_bps or 0.0) + (w.out_bps or 0.0) for w in mine if w.in_bps is not None]
        wrong = [
            sum(rate or 0.0 for rate in (w.in_errors, w.out_errors, w.in_discards, w.out_discards))
            for w in mine
            if w.in_errors is not None
        ]
        return sum(rates) if rates else None, sum(wrong) if wrong else None


def _text(value: Value, index: str) -> str:
    if isinstance(value, bytes) and value:
        return value.decode("utf-8", "replace")
    return f"ifIndex {index}"


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0
