"""Ten thousand recordings that lie, through the whole pipeline: problems, never a crash or a hang.

A mutant is its seed: `mutant(content, seed)` makes the one that failed again. A hang ends with the
suite's time-out; the seed stands in what the test printed.
"""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from pathlib import Path

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.app import report
from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inspection import as_json, files
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.wire import oid
from noc_console.wire.snmp import value
from noc_console.wire.snmprec import line_of
from tests.fuzz.mutations import mutant

RULES = Path(__file__).resolve().parents[2] / "resources" / "platforms"
CHUNK = 1_000
OF_REAL_DEVICES = 10
OF_THE_LAB = 2
LARGEST = 12_000
"""Octets of the real recordings that are mutated: small ones are quick and as odd as large ones."""
ROWS = 5
"""Kept of a column of the lab's devices, for the same reason."""


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load(RULES)


def survive(content: bytes, rules: Rules) -> bool:
    """Whether it was a recording at all; whatever it was, what comes out can be shown."""
    try:
        agent = files.agent_of(content)
    except Invalid as error:
        assert str(error)
        return False
    document = as_json.document(asyncio.run(inspect(agent, rules)))
    printed = json.dumps(document, ensure_ascii=False, allow_nan=False)
    printed.encode()
    report.text(document, whole=True).encode()
    return True


def survive_all(corpus: list[bytes], rules: Rules, first: int) -> None:
    read = 0
    for seed in range(first, first + CHUNK):
        print("seed", seed)
        read += survive(mutant(corpus[seed % len(corpus)], seed), rules)
    assert read > CHUNK // 2, "most mutants are to get past the door"


@pytest.mark.parametrize("chunk", range(OF_REAL_DEVICES))
def test_real_recordings_that_lie_give_problems_at_worst(
    shared: Path, rules: Rules, chunk: int
) -> None:
    survive_all(_real(shared / "devices"), rules, chunk * CHUNK)


@pytest.mark.parametrize("chunk", range(OF_THE_LAB))
def test_the_lab_s_devices_recorded_and_garbled_give_problems_at_worst(
    rules: Rules, chunk: int
) -> None:
    survive_all(_lab(), rules, (100 + chunk) * CHUNK)


def test_the_originals_are_read_without_trouble(rules: Rules) -> None:
    """Mutants of something broken would prove nothing."""
    assert all(survive(content, rules) for content in _lab())


def test_a_mutant_is_the_same_every_time() -> None:
    (content, *_) = _lab()
    assert all(mutant(content, seed) == mutant(content, seed) for seed in range(50))
    assert len({mutant(content, seed) for seed in range(50)}) == 50


@lru_cache(maxsize=1)
def _real(folder: Path) -> list[bytes]:
    small = [path for path in sorted(folder.glob("*.snmprec")) if path.stat().st_size < LARGEST]
    assert len(small) > 100
    return [path.read_bytes() for path in small]


@lru_cache(maxsize=1)
def _lab() -> list[bytes]:
    """A small recording of each vendor's character, as `.snmprec` and as snmpwalk prints it."""
    return [written for lines in asyncio.run(_recorded()) for written in lines]


async def _recorded() -> list[tuple[bytes, bytes]]:
    public = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("public"))
    found = []
    async with (
        open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as lab,
        open_reader(bind="127.0.0.1") as reader,
    ):
        for device in {type(one.character): one for one in lab.plan.devices.values()}.values():
            target = SnmpTarget(device.address, device.snmp_port, public, max_repetitions=50)
            rows: dict[bytes, int] = {}
            kept = []
            async for batch in reader.sweep(target):
                for varbind in batch.varbinds:
                    column = oid.encode(".".join(oid.decode(varbind[0]).split(".")[:10]))
                    rows[column] = rows.get(column, 0) + 1
                    if rows[column] <= ROWS:
                        kept.append(varbind)
            recorded = "\n".join(map(line_of, kept)).encode()
            walked = "\n".join(
                f".{oid.decode(name)} = {_printed(tag, content)}" for name, tag, content in kept
            )
            found.append((recorded, walked.encode()))
    return found


def _printed(tag: int, content: bytes) -> str:
    found = value(tag, content)
    if isinstance(found, bytes):
        return f"Hex-STRING: {found.hex(' ').upper()} " if found else '""'
    kinds = {2: "INTEGER", 6: "OID", 64: "IpAddress", 65: "Counter32", 66: "Gauge32"}
    if tag == 67:
        return f"Timeticks: ({found}) 0:00:00.00"
    return f"{kinds.get(tag, 'Counter64')}: {found}"
