"""Stands at the door of one connection: host keys from the store, logins from the vault, and
what neither knows from the person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin, Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import Authority, HostKey, KeyChanged, NotTrusted
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.terminal.asking import Asker
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.connecting import Prompt, Target
from noc_console.services.ways.model import Hop

PURPOSE = "terminal"


class Doorkeeper:
    """See `connecting.Keeper`."""

    def __init__(
        self,
        actor: Actor,
        target: Target,
        asker: Asker,
        *,
        hostkeys: HostKeyService,
        credentials: CredentialService,
        is_legacy: Callable[[Hop], Awaitable[bool]],
        confided: Confided | None = None,
    ) -> None:
        self._actor = actor
        self._target = target
        self._asker = asker
        self._hostkeys = hostkeys
        self._credentials = credentials
        self._is_legacy = is_legacy
        self._confided = Confided() if confided is None else confided

    async def pinned(self, hop: Hop) -> tuple[HostKey, ...]:
        return await self._hostkeys.pinned(self._actor, host=hop.host, port=hop.port)

    async def authorities(self, hop: Hop) -> Sequence[Authority]:
        known = await self._hostkeys.known(self._actor, host=hop.host, port=hop.port)
        return known.authorities

    async def admit(self, shown: HostKey, *, against: str = "") -> bool:
        """Asks about a stranger; a changed key raises its alarm first and takes a reason."""
        device_id = self._device_of(shown)
        try:
            await self._hostkeys.meet(
                self._actor,
                shown=shown,
                device_id=device_id,
                name=self._target.title,
                against=against,
            )
        except NotTrusted:
            if not await self._asker.trust(shown):
                return False
            await self._hostkeys.trust(self._actor, key=shown)
        except KeyChanged as changed:
            reason = await self._asker.overrule(changed)
            if not reason:
                raise
            await self._hostkeys.override(
                self._actor, key=shown, reason=reason, device_id=device_id
            )
        return True

    async def logins(self, hop: Hop) -> Sequence[SshLogin]:
        """Those of the vault that fit; whoever may not use it types."""
        try:
            found = await self._credentials.logins_for(
                self._actor, subject=self._subject(hop), purpose=PURPOSE, with_touch=True
            )
        except NotAllowed:
            return ()
        self._confided.add_logins(found)
        return found

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        said = await self._asker.answers(title, text, prompts)
        for prompt, answer in zip(prompts, said or (), strict=False):
            if prompt.is_secret:
                self._confided.add(answer)
        return said

    async def may_be_old(self, hop: Hop) -> bool:
        return await self._is_legacy(hop)

    def told(self, text: str) -> None:
        self._asker.told(text)

    def _subject(self, hop: Hop) -> Subject:
        if (hop.host, hop.port) != (self._target.host, self._target.hop.port):
            return Subject(name=hop.host, address=hop.host)
        return subject_of(self._target)

    def _device_of(self, shown: HostKey) -> int | None:
        is_end = (shown.host, shown.port) == (self._target.host, self._target.hop.port)
        return self._target.device_id if is_end else None


def subject_of(target: Target) -> Subject:
    """What the vault's rules look at."""
    return Subject(
        device_id=target.device_id,
        name=target.title,
        address=target.host,
        platform=target.platform,
        vendor=target.vendor,
        type=target.type,
        model=target.model,
        site=target.site,
        tags=tuple(sorted(target.tags)),
    )
