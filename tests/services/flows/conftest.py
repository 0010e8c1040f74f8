"""A store of flows, a service on it, and a router that exports them."""

from __future__ import annotations

import socket
import struct

import pytest

from noc_console.db.flows import open_flows
from noc_console.services.flows.service import FlowService
from noc_console.services.flows.workers import FlowWorker
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from tests.lab import flow_packets as made

ROUTER = "192.0.2.1"
FIELDS = [
    *((8, 4), (12, 4), (10, 4), (14, 4), (1, 8), (2, 4), (7, 2), (11, 2), (4, 1), (5, 1)),
    *((16, 4), (17, 4)),
]


@pytest.fixture
def inventory(db, clock):
    return InventoryService(db, clock=clock)


@pytest.fixture
async def flow_store(store_url, clock):
    async with open_flows(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def flows(db, flow_store, clock, inventory):
    return FlowService(db, flow_store, clock=clock, inventory=inventory)


@pytest.fixture
async def router(inventory, collector, clock):
    """Its id; ports 1 (uplink) and 2 (customers)."""
    ports = (
        SeenInterface(
            index=1, name="xe-0/0/1", alias="to upstream", addresses=("198.51.100.1/30",)
        ),
        SeenInterface(index=2, name="xe-0/0/2", addresses=("10.1.0.1/24", "2001:db8:1::1/64")),
    )
    seen = Inspected(
        address=ROUTER,
        port=161,
        at=clock.now(),
        name="edge-1",
        serial="E1",
        credential_id=1,
        interfaces=ports,
    )
    return int(await inventory.record(collector, inspected=seen))


@pytest.fixture
def worker(flows, flow_store, inventory, bus, clock, collector):
    return FlowWorker(
        flows, flow_store, inventory, bus=bus, clock=clock, actor=collector, name="noc-1"
    )


def flow(
    source="10.1.0.5",
    target="203.0.113.9",
    octets=1_000,
    *,
    packets=10,
    port=443,
    protocol=6,
    tos=0,
    ports=(2, 1),
    systems=(0, 64500),
):
    return (
        socket.inet_aton(source)
        + socket.inet_aton(target)
        + struct.pack(">IIQIHHBB", *ports, octets, packets, 50_000, port, protocol, tos)
        + struct.pack(">II", *systems)
    )


def message(*records, sequence=0, with_template=True):
    sets = [made.a_set(2, made.template(256, FIELDS))] if with_template else []
    return made.ipfix(*sets, made.a_set(256, b"".join(records)), sequence=sequence)
