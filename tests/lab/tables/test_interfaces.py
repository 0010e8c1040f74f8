import pytest

from tests.lab.asking import column, device, mib_of

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"


def test_every_column_has_a_row_for_every_port(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    ports = device(whole, "ams-acc-1").ports
    indexes = {str(port.if_index) for port in ports}
    for name in [f"{IF}.{n}" for n in (1, 2, 3, 5, 7, 8, 10, 14, 16, 20)] + [
        f"{IFX}.{n}" for n in (1, 6, 7, 10, 11, 15, 18)
    ]:
        assert column(tree, name, at).keys() == indexes, name


def test_the_low_counter_is_the_low_half_of_the_high_one(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    low, high = column(tree, f"{IF}.10", at), column(tree, f"{IFX}.6", at)
    assert any(value > 2**32 for value in high.values())
    assert {index: value % 2**32 for index, value in high.items()} == low


def test_unicast_multicast_and_broadcast_add_up_to_the_packets(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    port = next(p for p in device(whole, "ams-core-1").ports if p.far)
    parts = [column(tree, f"{IFX}.{n}", at)[str(port.if_index)] for n in (7, 8, 9)]
    assert sum(parts) == pytest.approx(whole.packets(port, at, out=False), abs=3)


def test_both_ends_of_every_cable_count_the_same_octets(small, lab_clock):
    then, now = lab_clock.at, lab_clock.at + 300
    for link in small.plan.links:
        if link.b is None:
            continue
        a, b = mib_of(small, link.a.device.name), mib_of(small, link.b.device.name)
        sent = [column(a, f"{IFX}.10", at)[str(link.a.if_index)] for at in (then, now)]
        got = [column(b, f"{IFX}.6", at)[str(link.b.if_index)] for at in (then, now)]
        assert sent[1] - sent[0] == pytest.approx(got[1] - got[0], abs=1_000)


def test_status_and_last_change_follow_a_cut(small, lab_clock):
    tree, at = mib_of(small, "ams-core-1"), lab_clock.at
    port = next(p for p in device(small, "ams-core-1").ports if p.far)
    index = str(port.if_index)
    assert column(tree, f"{IF}.8", at)[index] == 1
    small.line(port.link).cuts.add("test")
    small.settle(at)
    assert column(tree, f"{IF}.8", at)[index] == 2
    changed = column(tree, f"{IF}.9", at)[index]
    assert changed == int((at - small.nodes["ams-core-1"].boot_at) * 100)


def test_speed_is_told_in_both_units(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    assert column(tree, f"{IF}.5", at)["12"] == 2**32 - 1
    assert column(tree, f"{IFX}.15", at)["12"] == 100_000


def test_a_pon_ports_large_index_is_sent_as_the_agents_do(whole, lab_clock):
    tree, at = mib_of(whole, "ams-olt-1"), lab_clock.at
    assert column(tree, f"{IF}.1", at)["4194312192"] == 4_194_312_192 - 2**32
