"""Hosts of a playbook that are behind jump hosts: each has a port of this machine meanwhile.

Ansible's own ssh knows nothing of our ways and logins. The port is on loopback, lasts as long as
the run, and leads to that one door, which proves itself with its own key all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.kernel.errors import NocError
from noc_console.services.jobs.model import HostSum, ItemState
from noc_console.services.jobs.ports import Host
from noc_console.services.ways.model import Stop


async def led(
    hosts: Sequence[Host], jumps: Jumps, stack: AsyncExitStack
) -> tuple[tuple[Host, ...], tuple[HostSum, ...]]:
    """The hosts with doors that anybody here finds until the stack ends; and those that are not
    reached, with why. A way that leads nowhere is tried once, not for each host behind it."""
    found, lost = [], []
    shut: dict[tuple[Stop, ...], str] = {}
    for host in hosts:
        way = host.door.stops
        if not way:
            found.append(host)
            continue
        if way in shut:
            lost.append(HostSum(host.name, ItemState.UNREACHABLE, shut[way]))
            continue
        # Who runs no playbook through jump hosts need not wait for the library.
        from noc_console.adapters.ssh import programs

        try:
            door = await stack.enter_async_context(programs.led(host.door, jumps))
        except NocError as error:
            shut[way] = str(error)
            lost.append(HostSum(host.name, ItemState.UNREACHABLE, shut[way]))
        else:
            found.append(replace(host, door=door))
    return tuple(found), tuple(lost)
