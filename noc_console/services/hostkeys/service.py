"""One home for the keys of SSH servers: terminals, configurations and jobs all ask here."""

from __future__ import annotations

from itertools import groupby

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import NO_DEVICE, AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.hostkeys import rules, store
from noc_console.services.hostkeys.model import (
    HostKey,
    HostKeyForgotten,
    HostKeyRefused,
    HostKeyTrusted,
    KeyChanged,
    NotTrusted,
    Pinned,
)
from noc_console.services.hostkeys.seeing import check_reason

CHANGED = Condition("ssh-host-key-changed")


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

    async def pinned(self, actor: Actor, *, host: str, port: int) -> tuple[HostKey, ...]:
        """The keys a door may prove itself with; none when nobody trusted one yet."""
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            return tuple(each.key for each in rules.standing(await store.of(tx, host, port)))

    async def meet(
        self, actor: Actor, *, shown: HostKey, device_id: int | None = None, name: str = ""
    ) -> None:
        """A door shows this key: nothing happens when it is one it is known by.

        Raises NotTrusted for a door nobody knows, and KeyChanged, after an alarm and a line in
        the journal, for one that is known by another key.
        """
        actor.require("hostkeys.see")
        async with self._db.read(actor) as tx:
            known = rules.standing(await store.of(tx, shown.host, shown.port))
        if not known:
            raise NotTrusted(shown)
        if any(each.key.key == shown.key for each in known):
            return
        before = rules.named(known)
        async with self._db.begin(actor) as tx:
            tx.record(
                HostKeyRefused(
                    host=shown.host, port=shown.port, fingerprint=shown.fingerprint, before=before
                )
            )
        await self._raise_alarm(actor, shown, before, device_id, name)
        raise KeyChanged(shown, before)

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

    async def _raise_alarm(
        self, actor: Actor, shown: HostKey, before: str, device_id: int | None, name: str
    ) -> None:
        if self._alarms is None:
            return
        await self._alarms.report(
            _watcher(actor),
            about=_about(shown, device_id, name),
            condition=CHANGED,
            severity=Severity.MAJOR,
            text=f"SSH of {shown.door} shows the key {shown.fingerprint}, not {before}",
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
