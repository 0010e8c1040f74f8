"""Puts a device's whole MIB together: the standard tables, then what its vendor adds."""

from __future__ import annotations

from noc_console.lab.model import Device
from noc_console.lab.tables import (
    addressing,
    bridging,
    forwarding,
    interfaces,
    neighbours,
    physical,
    protocols,
    system,
    vrfs,
)
from noc_console.lab.tree import Builder, Tree
from noc_console.lab.world import World

_STANDARD = (
    system,
    interfaces,
    neighbours,
    addressing,
    forwarding,
    bridging,
    physical,
    protocols,
    vrfs,
)


def build(world: World, device: Device) -> Tree:
    """Everything the agent of a device can be asked for."""
    mib = Builder()
    for table in _STANDARD:
        table.fill(mib, world, device)
    device.character.tables(mib, world, device)
    return mib.build()
