"""What the port panel tells of a port beside the interface: aggregate, module, power, VLANs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from noc_console.services.inspection.model import Findings, Transceiver
from noc_console.views.device.known import Known
from noc_console.views.device.matrix import matrix
from noc_console.views.device.panel import Extra

MOST_VLANS = 6
_POWERED = frozenset(("deliveringpower", "on", "delivering"))


def of(known: Known) -> dict[int, Extra]:
    """By interface id; ports with nothing to add are absent."""
    found = known.findings
    names = known.port_names()
    lags = {port.if_index: port for port in found.interfaces}
    modules = {one.if_index: one for one in found.transceivers if one.if_index is not None}
    power = powered(found)
    vlans = _vlans(found)
    told = {}
    for port in known.interfaces:
        more = lags.get(port.index)
        extra = Extra(
            lag=names.get(more.lag_index or -1, "") if more is not None else "",
            module=_module(modules.get(port.index)),
            poe=power.get(port.index, ""),
            duplex=f"{more.duplex} duplex" if more is not None and more.duplex else "",
            vlans=vlans.get(port.index, ""),
        )
        if extra != Extra():
            told[int(port.id)] = extra
    return told


def powered(found: Findings) -> dict[int, str]:
    """ifIndex of ports that feed a device, with how much where it is told."""
    return {
        one.if_index: f"{one.milliwatts / 1000:.1f} W" if one.milliwatts else "on"
        for one in found.poe
        if one.if_index is not None and one.state.lower() in _POWERED
    }


def _module(module: Transceiver | None) -> str:
    if module is None:
        return ""
    return " ".join(filter(None, (module.vendor, module.model or module.type)))


def _vlans(found: Findings) -> dict[int, str]:
    untagged: dict[int, list[int]] = defaultdict(list)
    tagged: dict[int, list[int]] = defaultdict(list)
    for vlan in found.vlans:
        for index in vlan.untagged:
            untagged[index].append(vlan.vlan)
        for index in vlan.tagged:
            tagged[index].append(vlan.vlan)
    told = {}
    for index in untagged.keys() | tagged.keys():
        words = [str(vlan) for vlan in untagged[index]]
        words += [f"{vlan} tagged" for vlan in tagged[index]]
        more = len(words) - MOST_VLANS
        told[index] = ", ".join(words[:MOST_VLANS]) + (f" and {more} more" if more > 0 else "")
    return told


def completed(known: Known) -> Known:
    """With what takes a while to put together: not for the window's thread."""
    return replace(known, extras=of(known), matrix=matrix(known.findings.vlans, known.interfaces))
