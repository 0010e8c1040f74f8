from noc_console.lab.notices import Notice, What


def test_a_notice_tells_of_one_thing_on_one_device(small):
    device = small.plan.devices["ams-core-1"]
    notice = Notice(What.COLD_START, device, 7.0)
    assert (notice.device, notice.port, notice.peer) == (device, None, "")
    assert What("cold-start") is What.COLD_START
