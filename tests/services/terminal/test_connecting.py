"""Hops, lines and refusals as people read them."""

from __future__ import annotations

from noc_console.services.terminal.connecting import (
    FlowControl,
    LegacyOnly,
    LinkKind,
    NoAlgorithm,
    Parity,
    SerialLine,
    Target,
)
from noc_console.services.ways.model import Hop


def test_a_serial_line_says_only_what_is_unusual() -> None:
    assert SerialLine("/dev/ttyS0").text == "/dev/ttyS0@9600"
    odd = SerialLine("COM1", 300, 7, Parity.EVEN, 2, FlowControl.RTS_CTS)
    assert odd.text == "COM1@300,7E2,rts/cts"


def test_what_is_missing_is_named_and_long_lists_are_cut() -> None:
    offered = tuple(f"alg-{number}" for number in range(50))
    old = LegacyOnly(Hop("box"), what="cipher", offered=offered)
    assert "box offers as cipher only alg-0, alg-1" in str(old) and "alg-6" not in str(old)
    assert "only nothing" in str(NoAlgorithm(Hop("box"), what="cipher", offered=()))


def test_the_end_of_the_way_has_a_port() -> None:
    assert Target("x", LinkKind.SSH, "box").hop == Hop("box", 22)
    assert Target("x", LinkKind.SERIAL).address == "serial:"
