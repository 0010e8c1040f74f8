"""Ways through real sshd's: what an operator sets up once for devices behind jump hosts."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, Match
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.ways.service import WayService
from tests.adapters.ssh.peers import USER, Sshd

HOST = "localhost"
"""By name: the devices of the lab have addresses."""


def key_of(server: Sshd) -> HostKey:
    return replace(server.pinned(), host=HOST)


async def lead_through(
    *servers: Sshd,
    actor: Actor,
    ways: WayService,
    credentials: CredentialService,
    hostkeys: HostKeyService | None = None,
    names: str = "",
) -> None:
    """Devices of these names are behind the servers; with `hostkeys` their keys are trusted."""
    await ways.add(
        actor, name="inside", names=names, hops=">".join(f"{HOST}:{each.port}" for each in servers)
    )
    for server in servers:
        if hostkeys is not None:
            await hostkeys.trust(actor, key=key_of(server))
        await credentials.add(
            actor,
            kind=CredentialKind.SSH_KEY,
            secret=Secret((server.home / "id").read_text()),
            user=USER,
            name=f"jump host {server.port}",
            match=Match(names=(HOST,)),
        )
