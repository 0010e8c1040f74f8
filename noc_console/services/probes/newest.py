"""The newest word about each probe: definition, last numbers and last words together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from noc_console.db.samples import PROBE, LatestValues
from noc_console.services.inventory.model import Device
from noc_console.services.probes.model import PHASES, Probe, ProbeFacts, ProbeNow, ProbeState

_PHASES = tuple((name, f"{name}_us") for name in PHASES)
_STATES = {int(state): state for state in ProbeState}


def target_of(probe: Probe, device: Device | None) -> str:
    """What is asked: the probe's own target, else its device's address."""
    return probe.target or (device.address if device is not None else "")


def newest(
    probes: Sequence[Probe],
    devices: Mapping[int, Device],
    words: Mapping[int, ProbeFacts],
    latest: LatestValues,
) -> tuple[ProbeNow, ...]:
    """Every probe as it stands; `latest` holds what was measured, `words` what changed last."""
    columns = [(name, latest.column(name).tolist()) for name in PROBE.columns]
    place = {number: at for at, number in enumerate(latest.ids.tolist())}
    times = latest.at_ms.tolist()
    found = []
    for probe in probes:
        device = devices.get(probe.device_id) if probe.device_id else None
        at = place.get(probe.id)
        measured: dict[str, Any] = {}
        if at is not None:
            told = {name: value for name, values in columns if (value := values[at]) == value}
            measured = _measured(told, times[at])
        found.append(_one(probe, device, words.get(probe.id), measured))
    return tuple(found)


def _one(
    probe: Probe, device: Device | None, said: ProbeFacts | None, measured: dict[str, Any]
) -> ProbeNow:
    target = target_of(probe, device)
    device_name = (device.name or device.address) if device else ""
    # Words are kept when they change; a round that went well needs none of an older one.
    is_well = measured.get("state") == ProbeState.WELL
    return ProbeNow(
        probe=probe,
        target=target,
        name=probe.name or device_name or target,
        device_name=device_name,
        error=said.error if said and not is_well else "",
        facts=said.facts if said else (),
        by=said.by if said else "",
        **measured,
    )


def _measured(told: Mapping[str, float], at_ms: int) -> dict[str, Any]:
    def ms(name: str) -> float | None:
        value = told.get(name)
        return None if value is None else value / 1000

    ends = told.get("expires_s")
    return {
        "state": _STATES.get(int(told.get("state", 0)), ProbeState.UNKNOWN),
        "at": datetime.fromtimestamp(at_ms / 1000, UTC),
        "sent": int(told.get("sent", 0)),
        "lost": int(told.get("lost", 0)),
        "least_ms": ms("min_us"),
        "median_ms": ms("median_us"),
        "greatest_ms": ms("max_us"),
        "jitter_ms": ms("jitter_us"),
        "phases_ms": {name: told[key] / 1000 for name, key in _PHASES if key in told},
        "expires_at": None if ends is None else datetime.fromtimestamp(ends, UTC),
    }
