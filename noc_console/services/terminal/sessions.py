"""Opening terminals: who may, to what, by which way; and the journal of who was where and when."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError, Refused
from noc_console.kernel.events import Event
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.locating import Locator
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_at_site
from noc_console.services.terminal.addresses import parse
from noc_console.services.terminal.asking import Asker
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.connecting import (
    Connector,
    LegacyOnly,
    LinkKind,
    SecretTyped,
    SessionEnded,
    SessionOpened,
    SessionRefused,
    Target,
    Wired,
)
from noc_console.services.terminal.holding import Holding, Left
from noc_console.services.terminal.keeping import PURPOSE, Doorkeeper, subject_of
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link
from noc_console.services.terminal.recognising import Names, recognise
from noc_console.services.terminal.session import Session
from noc_console.services.ways.model import SSH_PORT, Hop
from noc_console.services.ways.service import WayService


class SessionService:
    """Terminals to devices. Secrets stay between the vault and the connection."""

    def __init__(
        self,
        db: Database,
        connector: Connector,
        *,
        inventory: InventoryService,
        credentials: CredentialService,
        hostkeys: HostKeyService,
        ways: WayService,
        names: Names | None = None,
        port: int = SSH_PORT,
        holding: Holding | None = None,
    ) -> None:
        """`port` is devices' SSH port; `names` looks up hosts that no device is called by."""
        self._db = db
        self._connector = connector
        self._inventory = inventory
        self._credentials = credentials
        self._hostkeys = hostkeys
        self._ways = ways
        self._names = names
        self._locator = Locator(db)
        self._port = port
        self._holding = holding

    async def resolve(self, actor: Actor, *, address: str) -> Target:
        """What an address means now: whose it is, the way to it, what the device is allowed.

        A device is the same by its number, its name, or any address that is its alone.

        Raises Invalid for what is no address, NotFound for a device that is not there.
        """
        actor.require("terminal.open")
        target = parse(address)
        if target.device_id is not None:
            target = await self._device(actor, target, target.device_id)
        elif target.kind in (LinkKind.SSH, LinkKind.TELNET):
            target = await self._recognised(actor, target)
        if target.kind is not LinkKind.SSH:
            return target
        is_legacy = await self._may_be_old(actor, target, target.hop)
        hops = target.hops or await self._ways.hops(actor, subject=subject_of(target))
        return replace(target, port=target.hop.port, hops=hops, is_legacy=is_legacy)

    async def open(self, actor: Actor, *, target: Target, size: Size, asker: Asker) -> Session:
        """Connect. What people must decide on the way they are asked.

        Raises Refused, Unreachable or AuthRejected; the journal keeps the attempt.
        """
        actor.require("terminal.open")

        confided = Confided()

        async def connect(at: Size) -> Link:
            return await self._connect(actor, target, at, asker, confided)

        async def again(at: Size) -> Link:
            link = await connect(at)
            await self._opened(actor, session, link)
            return link

        async def finish(session: Session, why: str) -> None:
            await self._ended(actor, session, why)

        try:
            link = await connect(size)
        except NocError as error:
            await self._record(
                actor,
                SessionRefused(
                    address=target.address,
                    title=target.title,
                    why=str(error),
                    device_id=target.device_id,
                ),
            )
            raise
        session = Session(target, link, size=size, connect=again, finish=finish, confided=confided)
        await self._opened(actor, session, link)
        return session

    async def left(self, actor: Actor) -> tuple[Left, ...]:
        """Sessions that went on while no window was there; they are this window's now."""
        actor.require("terminal.open")
        return () if self._holding is None else await self._holding.left()

    async def resume(self, actor: Actor, *, key: str, size: Size, asker: Asker) -> Session | None:
        """Go on with one of `left`; None when it is gone. Raises Refused when it is none."""
        actor.require("terminal.open")
        found = next((each for each in await self.left(actor) if each.key == key), None)
        if found is None or self._holding is None:
            return None
        target = await self.resolve(actor, address=found.address)
        confided = Confided()
        if target.user:  # its password may be shown again, and is masked again
            await self._keeper(actor, target, asker, confided).logins(target.hop)
        taken = await self._holding.take(key, target, size)
        if taken is None:
            return None
        link, resumed = taken

        async def again(at: Size) -> Link:
            link = await self._connect(actor, target, at, asker, confided)
            await self._opened(actor, session, link)
            return link

        async def finish(session: Session, why: str) -> None:
            await self._ended(actor, session, why)

        session = Session(target, link, size=size, connect=again, finish=finish, confided=confided)
        session.resumed = resumed
        await self._opened(actor, session, link)
        return session

    def forget(self, key: str) -> None:
        """Hang up on one of `left` that nobody wants back."""
        if self._holding is not None:
            self._holding.end(key)

    def leave(self) -> None:
        """The window goes: from now on, closing what can outlive it lets it go on."""
        if self._holding is not None:
            self._holding.leave()

    async def type_secret(self, actor: Actor, *, session: Session, enable: bool = False) -> None:
        """Type the vault's password, or its enable password, where a device asks in its terminal.

        Refused when the vault has none for this device, or nothing is connected.
        """
        actor.require("credentials.use")
        found = await self._credentials.logins_for(
            actor, subject=subject_of(session.target), purpose=PURPOSE, with_touch=True
        )
        user = session.target.user
        # One user's password is nobody else's; the enable password is the device's.
        mine = [each for each in found if enable or not user or each.user == user]
        what = "enable password" if enable else "password"
        usable = ((each, each.enable if enable else each.password) for each in mine)
        login, secret = next(((each, it) for each, it in usable if it), (None, None))
        if login is None or secret is None:
            raise Refused(f"the vault has no {what} for {session.target.title}")
        await self._record(
            actor,
            SecretTyped(
                session=session.id,
                what=what,
                name=login.name,
                device_id=session.target.device_id,
            ),
        )
        refused = session.type_secret(secret)
        if refused is not None:
            raise Refused(refused.sentence)

    def _keeper(self, actor: Actor, target: Target, asker: Asker, confided: Confided) -> Doorkeeper:
        return Doorkeeper(
            actor,
            target,
            asker,
            hostkeys=self._hostkeys,
            credentials=self._credentials,
            is_legacy=lambda hop: self._may_be_old(actor, target, hop),
            confided=confided,
        )

    async def _connect(
        self, actor: Actor, target: Target, size: Size, asker: Asker, confided: Confided
    ) -> Link:
        keeper = self._keeper(actor, target, asker, confided)
        for _ in range(len(target.hops) + 2):
            try:
                return await self._connector.open(target, size, keeper)
            except LegacyOnly as error:
                if not actor.may("terminal.allow-legacy"):
                    raise
                reason = await asker.allow_old(error)
                if not reason:
                    raise
                host = _managed_at(target, error.hop)
                await self._ways.allow_legacy(actor, host=host, port=error.hop.port, reason=reason)
        raise Refused(f"{target.title} does not say which algorithms it needs")

    async def _device(self, actor: Actor, target: Target, device_id: int) -> Target:
        device = await self._inventory.device(actor, device_id=device_id)
        if not device.address:
            raise Refused(f"{device.name} has no known address")
        known = await self._known(actor, target, device)
        return replace(known, host=device.address, port=self._port)

    async def _recognised(self, actor: Actor, target: Target) -> Target:
        """A host that was named, with what the inventory knows of it."""
        found = await recognise(self._locator, self._names, actor, target)
        if found.device is None:
            return replace(target, candidates=found.candidates, platform=found.platform)
        known = await self._known(actor, target, found.device)
        return replace(
            known,
            device_id=int(found.device.id),
            is_by_address=True,
            managed_at=found.device.address,
        )

    async def _known(self, actor: Actor, target: Target, device: Device) -> Target:
        subject = await subject_at_site(self._inventory, actor, device)
        return replace(
            target,
            title=device.name or device.address or target.host,
            platform=subject.platform,
            vendor=subject.vendor,
            type=subject.type,
            model=subject.model,
            site=subject.site,
            tags=frozenset(subject.tags),
        )

    async def _may_be_old(self, actor: Actor, target: Target, hop: Hop) -> bool:
        """What was allowed a device goes for each of its addresses."""
        hosts = dict.fromkeys((hop.host, _managed_at(target, hop)))
        for host in hosts:
            if await self._ways.may_be_old(actor, host=host, port=hop.port):
                return True
        return False

    async def _opened(self, actor: Actor, session: Session, link: Link) -> None:
        """Say who is connected; a connection that cannot be recorded is none."""
        target = session.target
        is_old = isinstance(link, Wired) and bool(link.badges)
        event = SessionOpened(
            session=session.id,
            address=target.address,
            title=target.title,
            user=target.user,
            via=link.describe,
            device_id=target.device_id,
            is_legacy=target.kind is LinkKind.SSH and is_old,
        )
        try:
            await self._record(actor, event)
        except BaseException:  # given up meanwhile, or not to be recorded: nobody has it
            await link.close()
            raise

    async def _ended(self, actor: Actor, session: Session, why: str) -> None:
        await self._record(
            actor,
            SessionEnded(
                session=session.id,
                address=session.target.address,
                seconds=round(session.seconds, 1),
                received=session.received,
                sent=session.sent,
                why=why,
                device_id=session.target.device_id,
            ),
        )

    async def _record(self, actor: Actor, event: Event) -> None:
        async with self._db.begin(actor) as tx:
            tx.record(event)


def _managed_at(target: Target, hop: Hop) -> str:
    """Where a host is known from: the device at the end of the way by its own address."""
    is_end = (hop.host, hop.port) == (target.host, target.hop.port)
    return target.managed_at if is_end and target.managed_at else hop.host
