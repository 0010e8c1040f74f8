import pytest

from noc_console.lab.tables import physical
from tests.lab.asking import column, device, mib_of

ENTITY, SENSOR = physical.ENTITY, physical.SENSOR


def test_the_chassis_carries_the_serial_number(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    assert column(tree, f"{ENTITY}.11", at)["1"] == device(whole, "ams-agg-1").serial.encode()
    assert column(tree, f"{ENTITY}.13", at)["1"] == b"DCS-7280SR3-48YC8"


def test_everything_is_inside_something_that_exists(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    inside = column(tree, f"{ENTITY}.4", at)
    for index, parent in inside.items():
        assert parent == 0 or str(parent) in inside, index
    assert [index for index, parent in inside.items() if parent == 0] == ["1"]


def test_sensors_belong_to_parts_and_read_like_the_world(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    kinds, values = column(tree, f"{SENSOR}.1", at), column(tree, f"{SENSOR}.4", at)
    assert kinds.keys() <= column(tree, f"{ENTITY}.5", at).keys()
    agg = device(whole, "ams-agg-1")
    assert values[str(physical.INLET)] == int(whole.temperature(agg, at))
    optic = physical.optics(agg)[0]
    reading = values[str(physical.OPTIC_BASE + optic.position * 10 + 1)]
    assert kinds[str(physical.OPTIC_BASE + optic.position * 10 + 1)] == physical.DBM
    assert reading / 10 == pytest.approx(whole.optics(optic, at)[0], abs=0.06)


def test_ports_lead_to_their_interfaces(whole, lab_clock):
    tree, at = mib_of(whole, "ams-agg-1"), lab_clock.at
    where = column(tree, physical.ALIAS, at)
    port = device(whole, "ams-agg-1").ports[4]
    assert where[f"{physical.PORT_BASE + 4}.0"] == f"1.3.6.1.2.1.2.2.1.1.{port.if_index}"


def test_light_is_converted_both_ways():
    assert physical.milliwatts(0.0) == 1.0
    assert physical.to_dbm(physical.milliwatts(-7.3)) == pytest.approx(-7.3)
    assert physical.to_dbm(0.0) == -40.0


def test_optics_tell_their_maker_and_their_limits(whole, lab_clock):
    for name, table in (
        ("ams-acc-1", "1.3.6.1.4.1.9.9.91.1.2.1.1.4"),
        ("ams-agg-1", "1.3.6.1.4.1.30065.3.12.1.1.1.4"),
    ):
        tree, at = mib_of(whole, name), lab_clock.at
        makers = column(tree, f"{ENTITY}.12", at)
        optic = physical.OPTIC_BASE + physical.optics(device(whole, name))[0].position * 10
        assert makers[str(optic)] == physical.MAKER.encode()
        limits = column(tree, table, at)
        assert limits
        own = {index: value for index, value in limits.items() if index.startswith(f"{optic + 1}")}
        assert physical.OPTIC_LIGHT.high in own.values()
