from noc_console.lab.tables.system import engine_id
from tests.lab.asking import device, mib_of, one


def test_a_device_says_who_and_where_it_is(whole, lab_clock):
    tree, at = mib_of(whole, "fra-core-2"), lab_clock.at
    assert one(tree, "1.3.6.1.2.1.1.5.0", at) == b"fra-core-2"
    assert b"Nokia" in one(tree, "1.3.6.1.2.1.1.1.0", at)
    assert one(tree, "1.3.6.1.2.1.1.2.0", at).startswith("1.3.6.1.4.1.6527.")
    assert b"Frankfurt, Hanauer" in one(tree, "1.3.6.1.2.1.1.6.0", at)


def test_uptime_runs_in_hundredths_of_a_second(whole, lab_clock):
    tree, at = mib_of(whole, "fra-core-2"), lab_clock.at
    first = one(tree, "1.3.6.1.2.1.1.3.0", at)
    assert one(tree, "1.3.6.1.2.1.1.3.0", at + 2.5) - first == 250


def test_engine_ids_are_unique_and_carry_vendor_and_mac(whole):
    ids = [engine_id(d) for d in whole.plan.devices.values()]
    assert len(set(ids)) == len(ids)
    nokia = device(whole, "fra-core-2")
    assert engine_id(nokia) == bytes.fromhex("8000197f03") + nokia.mac


def test_engine_boots_and_time_are_readable(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    node = whole.nodes["ams-acc-1"]
    assert one(tree, "1.3.6.1.6.3.10.2.1.2.0", at) == node.boots
    assert one(tree, "1.3.6.1.6.3.10.2.1.3.0", at) == int(at - node.boot_at)
