"""The vault for people: what is in it, who opens it, whether a credential works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Invalid, NotFound, Refused, Unreachable
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import Credential, CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.probe import Probe
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_at_site
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.model import Holder, VaultState
from noc_console.services.telemetry.ports import SnmpReader
from noc_console.services.vault import listing
from noc_console.services.vault.model import Entry, Trial, UsedOn
from noc_console.services.vault.ports import LoginTester
from noc_console.services.ways.service import WayService

_SYS_NAME = "1.3.6.1.2.1.1.5.0"
Names = Callable[[Actor], Awaitable[Mapping[str, str]]]
"""What things other than credentials are called, by the first two parts of their secrets' names."""


async def _no_names(_: Actor) -> Mapping[str, str]:
    return {}


class VaultService:
    """Looks, unlocks, reveals, rotates, shares and tests."""

    def __init__(
        self,
        holding: Holding,
        *,
        credentials: CredentialService,
        inventory: InventoryService,
        ways: WayService,
        reader: SnmpReader,
        tester: LoginTester,
        names: Names = _no_names,
        ssh_port: int = 22,
    ) -> None:
        self.holding = holding
        self._credentials = credentials
        self._inventory = inventory
        self._ways = ways
        self._reader = reader
        self._tester = tester
        self._names = names
        self._ssh_port = ssh_port

    # --- looking ---------------------------------------------------------------------------

    @operation("vault.see")
    async def entries(self, actor: Actor) -> tuple[Entry, ...]:
        """List what the vault keeps, for what, used when and by whom; never a secret."""
        looker = _helped(actor, "credentials.list", "inventory.read")
        known = await self._credentials.all(looker)
        kept = await self.holding.kept(actor)
        devices = await self._inventory.devices(looker)
        sites = await self._inventory.sites(looker)
        names = await self._names(actor)
        state = await self.holding.state(actor)

        def count() -> dict[int, int]:  # ten thousand devices against every pattern
            return listing.counted(known, listing.subjects(devices, sites))

        counts = await asyncio.to_thread(count)
        return listing.entries(known, kept, counts, names, generation=state.generation)

    @operation("vault.state", right="vault.see")
    async def state(self, actor: Actor) -> VaultState:
        """Tell whether the vault is open here, how many open it, and how old its key is."""
        return await self.holding.state(actor)

    @operation("vault.holders", right="vault.see")
    async def holders(self, actor: Actor) -> tuple[Holder, ...]:
        """List the people and machines that can open the vault, and machines that ask."""
        return await self.holding.holders(actor)

    @operation("vault.devices", right="vault.see")
    async def devices(
        self, actor: Actor, *, credential_id: int, with_others: bool = False
    ) -> tuple[UsedOn, ...]:
        """List the devices a credential is for: that answered to it, or that it matches.

        With others all devices are listed, those it is not for without a reason.
        """
        looker = _helped(actor, "credentials.list", "inventory.read")
        known = await self._known(looker, credential_id)
        devices = await self._inventory.devices(looker)
        sites = await self._inventory.sites(looker)

        def find() -> tuple[UsedOn, ...]:
            rows = listing.subjects(devices, sites)
            return listing.used_on(known, rows, with_others=with_others)

        return await asyncio.to_thread(find)

    # --- opening ---------------------------------------------------------------------------

    @operation("vault.unlock")
    async def unlock(self, actor: Actor, *, passphrase: Secret, person: str = "") -> None:
        """Open the vault in this process with a pass phrase."""
        await self.holding.unlock(actor, person=person, passphrase=passphrase)

    @operation("vault.reveal")
    async def reveal(self, actor: Actor, *, ref: str, passphrase: Secret) -> Secret:
        """Read a secret on a screen, after the pass phrase was given once more."""
        return await self.holding.reveal(actor, name=SecretRef(ref), passphrase=passphrase)

    @operation("vault.change-passphrase", right="vault.unlock")
    async def change_passphrase(
        self, actor: Actor, *, old: Secret, new: Secret, person: str = ""
    ) -> None:
        """Choose another pass phrase."""
        await self.holding.change_passphrase(actor, person=person, old=old, new=new)

    # --- sharing and rotating ---------------------------------------------------------------

    @operation("vault.add-person", right="vault.people")
    async def add_person(self, actor: Actor, *, name: str, passphrase: Secret) -> Holder:
        """Let a person in; they open the vault with this pass phrase."""
        return await self.holding.add_person(actor, name=name, passphrase=passphrase)

    @operation("vault.let-in", right="vault.people")
    async def let_in(self, actor: Actor, *, holder_id: int, fingerprint: str) -> None:
        """Let a machine in that asked, after its fingerprint was compared."""
        await self.holding.let_in(actor, holder_id=holder_id, fingerprint=fingerprint)

    @operation("vault.put-out", right="vault.people")
    async def put_out(self, actor: Actor, *, holder_id: int) -> int:
        """Put a person or machine out and seal everything anew; answers how many secrets."""
        return await self.holding.put_out(actor, holder_id=holder_id)

    @operation("vault.rotate")
    async def rotate(self, actor: Actor) -> int:
        """Make a new key and seal every secret with it; answers how many."""
        return await self.holding.rotate(actor)

    @operation("vault.move", right="vault.rotate")
    async def move(self, actor: Actor) -> int:
        """Write every secret to where the configuration says secrets lie; answers how many."""
        return await self.holding.move(actor)

    # --- testing ---------------------------------------------------------------------------

    @operation("vault.test")
    async def test(self, actor: Actor, *, credential_id: int, device_id: int) -> Trial:
        """Try a credential on a device; nothing is changed there."""
        user = _helped(actor, "credentials.list", "credentials.use", "inventory.read")
        user = _helped(user, "hostkeys.see", "secrets.use")
        known = await self._known(user, credential_id)
        device = await self._inventory.device(user, device_id=device_id)
        if not device.address:
            raise Refused(f"{device.name} has no known address")
        try:
            text = await self._tried(user, known, device)
        except AuthRejected as error:
            return Trial(device.name, known.name, False, str(error))
        except Unreachable as error:
            return Trial(device.name, known.name, False, str(error))
        return Trial(device.name, known.name, True, text)

    async def _tried(self, actor: Actor, known: Credential, device: Device) -> str:
        if known.kind.is_snmp:
            keys = await self._credentials.opened(actor, credential_ids=(int(known.id),))
            opened = await Probe(self._reader, keys).open(device.address, device.port)
            named = opened.first_words.get(_SYS_NAME)
            name = named.decode("utf-8", "replace") if isinstance(named, bytes) else ""
            return f"it answers as {visible(name, limit=100)}" if name else "it answers"
        if known.kind not in (CredentialKind.SSH, CredentialKind.SSH_KEY):
            raise Invalid(
                "a login or an SNMP credential can be tested; an enable word, a token or a key for "
                "TACACS+ is tried where it is used",
                field="credential_id",
            )
        subject = await subject_at_site(self._inventory, actor, device)
        [login] = await self._credentials.logins_for(
            actor, subject=subject, purpose="test", credential_ids=(int(known.id),)
        )
        door = await self._ways.door(actor, subject=subject, port=self._ssh_port, purpose="test")
        # A door that is not known, or not the one it was, is sent nothing.
        async with self._ways.watched(actor, door, subject):
            said = await self._tester.log_in(door, login)
        return f"it lets {login.user} in ({said})"

    async def _known(self, actor: Actor, credential_id: int) -> Credential:
        for known in await self._credentials.all(actor):
            if known.id == credential_id:
                return known
        raise NotFound(f"there is no credential {credential_id}")


def _helped(actor: Actor, *rights: str) -> Actor:
    """What a door of ours looks at on the way takes no right of its own."""
    return replace(actor, rights=actor.rights | set(rights))
