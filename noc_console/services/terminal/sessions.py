"""Opening terminals: who may, to what, by which way; and the journal of who was where and when."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NocError, NotFound, Refused
from noc_console.kernel.events import Event
from noc_console.kernel.operation import operation
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.terminal import store, ways
from noc_console.services.terminal.addresses import parse
from noc_console.services.terminal.asking import Asker
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.connecting import (
    SSH_PORT,
    Connector,
    LegacyAllowed,
    LegacyOnly,
    LinkKind,
    SecretTyped,
    SessionEnded,
    SessionOpened,
    SessionRefused,
    Target,
    WayChanged,
    Wired,
)
from noc_console.services.terminal.keeping import PURPOSE, Doorkeeper, subject_of
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link
from noc_console.services.terminal.session import Session
from noc_console.services.terminal.ways import Allowed, Way

SHORTEST_REASON = 8


class SessionService:
    """Terminals to devices. Secrets stay between the vault and the connection."""

    def __init__(
        self,
        db: Database,
        connector: Connector,
        *,
        clock: Clock,
        inventory: InventoryService,
        credentials: CredentialService,
        hostkeys: HostKeyService,
        port: int = SSH_PORT,
    ) -> None:
        self._db = db
        self._connector = connector
        self._clock = clock
        self._inventory = inventory
        self._credentials = credentials
        self._hostkeys = hostkeys
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
        async with self._db.read(actor) as tx:
            known = await store.every_way(tx)
            is_legacy = await store.is_legacy(tx, target.host, target.hop.port)
        hops = target.hops or ways.choose(known, subject_of(target))
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

    @operation("terminal.ways", right="terminal.open")
    async def ways(self, actor: Actor) -> tuple[Way, ...]:
        """List which jump hosts lead to which devices, in the order they are tried."""
        async with self._db.read(actor) as tx:
            return await store.every_way(tx)

    @operation("terminal.add-way", right="terminal.set-up")
    async def add_way(
        self, actor: Actor, *, name: str, hops: str, names: str = "", sites: str = ""
    ) -> Way:
        """Say through which hosts devices of some names or sites are reached."""
        way = ways.check(Way(0, name, names, sites, hops))
        async with self._db.begin(actor) as tx:
            if any(other.name == way.name for other in await store.every_way(tx)):
                raise Invalid(f"there is another way called {way.name}", field="name")
            number = await store.add_way(tx, way)
            tx.record(WayChanged(way_id=number, name=way.name, what="added"))
        return replace(way, id=number)

    @operation("terminal.remove-way", right="terminal.set-up")
    async def remove_way(self, actor: Actor, *, way_id: int) -> None:
        """Remove a way; devices are reached by the next that fits, or straight."""
        async with self._db.begin(actor) as tx:
            known = {way.id: way for way in await store.every_way(tx)}
            if way_id not in known or not await store.remove_way(tx, way_id):
                raise NotFound(f"there is no way {way_id}")
            tx.record(WayChanged(way_id=way_id, name=known[way_id].name, what="removed"))

    @operation("terminal.legacy", right="terminal.open")
    async def legacy(self, actor: Actor) -> tuple[Allowed, ...]:
        """List the hosts that may use algorithms that are no longer safe, and who said so."""
        async with self._db.read(actor) as tx:
            return await store.every_legacy(tx)

    async def may_be_old(self, actor: Actor, *, host: str, port: int) -> bool:
        """Whether this one host may use old algorithms; backups, jobs and flights ask here too."""
        actor.require("terminal.open")
        async with self._db.read(actor) as tx:
            return await store.is_legacy(tx, host, port)

    @operation("terminal.allow-legacy")
    async def allow_legacy(self, actor: Actor, *, host: str, reason: str, port: int = 22) -> None:
        """Allow one host algorithms that are no longer safe; say why."""
        said = " ".join(reason.split())
        if len(said) < SHORTEST_REASON:
            raise Invalid("say why: it is kept with your name", field="reason")
        async with self._db.begin(actor) as tx:
            await store.allow_legacy(tx, host, port, reason=said, at=self._clock.now())
            tx.record(LegacyAllowed(host=host, port=port, is_allowed=True, reason=said))

    @operation("terminal.forbid-legacy", right="terminal.allow-legacy")
    async def forbid_legacy(self, actor: Actor, *, host: str, port: int = 22) -> None:
        """Take old algorithms back from a host."""
        async with self._db.begin(actor) as tx:
            if not await store.forbid_legacy(tx, host, port):
                raise NotFound(f"{host} is not allowed old algorithms")
            tx.record(LegacyAllowed(host=host, port=port, is_allowed=False, reason=""))

    async def _connect(
        self, actor: Actor, target: Target, size: Size, asker: Asker, confided: Confided
    ) -> Link:
        keeper = Doorkeeper(
            actor,
            target,
            asker,
            hostkeys=self._hostkeys,
            credentials=self._credentials,
            is_legacy=lambda hop: self.may_be_old(actor, host=hop.host, port=hop.port),
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
                await self.allow_legacy(
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
