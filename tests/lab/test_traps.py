import pytest

from noc_console.lab import traps
from noc_console.lab.notices import Notice, What
from noc_console.wire import oid, snmp


def decoded(data):
    message = snmp.decode_message(data)
    found = {
        oid.decode(name): snmp.value(tag, content) for name, tag, content in message.pdu.varbinds
    }
    return message, found


def notice(world, clock, what, **more):
    device = world.plan.devices["ams-core-1"]
    return Notice(what, device, clock.at, **more)


def test_a_link_down_trap_names_the_interface_and_its_states(whole, lab_clock):
    port = next(p for p in whole.plan.devices["ams-core-1"].ports if p.far)
    [data] = traps.traps(whole, notice(whole, lab_clock, What.LINK_DOWN, port=port), 5)
    message, found = decoded(data)
    assert (message.version, message.pdu.kind, message.pdu.request_id) == (1, snmp.TRAP_V2, 5)
    names = list(found)
    assert names[:2] == ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"]
    assert found["1.3.6.1.6.3.1.1.4.1.0"] == "1.3.6.1.6.3.1.1.5.3"
    assert found[f"1.3.6.1.2.1.2.2.1.1.{port.if_index}"] == port.if_index
    assert found[f"1.3.6.1.2.1.31.1.1.1.1.{port.if_index}"] == port.name.encode()


def test_the_uptime_in_a_trap_is_the_devices(whole, lab_clock):
    [data] = traps.traps(whole, notice(whole, lab_clock, What.COLD_START), 1)
    _, found = decoded(data)
    device = whole.plan.devices["ams-core-1"]
    assert found["1.3.6.1.2.1.1.3.0"] == int(whole.uptime(device, lab_clock.at) * 100) % 2**32


def test_a_supply_sends_the_standard_trap_and_its_vendors(whole, lab_clock):
    ups = whole.plan.devices["ams-ups-1"]
    sent = traps.traps(whole, Notice(What.ON_BATTERY, ups, lab_clock.at), 1)
    kinds = [decoded(data)[1]["1.3.6.1.6.3.1.1.4.1.0"] for data in sent]
    assert kinds == ["1.3.6.1.2.1.33.2.1", "1.3.6.1.4.1.318.0.5"]


def test_a_bgp_trap_names_the_peer(whole, lab_clock):
    [data] = traps.traps(whole, notice(whole, lab_clock, What.BGP_DOWN, peer="127.29.0.2"), 1)
    _, found = decoded(data)
    assert found["1.3.6.1.2.1.15.3.1.2.127.29.0.2"] == 1


def test_what_has_no_trap_sends_none(whole, lab_clock):
    port = whole.plan.devices["ams-core-1"].ports[0]
    assert traps.traps(whole, notice(whole, lab_clock, What.ERRORS_RISING, port=port), 1) == []


@pytest.mark.parametrize("what", list(What))
def test_every_vendor_writes_every_kind_of_line_or_keeps_silent(whole, lab_clock, what):
    written = 0
    for device in whole.plan.devices.values():
        port = next(p for p in device.ports if p.link)
        line = traps.syslog(Notice(what, device, lab_clock.at, port, 12.5, "127.29.0.2"))
        if line is not None:
            written += 1
            assert line.startswith(b"<")
            assert f" {device.name} ".encode() in line
            assert len(line) < 1024
    assert written


def test_a_syslog_line_is_written_in_the_old_form(whole, lab_clock):
    port = whole.plan.devices["ams-core-1"].ports[0]
    line = traps.syslog(notice(whole, lab_clock, What.LINK_DOWN, port=port))
    assert line == (
        b"<187>Nov 21 20:00:00 ams-core-1 %LINK-3-UPDOWN: Interface HundredGigE0/0/0/0, "
        b"changed state to down"
    )
