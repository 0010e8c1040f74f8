from noc_console.lab.tables.neighbours import capabilities, octets
from tests.lab.asking import column, device, mib_of

REMOTE = "1.0.8802.1.1.2.1.4.1.1"
CACHE = "1.3.6.1.4.1.9.9.23.1.2.1.1"


def test_every_lldp_neighbour_names_a_device_and_a_port_that_exist(whole, lab_clock):
    for name in whole.plan.devices:
        tree, at = mib_of(whole, name), lab_clock.at
        names = column(tree, f"{REMOTE}.9", at)
        chassis = column(tree, f"{REMOTE}.5", at)
        ports = column(tree, f"{REMOTE}.7", at)
        assert len(names) == len(device(whole, name).neighbours("lldp"))
        for index, found in names.items():
            far = whole.plan.devices[found.decode()]
            assert chassis[index] == far.mac
            ids = [far.character.lldp_port_id(port) for port in far.ports]
            assert ports[index] in ids


def test_neighbours_see_each_other(whole, lab_clock):
    seen = {
        (name, far.decode())
        for name in whole.plan.devices
        for far in column(mib_of(whole, name), f"{REMOTE}.9", lab_clock.at).values()
    }
    assert seen
    assert seen == {(b, a) for a, b in seen}


def test_the_local_port_number_leads_to_the_port(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    ids = column(tree, "1.0.8802.1.1.2.1.3.7.1.3", at)
    index = next(iter(column(tree, f"{REMOTE}.9", at)))
    assert ids[index.split(".")[1]] == b"Te1/1/1"


def test_management_addresses_are_where_the_neighbour_answers(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    found = {
        ".".join(index.split(".")[-4:]) for index in column(tree, "1.0.8802.1.1.2.1.4.2.1.4", at)
    }
    wanted = {far.device.address for _, far in device(whole, "ams-core-1").neighbours("lldp")}
    assert found == wanted


def test_a_neighbour_behind_a_cut_cable_is_forgotten(whole, lab_clock):
    tree, at = mib_of(whole, "ams-core-1"), lab_clock.at
    before = column(tree, f"{REMOTE}.9", at)
    near, _ = device(whole, "ams-core-1").neighbours("lldp")[0]
    whole.line(near.link).cuts.add("test")
    whole.settle(at)
    assert len(column(tree, f"{REMOTE}.9", at)) == len(before) - 1


def test_cdp_knows_cables_lldp_does_not(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    assert list(column(tree, f"{CACHE}.6", at).values()) == [b"ams-acc-2"]
    assert list(column(tree, f"{CACHE}.4", at).values()) == [
        bytes(octets(device(whole, "ams-acc-2").address))
    ]
    assert b"ams-acc-2" not in column(tree, f"{REMOTE}.9", at).values()


def test_devices_say_what_they_are_able_to(whole):
    assert capabilities(device(whole, "ams-core-1"))[0] & 0x08
    assert capabilities(device(whole, "ams-acc-1"))[0] & 0x20
    assert capabilities(device(whole, "ams-ap-1"))[0] & 0x10
    assert capabilities(device(whole, "ams-srv-1"))[0] == 0x01
