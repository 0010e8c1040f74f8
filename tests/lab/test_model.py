from noc_console.lab import plan


def test_a_port_is_found_by_its_full_and_its_short_name():
    built = plan.small()
    switch = built.devices["ams-acc-1"]
    port = switch.port("TenGigabitEthernet1/1/1")
    assert port is not None
    assert switch.port("Te1/1/1") is port
    assert built.find_port(port.key) is port
    assert built.find_port("ams-acc-1:nothing") is None
    assert built.find_port("nobody:eth0") is None


def test_both_ends_of_a_cable_lead_to_each_other():
    link = next(link for link in plan.small().links if link.b)
    assert link.a.far is link.b
    assert link.b.far is link.a
    assert link.speed == min(link.a.speed, link.b.speed)
    assert link.key == f"{link.a.key}--{link.b.key}"


def test_a_subscribers_port_has_nothing_of_ours_at_the_other_end():
    link = next(link for link in plan.small().links if link.purpose == "subscriber")
    assert link.a.far is None
    assert link.ends == (link.a,)
    assert link.key == link.a.key


def test_a_device_lists_the_neighbours_a_protocol_shows():
    built = plan.full()
    switch = built.devices["ams-acc-1"]
    assert [far.device.name for _, far in switch.neighbours("cdp")] == ["ams-acc-2"]
    assert [far.device.name for _, far in switch.neighbours("lldp")] == ["ams-agg-1"]
    assert built.devices["ams-core-1"].is_router
    assert not switch.is_router
