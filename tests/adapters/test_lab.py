import asyncio
import json

import pytest

from noc_console.adapters.lab import LabClient
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unreachable
from noc_console.lab import plan
from noc_console.lab.control import Control
from noc_console.lab.run import Options, open_lab


@pytest.fixture
async def lab(tmp_path):
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as running:
        control = Control(running, tmp_path / "lab.json")
        await control.start()
        running.stopped = control.stopped
        yield running
        await control.close()


@pytest.fixture
def client(tmp_path):
    return LabClient(tmp_path / "lab.json")


async def test_the_status_comes_over_as_it_is(lab, client):
    assert await client.status() == lab.status()
    assert await client.catalogue() == lab.catalogue()
    assert await client.seeds() == lab.seeds


async def test_faults_begin_and_end_from_here(lab, client):
    fault = await client.fail("link-down", "ams-agg-1:Ethernet1")
    assert (await client.status()).faults == (fault,)
    assert await client.mend(fault.id) == (fault,)
    await client.fail("high-cpu", None)
    assert len(await client.mend_all()) == 1
    assert lab.faults.active == {}


async def test_refusals_come_over_as_what_they_are(lab, client):
    with pytest.raises(NotFound):
        await client.fail("earthquake", None)
    with pytest.raises(Invalid):
        await client.fail("link-down", "ams-core-1:Loopback0")
    await client.fail("high-cpu", "ams-core-1")
    with pytest.raises(Conflict):
        await client.fail("high-cpu", "ams-core-1")


async def test_the_lab_can_be_stopped(lab, client):
    await client.stop()
    assert lab.stopped.is_set()


async def test_without_a_lab_it_is_unreachable(client):
    with pytest.raises(Unreachable, match="no lab is running") as raised:
        await client.status()
    assert raised.value.reason == "closed"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"host": "127.0.0.1"}', "\x00\x01"])
async def test_a_control_file_that_makes_no_sense_is_no_lab(client, tmp_path, text):
    (tmp_path / "lab.json").write_text(text)
    with pytest.raises(Unreachable):
        await client.status()


async def test_the_file_of_a_killed_lab_leads_nowhere(client, tmp_path):
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    place = {"host": "127.0.0.1", "port": port, "token": "x", "pid": 1}
    (tmp_path / "lab.json").write_text(json.dumps(place))
    with pytest.raises(Unreachable, match="does not answer"):
        await client.status()
    server.close()
    await server.wait_closed()
    with pytest.raises(Unreachable, match="does not answer"):
        await client.status()


async def test_a_stolen_place_without_its_token_is_refused(lab, client, tmp_path):
    file = tmp_path / "lab.json"
    place = json.loads(file.read_text())
    file.write_text(json.dumps({**place, "token": "guessed"}))
    with pytest.raises(NotAllowed):
        await client.mend_all()
    file.write_text(json.dumps(place))
