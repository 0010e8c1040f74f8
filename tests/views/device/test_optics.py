"""Optical modules and how much light is left."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.model import Transceiver
from noc_console.services.inventory.model import InterfaceId, SensorKind
from noc_console.views.device import optics
from noc_console.views.device.gauges import Gauge
from noc_console.views.device.optics import Optic
from tests.views.device.made import gauge, port

PORTS = (port(1, "xe-0"), port(2, "xe-1"), port(3, "ge-0"))


def light(number: int, value: float, name: str, interface: int, **limits: float) -> Gauge:
    return gauge(number, SensorKind.DBM, value, name, interface_id=InterfaceId(interface), **limits)


def test_a_port_with_a_module_or_with_light_has_a_row_in_the_ports_order() -> None:
    modules = (Transceiver("9", 2, vendor="FINISAR", model="LR"), Transceiver("x", None))
    rows = optics.optics(modules, (light(1, -3.0, "xe-0 receive", 1),), PORTS)
    assert [(row.port, bool(row.module)) for row in rows] == [
        ("xe-0", False),
        ("xe-1", True),
        ("module x", True),
    ]


def test_light_is_told_apart_by_its_way() -> None:
    gauges = (
        light(1, -3.0, "Rx power", 1),
        light(2, -1.0, "Tx power", 1),
        gauge(3, SensorKind.TEMPERATURE, 33.0, "Module", interface_id=InterfaceId(1)),
        gauge(4, SensorKind.CURRENT, 0.03, "Bias", interface_id=InterfaceId(1)),
    )
    (row,) = optics.optics((), gauges, PORTS)
    assert (row.received, row.sent, row.temperature, row.bias) == gauges


def test_the_margin_is_to_the_nearer_limit_and_negative_beyond() -> None:
    assert optics.margin(light(1, -16.0, "rx", 1, low=-18.4, high=2.5)) == pytest.approx(2.4)
    assert optics.margin(light(1, 1.5, "rx", 1, low=-18.4, high=2.5)) == pytest.approx(1.0)
    assert optics.margin(light(1, -20.0, "rx", 1, low=-18.4)) == pytest.approx(-1.6)
    assert optics.margin(light(1, -3.0, "rx", 1)) is None
    assert optics.margin(None) is None


def test_of_several_lanes_the_worst_is_shown() -> None:
    lanes = (
        light(1, -3.0, "rx lane 1", 1, low=-10.0),
        light(2, -9.0, "rx lane 2", 1, low=-10.0),
        light(3, -4.0, "rx lane 3", 1, low=-10.0),
    )
    (row,) = optics.optics((), lanes, PORTS)
    assert row.received is lanes[1]


def test_the_columns_write_what_a_module_says() -> None:
    module = Transceiver("9", 1, vendor="FINISAR", model="LR", wavelength_nm=1310, distance_m=10000)
    row = Optic(
        "xe-0", "p1", 1, module,
        received=light(1, -20.0, "rx", 1, low=-18.4),
        bias=gauge(4, SensorKind.CURRENT, 0.0341),
    )  # fmt: skip
    told = {column.key: column.text(row) for column in optics.optic_columns()}
    assert told["module"] == "FINISAR LR"
    assert (told["nm"], told["reach"]) == ("1310 nm", "10 km")
    assert (told["rx"], told["margin"], told["tx"]) == ("-20.00 dBm", "-1.6 dB", "–")
    assert told["bias"] == "34.1 mA"
    bold = {c.key for c in optics.optic_columns() if c.bold and c.bold(row)}
    assert bold == {"rx", "margin"}


def test_a_port_without_a_module_has_empty_words() -> None:
    row = Optic("xe-0", "p1", 1)
    for column in optics.optic_columns():
        assert column.text(row) in ("xe-0", "", "–")
        if column.sort is not None:
            column.sort(row)
        if column.tip is not None:
            assert column.tip(row) == ""
