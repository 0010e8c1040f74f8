import pytest

from noc_console.lab.tables.host import HOST
from tests.lab.asking import column, device, mib_of, one


def test_a_server_tells_memory_disks_and_processors(whole, lab_clock):
    tree, at = mib_of(whole, "ams-srv-1"), lab_clock.at
    server = device(whole, "ams-srv-1")
    names = column(tree, f"{HOST}.2.3.1.3", at)
    sizes, used = column(tree, f"{HOST}.2.3.1.5", at), column(tree, f"{HOST}.2.3.1.6", at)
    assert set(names.values()) == {b"Physical memory", b"/", b"/var"}
    assert all(0 < used[index] < sizes[index] for index in names)
    assert used["1"] / sizes["1"] == pytest.approx(whole.memory(server, at), abs=0.001)
    loads = column(tree, f"{HOST}.3.3.1.2", at)
    assert len(loads) == server.character.processors
    mean = sum(loads.values()) / len(loads)
    assert mean == pytest.approx(whole.cpu(server, at), abs=3)


def test_a_busy_server_shows_it(whole, lab_clock):
    tree, at = mib_of(whole, "ams-srv-1"), lab_clock.at
    whole.nodes["ams-srv-1"].extra_cpu = 86
    assert min(column(tree, f"{HOST}.3.3.1.2", at).values()) > 85


def test_the_hosts_uptime_is_the_devices(whole, lab_clock):
    tree, at = mib_of(whole, "ams-srv-1"), lab_clock.at
    assert one(tree, f"{HOST}.1.1.0", at) == one(tree, "1.3.6.1.2.1.1.3.0", at)
