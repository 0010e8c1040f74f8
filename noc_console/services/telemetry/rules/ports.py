"""A device's interfaces as columns: made of the inventory's facts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import Ports
from noc_console.services.telemetry.rules.rates import Width


def ports_of(facts: Sequence[PortFact]) -> Ports:
    """The columns; facts may come in any order."""
    ordered = sorted(facts, key=lambda fact: fact.id)
    _, ids, indexes, names, speeds, statuses, wide, linked, aliases, types = (
        zip(*ordered, strict=True) if ordered else ((),) * 10
    )
    return Ports(
        ids=np.array(ids, np.int64),
        indexes=np.array(indexes, np.int64),
        names=names,
        speeds=np.array(speeds, np.int64),
        statuses=np.array(statuses, np.int8),
        wide=np.array(wide, np.bool_),
        linked=np.array(linked, np.bool_),
        # Half a million empty texts are one empty tuple each device.
        aliases=aliases if any(aliases) else (),
        types=np.array(types, np.int32),
    )


def width_of(ports: Ports) -> Width:
    """What these interfaces' counters can hold."""
    return Width(ports.wide, ports.speeds)
