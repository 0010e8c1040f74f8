import pytest

from noc_console.lab.tables import pon
from tests.lab.asking import column, device, mib_of


def first(whole):
    olt = device(whole, "ams-olt-1")
    position, onus = next(iter(olt.onus.items()))
    return olt.ports[position], onus


def test_every_terminal_is_listed_with_its_serial_and_name(whole, lab_clock):
    tree, at = mib_of(whole, "ams-olt-1"), lab_clock.at
    olt = device(whole, "ams-olt-1")
    serials = column(tree, f"{pon.CONFIGURED}.3", at)
    assert len(serials) == sum(map(len, olt.onus.values()))
    port, onus = first(whole)
    assert serials[f"{port.if_index}.{onus[0].number}"] == onus[0].serial
    names = column(tree, f"{pon.CONFIGURED}.9", at)
    assert names[f"{port.if_index}.{onus[0].number}"] == onus[0].name.encode()


def test_light_is_told_in_hundredths_of_dbm(whole, lab_clock):
    tree, at = mib_of(whole, "ams-olt-1"), lab_clock.at
    port, onus = first(whole)
    onu = next(each for each in onus if each.online)
    index = f"{port.if_index}.{onu.number}"
    received, sent, at_olt = pon.light(whole, port, onu, at)
    assert column(tree, f"{pon.ONT_LIGHT}.4", at)[index] / 100 == pytest.approx(received, abs=0.01)
    assert column(tree, f"{pon.ONT_LIGHT}.3", at)[index] / 100 == pytest.approx(sent, abs=0.01)
    upstream = column(tree, f"{pon.ONT_LIGHT}.6", at)[index]
    assert upstream / 100 - 100 == pytest.approx(at_olt, abs=0.01)


def test_a_terminal_that_is_off_reads_invalid(whole, lab_clock):
    tree, at = mib_of(whole, "ams-olt-1"), lab_clock.at
    states = column(tree, f"{pon.STATE}.15", at)
    light = column(tree, f"{pon.ONT_LIGHT}.4", at)
    assert set(states.values()) == {pon.ONLINE, pon.OFFLINE}
    for index, state in states.items():
        assert (light[index] == pon.INVALID) == (state == pon.OFFLINE)


def test_a_bent_trunk_dims_every_terminal_and_a_cut_one_darkens_them(whole, lab_clock):
    port, onus = first(whole)
    at = lab_clock.at
    onu = next(each for each in onus if each.online)
    before = pon.light(whole, port, onu, at)[0]
    whole.line(port.link).fade = 6.0
    assert pon.light(whole, port, onu, at)[0] == pytest.approx(before - 6)
    whole.line(port.link).cuts.add("test")
    whole.settle(at)
    assert pon.light(whole, port, onu, at) is None
