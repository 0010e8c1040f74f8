"""What a real exporter sends arrives whole: softflowd's NetFlow v5, v9 and IPFIX."""

import asyncio
import socket
import time

import pytest

from noc_console.adapters.flows import open_flow_receiver
from noc_console.adapters.udp import Rate
from noc_console.kernel.errors import Broken
from noc_console.services.flows.rules.applications import service_ports
from noc_console.wire.flows.decoder import FlowDecoder
from noc_console.wire.flows.records import address_text
from tests.lab import flow_packets as made
from tests.lab import softflowd


async def exported(tmp_path, version, *more):
    """By source, destination and service port: octets and packets; and the versions heard."""
    decoder, sums, versions, lost = FlowDecoder(), {}, set(), []

    def take(data, source):
        heard = decoder.decode(data, source, time.monotonic())
        versions.add(heard.version)
        lost.append(heard.unknown)
        ports = service_ports(heard.rows["protocol"], heard.rows["sport"], heard.rows["dport"])
        for row, port in zip(heard.rows, ports.tolist(), strict=True):
            key = (
                address_text(int(row["src_hi"]), int(row["src_lo"])),
                address_text(int(row["dst_hi"]), int(row["dst_lo"])),
                port,
            )
            octets, packets = sums.get(key, (0, 0))
            sums[key] = octets + int(row["bytes"]), packets + int(row["packets"])

    async with open_flow_receiver(take, port=0, bind="127.0.0.1") as listener:
        capture = softflowd.captured(tmp_path)
        export = asyncio.to_thread(
            softflowd.export, capture, version=version, port=listener.port, more=more
        )
        await export
        await asyncio.sleep(0.1)
        assert listener.throttled == 0
    assert sum(lost) == 0
    return sums, versions


@pytest.mark.parametrize(
    ("version", "name", "with_ipv6"),
    [(5, "NetFlow v5", False), (9, "NetFlow v9", True), (10, "IPFIX", True)],
)
async def test_totals_of_a_real_exporter_equal_what_was_in_the_capture(
    tmp_path, version, name, with_ipv6
):
    sums, versions = await exported(tmp_path, version)
    assert versions == {name}
    assert sums == softflowd.truth(with_ipv6=with_ipv6)


async def test_a_real_exporters_biflows_are_told_in_both_directions(tmp_path):
    sums, _ = await exported(tmp_path, 10, "-b")
    assert sums == softflowd.truth(with_ipv6=True)


async def test_one_exporter_uses_up_its_own_share_only():
    heard = []
    async with open_flow_receiver(
        lambda data, source: heard.append(source),
        port=0,
        bind="127.0.0.1",
        rate=Rate(per_s=0.001, burst=5),
    ) as listener:
        for address, count in (("127.0.0.2", 20), ("127.0.0.3", 3)):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind((address, 0))
                for _ in range(count):
                    sock.sendto(made.sflow(), ("127.0.0.1", listener.port))
        async with asyncio.timeout(10):
            while listener.received < 23:
                await asyncio.sleep(0.01)
        assert listener.throttled == 15
    assert (heard.count("127.0.0.2"), heard.count("127.0.0.3")) == (5, 3)


async def test_a_port_that_is_taken_is_said_so():
    async with open_flow_receiver(lambda data, source: None, port=0, bind="127.0.0.1") as first:
        with pytest.raises(Broken, match=str(first.port)):
            async with open_flow_receiver(
                lambda data, source: None, port=first.port, bind="127.0.0.1"
            ):
                pass
