"""What a lab has to remember so that a killed one goes on where it stood.

Meters and boots are formulas until something breaks; only what faults have bent is written down,
at each event, into one small JSON file.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from noc_console.lab.setting import Setting
from noc_console.lab.world import World
from noc_console.services.lab.model import ActiveFault

_FORMAT = 1


def save(path: Path, world: World, faults: list[ActiveFault]) -> None:
    """Write the state in one go: a reader never sees half of it."""
    state = {
        "format": _FORMAT,
        "seed": world.plan.seed,
        "size": len(world.plan.devices),
        "faults": [asdict(fault) for fault in faults],
        "nodes": {
            name: {"boots": n.boots, "boot_at": n.boot_at, "bases": n.bases, "changed": n.changed}
            for name, n in world.nodes.items()
            if n.has_rebooted or n.changed
        },
        "lines": {
            line.link.key: [[m.total, m.since, m.level] for m in line.meters]
            for line in world.lines()
            if any(meter.total for meter in line.meters)
        },
        "settings": {name: _kept(known) for name, known in world.settings.touched().items()},
    }
    write_private(path, json.dumps(state))


def load(path: Path, world: World) -> list[ActiveFault]:
    """Put the world back as it was written; the faults to resume. Nothing, if it does not fit."""
    try:
        state = json.loads(path.read_text())
        if (state["format"], state["seed"], state["size"]) != (
            _FORMAT, world.plan.seed, len(world.plan.devices),
        ):  # fmt: skip
            return []
        faults = [ActiveFault(**each) for each in state["faults"]]
        _restore(world, state)
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return faults


def _kept(known: Setting) -> dict[str, Any]:
    told = asdict(known)
    del told["history"]
    told["files"] = {name: b64encode(text).decode() for name, text in known.files.items()}
    return told


def _setting(kept: dict[str, Any]) -> Setting:
    files = {str(name): b64decode(text) for name, text in kept["files"].items()}
    former = (str(kept["former"][0]), str(kept["former"][1]))
    return Setting(**{**kept, "files": files, "former": former, "history": []})


def _restore(world: World, state: dict[str, Any]) -> None:
    for name, kept in state["nodes"].items():
        node = world.nodes[name]
        node.boots, node.boot_at = int(kept["boots"]), float(kept["boot_at"])
        node.bases = {int(key): list(map(float, base)) for key, base in kept["bases"].items()}
        node.changed = {int(key): float(at) for key, at in kept["changed"].items()}
        node.has_rebooted = True
    for name, kept in state.get("settings", {}).items():
        world.settings.put_back(name, _setting(kept))
    lines = {line.link.key: line for line in world.lines()}
    for key, meters in state["lines"].items():
        for meter, (total, since, level) in zip(lines[key].meters, meters, strict=True):
            meter.restore(total=float(total), since=float(since), level=float(level))


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
