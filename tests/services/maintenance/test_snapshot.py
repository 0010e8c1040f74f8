"""Snapshots survive being kept."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

import pytest

from noc_console.kernel.errors import Broken
from noc_console.services.maintenance.snapshot import (
    AlarmState,
    ConfigState,
    DeviceState,
    LightState,
    LinkState,
    PortState,
    SessionState,
    Snapshot,
    packed,
    unpacked,
)

WHOLE = Snapshot(
    at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    devices={1: DeviceState("core-1", None, 5)},
    ports={10: PortState(1, "ge-0/0/0", 1, 0.5, None)},
    lights={50: LightState(1, "rx", -4.25)},
    links={"1-2": LinkState(1, 2, "core-1 – edge-2")},
    sessions={"1/bgp": SessionState(1, "BGP", "established", True)},
    looked={1: 1_700_000_000_000},
    alarms={"device:1|cpu": AlarmState(1, None, "core-1", "cpu", 4, "busy ☃")},
    configs={1: ConfigState("aa", 3, "")},
)


def test_a_snapshot_comes_back_as_it_was_kept() -> None:
    assert unpacked(packed(WHOLE)) == WHOLE
    assert unpacked(packed(Snapshot(at=WHOLE.at))) == Snapshot(at=WHOLE.at)


@pytest.mark.parametrize(
    "kept",
    [b"", b"no zlib", zlib.compress(b"[]"), zlib.compress(b'{"at": 1}'), zlib.compress(b"\xff")],
)
def test_what_nobody_of_us_wrote_is_broken(kept: bytes) -> None:
    with pytest.raises(Broken, match="cannot be read"):
        unpacked(kept)
