"""Adding, ordering and opening the credentials of the network."""

from __future__ import annotations

from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.credentials import rules, store
from noc_console.services.credentials.model import (
    Credential,
    CredentialChanged,
    CredentialId,
    CredentialKind,
    SnmpCredential,
)
from noc_console.services.secrets.service import SecretService


class CredentialService:
    """What opens devices. Only `opened` hands out secrets, and only to adapters."""

    def __init__(self, db: Database, secrets: SecretService) -> None:
        self._db = db
        self._secrets = secrets

    @operation("credentials.list")
    async def all(self, actor: Actor) -> tuple[Credential, ...]:
        """List the credentials in the order they are tried, without their secrets."""
        async with self._db.read(actor) as tx:
            return await store.every(tx)

    @operation("credentials.add")
    async def add_snmp(
        self,
        actor: Actor,
        *,
        name: str = "",
        kind: CredentialKind = CredentialKind.SNMP_V2C,
        community: str = "",
        user: str = "",
        auth_protocol: str = "NONE",
        auth_pass: str = "",
        priv_protocol: str = "NONE",
        priv_pass: str = "",
        context: str = "",
    ) -> Credential:
        """Add an SNMP credential; one that is there already is returned as it is."""
        wanted = Credential(
            id=CredentialId(0),
            name=name,
            kind=kind,
            position=0,
            user=user if kind is CredentialKind.SNMP_V3 else "",
            auth_protocol=auth_protocol.upper(),
            priv_protocol=priv_protocol.upper(),
            context=context,
        )
        secret = auth_pass if kind is CredentialKind.SNMP_V3 else community
        return await self._add(actor, wanted, Secret(secret), Secret(priv_pass))

    @operation("credentials.add-ssh", right="credentials.add")
    async def add_ssh(
        self, actor: Actor, *, user: str, password: str = "", name: str = ""
    ) -> Credential:
        """Add a login for the command line of devices."""
        wanted = Credential(
            id=CredentialId(0), name=name, kind=CredentialKind.SSH, position=0, user=user
        )
        return await self._add(actor, wanted, Secret(password), Secret(""))

    @operation("credentials.remove")
    async def remove(self, actor: Actor, *, credential_id: int) -> None:
        """Remove a credential and its secrets; devices that used it stay."""
        async with self._db.begin(actor) as tx:
            known = await store.get(tx, credential_id)
            if known is None:
                raise NotFound(f"there is no credential {credential_id}")
            for ref in (known.secret, known.priv_secret):
                if ref is not None:
                    await self._secrets.remove_in(tx, name=ref)
            await store.remove(tx, credential_id)
            tx.record(CredentialChanged(credential_id=credential_id, what="removed"))

    async def opened(
        self, actor: Actor, *, credential_ids: tuple[int, ...] = ()
    ) -> tuple[tuple[Credential, SnmpCredential], ...]:
        """SNMP credentials with their secrets, in order: all of them, or the ones named."""
        actor.require("credentials.use")
        async with self._db.read(actor) as tx:
            chosen = [
                known
                for known in await store.every(tx)
                if known.kind is not CredentialKind.SSH
                and (not credential_ids or known.id in credential_ids)
            ]
            return tuple([(known, await self._opened(tx, known)) for known in chosen])

    async def logins(self, actor: Actor) -> tuple[tuple[str, Secret], ...]:
        """SSH logins as user and password, in order."""
        actor.require("credentials.use")
        async with self._db.read(actor) as tx:
            known = [one for one in await store.every(tx) if one.kind is CredentialKind.SSH]
            return tuple([(one.user, await self._reveal(tx, one.secret)) for one in known])

    async def _opened(self, tx: Tx, known: Credential) -> SnmpCredential:
        secret = await self._reveal(tx, known.secret)
        v3 = known.kind is CredentialKind.SNMP_V3
        return SnmpCredential(
            kind=known.kind,
            community=Secret("") if v3 else secret,
            user=known.user,
            auth_protocol=known.auth_protocol,
            auth_secret=secret if v3 else Secret(""),
            priv_protocol=known.priv_protocol,
            priv_secret=await self._reveal(tx, known.priv_secret),
            context=known.context,
        )

    async def _reveal(self, tx: Tx, ref: SecretRef | None) -> Secret:
        return Secret("") if ref is None else await self._secrets.use_in(tx, name=ref)

    async def _add(
        self, actor: Actor, wanted: Credential, secret: Secret, priv_secret: Secret
    ) -> Credential:
        rules.check(wanted, has_secret=bool(secret), has_priv_secret=bool(priv_secret))
        async with self._db.begin(actor) as tx:
            known = await store.every(tx)
            for other in known:
                if await self._is_same(tx, other, wanted, secret, priv_secret):
                    return other
            name = wanted.name or rules.free_name(wanted, {other.name for other in known})
            if any(other.name == name for other in known):
                raise Conflict(f"there is another credential called {name}")
            added = replace(
                wanted,
                name=name,
                secret=SecretRef(f"credential/{name}") if secret else None,
                priv_secret=SecretRef(f"credential/{name}/priv") if priv_secret else None,
            )
            for ref, text in ((added.secret, secret), (added.priv_secret, priv_secret)):
                if ref is not None:
                    await self._secrets.put_in(tx, name=ref, secret=text)
            number = await store.add(
                tx,
                name=added.name,
                kind=added.kind,
                user=added.user,
                auth_protocol=added.auth_protocol,
                priv_protocol=added.priv_protocol,
                context=added.context,
                secret=added.secret,
                priv_secret=added.priv_secret,
            )
            tx.record(CredentialChanged(credential_id=number, what="added"))
            found = await store.get(tx, number)
        if found is None:
            raise Invalid("the credential was removed while it was added")
        return found

    async def _is_same(
        self, tx: Tx, known: Credential, wanted: Credential, secret: Secret, priv_secret: Secret
    ) -> bool:
        same = rules.same_shape(known, wanted) and wanted.name in {"", known.name}
        return (
            same
            and await self._reveal(tx, known.secret) == secret
            and await self._reveal(tx, known.priv_secret) == priv_secret
        )
