from noc_console.lab.tables import bridging
from tests.lab.asking import column, device, mib_of

BRIDGE = "1.3.6.1.2.1.17"


def test_bridge_ports_lead_to_interfaces_and_are_not_the_same_numbers(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    ports = column(tree, f"{BRIDGE}.1.4.1.2", at)
    indexes = {p.if_index for p in device(whole, "ams-acc-1").ports if p.kind == "ethernet"}
    assert set(ports.values()) == indexes
    assert any(number != str(index) for number, index in ports.items())


def test_the_address_of_a_customer_is_heard_on_its_port(whole, lab_clock):
    switch = device(whole, "ams-acc-1")
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    heard = column(tree, f"{BRIDGE}.4.3.1.2", at)
    position, macs = next(iter(switch.clients.items()))
    for mac in macs:
        assert heard[".".join(map(str, mac))] == position + 1


def test_both_forwarding_tables_say_the_same(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-3"), lab_clock.at
    plain = column(tree, f"{BRIDGE}.4.3.1.2", at)
    tagged = column(tree, f"{BRIDGE}.7.1.2.2.1.2", at)
    assert {index.split(".", 1)[1]: port for index, port in tagged.items()} == plain


def test_a_device_is_behind_the_port_that_leads_to_it(whole):
    agg = device(whole, "ams-agg-1")
    where = {far.name: port for far, port in bridging.behind(whole.plan, agg)}
    assert where["ams-acc-1"].far.device.name == "ams-acc-1"
    assert where["ams-ap-3"].far.device.name == "ams-wlr-1"
    assert where["ams-ups-2"].far.device.name == "ams-acc-1"
    assert "ams-core-1" not in where


def test_what_is_behind_a_dead_port_is_forgotten(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    before = column(tree, f"{BRIDGE}.4.3.1.2", at)
    port = next(p for p in device(whole, "ams-acc-1").ports if p.far)
    whole.line(port.link).cuts.add("test")
    whole.settle(at)
    after = column(tree, f"{BRIDGE}.4.3.1.2", at)
    assert len(after) < len(before)
    assert bridging.bridge_port(port) not in after.values()


def test_vlans_have_names(whole, lab_clock):
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    assert column(tree, f"{BRIDGE}.7.1.4.3.1.1", at) == {
        "99": b"management",
        "100": b"internet",
        "110": b"voice",
        "120": b"television",
        "200": b"business",
    }
    assert bridging.vlan_name(7) == "vlan7"


def test_a_router_has_no_bridge(whole, lab_clock):
    assert column(mib_of(whole, "ams-core-1"), BRIDGE, lab_clock.at) == {}


def test_trunks_carry_every_service_tagged_and_homes_theirs(whole, lab_clock):
    switch = device(whole, "ams-acc-1")
    tree, at = mib_of(whole, "ams-acc-1"), lab_clock.at
    egress = column(tree, f"{BRIDGE}.7.1.4.3.1.2", at)
    untagged = column(tree, f"{BRIDGE}.7.1.4.3.1.4", at)
    pvids = column(tree, f"{BRIDGE}.7.1.4.5.1.1", at)

    def carries(lists, vlan, port):
        place = bridging.bridge_port(port) - 1
        return bool(lists[str(vlan)][place // 8] & 0x80 >> place % 8)

    trunk = next(p for p in switch.ports if p.link and p.link.purpose == "access")
    home = next(p for p in switch.ports if p.link and p.link.purpose == "subscriber")
    assert carries(egress, 200, trunk) and not carries(untagged, 200, trunk)
    assert carries(untagged, 100, home) and not carries(egress, 200, home)
    for port in switch.ports:
        if port.kind == "ethernet":
            assert carries(untagged, pvids[str(bridging.bridge_port(port))], port)


def test_every_switch_knows_the_same_root_and_the_way_to_it(whole, lab_clock):
    at = lab_clock.at
    roots = set()
    for name in ("ams-agg-1", "ams-acc-1", "ams-acc-3"):
        tree = mib_of(whole, name)
        (root,) = column(tree, f"{BRIDGE}.2.5", at).values()
        (port,) = column(tree, f"{BRIDGE}.2.7", at).values()
        roots.add(root)
        own = bridging.bridge_id(device(whole, name))
        assert (port == 0) == (root == own)
        states = column(tree, f"{BRIDGE}.2.15.1.3", at)
        assert port == 0 or states[str(port)] == 5
        assert set(states.values()) <= {1, 2, 5}
    assert len(roots) == 1
    assert min(roots)[:2] == (8192).to_bytes(2, "big")
