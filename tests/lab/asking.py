"""Reads a simulated device's MIB without a network in between."""

from __future__ import annotations

from noc_console.lab import mib
from noc_console.lab.model import Device
from noc_console.lab.tree import Tree
from noc_console.lab.world import World
from noc_console.wire import ber, oid, snmp


def column(tree: Tree, name: str, at: float) -> dict[str, snmp.Value]:
    """Every instance below an OID: index text → value, as a walk would find them."""
    prefix = oid.encode(name)
    found: dict[str, snmp.Value] = {}
    here = prefix
    while True:
        here, tag, content = tree.after(here, at)
        if tag == ber.END_OF_MIB or not here.startswith(prefix):
            return found
        found[oid.decode_index(here[len(prefix) :])] = snmp.value(tag, content)


def one(tree: Tree, name: str, at: float) -> snmp.Value:
    """A single instance; None when it does not exist."""
    _, tag, content = tree.get(oid.encode(name), at)
    return snmp.value(tag, content)


def mib_of(world: World, name: str) -> Tree:
    return mib.build(world, device(world, name))


def device(world: World, name: str) -> Device:
    return world.plan.devices[name]
