"""Cable modems and copper."""

from __future__ import annotations

from noc_console.services.inspection.collectors import subscriber_lines
from tests.services.inspection.collectors.recording import agent, table


async def test_a_cable_modem_tells_levels_in_tenths() -> None:
    told = {
        "1.3.6.1.2.1.10.127.1.1.4.1.5.3": 418,
        "1.3.6.1.2.1.10.127.1.1.1.1.6.3": 128,
        "1.3.6.1.2.1.10.127.1.2.2.1.3.2": 312,
    }
    found = await subscriber_lines.read(agent(told), {3: "cable downstream"})
    assert [(s.kind, s.name, s.value, s.if_index) for s in found] == [
        ("snr", "cable downstream signal to noise", 41.8, 3),
        ("tv_signal", "cable downstream receive level", 12.8, 3),
        ("tv_signal", "Port 2 transmit level", 31.2, None),
    ]


async def test_a_span_of_copper_tells_rates_and_margins() -> None:
    told = {
        **table("1.3.6.1.2.1.10.48.1.2.1", {2: {"1": 5_696_000}, 3: {"1": 2_304_000}}),
        "1.3.6.1.2.1.10.48.1.5.1.2.1.0.1.1": 27,
        "1.3.6.1.2.1.10.48.1.5.1.2.1.0": 5,
    }
    found = await subscriber_lines.read(agent(told), {1: "DSL 1/1"})
    assert [(s.kind, s.name, s.value) for s in found] == [
        ("count", "DSL 1/1 line rate", 2_304_000.0),
        ("count", "DSL 1/1 highest line rate", 5_696_000.0),
        ("snr", "DSL 1/1 unit 0 network side pair 1 margin", 27.0),
    ]


async def test_other_boxes_have_no_such_line() -> None:
    assert await subscriber_lines.read(agent({"1.3.6.1.2.1.1.5.0": "sw1"}), {}) == ()
