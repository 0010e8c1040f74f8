"""The newest word about each probe: definition, last numbers and last words together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from noc_console.db.samples import PROBE, LatestValues
from noc_console.services.inventory.model import Device
from noc_console.services.probes.model import PHASES, Probe, ProbeFacts, ProbeNow, ProbeState

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
    columns = {name: latest.column(name).tolist() for name in PROBE.columns}
    place = {number: at for at, number in enumerate(latest.ids.tolist())}
    times = latest.at_ms.tolist()
    found = []
    for probe in probes:
        at = place.get(probe.id)
        device = devices.get(probe.device_id) if probe.device_id else None
        said = words.get(probe.id)
        target = target_of(probe, device)
        device_name = (device.name or device.address) if device else ""
        one = ProbeNow(
            probe=probe,
            target=target,
            name=probe.name or device_name or target,
            device_name=device_name,
            error=said.error if said else "",
            facts=said.facts if said else (),
            by=said.by if said else "",
        )
        if at is not None:
            row = {name: values[at] for name, values in columns.items()}
            moment = datetime.fromtimestamp(times[at] / 1000, UTC)
            one = _measured(one, {n: v for n, v in row.items() if v == v}, moment)
        found.append(one)
    return tuple(found)


def _measured(one: ProbeNow, row: Mapping[str, float], moment: datetime) -> ProbeNow:
    def ms(name: str) -> float | None:
        return row[f"{name}_us"] / 1000 if f"{name}_us" in row else None

    state = int(row.get("state", 0))
    ends = row.get("expires_s")
    return replace(
        one,
        state=_STATES.get(state, ProbeState.UNKNOWN),
        at=moment,
        sent=int(row.get("sent", 0)),
        lost=int(row.get("lost", 0)),
        least_ms=ms("min"),
        median_ms=ms("median"),
        greatest_ms=ms("max"),
        jitter_ms=ms("jitter"),
        phases_ms={name: row[f"{name}_us"] / 1000 for name in PHASES if f"{name}_us" in row},
        expires_at=None if ends is None else datetime.fromtimestamp(ends, UTC),
        # Words are kept when they change; a round that went well needs none.
        error="" if state == ProbeState.WELL else one.error,
    )
