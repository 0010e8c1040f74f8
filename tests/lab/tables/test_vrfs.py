from noc_console.lab.tables import vrfs
from tests.lab.asking import column, device, mib_of


def test_an_edge_has_its_customers_networks(whole, lab_clock):
    tree, at = mib_of(whole, "ams-edge-1"), lab_clock.at
    told = column(tree, f"{vrfs.VRF}.4", at)
    names = {bytes(int(arc) for arc in index.split(".")[1:]).decode() for index in told}
    assert names == {"INTERNET", "VOICE", "BANK-7"}
    assert len(set(told.values())) == 3
    transit = {
        str(port.if_index)
        for port in device(whole, "ams-edge-1").ports
        if port.link and port.link.purpose == "transit"
    }
    ports = column(tree, f"{vrfs.VRF_PORT}.2", at)
    assert {index.rpartition(".")[2] for index in ports} == transit


def test_a_core_router_carries_no_customers_itself(whole, lab_clock):
    assert column(mib_of(whole, "ams-core-1"), vrfs.VRF, lab_clock.at) == {}
