"""Fifty recorded devices of as many makers as the rule brings, found with names and interfaces.

The recordings are read here by a few lines of their own, so that a mistake of the program's
reader of recordings cannot hide one of the inspection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from noc_console.kernel.actor import Actor
from noc_console.lab import replay
from noc_console.lab.run import Options, open_lab
from noc_console.services.discovery.model import LedgerEntry, RunState
from noc_console.services.discovery.service import DiscoveryService
from noc_console.services.discovery.workers import DiscoveryWorker
from noc_console.services.inventory.model import Interface
from noc_console.services.inventory.service import InventoryService

pytestmark = pytest.mark.recordings

COUNT = 50
QUIET = Options(snmp_port=0, ssh_port=None)
SYS_NAME = "1.3.6.1.2.1.1.5.0"
WITHHELD = "<private>"
"""What recordings say instead of names; such a device is called by its address."""
IF_ENTRY, IFX_ENTRY = "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1."
DESCR, NAME = f"{IF_ENTRY}2.", f"{IFX_ENTRY}1."


@dataclass
class Recording:
    """What a recording says of the device and its interfaces."""

    stem: str
    name: str = ""
    indexes: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    descriptions: dict[int, str] = field(default_factory=dict)
    ports: list[dict[str, Any]] = field(default_factory=list)


def chosen(folder: Path) -> list[str]:
    """Every n-th recording by name: makers stand together, so this brings most of them."""
    stems = sorted(path.stem for path in folder.glob("*.snmprec"))
    step = len(stems) // COUNT
    return stems[step // 2 :: step][:COUNT]


def read(folder: Path, stem: str) -> Recording:
    found = Recording(stem)
    lines = (folder / f"{stem}.snmprec").read_bytes().split(b"\n")
    for line in lines:
        oid, _, rest = line.decode("utf-8", "replace").partition("|")
        kind, _, value = rest.partition("|")
        if oid == SYS_NAME:
            found.name = plain(kind, value)
        elif oid.startswith((IF_ENTRY, IFX_ENTRY)) and oid.count(".") in (10, 11):
            index = int(oid.rpartition(".")[2])
            if oid.startswith(IF_ENTRY):
                found.indexes.add(index)
            if oid.startswith(DESCR):
                found.descriptions[index] = plain(kind, value)
            elif oid.startswith(NAME):
                found.names[index] = plain(kind, value)
    told = json.loads((folder / f"{stem}.json").read_text("utf-8"))
    found.ports = told.get("ports", [])
    # A row without any name is no interface, nor is a name without a row of ifTable.
    found.indexes &= found.names.keys() | found.descriptions.keys()
    return found


def plain(kind: str, value: str) -> str:
    """The text as one line; blanks at its ends and NULs behind it are padding."""
    octets = bytes.fromhex(value) if kind.endswith("x") else value.encode()
    bare = octets.rstrip(b"\x00")
    try:
        return " ".join(bare.decode().split())
    except UnicodeDecodeError:
        return " ".join(bare.decode("latin-1").split())


@pytest.fixture
def recordings(shared: Path) -> list[Recording]:
    folder = shared / "devices"
    return [read(folder, stem) for stem in chosen(folder)]


async def test_fifty_recorded_devices_are_found_with_their_names_and_interfaces(
    discovery: DiscoveryService,
    inventory: InventoryService,
    worker: DiscoveryWorker,
    operator: Actor,
    shared: Path,
    recordings: list[Recording],
) -> None:
    names = tuple(one.stem for one in recordings)
    lab_plan = replay.plan(shared / "devices", names=names)
    async with open_lab(lab_plan, QUIET) as lab:
        run = await discovery.start(operator, seed=lab.seeds, depth=0, requests_per_second=1000)
        run = await worker.work(run.id)
    ledger = {entry.address: entry for entry in await discovery.ledger(operator)}
    assert (run.state, run.failures) == (RunState.DONE, {})
    assert (run.found, run.failed, run.left) == (COUNT, 0, 0)
    wrong: list[str] = []
    for recording in recordings:
        entry = ledger[lab_plan.devices[recording.stem].address]
        ports = await inventory.interfaces(operator, device_id=entry.device_id)
        wrong += differences(recording, entry, ports)
    assert wrong == []


def differences(
    recording: Recording, entry: LedgerEntry, ports: tuple[Interface, ...]
) -> list[str]:
    """What was found otherwise than recorded, in words."""
    stem, found = recording.stem, []
    name = "" if recording.name == WITHHELD else recording.name
    if entry.name != (name or entry.address):
        found.append(f"{stem}: is called {entry.name!r}, not {recording.name!r}")
    known = {port.index: port for port in ports if port.index}
    missing, added = recording.indexes - known.keys(), known.keys() - recording.indexes
    if recording.ports:
        # Call routes of voice gateways and the like: nobody counts them as interfaces.
        missing &= {port["ifIndex"] for port in recording.ports}
    if missing or added:
        found.append(f"{stem}: lacks interfaces {sorted(missing)}, has {sorted(added)} too much")
    for index in known.keys() & recording.indexes:
        descr = recording.descriptions.get(index, "")
        wanted = recording.names.get(index) or descr or str(index)
        port = known[index]
        if (oneline(port.name), oneline(port.descr)) != (wanted, descr):
            found.append(
                f"{stem}: {index} is {port.name!r} {port.descr!r}, not {wanted!r} {descr!r}"
            )
    for told in recording.ports:
        port = known.get(told["ifIndex"])
        its = {oneline(str(told[key])) for key in ("ifName", "ifDescr") if told.get(key)}
        if port is None or (its and not its & {oneline(port.name), oneline(port.descr)}):
            found.append(f"{stem}: the port {told['ifIndex']} {its} is {port}")
    return found


def oneline(text: str) -> str:
    return " ".join(text.split())
