"""The collector's part that hears flows, on free ports, with a real exporter."""

import asyncio
import socket
from dataclasses import replace

from noc_console.app.compose import open_services
from noc_console.app.config import Config
from noc_console.app.flow_workers import start_flows
from noc_console.app.supervise import supervisor
from noc_console.kernel.events import EventBus
from noc_console.services.inventory.model import Inspected
from tests.lab import softflowd
from tests.lab.snmpd import free_udp_port


async def test_flows_of_a_real_exporter_are_in_the_store_when_the_collector_ends(tmp_path, clock):
    config = replace(
        Config(store=f"sqlite:///{tmp_path}/noc.db", data=tmp_path, name="noc-1"),
        listen="127.0.0.1",
        netflow_port=free_udp_port(),
        ipfix_port=0,
        sflow_port=0,
    )
    async with open_services(config, bus=EventBus(), clock=clock) as services:
        me = services.identity.operator()
        seen = Inspected(
            address="127.0.0.1", port=161, at=clock.now(), name="r1", serial="R", credential_id=1
        )
        await services.inventory.record(me, inspected=seen)
        async with supervisor() as keeper:
            health = start_flows(services, keeper)
            async with asyncio.timeout(30):
                await known(config.netflow_port, health)
                capture = softflowd.captured(tmp_path)
                await asyncio.to_thread(
                    softflowd.export, capture, version=9, port=config.netflow_port
                )
            assert health()["flow_datagrams_lost"] == health()["flow_datagrams_throttled"] == 0
            assert list(keeper.health) == ["flows", "netflow"], "a port of 0 is not listened on"
        clock.tick(minutes=1)
        top = await services.flows.top(me)
        truth = softflowd.truth(with_ipv6=True)
        assert top.total.bytes == sum(octets for octets, _ in truth.values())
        assert [one.label for one in top.talkers] == ["https", "dns"]


async def known(port, health):
    """Until the worker knows its device: before, whatever comes is a stranger's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        while not health()["flows_malformed"]:
            sock.sendto(b"no flows", ("127.0.0.1", port))
            await asyncio.sleep(0.05)
