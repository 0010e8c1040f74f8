import asyncio
import socket

import pytest

from noc_console.kernel.errors import Broken
from noc_console.lab import plan
from noc_console.lab.clock import ManualClock
from noc_console.lab.run import Lab, Options, can_bind, open_lab, raise_file_limit
from noc_console.wire import oid
from noc_console.wire import snmp as wire
from tests.lab.conftest import EVENING
from tests.lab.talking import V1, V2C, V3, snmp

SYS_NAME = "1.3.6.1.2.1.1.5.0"
own_addresses = pytest.mark.skipif(
    not can_bind("127.20.0.1"), reason="this system has only 127.0.0.1, no address per device"
)


@pytest.fixture
async def lab():
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        yield running


def place(lab, name):
    device = lab.device(name)
    return f"{device.host}:{device.snmp_port}"


@own_addresses
async def test_every_device_answers_at_its_own_address_on_the_same_port(lab):
    assert len(lab.seeds) == 6
    assert len({seed.rpartition(":")[2] for seed in lab.seeds}) == 1
    for name in lab.plan.devices:
        assert f'"{name}"' in await snmp("get", V2C, place(lab, name), SYS_NAME)


@pytest.mark.parametrize("how", [V1, V2C, V3], ids=["v1", "v2c", "v3"])
async def test_net_snmp_reads_it_in_every_version(lab, how):
    assert '"ams-agg-1"' in await snmp("get", how, place(lab, "ams-agg-1"), SYS_NAME)
    names = await snmp("walk", how, place(lab, "ams-agg-1"), "1.3.6.1.2.1.31.1.1.1.1")
    assert names.count("STRING") == len(lab.device("ams-agg-1").ports)


@pytest.mark.parametrize("how", [V2C, V3], ids=["v2c", "v3"])
async def test_a_bulk_walk_of_everything_ends_cleanly(lab, how):
    said = await snmp("bulkwalk", how, place(lab, "ams-olt-1"), ".1")
    assert said.count("\n") > 3_000
    assert "No more variables" in said.splitlines()[-1]
    assert "OID not increasing" not in said


async def test_counters_move_between_two_readings(lab):
    port = next(p for p in lab.device("ams-core-1").ports if p.link)
    name = f"1.3.6.1.2.1.31.1.1.1.6.{port.if_index}"
    first = await snmp("get", (*V2C, "-Oqv"), place(lab, "ams-core-1"), name)
    await asyncio.sleep(0.2)
    assert int(await snmp("get", (*V2C, "-Oqv"), place(lab, "ams-core-1"), name)) > int(first)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (("-v2c", "-c", "wrong"), "Timeout"),
        ((*V3[:4], "nobody", *V3[5:]), "Unknown user name"),
        ((*V3[:8], "wrong-auth-pass", *V3[9:]), "Authentication failure"),
        (
            ("-v3", "-l", "noAuthNoPriv", "-u", "noc"),
            "Authorization|Unsupported|Error|authorization",
        ),
    ],
)
async def test_strangers_are_turned_away(lab, how, says):
    said = await snmp("get", how, place(lab, "ams-core-1"), SYS_NAME)
    assert "ams-core-1" not in said
    assert any(word in said for word in says.split("|")), said


async def test_a_set_is_refused(lab):
    said = await snmp("set", V2C, place(lab, "ams-core-1"), SYS_NAME, "s", "mine")
    assert "noAccess" in said or "No Access" in said
    assert '"ams-core-1"' in await snmp("get", V2C, place(lab, "ams-core-1"), SYS_NAME)


async def test_a_dark_device_is_silent_and_comes_back_with_another_boot(lab):
    where = place(lab, "ams-acc-1")
    boots = "1.3.6.1.6.3.10.2.1.2.0"
    before = int((await snmp("get", (*V3, "-Oqv"), where, boots)).strip())
    fault = lab.fail("device-down", "ams-acc-1")
    assert "Timeout" in await snmp("get", V2C, where, SYS_NAME)
    lab.mend(fault.id)
    lab.world.agenda.run(lab.clock.now() + 60)
    assert int((await snmp("get", (*V3, "-Oqv"), where, boots)).strip()) == before + 1


@pytest.fixture
def ears():
    """Two UDP sockets that hear traps and syslog."""
    kind = socket.AF_INET, socket.SOCK_DGRAM
    with socket.socket(*kind) as traps, socket.socket(*kind) as syslog:
        for each in (traps, syslog):
            each.bind(("127.0.0.1", 0))
            each.settimeout(5)
        yield traps, syslog


async def test_traps_and_syslog_come_from_the_devices_own_socket(ears):
    traps, syslog = ears
    options = Options(
        snmp_port=0, ssh_port=None, trap_to=traps.getsockname(), syslog_to=syslog.getsockname()
    )
    async with open_lab(plan.small(), options) as lab:
        port = next(p for p in lab.device("ams-core-1").ports if p.far)
        lab.fail("link-down", port.key)
        senders = {}
        for _ in range(2):
            data, sender = await asyncio.to_thread(traps.recvfrom, 4096)
            pdu = wire.decode_message(data).pdu
            senders[sender] = oid.decode(pdu.varbinds[1][2])
        ends = {(e.device.address, e.device.snmp_port) for e in port.link.ends}
        assert senders == dict.fromkeys(ends, "1.3.6.1.6.3.1.1.5.3")
        line, sender = await asyncio.to_thread(syslog.recvfrom, 4096)
        assert sender in ends
        assert b"down" in line.lower()
        assert (lab.status().traps, lab.status().syslog) == (2, 2)


async def test_the_real_clock_does_what_falls_due():
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as lab:
        done = asyncio.Event()
        lab.world.agenda.add(lab.clock.now() + 0.05, lambda _at: done.set())
        await asyncio.wait_for(done.wait(), 5)


async def test_a_manual_clock_is_moved_by_the_test():
    options = Options(snmp_port=0, ssh_port=None, clock=ManualClock(EVENING))
    async with open_lab(plan.small(), options) as lab:
        fault = lab.fail("reboot", "ams-agg-1")
        assert not lab.world.is_alive(lab.device("ams-agg-1"))
        lab.advance(60)
        assert lab.world.is_alive(lab.device("ams-agg-1"))
        assert fault.id not in lab.faults.active
        assert lab.clock.at == EVENING + 60


async def test_status_tells_what_runs_and_what_is_broken(lab):
    fault = lab.fail("high-cpu", "ams-core-1")
    await snmp("get", V2C, place(lab, "ams-core-1"), SYS_NAME)
    status = lab.status()
    assert status.running
    assert status.faults == (fault,)
    assert status.requests >= 1
    assert {d.name for d in status.devices} == set(lab.plan.devices)
    assert all(d.alive and d.ports for d in status.devices)
    assert lab.mend_all() == [fault]
    assert {kind.name for kind in lab.catalogue()} >= {"link-down", "power-loss"}


async def test_a_lab_stopped_and_started_again_remembers_what_was_broken(tmp_path):
    options = Options(snmp_port=0, ssh_port=None, state_file=tmp_path / "lab.state.json")
    async with open_lab(plan.small(), options) as lab:
        fault = lab.fail("high-cpu", "ams-core-1")
    async with open_lab(plan.small(), options) as again:
        assert again.status().faults == (fault,)
        assert again.world.cpu(again.device("ams-core-1"), again.clock.now()) > 85


async def test_a_second_lab_on_the_same_port_is_refused(lab):
    taken = lab.device("ams-core-1").snmp_port
    with pytest.raises(Broken, match="another lab"):
        async with open_lab(plan.small(), Options(snmp_port=taken, ssh_port=None)):
            pass


async def test_without_addresses_of_their_own_devices_have_ports_of_their_own():
    options = Options(snmp_port=0, ssh_port=None, own_addresses=False)
    async with open_lab(plan.small(), options) as lab:
        assert {seed.partition(":")[0] for seed in lab.seeds} == {"127.0.0.1"}
        assert len(set(lab.seeds)) == 6
        assert '"ams-ups-1"' in await snmp("get", V2C, place(lab, "ams-ups-1"), SYS_NAME)
        assert lab.device("ams-ups-1").address != "127.0.0.1"
        assert lab.status().devices[0].address == "127.0.0.1"


def test_room_for_many_sockets_is_made_and_never_taken_away():
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_file_limit(64)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
    raise_file_limit(min(before[1], before[0] + 8))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= before[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_lab_that_was_not_started_listens_nowhere():
    lab = Lab(plan.small(), Options())
    assert lab.agents == {}
