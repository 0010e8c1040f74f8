"""Adding, ordering and opening the credentials of the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.credentials import matching, rules, store
from noc_console.services.credentials.model import (
    Credential,
    CredentialChanged,
    CredentialId,
    CredentialKind,
    Match,
    NeedsTouch,
    SnmpCredential,
    SshLogin,
    Subject,
)
from noc_console.services.secrets.service import SecretService


class CredentialService:
    """What opens devices. `opened`, `logins_for`, `tacacs_keys` and `token` hand out secrets, to
    what speaks with devices; every use is journaled."""

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
        self,
        actor: Actor,
        *,
        user: str,
        password: str = "",
        name: str = "",
        names: tuple[str, ...] = (),
        words: tuple[str, ...] = (),
        sites: tuple[str, ...] = (),
    ) -> Credential:
        """Add a login for the command line of devices: of all, or of those that match."""
        match = Match(names, words, sites)
        wanted = _new(CredentialKind.SSH, name=name, user=user, match=match)
        return await self._add(actor, wanted, Secret(password), Secret(""))

    @operation("credentials.add-tacacs", right="credentials.add")
    async def add_tacacs(
        self,
        actor: Actor,
        *,
        shared_secret: str,
        name: str = "",
        names: tuple[str, ...] = (),
        words: tuple[str, ...] = (),
        sites: tuple[str, ...] = (),
    ) -> Credential:
        """Add the key by which devices account commands here: all of them, or those that match.

        As long as there is one, collectors listen for TACACS+ accounting.
        """
        wanted = _new(CredentialKind.TACACS, name=name, user="", match=Match(names, words, sites))
        return await self._add(actor, wanted, Secret(shared_secret), Secret(""))

    @operation("credentials.keep", right="credentials.add")
    async def add(
        self,
        actor: Actor,
        *,
        kind: CredentialKind,
        secret: Secret,
        name: str = "",
        user: str = "",
        priv_secret: Secret | None = None,
        certificate: str = "",
        match: Match | None = None,
    ) -> Credential:
        """Add a password, a private key, an enable word, a token or a TACACS+ key."""
        if kind.is_snmp:
            raise Invalid("SNMP credentials have a door of their own", field="kind")
        if kind is CredentialKind.SSH_KEY:
            rules.check_key(secret.reveal().strip())
            secret = Secret(secret.reveal().strip() + "\n")
        wanted = replace(
            _new(kind, name=name, user=user, match=match or Match()),
            certificate=certificate.strip(),
        )
        return await self._add(actor, wanted, secret, priv_secret or Secret(""))

    @operation("credentials.change", right="credentials.add")
    async def change(
        self,
        actor: Actor,
        *,
        credential_id: int,
        name: str | None = None,
        user: str | None = None,
        names: tuple[str, ...] | None = None,
        words: tuple[str, ...] | None = None,
        sites: tuple[str, ...] | None = None,
    ) -> Credential:
        """Change a credential's name, user, or the devices it is for; its secrets stay."""
        async with self._db.begin(actor) as tx:
            known = await self._known(tx, credential_id)
            wanted = replace(
                known,
                name=known.name if name is None else name.strip(),
                user=known.user if user is None else user.strip(),
                match=Match(
                    known.match.names if names is None else names,
                    known.match.words if words is None else words,
                    known.match.sites if sites is None else sites,
                ),
            )
            if not wanted.name:
                raise Invalid("a credential needs a name", field="name")
            rules.check(
                wanted,
                has_secret=known.secret is not None,
                has_priv_secret=known.priv_secret is not None,
            )
            for other in await store.every(tx):
                if other.name == wanted.name and other.id != known.id:
                    raise Conflict(f"there is another credential called {wanted.name}")
            await store.change(
                tx,
                credential_id,
                name=wanted.name,
                user=wanted.user,
                match=store.match_document(wanted.match),
            )
            tx.record(CredentialChanged(credential_id=credential_id, what="changed"))
        return wanted

    @operation("credentials.move", right="credentials.add")
    async def move(self, actor: Actor, *, credential_id: int, steps: int) -> None:
        """Try a credential earlier (steps below 0) or later than others; the ends hold it.

        The order decides between credentials that match a device equally well, and in which one
        SNMP credentials are tried on a device that is found.
        """
        async with self._db.begin(actor) as tx:
            known = await self._known(tx, credential_id)
            order = [one.id for one in await store.every(tx)]
            at = order.index(known.id)
            to = min(max(0, at + steps), len(order) - 1)
            if at == to:
                return
            order.insert(to, order.pop(at))
            for position, number in enumerate(order):
                await store.change(tx, number, position=position)
            tx.record(CredentialChanged(credential_id=credential_id, what="moved"))

    @operation("credentials.new-secret", right="credentials.add")
    async def new_secret(
        self,
        actor: Actor,
        *,
        credential_id: int,
        secret: Secret | None = None,
        priv_secret: Secret | None = None,
        certificate: str | None = None,
    ) -> None:
        """Put another secret in the place of a credential's own, as after a password change."""
        async with self._db.read(actor) as tx:
            known = await self._known(tx, credential_id)
        if secret and known.kind is CredentialKind.SSH_KEY:
            rules.check_key(secret.reveal().strip())
            secret = Secret(secret.reveal().strip() + "\n")
        own, priv = _refs(known.id)
        fields: dict[str, str] = {}
        texts: dict[SecretRef, Secret] = {}
        if secret:
            fields["secret"] = ref = known.secret or own
            texts[ref] = secret
        if priv_secret:
            fields["priv_secret"] = ref = known.priv_secret or priv
            texts[ref] = priv_secret
        if certificate is not None:
            fields["certificate"] = certificate.strip()
        if not fields:
            raise Invalid("there is nothing to change", field="secret")
        async with self._secrets.put_ahead(actor.tenant, texts), self._db.begin(actor) as tx:
            await self._known(tx, credential_id)  # it may have been removed meanwhile
            for ref, text in texts.items():
                await self._secrets.put_in(tx, name=ref, secret=text)
            await store.change(tx, credential_id, **fields)
            tx.record(CredentialChanged(credential_id=credential_id, what="new secret"))

    @operation("credentials.remove")
    async def remove(self, actor: Actor, *, credential_id: int) -> None:
        """Remove a credential and its secrets; devices that used it stay."""
        async with self._db.begin(actor) as tx:
            known = await self._known(tx, credential_id)
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

        def chosen(known: Sequence[Credential]) -> list[Credential]:
            snmp = [one for one in known if one.kind.is_snmp]
            return [one for one in snmp if not credential_ids or one.id in credential_ids]

        await self._look_ahead(actor, chosen)
        async with self._db.read(actor) as tx:
            some = chosen(await store.every(tx))
            return tuple([(one, await self._opened(tx, one)) for one in some])

    async def logins_for(
        self,
        actor: Actor,
        *,
        subject: Subject,
        purpose: str,
        credential_ids: tuple[int, ...] = (),
        with_touch: bool = False,
    ) -> tuple[SshLogin, ...]:
        """The logins of the credentials that match a device, the best match first; each with the
        enable word that matches best. With `credential_ids` only these, whatever they match.

        Keys in security keys are there only `with_touch`, for who has somebody to touch them;
        anybody else is told by NeedsTouch when there is nothing else.
        """
        actor.require("credentials.use")

        def enabling(known: Sequence[Credential]) -> list[Credential]:
            return _ranked([o for o in known if o.kind is CredentialKind.ENABLE], subject)[:1]

        def chosen(known: Sequence[Credential]) -> list[Credential]:
            return [*_fitting(known, subject, credential_ids), *enabling(known)]

        await self._look_ahead(actor, chosen)
        async with self._db.read(actor) as tx:
            known = await store.every(tx)
            fitting = _fitting(known, subject, credential_ids)
            enable = Secret("")
            for word in enabling(known):
                enable = await self._reveal(tx, word.secret, purpose, subject.device_id)
            found = []
            for one in fitting:
                is_key = one.kind is CredentialKind.SSH_KEY
                secret = await self._reveal(tx, one.secret, purpose, subject.device_id)
                priv = await self._reveal(tx, one.priv_secret, purpose, subject.device_id)
                found.append(
                    SshLogin(
                        credential_id=int(one.id),
                        name=one.name,
                        user=one.user,
                        password=Secret("") if is_key else secret,
                        key=secret if is_key else Secret(""),
                        passphrase=priv,
                        certificate=one.certificate,
                        enable=enable,
                    )
                )
        await self._secrets.tell_uses(_teller(actor))
        return tuple(found) if with_touch else _by_themselves(found, subject)

    async def snmp_for(
        self, actor: Actor, *, subject: Subject, purpose: str, credential_ids: tuple[int, ...]
    ) -> tuple[SnmpCredential, ...]:
        """Of these SNMP credentials the ones that match a device, the best match first."""
        actor.require("credentials.use")

        def chosen(known: Sequence[Credential]) -> list[Credential]:
            some = [one for one in known if one.kind.is_snmp and one.id in credential_ids]
            return _ranked(some, subject)

        await self._look_ahead(actor, chosen)
        async with self._db.read(actor) as tx:
            found = [
                await self._opened(tx, one, purpose=purpose, device_id=subject.device_id)
                for one in chosen(await store.every(tx))
            ]
        await self._secrets.tell_uses(_teller(actor))
        return tuple(found)

    async def tacacs_keys(self, actor: Actor) -> tuple[tuple[Credential, Secret], ...]:
        """Every key for TACACS+ with the devices it is for, in order."""
        actor.require("credentials.use")

        def chosen(known: Sequence[Credential]) -> list[Credential]:
            return [one for one in known if one.kind is CredentialKind.TACACS]

        await self._look_ahead(actor, chosen)
        async with self._db.read(actor) as tx:
            found = [
                (one, await self._reveal(tx, one.secret, "accounting"))
                for one in chosen(await store.every(tx))
            ]
        await self._secrets.tell_uses(_teller(actor))
        return tuple(found)

    async def token(self, actor: Actor, *, name: str, purpose: str) -> Secret:
        """The token of this name, for an interface of another program."""
        actor.require("credentials.use")

        def chosen(known: Sequence[Credential]) -> list[Credential]:
            tokens = [one for one in known if one.kind is CredentialKind.TOKEN]
            return [one for one in tokens if one.name == name]

        await self._look_ahead(actor, chosen)
        async with self._db.read(actor) as tx:
            tokens = chosen(await store.every(tx))
            if not tokens:
                raise NotFound(f"there is no token called {name}")
            found = await self._reveal(tx, tokens[0].secret, purpose)
        await self._secrets.tell_uses(_teller(actor))
        return found

    async def _look_ahead(
        self, actor: Actor, choose: Callable[[Sequence[Credential]], list[Credential]]
    ) -> None:
        """Read what lies elsewhere before the transaction that hands it out."""
        if not self._secrets.may_be_elsewhere:
            return
        async with self._db.read(actor) as tx:
            some = choose(await store.every(tx))
        refs = [ref for one in some for ref in (one.secret, one.priv_secret)]
        await self._secrets.look_ahead(_teller(actor), refs)

    async def _known(self, tx: Tx, credential_id: int) -> Credential:
        known = await store.get(tx, credential_id)
        if known is None:
            raise NotFound(f"there is no credential {credential_id}")
        return known

    async def _opened(
        self, tx: Tx, known: Credential, *, purpose: str = "", device_id: int | None = None
    ) -> SnmpCredential:
        secret = await self._reveal(tx, known.secret, purpose, device_id)
        v3 = known.kind is CredentialKind.SNMP_V3
        return SnmpCredential(
            kind=known.kind,
            community=Secret("") if v3 else secret,
            user=known.user,
            auth_protocol=known.auth_protocol,
            auth_secret=secret if v3 else Secret(""),
            priv_protocol=known.priv_protocol,
            priv_secret=await self._reveal(tx, known.priv_secret, purpose, device_id),
            context=known.context,
        )

    async def _reveal(
        self,
        tx: Tx,
        ref: SecretRef | None,
        purpose: str = "",
        device_id: int | None = None,
    ) -> Secret:
        if ref is None:
            return Secret("")
        return await self._secrets.use_in(tx, name=ref, purpose=purpose, device_id=device_id)

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
            )
            number = await store.add(
                tx,
                name=added.name,
                kind=added.kind,
                user=added.user,
                auth_protocol=added.auth_protocol,
                priv_protocol=added.priv_protocol,
                context=added.context,
                match=store.match_document(added.match),
                certificate=added.certificate,
            )
            # By number, not by name: names change, and another may take a name that was given up.
            refs = zip(("secret", "priv_secret"), _refs(number), (secret, priv_secret), strict=True)
            for column, ref, text in refs:
                if text:
                    await self._secrets.put_in(tx, name=ref, secret=text)
                    await store.change(tx, number, **{column: ref})
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
            and await self._compared(tx, known.secret) == secret
            and await self._compared(tx, known.priv_secret) == priv_secret
        )

    async def _compared(self, tx: Tx, ref: SecretRef | None) -> Secret:
        """To be compared with what was typed: no use that is worth a line."""
        return Secret("") if ref is None else await self._secrets.read_in(tx, name=ref)


def _refs(credential_id: int) -> tuple[SecretRef, SecretRef]:
    """What a credential's secrets are called in the vault."""
    return (
        SecretRef(f"credentials/{credential_id}"),
        SecretRef(f"credentials/{credential_id}/second"),
    )


def _new(kind: CredentialKind, *, name: str, user: str, match: Match) -> Credential:
    return Credential(id=CredentialId(0), name=name, kind=kind, position=0, user=user, match=match)


def _fitting(
    known: Sequence[Credential], subject: Subject, chosen: tuple[int, ...]
) -> list[Credential]:
    logins = [o for o in known if o.kind in (CredentialKind.SSH, CredentialKind.SSH_KEY)]
    if chosen:
        return [one for one in logins if one.id in chosen]
    return _ranked(logins, subject)


def _by_themselves(found: Sequence[SshLogin], subject: Subject) -> tuple[SshLogin, ...]:
    """Those that need nobody beside them."""
    alone = tuple(each for each in found if not each.needs_touch)
    if found and not alone:
        raise NeedsTouch(subject.name or subject.address, [each.name for each in found])
    return alone


def _ranked(known: Sequence[Credential], subject: Subject) -> list[Credential]:
    """Those for this device, the best match first, then in the operator's order."""
    ranked = [(matching.rank(one.match, subject), one) for one in known]
    fitting = [(rank, one) for rank, one in ranked if rank is not None]
    fitting.sort(key=lambda pair: (-pair[0][0], -pair[0][1], pair[1].position))
    return [one for _, one in fitting]


def _teller(actor: Actor) -> Actor:
    """To use a credential is to journal it: no right of its own is asked for."""
    return replace(actor, rights=actor.rights | {"secrets.use"})
