"""UPS-MIB (RFC 1628) and the part of PowerNet everybody reads: mains, battery, load."""

from __future__ import annotations

from math import sin

from noc_console.lab.faults import BATTERY_S
from noc_console.lab.model import Device
from noc_console.lab.tree import Builder, Live, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

UPS = "1.3.6.1.2.1.33.1"
POWERNET = "1.3.6.1.4.1.318.1.1.1"
RATED_VA = 6000
RATED_MINUTES = 38.0


class Supply:
    """A UPS at a moment."""

    def __init__(self, world: World, device: Device) -> None:
        self._world = world
        self._device = device

    def seconds_on_battery(self, at: float) -> float:
        since = self._world.node(self._device).on_battery_since
        return 0.0 if since is None else max(0.0, at - since)

    def is_on_battery(self) -> bool:
        return self._world.node(self._device).on_battery_since is not None

    def charge(self, at: float) -> float:
        """Percent; the lab's batteries last a minute, so that an outage can be watched."""
        return max(0.0, 100.0 * (1 - self.seconds_on_battery(at) / BATTERY_S))

    def minutes(self, at: float) -> float:
        return RATED_MINUTES * self.charge(at) / 100

    def load(self, at: float) -> float:
        """Percent: what stands in the site, as long as it runs."""
        here = self._world.plan.at(self._device.site.key)
        watts = sum(d.character.watts for d in here if self._world.is_alive(d))
        return min(99.0, 100 * watts / (RATED_VA * 0.9) + 1.5 * sin(at / 40))

    def input_volts(self, at: float) -> float:
        return 0.0 if self.is_on_battery() else 230 + 2.4 * sin(at / 300) + 0.6 * sin(at / 7)

    def battery_volts(self, at: float) -> float:
        return 192 + 27 * self.charge(at) / 100

    def is_low(self, at: float) -> bool:
        return self.charge(at) <= 30


def fill(mib: Builder, world: World, device: Device) -> None:
    supply = Supply(world, device)
    _ups_mib(mib, world, device, supply)
    _powernet(mib, world, device, supply)


def _ups_mib(mib: Builder, world: World, device: Device, supply: Supply) -> None:
    def number(read: Live) -> tuple[int, Live]:
        return ber.INTEGER, read

    character = device.character
    texts = {1: "APC", 2: character.model, 3: character.software, 4: character.software,
             5: device.name, 6: ""}  # fmt: skip
    for column, text in texts.items():
        mib.scalar(f"{UPS}.1.{column}", ber.OCTETS, text)
    battery: dict[int, Live] = {
        1: lambda _a, at: signed(3 if supply.is_low(at) else 2),
        2: lambda _a, at: signed(supply.seconds_on_battery(at)),
        3: lambda _a, at: signed(supply.minutes(at)),
        4: lambda _a, at: signed(supply.charge(at)),
        5: lambda _a, at: signed(supply.battery_volts(at) * 10),
        6: lambda _a, _at: signed(120 if supply.is_on_battery() else 0),
        7: lambda _a, at: signed(world.temperature(device, at)),
    }
    for column, read in battery.items():
        mib.scalar(f"{UPS}.2.{column}", *number(read))
    mib.scalar(f"{UPS}.3.1", ber.COUNTER32, lambda _a, _at: unsigned(int(supply.is_on_battery())))
    mib.scalar(f"{UPS}.3.2", ber.INTEGER, 1)
    mib.row(
        f"{UPS}.3.3.1", (1,),
        {
            2: number(lambda _a, at: signed(0 if supply.is_on_battery() else 500)),
            3: number(lambda _a, at: signed(supply.input_volts(at))),
            4: number(lambda _a, at: signed(supply.load(at) * 2.6)),
            5: number(lambda _a, at: signed(supply.load(at) * RATED_VA * 0.009)),
        },
    )  # fmt: skip
    mib.scalar(f"{UPS}.4.1", *number(lambda _a, at: signed(5 if supply.is_on_battery() else 3)))
    mib.scalar(f"{UPS}.4.2", ber.INTEGER, 500)
    mib.scalar(f"{UPS}.4.3", ber.INTEGER, 1)
    mib.row(
        f"{UPS}.4.4.1", (1,),
        {
            2: (ber.INTEGER, 230),
            3: number(lambda _a, at: signed(supply.load(at) * 2.5)),
            4: number(lambda _a, at: signed(supply.load(at) * RATED_VA * 0.009)),
            5: number(lambda _a, at: signed(supply.load(at))),
        },
    )  # fmt: skip
    mib.scalar(f"{UPS}.6.1", ber.GAUGE32, lambda _a, at: unsigned(
        int(supply.is_on_battery()) + int(supply.is_low(at))))  # fmt: skip


def _powernet(mib: Builder, world: World, device: Device, supply: Supply) -> None:
    character = device.character
    mib.scalar(f"{POWERNET}.1.1.1", ber.OCTETS, character.model)
    mib.scalar(f"{POWERNET}.1.1.2", ber.OCTETS, device.name)
    mib.scalar(f"{POWERNET}.1.2.1", ber.OCTETS, "UPS 09.3")
    mib.scalar(f"{POWERNET}.1.2.2", ber.OCTETS, "04/18/2022")
    mib.scalar(f"{POWERNET}.1.2.3", ber.OCTETS, device.serial)
    gauge, ticks, integer = ber.GAUGE32, ber.TIMETICKS, ber.INTEGER
    live: dict[str, tuple[int, Live]] = {
        "2.1.1": (integer, lambda _a, at: signed(3 if supply.is_low(at) else 2)),
        "2.1.2": (ticks, lambda _a, at: unsigned(supply.seconds_on_battery(at) * 100)),
        "2.2.1": (gauge, lambda _a, at: unsigned(supply.charge(at))),
        "2.2.2": (gauge, lambda _a, at: unsigned(world.temperature(device, at))),
        "2.2.3": (ticks, lambda _a, at: unsigned(supply.minutes(at) * 6000)),
        "2.3.1": (gauge, lambda _a, at: unsigned(supply.charge(at) * 10)),
        "2.3.2": (gauge, lambda _a, at: unsigned(world.temperature(device, at) * 10)),
        "3.2.1": (gauge, lambda _a, at: unsigned(supply.input_volts(at))),
        "3.2.4": (gauge, lambda _a, _at: unsigned(0 if supply.is_on_battery() else 50)),
        "3.3.1": (gauge, lambda _a, at: unsigned(supply.input_volts(at) * 10)),
        "4.1.1": (integer, lambda _a, _at: signed(3 if supply.is_on_battery() else 2)),
        "4.2.3": (gauge, lambda _a, at: unsigned(supply.load(at))),
        "4.3.3": (gauge, lambda _a, at: unsigned(supply.load(at) * 10)),
    }
    for name, (tag, read) in live.items():
        mib.scalar(f"{POWERNET}.{name}", tag, read)
    mib.scalar(f"{POWERNET}.2.2.4", integer, 1)  # no battery needs replacing
    mib.scalar(f"{POWERNET}.4.2.1", gauge, 230)
    mib.scalar(f"{POWERNET}.4.2.2", gauge, 50)
