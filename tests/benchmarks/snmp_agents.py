"""The other ends of the SNMP benchmark: an image for the C responder, and v3 agents in Python.

python -m tests.benchmarks.snmp_agents COUNT    prints the ports, ends with its standard input
"""

from __future__ import annotations

import random
import selectors
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from noc_console.wire import ber, oid, snmp, usm
from noc_console.wire.snmp import Pdu, Varbind
from tests.lab.rude_agent import RudeAgent, varbind

INTERFACES = 50
USER = usm.make_user(
    "noc", usm.AuthProtocol.SHA256, b"lab-auth-pass", usm.PrivProtocol.AES128, b"lab-priv-pass"
)


def table() -> list[Varbind]:
    """System, ifTable (22 columns) and ifXTable (19) of 50 interfaces, in walk order."""
    rng = random.Random(1)
    found = [
        varbind("1.3.6.1.2.1.1.1.0", ber.OCTETS, b"Router of the benchmark, release 17.9.4a"),
        varbind("1.3.6.1.2.1.1.3.0", ber.TIMETICKS, 123456789),
        varbind("1.3.6.1.2.1.1.5.0", ber.OCTETS, b"router-0001.example.net"),
    ]
    texts, states, ticks = {2, 6}, {1, 3, 4, 7, 8}, {9}
    for row in range(1, INTERFACES + 1):
        for column in range(1, 23):
            name = f"1.3.6.1.2.1.2.2.1.{column}.{row}"
            if column in texts:
                found.append(varbind(name, ber.OCTETS, f"GigabitEthernet0/0/{row}".encode()))
            elif column in states:
                found.append(varbind(name, ber.INTEGER, rng.randint(1, 6)))
            elif column in ticks:
                found.append(varbind(name, ber.TIMETICKS, rng.getrandbits(23)))
            elif column == 22:
                found.append(varbind(name, ber.OID, "0.0"))
            else:
                found.append(varbind(name, ber.COUNTER32, rng.getrandbits(32)))
        for column in range(1, 20):
            name = f"1.3.6.1.2.1.31.1.1.1.{column}.{row}"
            if column in (1, 18):
                found.append(varbind(name, ber.OCTETS, f"uplink to core-{row}".encode()))
            elif 6 <= column <= 13:
                found.append(varbind(name, ber.COUNTER64, rng.getrandbits(52)))
            else:
                found.append(varbind(name, ber.GAUGE32, rng.getrandbits(20)))
    return sorted(found, key=lambda each: oid.sort_key(each[0]))


def write_image(path: Path) -> None:
    """The table as responder.c reads it."""
    parts = []
    for name, tag, content in table():
        encoded = snmp.varbind(name, tag, content)
        parts.append(struct.pack("<H", len(name)) + name)
        parts.append(struct.pack("<H", len(encoded)) + encoded)
    path.write_bytes(b"".join(parts))


def compile_c(source: str, program: Path, *options: str) -> str:
    """Compile a program beside this file; the reason why that was not possible, or nothing."""
    command = ["gcc", "-O2", "-o", str(program), str(Path(__file__).parent / source), *options]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "no C compiler"
    return "" if done.returncode == 0 else f"{source} does not compile (libsnmp-dev missing?)"


class SecuredAgents:
    """Many v3 engines on loopback ports; answers to questions met before come from a cache."""

    def __init__(self, count: int) -> None:
        self._manners = RudeAgent(table())
        self._cache: dict[tuple[object, ...], list[Varbind]] = {}
        self._selector = selectors.DefaultSelector()
        self.ports: list[int] = []
        for number in range(count):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            engine_id = b"\x80\x00\x1f\x88\x01" + number.to_bytes(4, "big")
            engine = usm.Authoritative(engine_id, 1, [USER], started=time.monotonic() - 1000)
            self._selector.register(sock, selectors.EVENT_READ, engine)
            self.ports.append(sock.getsockname()[1])

    def serve(self) -> None:
        """Until standard input ends."""
        self._selector.register(sys.stdin, selectors.EVENT_READ, None)
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                self._drain(key.fileobj, key.data)

    def _drain(self, sock, engine: usm.Authoritative) -> None:
        while True:
            try:
                data, address = sock.recvfrom(65_535)
            except BlockingIOError:
                return
            incoming = engine.receive(data, time.monotonic())
            if isinstance(incoming, usm.Report):
                sock.sendto(incoming.data, address)
            else:
                sock.sendto(engine.reply(incoming, self._answer(incoming.pdu)), address)

    def _answer(self, pdu: Pdu) -> Pdu:
        key = (pdu.kind, pdu.error_status, pdu.error_index, tuple(pdu.varbinds))
        varbinds = self._cache.get(key)
        if varbinds is None:
            answer = self._manners.respond(pdu, snmp.V2C)
            assert answer is not None
            varbinds = self._cache[key] = answer.varbinds
        return Pdu(snmp.RESPONSE, pdu.request_id, 0, 0, varbinds)


def main() -> None:
    agents = SecuredAgents(int(sys.argv[1]))
    print(*agents.ports, flush=True)
    agents.serve()


if __name__ == "__main__":
    main()
