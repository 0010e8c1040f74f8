"""Looking into a device object by object, and setting one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotFound, Unreachable
from noc_console.kernel.operation import operation
from noc_console.services.credentials.model import Credential, SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.mibs.model import Base, MibObject
from noc_console.services.mibs.service import MibService
from noc_console.services.snmp import rules
from noc_console.services.snmp.model import (
    ObjectSet,
    ObjectType,
    ObjectValue,
    SnmpTable,
    TableRow,
    Written,
)
from noc_console.services.snmp.ports import Browser, Resolver

MOST_OIDS = 100
MOST_OBJECTS = 100_000
SET_TIMEOUT_S = 5.0

_TYPES = {
    Base.INTEGER: ObjectType.INTEGER,
    Base.UNSIGNED: ObjectType.UNSIGNED,
    Base.COUNTER32: ObjectType.COUNTER32,
    Base.COUNTER64: ObjectType.COUNTER64,
    Base.TIMETICKS: ObjectType.TIMETICKS,
    Base.OCTETS: ObjectType.STRING,
    Base.OID: ObjectType.OID,
    Base.ADDRESS: ObjectType.ADDRESS,
    Base.BITS: ObjectType.HEX,
    Base.OPAQUE: ObjectType.OPAQUE,
}


@dataclass(frozen=True, slots=True)
class _Peer:
    """Whom to ask, and which device of the inventory that is."""

    target: SnmpTarget
    device_id: int | None


def place_of(text: str) -> tuple[str, int]:
    """Host and port of what people write: 192.0.2.1, router:1161; Invalid for anything else."""
    return rules.place(text)


class SnmpService:
    """Single objects of devices: read, followed, walked, set."""

    def __init__(
        self,
        db: Database,
        browser: Browser,
        *,
        credentials: CredentialService,
        inventory: InventoryService,
        resolver: Resolver,
        mibs: MibService,
    ) -> None:
        self._db = db
        self._browser = browser
        self._credentials = credentials
        self._inventory = inventory
        self._resolver = resolver
        self._mibs = mibs

    @operation("snmp.get", right="snmp.read")
    async def get(
        self,
        actor: Actor,
        *,
        oid: tuple[str, ...],
        device: str = "",
        address: str = "",
        credential: str = "",
    ) -> tuple[ObjectValue, ...]:
        """Ask a device for objects by OID or MIB name: sysName, IF-MIB::ifAlias.3, 1.3.6.1….

        The device is named, or an `address` with :PORT or not. Its own credential is used
        unless another is named. NotFound when it has none of the objects.
        """
        if not 1 <= len(oid) <= MOST_OIDS:
            raise Invalid(f"1 to {MOST_OIDS} objects at a time", field="oid")
        await self._mibs.ready()
        wanted = [self._mibs.oid_of(each, is_instance=True) for each in oid]
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        found = await self._browser.get(peer.target, wanted)
        if not any(value.is_there for value in found):
            raise NotFound(f"{peer.target.peer} has no {', '.join(oid)}")
        return self._read(found)

    @operation("snmp.next", right="snmp.read")
    async def next(
        self, actor: Actor, *, oid: str, device: str = "", address: str = "", credential: str = ""
    ) -> ObjectValue:
        """Ask a device for the object that follows an OID."""
        await self._mibs.ready()
        after = self._mibs.oid_of(oid, is_instance=False)
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        if (found := await self._browser.next(peer.target, after)) is None:
            raise NotFound(f"{peer.target.peer} has nothing behind {oid}")
        return self._read((found,))[0]

    @operation("snmp.walk", right="snmp.read")
    async def walk(
        self,
        actor: Actor,
        *,
        oid: str,
        device: str = "",
        address: str = "",
        credential: str = "",
        limit: int = 10_000,
        after: str = "",
    ) -> tuple[ObjectValue, ...]:
        """Ask a device for everything under an OID, in order, at most `limit` objects.

        `after` goes on behind an object: a long walk is asked for piece by piece.
        """
        if not 1 <= limit <= MOST_OBJECTS:
            raise Invalid(f"a limit is 1 to {MOST_OBJECTS:,} objects", field="limit")
        await self._mibs.ready()
        base = self._mibs.oid_of(oid, is_instance=False)
        behind = self._mibs.oid_of(after, is_instance=False) if after else ""
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        found = await self._browser.walk(peer.target, base, after=behind, limit=limit)
        return await asyncio.to_thread(self._read, found)

    @operation("snmp.table", right="snmp.read")
    async def table(
        self,
        actor: Actor,
        *,
        oid: str,
        device: str = "",
        address: str = "",
        credential: str = "",
        limit: int = 10_000,
    ) -> SnmpTable:
        """Ask a device for a table, as rows and columns with the index decoded."""
        await self._mibs.ready()
        row = self._row(oid)
        values = await self.walk(
            actor, oid=row.oid, device=device, address=address, credential=credential, limit=limit
        )
        return await self.arranged(actor, oid=row.oid, values=values)

    async def arranged(self, actor: Actor, *, oid: str, values: Sequence[ObjectValue]) -> SnmpTable:
        """Values that were walked below a table, as its rows and columns."""
        actor.require("snmp.read")
        await self._mibs.ready()
        row = self._row(oid)
        return await asyncio.to_thread(self._arrange, row, tuple(values))

    def row_oid(self, oid: str) -> str:
        """The OID to walk for the table at, around or above an OID; "" when it is in none."""
        row = self._mibs.row_of(oid)
        return "" if row is None else row.oid

    async def look(
        self, actor: Actor, *, oid: str, device: str = "", address: str = "", credential: str = ""
    ) -> ObjectValue:
        """One object as it is now; of type MISSING when the device has none such (yet)."""
        actor.require("snmp.read")
        await self._mibs.ready()
        wanted = self._mibs.oid_of(oid, is_instance=True)
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        return self._read(await self._browser.get(peer.target, [wanted]))[0]

    def type_of(self, oid: str, old: ObjectValue) -> ObjectType:
        """The type to write: what the MIB says, else what the device has."""
        syntax = self._mibs.syntax_of(oid)
        known = None if syntax is None else _TYPES[syntax.base]
        if syntax is not None and known is ObjectType.STRING and "x" in syntax.hint:
            known = ObjectType.HEX
        if not old.is_there or known is ObjectType.HEX:
            return known or ObjectType.STRING
        return old.type  # what the device has is what it takes, whatever its MIB says

    def wrong(self, oid: str, type: ObjectType, value: str) -> str:
        """What is wrong with a value to write, before anybody is asked; "" when nothing is."""
        try:
            rules.payload(type, self._mibs.number_of(oid, value))
        except Invalid as error:
            return f"{error}."
        return ""

    @operation("snmp.set")
    async def set(
        self,
        actor: Actor,
        *,
        oid: str,
        value: str,
        type: ObjectType | None = None,
        device: str = "",
        address: str = "",
        credential: str = "",
        expect: str | None = None,
    ) -> Written:
        """Set one object of a device; without a type, the one it has.

        Words of its MIB will do: `up` for 1.
        With `expect`, Conflict unless that is what stands there now. The request is sent
        once; when no answer comes the device may have taken it or not, and the journal
        says so.
        """
        await self._mibs.ready()
        wanted = self._mibs.oid_of(oid, is_instance=True)
        value = self._mibs.number_of(wanted, value)
        if type is not None:
            rules.payload(type, value)  # before anybody is asked
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        (old,) = self._read(await self._browser.get(peer.target, [wanted]))
        if expect is not None and (not old.is_there or str(old.value) != expect):
            raise Conflict(
                f"{old.name or wanted} of {peer.target.peer} is not what was expected any more"
            )
        chosen = rules.type_to_write(type, old)
        octets = rules.payload(chosen, value)
        once = replace(peer.target, retries=0, timeout_s=SET_TIMEOUT_S)
        typed = ObjectValue(wanted, old.name, chosen, value)
        try:
            (new,) = self._read((await self._browser.set(once, wanted, chosen, octets),))
        except (Unreachable, asyncio.CancelledError):
            await self._note(actor, peer, old, typed, outcome="unanswered")
            raise
        await self._note(actor, peer, old, new, outcome="set")
        return Written(old=old, new=new)

    async def target(
        self, actor: Actor, *, device: str = "", address: str = "", credential: str = ""
    ) -> SnmpTarget:
        """Where and with which login a device is asked, for services that ask it at length."""
        actor.require("snmp.read")
        peer = await self._peer(actor, device=device, address=address, credential=credential)
        return peer.target

    # Private

    def _read(self, values: Iterable[ObjectValue]) -> tuple[ObjectValue, ...]:
        """The values with their names, and as their MIB says they are read."""
        return tuple(self._one(value) for value in values)

    def _row(self, oid: str) -> MibObject:
        row = self._mibs.row_of(self._mibs.oid_of(oid, is_instance=False))
        if row is None:
            raise Invalid(f"{oid} is no table that a MIB here describes", field="oid")
        return row

    def _arrange(self, row: MibObject, values: Sequence[ObjectValue]) -> SnmpTable:
        parts, _ = self._mibs.index_of(row)
        names = tuple(part.name for part in parts)
        found = []
        columns, cells = rules.pivot(row.oid, values)
        for key, by_column in cells.items():
            arcs = tuple(map(int, key.split(".")))
            words = self._mibs.index_words(row, arcs) if names else None
            index = words or (key, *("" for _ in names[1:]))
            found.append(TableRow(key, index, tuple(map(by_column.get, columns))))
        titles = tuple(self._mibs.title_of(column) for column in columns)
        return SnmpTable(row.name, row.oid, names or ("",), titles, tuple(found))

    def _one(self, value: ObjectValue) -> ObjectValue:
        name, text = self._mibs.read(value.oid, rules.raw(value))
        return replace(value, name=name, text=text if text != str(value.value) else "")

    async def _note(
        self, actor: Actor, peer: _Peer, old: ObjectValue, new: ObjectValue, *, outcome: str
    ) -> None:
        is_secret = rules.looks_secret(old) or rules.looks_secret(new)
        async with self._db.begin(actor) as tx:
            tx.record(
                ObjectSet(
                    device_id=peer.device_id,
                    address=peer.target.peer,
                    oid=new.oid,
                    name=new.name,
                    old=rules.told(old, is_secret=is_secret),
                    new=rules.told(new, is_secret=is_secret),
                    outcome=outcome,
                )
            )

    async def _peer(self, actor: Actor, *, device: str, address: str, credential: str) -> _Peer:
        if bool(device) == bool(address):
            raise Invalid("name either a device or an address", field="device")
        known, host, port = await self._place(actor, device, address)
        number = known.credential_id if known else None
        key = await self._key(actor, named=credential, number=number)
        # To use a credential on a device is not to see it: no right of its own is asked for.
        user = replace(actor, rights=actor.rights | {"credentials.use"})
        opened = await self._credentials.opened(user, credential_ids=(int(key.id),))
        if not opened:
            raise NotFound(f"the credential {key.name} was removed")
        ((_, login),) = opened
        return _Peer(SnmpTarget(host, port, login), None if known is None else int(known.id))

    async def _place(
        self, actor: Actor, device: str, address: str
    ) -> tuple[Device | None, str, int]:
        if device:
            found = await self._inventory.device_named(actor, name=device)
            if not found.address:
                raise Invalid(f"{found.name} has no address that is known", field="device")
            return found, found.address, found.port
        host, port = rules.place(address)
        if not rules.is_address(host):
            host = await self._resolver.resolve(host)
        at = [one for one in await self._inventory.devices(actor, text=host) if one.address == host]
        return next((one for one in at if one.port == port), None), host, port

    async def _key(self, actor: Actor, *, named: str, number: int | None) -> Credential:
        """The credential to use: the named one, else the device's, else the only one there is."""
        user = replace(actor, rights=actor.rights | {"credentials.list"})
        every = [one for one in await self._credentials.all(user) if one.kind.is_snmp]
        if named:
            chosen = [one for one in every if one.name == named]
        elif number is not None:
            chosen = [one for one in every if one.id == number]
        else:
            chosen = every
        if len(chosen) == 1:
            return chosen[0]
        if named:
            raise NotFound(f"there is no SNMP credential called {named}")
        raise Invalid(
            "name the credential to use: "
            + (", ".join(one.name for one in every) or "there is none yet"),
            field="credential",
        )
