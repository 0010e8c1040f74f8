"""One home for the keys of SSH servers: terminals, configurations and jobs all ask here."""

from __future__ import annotations

from itertools import groupby

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import NO_DEVICE, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.hostkeys import rules, store
from noc_console.services.hostkeys.certifying import read_authority
from noc_console.services.hostkeys.model import (
    Authority,
    BadCertificate,
    HostAuthorityChanged,
    HostKey,
    HostKeyForgotten,
    HostKeyRefused,
    HostKeyTrusted,
    KeyChanged,
    Known,
    NotTrusted,
    Pinned,
)
from noc_console.services.hostkeys.seeing import check_reason

CHANGED = Condition("ssh-host-key-changed")
LONGEST_NAME = 100


class HostKeyService:
    """Says which key is whose. A key nobody trusted is asked about, a changed one blocks."""

    def __init__(self, db: Database, *, clock: Clock, alarms: AlarmService | None = None) -> None:
        self._db = db
        self._clock = clock
        self._alarms = alarms

    @operation("hostkeys.list", right="hostkeys.see")
    async def all(self, actor: Actor) -> tuple[Pinned, ...]:
        """List the keys that count, by host."""
        async with self._db.read(actor) as tx:
            kept = await store.every(tx)
        doors = groupby(kept, key=lambda pinned: (pinned.key.host, pinned.key.port))
        return tuple(pinned for _, each in doors for pinned in rules.standing(each))

    async def known(self, actor: Actor, *, host: str, port: int) -> Known:
        """All that a door may prove itself with."""
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            pinned = rules.standing(await store.of(tx, host, port))
            every = await store.every_authority(tx)
        return Known(
            tuple(each.key for each in pinned), rules.speaking_for(every, host=host, port=port)
        )

    async def pinned(self, actor: Actor, *, host: str, port: int) -> tuple[HostKey, ...]:
        """The keys a door may prove itself with; none when nobody trusted one yet."""
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            return tuple(each.key for each in rules.standing(await store.of(tx, host, port)))

    async def meet(
        self,
        actor: Actor,
        *,
        shown: HostKey,
        device_id: int | None = None,
        name: str = "",
        against: str = "",
    ) -> None:
        """A door shows this key: nothing happens when it is one it is known by.

        Raises NotTrusted for a door nobody knows, and KeyChanged, after an alarm and a line in
        the journal, for one that is known by another key; BadCertificate for one that has a
        certificate that does not hold (`against` says why).
        """
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            known = rules.standing(await store.of(tx, shown.host, shown.port))
        if any(each.key.key == shown.key for each in known):
            return
        if not known and not against:
            raise NotTrusted(shown)
        before = f"a certificate {against}" if against else rules.named(known)
        async with self._db.begin(actor) as tx:
            tx.record(
                HostKeyRefused(
                    host=shown.host, port=shown.port, fingerprint=shown.fingerprint, before=before
                )
            )
        told = (
            f"a certificate {against}" if against else f"the key {shown.fingerprint}, not {before}"
        )
        await self._raise_alarm(actor, shown, told, device_id, name)
        raise BadCertificate(shown, against) if against else KeyChanged(shown, before)

    async def trust(self, actor: Actor, *, key: HostKey) -> None:
        """Say that a key is a door's; Conflict when the door is known by another of its kind."""
        actor.require("hostkeys.trust")
        async with self._db.begin(actor) as tx:
            known = rules.standing(await store.of(tx, key.host, key.port))
            if any(each.key.key == key.key for each in known):
                tx.record(_trusted(key))
                return
            if known:
                raise Conflict(
                    f"{key.door} is known by {rules.named(known)}: another key takes a reason"
                )
            await store.trust(tx, key, self._clock.now(), replaces=False)
            tx.record(_trusted(key))

    async def override(
        self, actor: Actor, *, key: HostKey, reason: str, device_id: int | None = None
    ) -> None:
        """Trust another key than before, for a reason that is kept; the alarm about it is settled.

        Raises Invalid without a reason.
        """
        actor.require("hostkeys.override")
        said = check_reason(reason)
        async with self._db.begin(actor) as tx:
            await store.trust(tx, key, self._clock.now(), reason=said, replaces=True)
            tx.record(_trusted(key, said))
        if self._alarms is None:
            return
        told = f"{actor.name} trusted {key.fingerprint}: {said}"
        # Whoever met the changed key may have known which device that is, or not.
        for about in {_about(key, device_id, ""), _about(key, None, "")}:
            await self._alarms.settle(_watcher(actor), about=about, condition=CHANGED, text=told)

    @operation("hostkeys.forget", right="hostkeys.override")
    async def forget(self, actor: Actor, *, host: str, port: int = 22) -> None:
        """Forget what a host is known by; the next one to connect is asked."""
        async with self._db.begin(actor) as tx:
            if not await store.forget(tx, host, port):
                raise NotFound(f"no key of {host}:{port} is trusted")
            tx.record(HostKeyForgotten(host=host, port=port))

    # --- who signs the keys of hosts ----------------------------------------------------------

    @operation("hostkeys.authorities", right="hostkeys.see")
    async def authorities(self, actor: Actor) -> tuple[Authority, ...]:
        """List whose signatures on hosts' keys are believed, about which hosts, and the revoked."""
        async with self._db.read(actor) as tx:
            return await store.every_authority(tx)

    @operation("hostkeys.trust-authority", right="hostkeys.override")
    async def trust_authority(
        self, actor: Actor, *, key: str, hosts: str = "", name: str = ""
    ) -> Authority:
        """Believe the certificates that this public key signs, of hosts of some patterns.

        The key is a line of a .pub file, or of known_hosts (@cert-authority HOSTS KEY).
        """
        read = read_authority(key, hosts)
        called = " ".join((name or read.comment or read.fingerprint).split())[:LONGEST_NAME]
        async with self._db.begin(actor) as tx:
            for other in await store.every_authority(tx):
                if other.key == read.key:
                    state = "revoked" if other.is_revoked else "trusted"
                    raise Conflict(f"that key is {state} already, as {other.name}")
                if other.name == called:
                    raise Conflict(f"there is another authority called {called}")
            number = await store.add_authority(
                tx,
                name=called,
                hosts=read.hosts,
                key=read.key,
                fingerprint=read.fingerprint,
                at=self._clock.now(),
            )
            made = await _authority(tx, number)
            tx.record(_changed(made, "trusted"))
        return made

    @operation("hostkeys.revoke-authority", right="hostkeys.override")
    async def revoke_authority(self, actor: Actor, *, authority_id: int, reason: str) -> None:
        """Block the hosts that prove themselves by an authority, as after its key was stolen."""
        said = check_reason(reason)
        async with self._db.begin(actor) as tx:
            known = await _authority(tx, authority_id)
            if known.is_revoked:
                raise Conflict(f"{known.name} is revoked already")
            await store.change_authority(
                tx,
                authority_id,
                revoked_at=self._clock.now(),
                revoked_by=actor.name,
                reason=said,
            )
            tx.record(_changed(known, "revoked", said))

    @operation("hostkeys.remove-authority", right="hostkeys.override")
    async def remove_authority(self, actor: Actor, *, authority_id: int) -> None:
        """Forget an authority: hosts are known by their own keys again, and asked about."""
        async with self._db.begin(actor) as tx:
            known = await _authority(tx, authority_id)
            await store.change_authority(tx, authority_id, is_gone=True)
            tx.record(_changed(known, "removed"))

    async def _raise_alarm(
        self, actor: Actor, shown: HostKey, told: str, device_id: int | None, name: str
    ) -> None:
        if self._alarms is None:
            return
        await self._alarms.report(
            _watcher(actor),
            about=_about(shown, device_id, name),
            condition=CHANGED,
            severity=Severity.MAJOR,
            text=f"SSH of {shown.door} shows {told}",
        )


async def _authority(tx: Tx, authority_id: int) -> Authority:
    for each in await store.every_authority(tx):
        if each.id == authority_id:
            return each
    raise NotFound(f"there is no authority {authority_id}")


def _changed(authority: Authority, what: str, reason: str = "") -> HostAuthorityChanged:
    return HostAuthorityChanged(
        authority_id=authority.id,
        name=authority.name,
        hosts=authority.hosts,
        fingerprint=authority.fingerprint,
        what=what,
        reason=reason,
    )


def _about(key: HostKey, device_id: int | None, name: str) -> AlarmObject:
    other = f"ssh:{key.door}"
    if device_id is None:
        return AlarmObject(NO_DEVICE, other=other)
    return AlarmObject(device_id, device_name=name, other=other)


def _watcher(actor: Actor) -> Actor:
    """Whoever meets a changed key raises the alarm, also one who may not raise alarms at will."""
    return Actor(actor.name, actor.tenant, frozenset({"alarms.report"}))


def _trusted(key: HostKey, reason: str = "") -> HostKeyTrusted:
    return HostKeyTrusted(host=key.host, port=key.port, fingerprint=key.fingerprint, reason=reason)
