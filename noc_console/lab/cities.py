"""The three cities of the lab: where their sites are, and which vendors were bought there."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.lab.characters.apc import SmartUps
from noc_console.lab.characters.arista import Eos
from noc_console.lab.characters.base import Character
from noc_console.lab.characters.cisco import Catalyst, Xr
from noc_console.lab.characters.huawei import Olt, Vrp, Vrp6730
from noc_console.lab.characters.juniper import Ex, Mx, Qfx
from noc_console.lab.characters.linux import NetSnmp
from noc_console.lab.characters.mikrotik import AccessPoint, Ccr
from noc_console.lab.characters.nokia import SrOs


@dataclass(frozen=True, slots=True)
class City:
    """A city: code, name, three sites (street, latitude, longitude) and its choice of vendors."""

    code: str
    name: str
    sites: tuple[tuple[str, float, float], ...]
    cores: tuple[Character, Character]
    agg: Character
    edge: Character


CITIES = (
    City(
        "ams", "Amsterdam",
        (("Gyroscoopweg 60", 52.3968, 4.8393), ("Papaverweg 34", 52.3930, 4.9100),
         ("Paasheuvelweg 17", 52.2985, 4.9530)),
        (Xr(), Mx()), Eos(), Mx(),
    ),
    City(
        "fra", "Frankfurt",
        (("Hanauer Landstrasse 302", 50.1195, 8.7350), ("Kruppstrasse 121", 50.1230, 8.7520),
         ("Kleyerstrasse 90", 50.0990, 8.6250)),
        (Xr(), SrOs()), Vrp6730(), Mx(),
    ),
    City(
        "par", "Paris",
        (("Boulevard Voltaire 137", 48.8545, 2.3830), ("Rue Ambroise Croizat 5", 48.9290, 2.3580),
         ("Rue Waldeck Rochet 45", 48.9110, 2.3890)),
        (Xr(), Mx()), Qfx(), SrOs(),
    ),
)  # fmt: skip

ACCESS: tuple[Character, ...] = (Catalyst(), Catalyst(), Vrp(), Ex())
GATEWAY = SrOs()
OLT = Olt()
RADIO_ROUTER = Ccr()
ACCESS_POINT = AccessPoint()
UPS = SmartUps()
SERVER = NetSnmp()
