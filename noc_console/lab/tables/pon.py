"""HUAWEI-XPON-MIB: the terminals on an OLT's PON ports, their state and their light."""

from __future__ import annotations

from math import sin

from noc_console.lab.model import Device, Onu, Port
from noc_console.lab.tree import Builder, signed
from noc_console.lab.world import World
from noc_console.wire import ber

XPON = "1.3.6.1.4.1.2011.6.128.1.1.2"
CONFIGURED, STATE, ONT_LIGHT, OLT_LIGHT = (
    f"{XPON}.43.1",
    f"{XPON}.46.1",
    f"{XPON}.51.1",
    f"{XPON}.23.1",
)
INVALID = 2_147_483_647
ONLINE, OFFLINE = 1, 2


def light(world: World, port: Port, onu: Onu, at: float) -> tuple[float, float, float] | None:
    """dBm the terminal receives, sends, and the OLT receives from it; None while dark."""
    if not onu.online or not world.is_up(port):
        return None
    fade = world.line(port.link).fade if port.link else 0.0
    drift = 0.12 * sin(at / 53 + onu.number)
    return onu.receive - fade + drift, onu.transmit, onu.receive - fade - 1.8 + drift


def fill(mib: Builder, world: World, device: Device) -> None:
    for position, onus in device.onus.items():
        port = device.ports[position]
        _pon_port(mib, world, port)
        for onu in onus:
            _onu(mib, world, port, onu)


def _pon_port(mib: Builder, world: World, port: Port) -> None:
    def heat(_arg: int, at: float) -> bytes:
        return signed(world.temperature(port.device, at, port.position))

    mib.row(
        OLT_LIGHT, (port.if_index,),
        {
            1: (ber.INTEGER, heat),
            2: (ber.INTEGER, 328),
            3: (ber.INTEGER, 14),
            4: (ber.INTEGER, lambda _arg, at: signed(world.optics(port, at)[1] * 100 + 400)),
        },
    )  # fmt: skip


def _onu(mib: Builder, world: World, port: Port, onu: Onu) -> None:
    index = (port.if_index, onu.number)

    def run_state(_arg: int, at: float) -> bytes:
        return signed(OFFLINE if light(world, port, onu, at) is None else ONLINE)

    def power(which: int, at: float) -> bytes:
        measured = light(world, port, onu, at)
        if measured is None:
            return signed(INVALID)
        # The OLT's own reading is sent with an offset of 100 dBm (hwGponOltOntOpticalDdmRxPower).
        return signed(round(measured[which] * 100) + (10_000 if which == 2 else 0))

    def distance(_arg: int, at: float) -> bytes:
        return signed(-1 if light(world, port, onu, at) is None else onu.distance)

    def heat(_arg: int, at: float) -> bytes:
        return signed(41 + onu.number % 9) if light(world, port, onu, at) else signed(INVALID)

    mib.row(
        CONFIGURED, index,
        {
            3: (ber.OCTETS, onu.serial),
            7: (ber.OCTETS, "FTTH-1G"),
            8: (ber.OCTETS, "HSI"),
            9: (ber.OCTETS, onu.name),
        },
    )  # fmt: skip
    mib.row(
        STATE, index,
        {
            1: (ber.INTEGER, 1),
            15: (ber.INTEGER, run_state),
            16: (ber.INTEGER, 1),
            20: (ber.INTEGER, distance),
        },
    )  # fmt: skip
    mib.cell(f"{ONT_LIGHT}.1", index, ber.INTEGER, heat)
    for column, which in ((3, 1), (4, 0), (6, 2)):
        mib.cell(f"{ONT_LIGHT}.{column}", index, ber.INTEGER, power, which)
    mib.cell(f"{ONT_LIGHT}.2", index, ber.INTEGER, 12)
    mib.cell(f"{ONT_LIGHT}.5", index, ber.INTEGER, 3300)
