from noc_console.services.flows.model import Traffic


def test_traffic_adds_up_part_by_part():
    assert Traffic(1, 2, 3) + Traffic(10, 20, 30) == Traffic(11, 22, 33)
    assert sum([Traffic(1, 1, 1)] * 3, Traffic()) == Traffic(3, 3, 3)
