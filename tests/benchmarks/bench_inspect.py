"""Inspecting every recorded device, from the octets of its file to the findings.

Beside it stands what pysnmp would need merely to decode the same varbinds, as GetResponses of 25
with its own decoder: measured on every so-many-th response, reckoned for all of them. Both are
seconds of CPU.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.recorded import RecordedAgent
from noc_console.wire import snmp, snmprec
from noc_console.wire.snmp import Pdu, Varbind

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT.parent / "shared" / "devices"
RULES = ROOT / "resources" / "platforms"
VARBINDS_A_RESPONSE = 25
SAMPLE = 40
"""One response in so many is decoded with pysnmp; all of them would take a minute."""
ROUNDS = 3
GOAL = 20.0

Figure = Mapping[str, Any]


def bench() -> list[Figure]:
    paths = sorted(RECORDINGS.glob("*.snmprec"))
    name = f"inspect: {len(paths) or 'all'} recordings, rules loaded before"
    if not paths:
        return [_figure(name, None, "the recordings are not here")]
    rules = load(RULES)

    async def all_of_them() -> None:
        for path in paths:
            await inspect(RecordedAgent(path.read_bytes()), rules)

    seconds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        asyncio.run(all_of_them())
        seconds.append(time.process_time() - began)
    began = time.process_time()
    load(RULES)
    loading = time.process_time() - began
    peer = _pysnmp_seconds(paths)
    return [
        _figure(name, min(seconds), "pysnmp's decoder on the same varbinds", peer, GOAL),
        _figure("inspect: loading the rules of all platforms", loading, "of those seconds", peer),
    ]


def _pysnmp_seconds(paths: Sequence[Path]) -> float:
    """What pysnmp's message decoder would take for every varbind of the recordings."""
    from pyasn1.codec.ber import decoder
    from pysnmp.proto.api import v2c

    varbinds: list[Varbind] = []
    for path in paths:
        text = path.read_text("utf-8", errors="surrogateescape")
        varbinds += snmprec.read(text.splitlines()).varbinds
    messages = [
        snmp.encode_message(
            1, b"public", Pdu(snmp.RESPONSE, 1, varbinds=varbinds[at : at + VARBINDS_A_RESPONSE])
        )
        for at in range(0, len(varbinds), VARBINDS_A_RESPONSE * SAMPLE)
    ]
    began = time.process_time()
    decoded = 0
    for message in messages:
        found, _ = decoder.decode(message, asn1Spec=v2c.Message())
        pdu = v2c.apiMessage.get_pdu(found)
        decoded += len(v2c.apiPDU.get_varbinds(pdu))
    return (time.process_time() - began) * len(varbinds) / decoded


def _figure(
    name: str,
    value: float | None,
    peer: str,
    peer_value: float | None = None,
    goal: float | None = None,
) -> Figure:
    ratio = peer_value / value if value and peer_value else None
    return {
        "name": name,
        "value": None if value is None else round(value, 2),
        "unit": "CPU-s",
        "peer": peer,
        "peer_value": None if peer_value is None else round(peer_value, 1),
        "ratio": None if ratio is None else round(ratio, 1),
        "goal": f"{goal:g}× faster" if goal else "none",
        "met": None if goal is None or ratio is None else ratio >= goal,
    }
