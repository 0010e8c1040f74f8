"""Clients to be compared, each run in a process of its own so that none pays for another's heap.

    python -m tests.benchmarks.snmp_clients NAME PORTS COUNT

Prints cells read and the processor seconds they took, as JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from noc_console.adapters.snmp import open_reader
from noc_console.adapters.traps import TrapReceiver
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.intake.model import Trap
from noc_console.wire import ber, oid, snmp
from tests.lab.rude_agent import varbind

IN_FLIGHT = 64
REPETITIONS = 25
POLLED = [f"1.3.6.1.2.1.2.2.1.{column}" for column in (7, 8, 13, 14, 19, 20)]
POLLED += [f"1.3.6.1.2.1.31.1.1.1.{column}" for column in (6, 10)]
WALKED = "1.3.6.1.2.1.2.2"
V2C = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
V3 = SnmpCredential(
    kind=CredentialKind.SNMP_V3,
    user="noc",
    auth_protocol="SHA256",
    auth_secret=Secret("lab-auth-pass"),
    priv_protocol="AES128",
    priv_secret=Secret("lab-priv-pass"),
)

Ask = Callable[[str, int], Awaitable[int]]
"""Asks one device; the number of cells it read."""


def processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def places(ports: list[int], count: int) -> list[tuple[str, int]]:
    """Where the devices are: addresses of their own behind one port, or ports of one address."""
    if len(ports) > 1:
        return [("127.0.0.1", ports[n % len(ports)]) for n in range(count)]
    return [(f"127.21.{n // 250}.{n % 250 + 1}", ports[0]) for n in range(count)]


def engines(ports: list[int], count: int) -> list[tuple[str, int]]:
    """The places that differ: one for each of several ports."""
    return places(ports, len(ports) if len(ports) > 1 else count)


async def all_of(ask: Ask, devices: Iterable[tuple[str, int]]) -> int:
    """Ask every device, so many at a time; the cells they gave."""
    todo = iter(list(devices))

    async def worker() -> int:
        cells = 0
        for address, port in todo:
            cells += await ask(address, port)
        return cells

    return sum(await asyncio.gather(*[worker() for _ in range(IN_FLIGHT)]))


# ── ours ──


async def own(kind: str, ports: list[int], count: int) -> tuple[int, float]:
    columns = tuple(oid.encode(each) for each in POLLED)
    credential = V3 if kind.startswith("v3") else V2C

    async with open_reader(bind="127.0.0.1") as reader:

        def target(address: str, port: int) -> SnmpTarget:
            return SnmpTarget(address, port, credential, max_repetitions=REPETITIONS)

        async def poll(address: str, port: int) -> int:
            polled = await reader.poll(target(address, port), columns)
            return len(polled.numbers)

        async def walk(address: str, port: int) -> int:
            return len(await reader.walk(target(address, port), WALKED))

        async def first(address: str, port: int) -> int:
            return len(await reader.get(target(address, port), ["1.3.6.1.2.1.1.3.0"]))

        ask = {"poll": poll, "v3poll": poll, "walk": walk, "v3first": first}[kind]
        if kind == "v3poll":
            await all_of(first, engines(ports, count))  # discovery is another figure
        if kind == "v3first":
            await reader._user(V3)  # so are the master keys, made once
        before = processor_s()
        cells = await all_of(ask, places(ports, count))
        spent = processor_s() - before
        assert not reader.statistics.timeouts
        return cells, spent


# ── pysnmp ──


async def pysnmp_v1arch(kind: str, ports: list[int], count: int) -> tuple[int, float]:
    from pysnmp.hlapi.v1arch.asyncio import (
        CommunityData,
        SnmpDispatcher,
        UdpTransportTarget,
        bulk_cmd,
    )
    from pysnmp.proto.rfc1902 import Null, ObjectName

    bases = POLLED if kind == "poll" else [WALKED]
    repetitions = REPETITIONS if kind == "poll" else 4 * REPETITIONS  # what our walk rises to
    community = CommunityData("public", mpModel=1)
    with SnmpDispatcher() as dispatcher:

        async def ask(address: str, port: int) -> int:
            where = await UdpTransportTarget.create((address, port), timeout=5, retries=2)

            async def bulk(names: list[object]) -> tuple[object, object, object, object]:
                return await bulk_cmd(
                    dispatcher,
                    community,
                    where,
                    0,
                    repetitions,
                    *[(name, Null("")) for name in names],
                    lookupMib=False,
                )

            return await _by_bulk(bulk, [ObjectName(base) for base in bases])

        before = processor_s()
        cells = await all_of(ask, places(ports, count))
        return cells, processor_s() - before


async def pysnmp_v3arch(kind: str, ports: list[int], count: int) -> tuple[int, float]:
    from pysnmp.hlapi.v3arch.asyncio import (
        USM_AUTH_HMAC192_SHA256,
        USM_PRIV_CFB128_AES,
        ContextData,
        ObjectIdentity,
        ObjectType,
        SnmpEngine,
        UdpTransportTarget,
        UsmUserData,
        bulk_cmd,
        get_cmd,
    )
    from pysnmp.proto.rfc1902 import Null, ObjectName

    engine = SnmpEngine()
    user = UsmUserData(
        "noc",
        "lab-auth-pass",
        "lab-priv-pass",
        authProtocol=USM_AUTH_HMAC192_SHA256,
        privProtocol=USM_PRIV_CFB128_AES,
    )
    context = ContextData()

    async def where(address: str, port: int) -> UdpTransportTarget:
        return await UdpTransportTarget.create((address, port), timeout=20, retries=1)

    async def first(address: str, port: int) -> int:
        asked = ObjectType(ObjectIdentity("1.3.6.1.2.1.1.3.0"))
        problem, status, _, found = await get_cmd(
            engine, user, await where(address, port), context, asked, lookupMib=False
        )
        assert not problem and not status, problem
        return len(found)

    async def poll(address: str, port: int) -> int:
        device = await where(address, port)

        async def bulk(names: list[object]) -> tuple[object, object, object, object]:
            asked = [(name, Null("")) for name in names]
            return await bulk_cmd(
                engine, user, device, context, 0, REPETITIONS, *asked, lookupMib=False
            )

        return await _by_bulk(bulk, [ObjectName(base) for base in POLLED])

    if kind == "v3poll":
        await all_of(first, engines(ports, count))
    before = processor_s()
    cells = await all_of(poll if kind == "v3poll" else first, places(ports, count))
    spent = processor_s() - before
    engine.close_dispatcher()
    return cells, spent


async def _by_bulk(bulk, bases) -> int:
    """Whole rows of some columns by GETBULK after GETBULK; the number of cells."""
    names, width, cells = list(bases), len(bases), 0
    while True:
        problem, status, _, found = await bulk(names)
        assert not problem and not status, (problem, status)
        whole = 0
        for n, (name, value) in enumerate(found):
            if not bases[n % width].isPrefixOf(name) or value.__class__.__name__ == "EndOfMibView":
                break
            whole += n % width == width - 1
        cells += whole * width
        if whole * width < len(found) - width or not whole:
            return cells
        if whole * width < len(found) and not all(
            base.isPrefixOf(name)
            for base, (name, _) in zip(bases, found[whole * width :], strict=False)
        ):
            return cells
        names = [name for name, _ in found[(whole - 1) * width : whole * width]]


# ── traps, without a network ──


def a_trap(index: int = 7) -> bytes:
    """A linkDown as routers send it: eight varbinds; `index` is the value of its ifIndex."""
    interface = "1.3.6.1.2.1.2.2.1"
    varbinds = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, ber.integer_content(123456)),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode("1.3.6.1.6.3.1.1.5.3")),
        varbind(f"{interface}.1.7", ber.INTEGER, index),
        varbind(f"{interface}.2.7", ber.OCTETS, b"GigabitEthernet0/0/7"),
        varbind(f"{interface}.3.7", ber.INTEGER, 6),
        varbind(f"{interface}.7.7", ber.INTEGER, 1),
        varbind(f"{interface}.8.7", ber.INTEGER, 2),
        varbind("1.3.6.1.4.1.9.2.2.1.1.20.7", ber.OCTETS, b"Lost Carrier"),
    ]
    pdu = snmp.Pdu(snmp.TRAP_V2, 77, 0, 0, varbinds)
    return snmp.encode_message(snmp.V2C, b"public", pdu)


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def own_traps(kind: str, ports: list[int], count: int) -> tuple[int, float]:
    told = 0

    def tell(trap: Trap) -> None:
        nonlocal told
        told += 1

    receiver = TrapReceiver(tell, clock=_Clock())
    await receiver.admit([V2C])
    data = a_trap()
    before = processor_s()
    for _ in range(count):
        receiver.receive(data, "10.0.0.1")
    return told, processor_s() - before


async def pysnmp_traps(kind: str, ports: list[int], count: int) -> tuple[int, float]:
    """What its NotificationReceiver does with a datagram, names and values turned into text."""
    from pysnmp.carrier.asyncio.dgram import udp
    from pysnmp.entity import config, engine
    from pysnmp.entity.rfc3413 import ntfrcv

    told = 0

    def tell(engine_, reference, context_engine, context, varbinds, extra) -> None:
        nonlocal told
        told += bool([(str(name), value.prettyPrint()) for name, value in varbinds])

    receiver = engine.SnmpEngine()
    config.add_transport(
        receiver, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode(("127.0.0.1", 0))
    )
    config.add_v1_system(receiver, "area", "public")
    ntfrcv.NotificationReceiver(receiver, tell)
    await asyncio.sleep(0.05)
    data, source = a_trap(), udp.UdpTransportAddress(("10.0.0.1", 162))
    before = processor_s()
    for _ in range(count):
        receiver.message_dispatcher.receive_message(receiver, udp.DOMAIN_NAME, source, data)
    spent = processor_s() - before
    receiver.close_dispatcher()
    return told, spent


CLIENTS = {
    "own": own,
    "pysnmp-v1arch": pysnmp_v1arch,
    "pysnmp-v3arch": pysnmp_v3arch,
    "own-traps": own_traps,
    "pysnmp-traps": pysnmp_traps,
}


def main() -> None:
    gc.set_threshold(50_000, 20, 20)  # as the program does (app.cli), and good for the others too
    name, kind, ports, count = sys.argv[1:]
    numbers = [int(each) for each in ports.split(",")]
    began = time.perf_counter()
    cells, cpu_s = asyncio.run(CLIENTS[name](kind, numbers, int(count)))
    print(json.dumps({"cells": cells, "cpu_s": cpu_s, "wall_s": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
