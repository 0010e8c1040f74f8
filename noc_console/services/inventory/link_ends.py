"""The interfaces links stand on, and what measures the light they receive, as values."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.services.inventory.model import DeviceId, InterfaceId, OperStatus, SensorId

LAG = 161
"""ieee8023adLag (IANAifType-MIB)."""


@dataclass(frozen=True, slots=True)
class LinkPort:
    """An interface at the end of a link; speed in bit/s."""

    id: InterfaceId
    device_id: DeviceId
    name: str
    speed_bps: int
    oper_status: OperStatus
    type: int = 0
    index: int = 0
    """Its ifIndex."""
    lag_index: int | None = None
    """ifIndex of the aggregate it is a member of."""

    @property
    def is_aggregate(self) -> bool:
        """A LAG; its members are interfaces of their own."""
        return self.type == LAG


@dataclass(frozen=True, slots=True)
class LightSensor:
    """What measures the light an interface receives; its limits in dBm as the module tells."""

    id: SensorId
    interface_id: InterfaceId
    low: float | None = None
    high: float | None = None
