"""ONTs of a SmartAX OLT (HUAWEI-XPON-MIB), which no recording shows."""

from __future__ import annotations

from pathlib import Path

from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.platforms.load import load
from tests.services.inspection.platforms.agent import device

RULES = Path(__file__).resolve().parents[4] / "resources" / "platforms"
XPON = "1.3.6.1.4.1.2011.6.128.1.1.2"
PON = 4194304000


async def test_onts_have_serial_state_distance_and_light_where_they_have_any() -> None:
    found = await inspect(
        device(
            "1.3.6.1.2.1.1.1.0|4|Huawei Integrated Access Software",
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.248",
            f"1.3.6.1.2.1.31.1.1.1.1.{PON}|4|GPON 0/1/0",
            f"1.3.6.1.2.1.2.2.1.1.{PON}|2|{PON}",
            f"1.3.6.1.2.1.2.2.1.2.{PON}|4|GPON 0/1/0",
            f"{XPON}.43.1.3.{PON}.1|4x|48575443a1b2c3d4",
            f"{XPON}.43.1.9.{PON}.1|4|house 7",
            f"{XPON}.46.1.15.{PON}.1|2|1",
            f"{XPON}.46.1.20.{PON}.1|2|1834",
            f"{XPON}.51.1.3.{PON}.1|2|221",
            f"{XPON}.51.1.4.{PON}.1|2|-2150",
            f"{XPON}.43.1.3.{PON}.2|4x|48575443a1b2c3d5",
            f"{XPON}.46.1.15.{PON}.2|2|2",
            f"{XPON}.51.1.4.{PON}.2|2|2147483647",
        ),
        load(RULES),
    )
    assert found.verdict.platform == "smartax"
    lit, dark = found.onus
    assert (lit.serial, lit.name, lit.state) == ("48575443A1B2C3D4", "house 7", "online")
    assert (lit.receive_dbm, lit.transmit_dbm, lit.distance_m) == (-21.5, 2.21, 1834)
    assert (dark.state, dark.receive_dbm) == ("offline", None)
