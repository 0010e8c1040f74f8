"""Opening terminals: who may, to what, by which way; and the journal of who was where and when."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError, Refused
from noc_console.kernel.events import Event
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.service import InventoryService
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
from noc_console.services.terminal.keeping import PURPOSE, Doorkeeper, subject_of
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link
from noc_console.services.terminal.session import Session
from noc_console.services.ways.model import SSH_PORT
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
        port: int = SSH_PORT,
    ) -> None:
        self._db = db
        self._connector = connector
        self._inventory = inventory
        self._credentials = credentials
        self._hostkeys = hostkeys
        self._ways = ways
        self._port = port

    async def resolve(self, actor: Actor, *, address: str) -> Target:
        """What an address means now: a device's own, the way to it, what it is allowed.

        Raises Invalid for what is no address, NotFound for a device that is not there.
        """
        actor.require("terminal.open")
        target = parse(address)
        if target.device_id is not None:
            target = await self._device(actor, target, target.device_id)
        if target.kind is not LinkKind.SSH:
            return target
        is_legacy = await self._ways.may_be_old(actor, host=target.host, port=target.hop.port)
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

    async def type_secret(self, actor: Actor, *, session: Session, enable: bool = False) -> None:
        """Type the vault's password, or its enable password, where a device asks in its terminal.

        Refused when the vault has none for this device, or nothing is connected.
        """
        actor.require("credentials.use")
        found = await self._credentials.logins_for(
            actor, subject=subject_of(session.target), purpose=PURPOSE
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

    async def _connect(
        self, actor: Actor, target: Target, size: Size, asker: Asker, confided: Confided
    ) -> Link:
        keeper = Doorkeeper(
            actor,
            target,
            asker,
            hostkeys=self._hostkeys,
            credentials=self._credentials,
            is_legacy=lambda hop: self._ways.may_be_old(actor, host=hop.host, port=hop.port),
            confided=confided,
        )
        for _ in range(len(target.hops) + 2):
            try:
                return await self._connector.open(target, size, keeper)
            except LegacyOnly as error:
                if not actor.may("terminal.allow-legacy"):
                    raise
                reason = await asker.allow_old(error)
                if not reason:
                    raise
                await self._ways.allow_legacy(
                    actor, host=error.hop.host, port=error.hop.port, reason=reason
                )
        raise Refused(f"{target.title} does not say which algorithms it needs")

    async def _device(self, actor: Actor, target: Target, device_id: int) -> Target:
        device = await self._inventory.device(actor, device_id=device_id)
        if not device.address:
            raise Refused(f"{device.name} has no known address")
        site = ""
        if device.site_id is not None:
            sites = {each.id: each.name for each in await self._inventory.sites(actor)}
            site = sites.get(device.site_id, "")
        return replace(
            target,
            title=device.name or device.address,
            host=device.address,
            port=self._port,
            platform=device.platform,
            vendor=device.vendor,
            type=device.type.value,
            model=device.model,
            site=site,
        )

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
